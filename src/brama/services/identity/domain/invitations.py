"""Invitations: a colleague-to-be gets a link that works once."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.common import Locale
from brama.shared.roles import Role


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation. `staff_id` is the person's id already, whether they have an account or will get one."""

    id: UUID
    organiser_id: UUID
    staff_id: UUID
    name: str
    email: str
    role: Role
    locale: Locale
    invited_by: UUID
    invited_by_name: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
