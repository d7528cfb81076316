"""What admission keeps: events with their gates and lists, tickets, devices, scans, cases."""

import enum
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import LocalText
from brama.shared.outcomes import Outcome, Verdict

Kind = Literal["entry", "exit", "refuse", "undo"]


class Standing(enum.StrEnum):
    """What the server makes of a scan, once it knows everybody's.

    `confirmed` agrees with the rest; `duplicate_suspected` is a second entry of one ticket; `admitted_stale`
    went in on a ticket that was dead already; `unlisted_signed` is genuine, but not (yet) on the list;
    `overridden` went in without a proof; `clock_suspect` comes from a clock that cannot be right;
    `revoked_device` is quarantined and counts for nothing; `undone` was taken back by the inspector.
    """

    CONFIRMED = "confirmed"
    DUPLICATE_SUSPECTED = "duplicate_suspected"
    ADMITTED_STALE = "admitted_stale"
    UNLISTED_SIGNED = "unlisted_signed"
    OVERRIDDEN = "overridden"
    CLOCK_SUSPECT = "clock_suspect"
    REVOKED_DEVICE = "revoked_device"
    UNDONE = "undone"


class CaseKind(enum.StrEnum):
    """Why somebody has to look."""

    DUPLICATE = "duplicate"
    STALE = "stale"
    UNLISTED = "unlisted"
    UNPROVEN = "unproven"


class TicketTypeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type by its name."""

    id: UUID
    name: LocalText
    product_number: int


class CheckInList(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket types a gate admits, and under which rules. No type on the list: nobody goes in by it."""

    id: UUID
    name: str
    ticket_type_ids: list[UUID]
    allow_multiple_entries: bool
    allow_entry_after_exit: bool


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A place where tickets are scanned."""

    id: UUID
    name: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its gates need it."""

    event_id: UUID
    event_number: int
    organiser_id: UUID
    state: str
    title: LocalText
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int | None
    ticket_types: list[TicketTypeRow]
    check_in_lists: list[CheckInList]
    gates: list[Gate]

    def check_in_list(self, id: UUID) -> CheckInList | None:
        """The list of this id, if the event has it."""
        return next((item for item in self.check_in_lists if item.id == id), None)

    def gate(self, id: UUID) -> Gate | None:
        """The gate of this id, if the event has it."""
        return next((item for item in self.gates if item.id == id), None)

    def type_name(self, id: UUID) -> LocalText | None:
        """How a ticket type is called."""
        return next((item.name for item in self.ticket_types if item.id == id), None)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that proves an event's tickets."""

    event_number: int
    key_number: int
    event_id: UUID
    public_key: str
    not_before: datetime
    not_after: datetime


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as ticketing last told it; `state_at` is when it came into its state."""

    ticket_id: UUID
    event_id: UUID
    order_code: str
    code_id: str
    revision: int
    state: str
    reason: str | None
    state_at: datetime
    ticket_type_id: UUID
    product_number: int
    holder: str | None
    code: str
    version: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A gate device; `public_key` verifies what it signed."""

    device_id: UUID
    organiser_id: UUID
    name: str
    event_ids: list[UUID]
    gate_ids: list[UUID]
    public_key: str | None
    revoked_at: datetime | None


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log, as the merge reads it.

    `subject` names the one thing that was scanned: a ticket's random id, or the scan itself where nothing
    was proven. `revision` is the code's. `happened_at` is the device's time put right by its offset to the
    server; `logical_ms` and `hlc` order what several devices saw. `acted` is the verdict that the guest met.
    """

    scan_id: UUID
    subject: str
    revision: int | None
    proof: Outcome
    check_in_list_id: UUID
    gate_id: UUID
    kind: Kind
    by_name: str
    happened_at: datetime
    logical_ms: int
    hlc: str
    outcome: Outcome
    acted: Verdict
    is_clock_suspect: bool
    is_quarantined: bool


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction between gates; open until somebody, or later knowledge, resolves it."""

    case_id: UUID
    version: int
    event_id: UUID
    kind: CaseKind
    subject: str
    ticket_id: UUID | None
    scan_ids: list[UUID]
    state: Literal["open", "resolved"]
    opened_at: datetime
    resolution: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    is_cleared: bool


class StoredScan(Scan, frozen=True, kw_only=True):
    """A scan with who made it and what was last made of it."""

    device_id: UUID | None
    standing: Standing


class NewScan(msgspec.Struct, frozen=True, kw_only=True):
    """A scan on its way into the log."""

    scan: Scan
    code: str
    device_id: UUID | None
    staff_id: UUID | None
    scanned_at: datetime
    received_at: datetime
    verdict: Verdict
    reason: str | None


class AnsweredTicket(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket as the inspector sees it."""

    id: UUID
    holder: str | None
    ticket_type: LocalText


class Previous(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that stands in the way: when, at which gate, by whom."""

    at: datetime
    gate: str
    device: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate is told."""

    verdict: Verdict
    outcome: Outcome
    ticket: AnsweredTicket | None
    previous: Previous | None
    headcount: int


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """What the log holds of a scan_id, to recognise its repetition."""

    scan_id: UUID
    event_id: UUID
    server_seq: int
    subject: str
    code: str
    check_in_list_id: UUID
    gate_id: UUID
    kind: Kind
    device_id: UUID | None
    staff_id: UUID | None
    scanned_at: datetime
    verdict: Verdict
    outcome: Outcome
    answer: Answer | None
    standing: Standing
    device_seq: int | None
    is_upload: bool


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """How far the event's log has come, and how many guests are inside."""

    last_seq: int
    headcount: int


EMPTY_FEED = Feed(last_seq=0, headcount=0)
