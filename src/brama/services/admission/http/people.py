"""What inspectors and the admin read of the night, and the cases they resolve."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from brama.contracts.common import LocalText
from brama.kernel.access import allow
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.admission.domain.records import CaseKind, Event, Kind, Standing
from brama.services.admission.domain.rows import LogRow
from brama.services.admission.feed import Bells
from brama.services.admission.http.gate import AT_GATES
from brama.services.admission.operations import cases, reading
from brama.shared.outcomes import Outcome, Verdict
from brama.shared.roles import Role

STAFF = allow(Role.OWNER, Role.MANAGER, Role.INSPECTOR)
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class DeviceShown(msgspec.Struct, frozen=True):
    """A device that may scan at a gate."""

    id: UUID
    name: str
    last_seen_at: datetime | None
    is_revoked: bool


class GateShown(msgspec.Struct, frozen=True):
    """A gate at work."""

    id: UUID
    name: str
    admitted_last_10_min: int
    admitted: int
    last_at: datetime | None
    devices: list[DeviceShown]


class NightShown(msgspec.Struct, frozen=True):
    """The night at the gates."""

    items: list[GateShown]
    headcount: int
    capacity: int | None
    as_of: datetime


class ScanShown(msgspec.Struct, frozen=True):
    """A line of the log."""

    server_seq: int
    scan_id: UUID
    kind: Kind
    verdict: Verdict
    outcome: Outcome
    state: Standing
    gate: str
    device: str
    scanned_at: datetime
    received_at: datetime
    reason: str | None
    ticket_id: UUID | None
    holder: str | None
    ticket_type: str | None
    order_code: str | None

    @classmethod
    def of(cls, row: LogRow, event: Event, locale: str) -> "ScanShown":
        gate = event.gate(row.gate_id)
        return cls(
            row.server_seq, row.scan_id, row.kind, row.verdict, row.outcome, row.standing,
            gate.name if gate else "", row.device_name, row.scanned_at, row.received_at, row.reason,
            row.ticket_id, row.holder, _type_name(event, row.ticket_type_id, locale), row.order_code,
        )  # fmt: skip


class TicketFound(msgspec.Struct, frozen=True):
    """A ticket of the search; `code` is what its QR says, to redeem it by."""

    ticket_id: UUID
    order_code: str
    code: str
    state: str
    holder: str | None
    ticket_type: str | None
    is_inside: bool


class CaseShown(msgspec.Struct, frozen=True):
    """A contradiction between gates, with its scans."""

    id: UUID
    kind: CaseKind
    state: str
    ticket_id: UUID | None
    opened_at: datetime
    resolution: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    scans: list[ScanShown]


class ResolveBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found out."""

    resolution: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class CaseClosed(msgspec.Struct, frozen=True):
    """A case that somebody resolved."""

    id: UUID
    state: str
    resolution: str | None
    resolved_by: str | None
    resolved_at: datetime | None


@get("/events/{event_id:uuid}/gates", opt=AT_GATES)
async def show_gates(event_id: FromPath[UUID], db: Db, clock: Time, caller: By) -> NightShown:
    """What each gate let in, in all and lately, and which devices are there."""
    now = clock.now()
    night = await reading.night(db, caller, event_id=event_id, now=now)
    items = []
    for gate in night.event.gates:
        count = night.counts.get(gate.id)
        devices = [
            DeviceShown(item.device_id, item.name, item.last_seen_at, item.revoked_at is not None)
            for item in night.devices
            if gate.id in item.gate_ids or not item.gate_ids
        ]
        items.append(
            GateShown(
                gate.id, gate.name, count.admitted_lately if count else 0, count.admitted if count else 0,
                count.last_at if count else None, devices,
            )
        )  # fmt: skip
    return NightShown(items, night.feed.headcount, night.event.capacity, now)


@get("/events/{event_id:uuid}/scans", opt=STAFF)
async def list_scans(
    event_id: FromPath[UUID],
    db: Db,
    caller: By,
    locale: Given[str],
    limit: Limit = 50,
    after: Annotated[int | None, QueryParameter(ge=1)] = None,
) -> Page:
    """The log, newest first; `after` is the last server_seq of the page before."""
    event, rows = await reading.log_of(db, caller, event_id=event_id, before=after, limit=limit)
    following = rows[-1].server_seq if len(rows) == limit else None
    return page([ScanShown.of(row, event, locale) for row in rows], following)


@get("/events/{event_id:uuid}/tickets", opt=AT_GATES)
async def search_tickets(
    event_id: FromPath[UUID],
    db: Db,
    caller: By,
    locale: Given[str],
    words: Annotated[str, QueryParameter(name="query", min_length=2, max_length=100)],
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 20,
) -> Page:
    """Tickets by their holder's name or their order's code."""
    event, found = await reading.find_tickets(db, caller, event_id=event_id, query=words, limit=limit)
    return page(
        [
            TicketFound(
                row.ticket_id, row.order_code, row.code, row.state, row.holder,
                _type_name(event, row.ticket_type_id, locale), bool(row.inside),
            )
            for row in found
        ],
        None,
    )  # fmt: skip


@get("/cases", opt=AT_GATES)
async def list_cases(
    event_id: FromQuery[UUID],
    db: Db,
    caller: By,
    locale: Given[str],
    limit: Limit = 50,
    after: FromQuery[UUID | None] = None,
) -> Page:
    """The event's cases, newest first."""
    event, known = await reading.cases_of(db, caller, event_id=event_id, before=after, limit=limit)
    items = [
        CaseShown(
            item.case.case_id, item.case.kind, item.case.state, item.case.ticket_id, item.case.opened_at,
            item.case.resolution, item.case.resolved_by, item.case.resolved_at,
            [ScanShown.of(scan, event, locale) for scan in item.scans],
        )
        for item in known
    ]  # fmt: skip
    return page(items, known[-1].case.case_id if len(known) == limit else None)


@post("/cases/{case_id:uuid}/resolve", status_code=200, opt=AT_GATES)
async def close_case(
    case_id: FromPath[UUID], data: JSONBody[ResolveBody], db: Db, clock: Time, bells: Given[Bells], caller: By
) -> CaseClosed:
    """Say what was found out; the scans stay as they are."""
    case = await cases.resolve_case(db, clock, bells, caller, case_id=case_id, resolution=data.resolution)
    return CaseClosed(case.case_id, case.state, case.resolution, case.resolved_by, case.resolved_at)


def _type_name(event: Event, id: UUID | None, locale: str) -> str | None:
    name: LocalText | None = event.type_name(id) if id else None
    return name.of(locale) if name else None
