"""What devices and people read: snapshot, stream, log, gates, search, cases."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database
from brama.kernel.ids import normalise_code
from brama.kernel.streams import StreamEvent
from brama.services.admission import store
from brama.services.admission.domain.records import EMPTY_FEED, Event, Feed, Key
from brama.services.admission.domain.rows import (
    CaseRow,
    DeviceAtWork,
    EventRow,
    FoundTicket,
    GateCount,
    LogRow,
    ScanRow,
    TicketRow,
)
from brama.services.admission.feed import Bells
from brama.services.admission.operations.scope import event_for

_ALL = 2_147_483_647
_STREAMED_AT_ONCE = 500
_LATELY = timedelta(minutes=10)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a device needs to decide alone, as of a cursor."""

    epoch: UUID
    event: Event
    keys: list[Key]
    feed: Feed
    tickets: list[TicketRow]
    scans: list[ScanRow]
    cases: list[CaseRow]


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """The gates at work."""

    event: Event
    feed: Feed
    counts: dict[UUID, GateCount]
    devices: list[DeviceAtWork]


class CaseWithScans(msgspec.Struct, frozen=True, kw_only=True):
    """A case with the scans that contradict each other."""

    case: CaseRow
    scans: list[LogRow]


async def snapshot(db: Database, clock: Clock, caller: Caller, *, event_id: UUID, after: int) -> Snapshot:
    """Everything, or what changed since the cursor `after`.

    The cursor is read first: what is committed meanwhile comes twice rather than never.
    """
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        await store.mark_seen(tx, caller.id, clock.now())
        feed = await store.get_feed(tx, event_id) or EMPTY_FEED
        if after:
            tickets = await store.tickets_after(tx, event_id, after, _ALL)
        else:
            tickets = await store.all_tickets(tx, event_id)
        return Snapshot(
            epoch=await store.get_epoch(tx),
            event=event,
            keys=await store.keys_of_organiser(tx, event.organiser_id, clock.now() - timedelta(days=1)),
            feed=feed,
            tickets=tickets,
            scans=await store.scans_after(tx, event_id, after, _ALL),
            cases=await store.cases_after(tx, event_id, after, _ALL),
        )


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """What a stream begins with: another epoch than the reader's means that it has to begin anew."""

    epoch: UUID
    cursor: int


async def greet(db: Database, clock: Clock, caller: Caller, *, event_id: UUID) -> Greeting:
    """The epoch and the feed's present end, for somebody who may follow it."""
    async with db.reading() as tx:
        await event_for(tx, caller, event_id)
        await store.mark_seen(tx, caller.id, clock.now())
        feed = await store.get_feed(tx, event_id) or EMPTY_FEED
        return Greeting(epoch=await store.get_epoch(tx), cursor=feed.last_seq)


async def follow(
    db: Database, bells: Bells, *, event_id: UUID, after: int, greeting: Greeting | None = None
) -> AsyncIterator[StreamEvent | None]:
    """What is committed to the event's feed after the cursor, in its order; None when nothing is new."""
    headcount: int | None = None
    if greeting is not None:
        yield StreamEvent("hello", greeting)
    while True:
        async with db.reading() as tx:
            feed = await store.get_feed(tx, event_id) or EMPTY_FEED
            changes, after = await _changes(tx, event_id, after, feed.last_seq)
        for seq, name, row in changes:
            yield StreamEvent(name, row, str(seq))
        if after >= feed.last_seq and feed.headcount != headcount:
            headcount = feed.headcount
            yield StreamEvent("headcount", {"headcount": headcount}, str(after))
        if not changes:
            yield None
            await bells.wait(event_id)


async def _changes(
    tx: Connection, event_id: UUID, after: int, until: int
) -> tuple[list[tuple[int, str, Any]], int]:
    """The changes in (after, until], or as many as fit at once, and the cursor behind them."""
    if after >= until:
        return [], after
    limit = _STREAMED_AT_ONCE
    scans = await store.scans_after(tx, event_id, after, limit)
    tickets = await store.tickets_after(tx, event_id, after, limit)
    cases = await store.cases_after(tx, event_id, after, limit)
    event: EventRow | None = await store.event_after(tx, event_id, after)
    changes: list[tuple[int, str, Any]] = [
        *((row.server_seq, "scan", row) for row in scans),
        *((row.seq, "ticket", row) for row in tickets),
        *((row.seq, "case", row) for row in cases),
        *((row.seq, "event", row) for row in (event,) if row is not None),
    ]
    for rows in (scans, tickets, cases):
        if len(rows) == limit:  # there is more behind the last one, which must not be overtaken
            last: Any = rows[-1]
            until = min(until, last.server_seq if isinstance(last, ScanRow) else last.seq)
    return sorted((change for change in changes if change[0] <= until), key=lambda change: change[0]), until


async def night(db: Database, caller: Caller, *, event_id: UUID, now: datetime) -> Night:
    """What each gate let in, in all and within the last 10 minutes, and which devices are at work."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        counts = await store.gate_counts(tx, event_id, now - _LATELY)
        return Night(
            event=event,
            feed=await store.get_feed(tx, event_id) or EMPTY_FEED,
            counts={count.gate_id: count for count in counts},
            devices=await store.devices_of_event(tx, event_id),
        )


async def log_of(
    db: Database, caller: Caller, *, event_id: UUID, before: int | None, limit: int
) -> tuple[Event, list[LogRow]]:
    """The log, newest first, from below the cursor `before`."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        return event, await store.scans_before(tx, event_id, before, limit)


async def find_tickets(
    db: Database, caller: Caller, *, event_id: UUID, query: str, limit: int
) -> tuple[Event, list[FoundTicket]]:
    """Tickets whose holder's name contains the words, or whose order code begins with them."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        holder = f"%{_escaped(query.strip())}%"
        order_code = f"{_escaped(normalise_code(query))}%"
        return event, await store.find_tickets(tx, event_id, holder, order_code, limit)


async def cases_of(
    db: Database, caller: Caller, *, event_id: UUID, before: UUID | None, limit: int
) -> tuple[Event, list[CaseWithScans]]:
    """The event's cases, newest first, each with its scans."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        cases = await store.cases_of_event(tx, event_id, before, limit)
        scans = await store.scans_of_cases(tx, [id for case in cases for id in case.scan_ids])
    known = [
        CaseWithScans(case=case, scans=[scan for scan in scans if scan.scan_id in case.scan_ids])
        for case in cases
    ]
    return event, known


def _escaped(text: str) -> str:
    """The text with LIKE's wildcards taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
