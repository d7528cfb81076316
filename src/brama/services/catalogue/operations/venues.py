"""Venues."""

from uuid import UUID

import msgspec

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.ids import new_id
from brama.kernel.problem import VersionConflict
from brama.services.catalogue import domain, facts, store
from brama.services.catalogue.domain.entries import VenueEdit, VenueEntry, address_of
from brama.services.catalogue.operations.changes import refuse, settle


async def create_venue(db: Database, clock: Clock, caller: Caller, entry: VenueEntry) -> domain.Venue:
    """A place for events.

    Raises:
        EntryRefused: fields are not right.
    """
    caller.within(entry.organiser_id)
    now = clock.now()
    venue = domain.Venue(
        id=new_id(),
        organiser_id=entry.organiser_id,
        version=1,
        name=entry.name,
        address=address_of(entry.address),
        time_zone=entry.time_zone,
    )
    refuse(domain.check_venue(venue))
    async with db.transaction() as tx:
        await store.add_venue(tx, venue, now)
        await outbox.say(tx, facts.venue_action(caller, venue, "venue.added", at=now))
    return venue


async def read_venue(db: Database, caller: Caller, venue_id: UUID) -> domain.Venue:
    """A venue, for its organiser's team."""
    async with db.reading() as tx:
        venue = await store.get_venue(tx, venue_id)
    caller.within(venue.organiser_id)
    return venue


async def list_venues(
    db: Database, organiser_ids: list[UUID], *, after: UUID | None, limit: int
) -> list[domain.Venue]:
    """A page of venues, newest first."""
    async with db.reading() as tx:
        return await store.venues_of(tx, organiser_ids, after, limit)


async def edit_venue(
    db: Database,
    clock: Clock,
    caller: Caller,
    venue_id: UUID,
    edit: VenueEdit,
    *,
    expected_version: int | None,
) -> domain.Venue:
    """New words for a venue; every event there that is still to come says so too.

    A new zone is for events to come: those that exist keep theirs.
    """
    now = clock.now()
    async with db.transaction() as tx:
        old = await store.lock_venue(tx, venue_id)
        caller.within(old.organiser_id)
        if expected_version is not None and expected_version != old.version:
            raise VersionConflict(current=old.version)
        given = edit.given()
        if "address" in given:
            given["address"] = address_of(given["address"])
        venue = msgspec.structs.replace(old, version=old.version + 1, **given)
        refuse(domain.check_venue(venue))
        await store.set_venue(tx, venue)
        await outbox.say(tx, facts.venue_action(caller, venue, "venue.edited", at=now))
        for event_id in await store.event_ids_at(tx, venue.id, now):
            event = await store.lock_event(tx, event_id)
            await settle(tx, event, caller, "event.venue_edited", at=now)
    return venue
