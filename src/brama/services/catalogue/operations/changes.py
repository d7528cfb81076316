"""How every change of an event goes: locked, decided, stored, told to others."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.catalogue import EventFact
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Connection, Transaction
from brama.kernel.problem import VersionConflict
from brama.services.catalogue import domain, errors, facts, store


async def whole(tx: Connection, event: domain.Event) -> domain.Sheet:
    """The event with all its parts as they stand."""
    return domain.Sheet(
        event=event,
        venue=await store.get_venue(tx, event.venue_id),
        ticket_types=await store.ticket_types_of(tx, event.id),
        check_in_lists=await store.check_in_lists_of(tx, event.id),
        gates=await store.gates_of(tx, event.id),
    )


async def open_for_change(
    tx: Transaction, caller: Caller, event_id: UUID, expected_version: int | None
) -> domain.Sheet:
    """The event, locked; nobody else changes any part of it before the commit.

    Raises:
        EventNotFound: it does not exist, or the caller has nothing to do with its organiser.
        VersionConflict: the caller saw another version.
        EventIsCancelled: it does not change any more.
    """
    event = await store.lock_event(tx, event_id)
    caller.within(event.organiser_id)
    if expected_version is not None and expected_version != event.version:
        raise VersionConflict(current=event.version)
    if event.state is domain.EventState.CANCELLED:
        raise errors.EventIsCancelled()
    return await whole(tx, event)


async def settle(
    tx: Transaction,
    event: domain.Event,
    caller: Caller,
    action: str,
    *,
    at: datetime,
    tell: Callable[..., EventFact] = facts.event_changed,
    details: dict[str, str] | None = None,
) -> domain.Sheet:
    """Store the event one version on, and say it whole and who did it."""
    event = msgspec.structs.replace(event, version=event.version + 1)
    await store.set_event(tx, event)
    sheet = await whole(tx, event)
    await outbox.say(
        tx,
        tell(sheet, at=at),
        facts.event_action(caller, event, action, details or {}, at=at),
    )
    return sheet


def refuse(faults: list[domain.Fault]) -> None:
    """Stop here when there are faults.

    Raises:
        EntryRefused: with all of them, so that a form shows them at once.
    """
    if faults:
        raise errors.EntryRefused(faults)
