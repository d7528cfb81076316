"""The roles a member of an organiser's team can have."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do at one organiser; the routes say which roles they admit."""

    OWNER = "owner"
    MANAGER = "manager"
    ACCOUNTANT = "accountant"
    BOX_OFFICE = "box_office"
    INSPECTOR = "inspector"
