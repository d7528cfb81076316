"""Events: drafted, edited, published, cancelled."""

from typing import Any
from uuid import UUID

import msgspec

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.ids import new_id
from brama.services.catalogue import domain, errors, facts, store
from brama.services.catalogue.domain.entries import Cancellation, EventEdit, EventEntry
from brama.services.catalogue.operations.changes import (
    open_for_change,
    refuse,
    settle,
    whole,
)

DEFAULT_LIST = "Усі квитки"
DEFAULT_GATE = "Вхід"


async def create_event(db: Database, clock: Clock, caller: Caller, entry: EventEntry) -> domain.Sheet:
    """Draft an event and give it its number for ever.

    The organiser may still be unknown here: a role there is enough.

    Raises:
        EntryRefused: fields are not right, the venue or the poster is not known, the slug is taken.
    """
    caller.within(entry.organiser_id)
    now = clock.now()
    async with db.transaction() as tx:
        venue = await _venue_for(tx, entry.venue_id, entry.organiser_id)
        filled = entry.given() | {
            "doors_at": entry.doors_at or entry.starts_at,
            "time_zone": entry.time_zone or venue.time_zone,
            "poster_url": await _poster_url(tx, entry.poster_digest),
        }
        event = domain.drafted(new_id(), await store.next_event_number(tx), filled, now=now)
        refuse([*domain.check_event(event), *await _slug_faults(tx, event)])
        await store.add_event(tx, event)
        sheet = await whole(tx, event)
        await outbox.say(
            tx,
            facts.event_changed(sheet, at=now),
            facts.event_action(caller, event, "event.drafted", {}, at=now),
        )
    return sheet


async def read_event(db: Database, caller: Caller, event_id: UUID) -> domain.Sheet:
    """An event, whole, for its organiser's team."""
    async with db.reading() as tx:
        event = await store.get_event(tx, event_id)
        caller.within(event.organiser_id)
        return await whole(tx, event)


async def list_events(
    db: Database,
    organiser_ids: list[UUID],
    *,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[domain.Event]:
    """A page of events, the latest start first, without their parts."""
    async with db.reading() as tx:
        return await store.events_of(tx, organiser_ids, state, after, limit)


async def edit_event(
    db: Database,
    clock: Clock,
    caller: Caller,
    event_id: UUID,
    edit: EventEdit,
    *,
    expected_version: int,
) -> domain.Sheet:
    """Change an event's own fields. Once public its address stays for ever, and its currency too.

    Raises:
        EntryRefused: fields would not be right.
        VersionConflict: somebody else changed the event since the caller looked.
    """
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, expected_version)
        given = edit.given()
        if "poster_digest" in given:
            given["poster_url"] = await _poster_url(tx, given["poster_digest"])
        if "venue_id" in given:
            await _venue_for(tx, given["venue_id"], sheet.event.organiser_id)
        event = msgspec.structs.replace(sheet.event, **given)
        refuse(
            [
                *domain.check_event(event),
                *domain.check_edit(sheet, event),
                *await _slug_faults(tx, event),
            ]
        )
        return await settle(
            tx,
            event,
            caller,
            "event.edited",
            at=clock.now(),
            details={"fields": ", ".join(sorted(edit.given()))},
        )


async def publish_event(db: Database, clock: Clock, caller: Caller, event_id: UUID) -> domain.Sheet:
    """Make an event public, with a check-in list and a gate if it has none. Again changes nothing.

    Raises:
        EntryRefused: with what is missing.
        EventIsCancelled: it will not happen.
    """
    now = clock.now()
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        if not sheet.event.is_draft:
            return sheet
        refuse(domain.missing_for_publishing(sheet, now=now))
        await _add_defaults(tx, sheet)
        event = msgspec.structs.replace(sheet.event, state=domain.EventState.PUBLISHED, published_at=now)
        return await settle(tx, event, caller, "event.published", at=now, tell=facts.event_published)


async def cancel_event(
    db: Database,
    clock: Clock,
    caller: Caller,
    event_id: UUID,
    cancellation: Cancellation,
) -> domain.Sheet:
    """Say that an event will not happen; nothing brings it back. Again changes nothing."""
    now = clock.now()
    refuse(domain.check_reason(cancellation.reason))
    async with db.transaction() as tx:
        event = await store.lock_event(tx, event_id)
        caller.within(event.organiser_id)
        if event.state is domain.EventState.CANCELLED:
            return await whole(tx, event)
        event = msgspec.structs.replace(
            event,
            state=domain.EventState.CANCELLED,
            cancelled_at=now,
            cancel_reason=cancellation.reason,
        )
        return await settle(
            tx,
            event,
            caller,
            "event.cancelled",
            at=now,
            tell=facts.event_cancelled,
            details={"reason": cancellation.reason or ""},
        )


async def _add_defaults(tx: Transaction, sheet: domain.Sheet) -> None:
    """Whoever publishes without thinking of the door still gets one."""
    place: dict[str, Any] = {
        "event_id": sheet.event.id,
        "organiser_id": sheet.event.organiser_id,
    }
    if not sheet.check_in_lists:
        await store.put_check_in_list(
            tx,
            domain.CheckInList(
                id=new_id(),
                name=DEFAULT_LIST,
                ticket_type_ids=None,
                allow_multiple_entries=False,
                allow_entry_after_exit=True,
                **place,
            ),
        )
    if not sheet.gates:
        await store.put_gate(tx, domain.Gate(id=new_id(), name=DEFAULT_GATE, **place))


async def _venue_for(tx: Connection, venue_id: UUID, organiser_id: UUID) -> domain.Venue:
    try:
        venue = await store.get_venue(tx, venue_id)
    except errors.VenueNotFound:
        venue = None
    if venue is None or venue.organiser_id != organiser_id:
        raise errors.EntryRefused([domain.Fault("/venue_id", "venue_unknown")])
    return venue


async def _poster_url(tx: Connection, digest: str | None) -> str | None:
    if digest is None:
        return None
    picture = await store.find_picture(tx, digest)
    if picture is None:
        raise errors.EntryRefused([domain.Fault("/poster_digest", "picture_unknown")])
    return picture.url


async def _slug_faults(tx: Connection, event: domain.Event) -> list[domain.Fault]:
    holder = await store.id_of_slug(tx, event.slug)
    if holder is None or holder == event.id:
        return []
    return [domain.Fault("/slug", "slug_taken", {"slug": event.slug})]
