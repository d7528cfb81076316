"""Facts are kept whole, newest only, and mark what has to be written."""

from datetime import datetime

from brama.contracts.catalogue import EventFact
from brama.contracts.identity import OrganiserChanged
from brama.contracts.sales import AvailabilityChanged
from brama.kernel.database import Transaction
from brama.services.publishing import domain, store
from brama.services.publishing.domain import DueKind


async def hear_event(tx: Transaction, told: EventFact, *, now: datetime) -> None:
    """Keep an event; one that was ever public marks its files and every list it stands in."""
    if not await store.put_event(tx, told, domain.next_turn(told, now=now)):
        return
    if told.published_at is None:
        return
    await store.mark_due(tx, DueKind.EVENT, now, told.event_id)
    await _mark_lists(tx, told, now)


async def hear_organiser(tx: Transaction, told: OrganiserChanged, *, now: datetime) -> None:
    """Keep an organiser; its name stands on all its pages."""
    if not await store.put_organiser(tx, told):
        return
    organiser_id = told.organiser_id
    if organiser_id is not None:
        for event_id in await store.public_event_ids_of(tx, organiser_id):
            await store.mark_due(tx, DueKind.EVENT, now, event_id)
        await store.mark_due(tx, DueKind.ORGANISER, now, organiser_id)
    await store.mark_due(tx, DueKind.FRONT, now)


async def hear_availability(tx: Transaction, told: AvailabilityChanged, *, now: datetime) -> None:
    """Keep what can be had; the page and the lists are written anew only when their own words change."""
    before = await store.find_availability(tx, told.event_id)
    if not await store.put_availability(tx, told):
        return
    await store.mark_due(tx, DueKind.AVAILABILITY, now, told.event_id)
    if domain.public_words(before) == domain.public_words(told):
        return
    event = await store.find_event(tx, told.event_id)
    if event is not None and event.published_at is not None:
        await store.mark_due(tx, DueKind.EVENT, now, told.event_id)
        await _mark_lists(tx, event, now)


async def _mark_lists(tx: Transaction, event: EventFact, now: datetime) -> None:
    if event.organiser_id is not None:
        await store.mark_due(tx, DueKind.ORGANISER, now, event.organiser_id)
    await store.mark_due(tx, DueKind.FRONT, now)
