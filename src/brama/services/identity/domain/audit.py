"""The audit trail: who did what, when; never changed, never shortened."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a person, a device, or Brama itself."""

    kind: Literal["staff", "device", "system"]
    id: UUID | None
    name: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One action. `id` is that of the fact that told it."""

    id: UUID
    organiser_id: UUID | None
    actor_kind: Literal["staff", "device", "system"]
    actor_id: UUID | None
    actor_name: str
    service: str
    action: str
    subject_kind: str
    subject_id: str
    details: dict[str, str]
    occurred_at: datetime
