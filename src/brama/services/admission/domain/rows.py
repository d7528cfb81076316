"""What people and devices read: rows of the log, of tickets, of cases, of gates."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.services.admission.domain.records import CaseKind, Kind, Standing
from brama.shared.outcomes import Outcome, Verdict


class ScanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A scan as other devices learn of it."""

    server_seq: int
    scan_id: UUID
    ticket_id: UUID | None
    code_id: str | None
    check_in_list_id: UUID
    kind: Kind
    outcome: Outcome
    verdict: Verdict
    gate_id: UUID
    device_name: str
    scanned_at: datetime


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as devices hold it."""

    ticket_id: UUID
    code_id: str
    revision: int
    state: str
    reason: str | None
    product_number: int
    ticket_type_id: UUID
    holder: str | None
    version: int
    seq: int


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case as devices and the admin show it."""

    case_id: UUID
    version: int
    seq: int
    kind: CaseKind
    state: Literal["open", "resolved"]
    ticket_id: UUID | None
    scan_ids: list[UUID]
    opened_at: datetime
    resolution: str | None
    resolved_by: str | None
    resolved_at: datetime | None


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """The event changed: its lists, gates or times have to be read again."""

    seq: int
    state: str


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log for people."""

    server_seq: int
    scan_id: UUID
    kind: Kind
    outcome: Outcome
    verdict: Verdict
    standing: Standing
    gate_id: UUID
    device_name: str
    scanned_at: datetime
    received_at: datetime
    reason: str | None
    ticket_id: UUID | None
    holder: str | None
    order_code: str | None
    ticket_type_id: UUID | None


class FoundTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that the inspector looked for by name or order code; `code` is what its QR says."""

    ticket_id: UUID
    order_code: str
    code: str
    state: str
    holder: str | None
    ticket_type_id: UUID
    inside: int | None


class GateCount(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate let in."""

    gate_id: UUID
    admitted_lately: int
    admitted: int
    last_at: datetime


class DeviceAtWork(msgspec.Struct, frozen=True, kw_only=True):
    """A device of the event, and when it last said something."""

    device_id: UUID
    name: str
    gate_ids: list[UUID]
    revoked_at: datetime | None
    last_seen_at: datetime | None


def short_name(holder: str | None) -> str | None:
    """`Олена Д.`: enough to greet a guest, too little for whoever finds a lost phone."""
    words = (holder or "").split()
    if not words:
        return None
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."
