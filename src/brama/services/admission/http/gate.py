"""What gate devices call: ask, upload, download, follow."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from brama.contracts.common import LocalText
from brama.kernel.access import allow, is_trusted
from brama.kernel.problem import FieldError, ValidationFailed
from brama.kernel.streams import event_stream
from brama.kernel.texts import Texts
from brama.kernel.web import By, Db, Given, Time
from brama.services.admission import store
from brama.services.admission.config import AdmissionConfig
from brama.services.admission.domain.records import Answer, CheckInList, Gate, Key, TicketTypeRow
from brama.services.admission.domain.rows import CaseRow, ScanRow, TicketRow, short_name
from brama.services.admission.feed import Bells
from brama.services.admission.operations import reading, redeem, upload
from brama.services.admission.operations.upload import Result
from brama.shared.outcomes import Outcome, Verdict
from brama.shared.roles import Role

_texts = Texts.of("brama.services.admission")
AT_GATES = allow(Role.OWNER, Role.MANAGER, Role.INSPECTOR, device=True)
Text = Annotated[str, msgspec.Meta(max_length=4096)]


class RedeemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scan. `entry` is the device's signed log entry of the same scan."""

    scan_id: UUID
    code: Text
    check_in_list_id: UUID
    gate_id: UUID
    kind: Literal["entry", "exit", "refuse", "undo"]
    scanned_at: Annotated[datetime, msgspec.Meta(tz=True)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    answers: dict[str, Any] | None = None
    entry: dict[str, Any] | None = None


class TicketShown(msgspec.Struct, frozen=True):
    """The ticket as the inspector sees it."""

    id: UUID
    holder: str | None
    ticket_type: str


class PreviousShown(msgspec.Struct, frozen=True):
    """The entry that stands in the way."""

    at: datetime
    gate: str
    device: str


class Redeemed(msgspec.Struct, frozen=True):
    """The gate's answer. A refusal is an answer too."""

    verdict: Verdict
    outcome: Outcome
    ticket: TicketShown | None
    previous: PreviousShown | None
    questions: list[str] | None
    headcount: int

    @classmethod
    def of(cls, answer: Answer, locale: str) -> "Redeemed":
        ticket, previous = answer.ticket, answer.previous
        return cls(
            verdict=answer.verdict,
            outcome=answer.outcome,
            ticket=TicketShown(ticket.id, ticket.holder, ticket.ticket_type.of(locale)) if ticket else None,
            previous=PreviousShown(previous.at, previous.gate, previous.device) if previous else None,
            questions=None,
            headcount=answer.headcount,
        )


class ScansBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log entries of the calling device, each checked by itself."""

    entries: list[Any]


class ScansTaken(msgspec.Struct, frozen=True):
    """What became of each entry, in the order they were sent."""

    results: list[Result]
    epoch: UUID


class EventShown(msgspec.Struct, frozen=True):
    """The event as devices show it."""

    id: UUID
    number: int
    state: str
    title: LocalText
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    time_zone: str


class SnapshotShown(msgspec.Struct, frozen=True):
    """All that a device needs to decide alone."""

    epoch: UUID
    cursor: int
    event: EventShown
    keys: list[Key]
    check_in_lists: list[CheckInList]
    gates: list[Gate]
    ticket_types: list[TicketTypeRow]
    tickets: list[TicketRow]
    scans: list[ScanRow]
    cases: list[CaseRow]
    headcount: int
    capacity: int | None

    @classmethod
    def of(cls, taken: reading.Snapshot) -> "SnapshotShown":
        event = taken.event
        return cls(
            epoch=taken.epoch,
            cursor=taken.feed.last_seq,
            event=EventShown(
                event.event_id, event.event_number, event.state, event.title, event.doors_at, event.starts_at,
                event.ends_at, event.time_zone,
            ),
            keys=taken.keys,
            check_in_lists=event.check_in_lists,
            gates=event.gates,
            ticket_types=event.ticket_types,
            tickets=[msgspec.structs.replace(row, holder=short_name(row.holder)) for row in taken.tickets],
            scans=taken.scans,
            cases=taken.cases,
            headcount=taken.feed.headcount,
            capacity=event.capacity,
        )  # fmt: skip


@post("/redeem", status_code=200, opt=AT_GATES)
async def ask_gate(
    data: JSONBody[RedeemBody], db: Db, clock: Time, bells: Given[Bells], caller: By, locale: Given[str]
) -> Redeemed:
    """Ask whether a guest may go in or out, or enter an inspector's own decision in the log."""
    if data.kind == "refuse" and not (data.reason or "").strip():
        raise ValidationFailed([FieldError("/reason", _texts("field.reason", locale=locale))])
    ask = redeem.Ask(
        scan_id=data.scan_id, code=data.code, check_in_list_id=data.check_in_list_id, gate_id=data.gate_id,
        kind=data.kind, scanned_at=data.scanned_at, reason=data.reason, entry=data.entry,
    )  # fmt: skip
    return Redeemed.of(await redeem.redeem(db, clock, bells, caller, ask), locale)


@post("/scans", status_code=200, opt=allow(device=True, revoked=True))
async def send_scans(
    data: JSONBody[ScansBody],
    db: Db,
    clock: Time,
    bells: Given[Bells],
    config: Given[AdmissionConfig],
    caller: By,
) -> ScansTaken:
    """Upload what was decided without the server."""
    results = await upload.upload(db, clock, bells, config, caller, data.entries)
    async with db.reading() as tx:
        return ScansTaken(results, await store.get_epoch(tx))


@get("/events/{event_id:uuid}/snapshot", opt=AT_GATES)
async def take_snapshot(
    event_id: FromPath[UUID],
    db: Db,
    clock: Time,
    caller: By,
    after: Annotated[int, QueryParameter(ge=0)] = 0,
) -> SnapshotShown:
    """What a device needs to decide alone; with `after`, what changed since that cursor."""
    return SnapshotShown.of(await reading.snapshot(db, clock, caller, event_id=event_id, after=after))


@get("/events/{event_id:uuid}/stream", opt=AT_GATES)
async def watch(
    event_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    db: Db,
    clock: Time,
    bells: Given[Bells],
    stopping: Given[asyncio.Event],
    caller: By,
) -> Stream:
    """What is committed to the event's feed, at once; resumes after Last-Event-ID."""
    greeting = await reading.greet(db, clock, caller, event_id=event_id)
    last = request.headers.get("last-event-id") or request.query_params.get("after") or ""
    after = int(last) if last.isdecimal() and len(last) < 19 else greeting.cursor
    events = reading.follow(db, bells, event_id=event_id, after=after, greeting=greeting)
    return event_stream(
        events,
        stopping=stopping,
        clock=clock,
        until=caller.expires_at,
        is_trusted=partial(is_trusted, db, caller),
    )
