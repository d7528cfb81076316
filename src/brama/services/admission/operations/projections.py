"""What other services say, kept as far as gates need it; and its place in the events' feeds."""

from typing import Any

import msgspec

from brama.contracts import catalogue, identity, ticketing
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.ids import new_id
from brama.services.admission import store
from brama.services.admission.domain.records import CheckInList, Gate, TicketTypeRow
from brama.services.admission.feed import Bells
from brama.services.admission.operations.ground import announce, settle, stand_on

_NEWS_AT_ONCE = 500
_THE_EVENT = ""


async def keep_epoch(db: Database) -> None:
    """Name the server's epoch at its first start."""
    async with db.transaction() as tx:
        await store.keep_epoch(tx, new_id())


async def learn_event(tx: Transaction, fact: catalogue.EventFact) -> None:
    """An event as it now is."""
    lists = [
        CheckInList(
            id=sheet.id,
            name=sheet.name,
            ticket_type_ids=sheet.ticket_type_ids,
            allow_multiple_entries=sheet.allow_multiple_entries,
            allow_entry_after_exit=sheet.allow_entry_after_exit,
        )
        for sheet in fact.check_in_lists
    ]
    types = [
        TicketTypeRow(id=sheet.id, name=sheet.name, product_number=sheet.product_number)
        for sheet in fact.ticket_types
    ]
    gates = [Gate(id=sheet.id, name=sheet.name) for sheet in fact.gates]
    applied = await store.put_event(
        tx, fact.event_id, fact.event_number, fact.organiser_id, fact.aggregate_version, fact.state,
        fact.title, fact.doors_at, fact.starts_at, fact.ends_at, fact.time_zone, fact.capacity, types, lists,
        gates, [rules.id for rules in lists],
    )  # fmt: skip
    if applied:
        await store.add_news(tx, fact.event_id, [_THE_EVENT])


async def learn_key(tx: Transaction, fact: ticketing.TicketKeyPublished) -> None:
    """A key that proves an event's tickets."""
    await store.put_key(
        tx, fact.event_number, fact.key_number, fact.event_id, fact.organiser_id, fact.public_key,
        fact.not_before, fact.not_after,
    )  # fmt: skip
    await store.add_news(tx, fact.event_id, [_THE_EVENT])


async def learn_tickets(tx: Transaction, fact: ticketing.TicketsFact) -> None:
    """Tickets as they now are."""
    sheets: Any = msgspec.to_builtins(fact.tickets)
    applied = await store.put_tickets(
        tx, sheets, fact.event_id, fact.order_code, fact.occurred_at, fact.organiser_id
    )
    if applied:
        await store.add_news(tx, fact.event_id, [ticket.code_id for ticket in fact.tickets])


async def learn_device(tx: Transaction, fact: identity.DevicePaired) -> None:
    """A device may scan."""
    await store.put_device_pairing(
        tx, fact.device_id, fact.aggregate_version, fact.organiser_id, fact.name, fact.event_ids,
        fact.gate_ids, fact.public_key,
    )  # fmt: skip


async def learn_revocation(tx: Transaction, fact: identity.DeviceRevoked) -> None:
    """A device lost its rights: what it scanned since counts for nothing."""
    await store.put_device_revocation(
        tx, fact.device_id, fact.aggregate_version, fact.organiser_id, fact.revoked_at
    )
    await store.add_news_of_device(tx, fact.device_id, fact.revoked_at)


async def take_news(db: Database, clock: Clock, bells: Bells) -> int:
    """Give what was heard of one event its place in the event's feed, and look again at what it touches.

    Lock order, as a scan has it: presences by subject, then the feed. Answers how many news it took.
    """
    async with db.transaction() as tx:
        event_id = await store.event_with_news(tx)
        if event_id is None:
            return 0
        subjects = await store.take_news(tx, event_id, _NEWS_AT_ONCE)
        if not subjects:  # another replica is at it
            return 0
        tickets = sorted(set(subjects) - {_THE_EVENT})
        if tickets:
            await store.lock_presences(tx, event_id, tickets)
        changed = await store.unnumbered_tickets(tx, event_id, tickets)
        scanned = await store.subjects_with_scans(tx, event_id, tickets)
        event = await store.find_event(tx, event_id)
        grounds = (
            [await stand_on(tx, event, subject, now=clock.now()) for subject in scanned] if event else []
        )
        for ground in grounds:
            await settle(tx, bells, ground)
        of_event = 1 if _THE_EVENT in subjects else 0
        feed = await store.advance_feed(tx, event_id, len(changed) + of_event, 0)
        await store.number_tickets(tx, changed, event_id, feed.last_seq - len(changed) - of_event)
        if of_event:
            await store.put_event_seq(tx, event_id, feed.last_seq)
        await announce(tx, bells, event_id)
        return len(subjects)
