"""Organisers, the people who work for them, and their roles."""

from datetime import datetime
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email

from brama.contracts.common import Locale, LocalText
from brama.services.identity import errors
from brama.shared.roles import Role


class Organiser(msgspec.Struct, frozen=True, kw_only=True):
    """A club or a promoter: whose events, money and people these are."""

    id: UUID
    slug: str
    name: LocalText
    mark: str
    accent: str | None
    legal_name: str
    tax_id: str
    contact_email: str
    address: LocalText
    locale: Locale
    is_fiscalised: bool
    version: int


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """A person who can sign in.

    `authority_version` rises with each change of the person's roles. `totp_secret` is sealed, and counts
    only once confirmed; `totp_last_step` is the latest 30-second step whose code was used.
    """

    id: UUID
    email: str
    name: str
    locale: Locale
    password_hash: str
    authority_version: int
    totp_secret: bytes | None
    totp_confirmed_at: datetime | None
    totp_last_step: int

    @property
    def has_totp(self) -> bool:
        """Whether signing in asks for a code."""
        return self.totp_confirmed_at is not None


class StaffRole(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is at one organiser; one role each."""

    staff_id: UUID
    organiser_id: UUID
    role: Role


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the colleagues at one organiser see them."""

    id: UUID
    name: str
    email: str
    role: Role
    has_totp: bool
    since: datetime
    last_seen_at: datetime | None


def normalise_email(text: str) -> str:
    """An address as it is stored and compared: trimmed and in lower case.

    Raises:
        EmailInvalid: it is no address. Whether it can be delivered, only the invitation shows.
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise errors.EmailInvalid() from None
    return address.normalized.lower()


def ensure_owner_remains(current: Role | None, wanted: Role | None, *, owners: int) -> None:
    """Refuse a change that would leave an organiser without an owner. `owners` counts those of now.

    Raises:
        LastOwner: the only owner would stop being one.
    """
    if current is Role.OWNER and wanted is not Role.OWNER and owners <= 1:
        raise errors.LastOwner()
