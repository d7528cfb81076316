"""The only SQL of publishing: every function is a query in sql/*.sql."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.catalogue import EventFact
from brama.contracts.identity import OrganiserChanged
from brama.contracts.sales import AvailabilityChanged
from brama.kernel.database import Connection, Transaction
from brama.kernel.queries import Queries
from brama.services.publishing.domain import FRONT_ID, Due, DueKind


class ToldOrganiser(msgspec.Struct, frozen=True):
    """A row that holds what identity told."""

    told: OrganiserChanged


class ToldEvent(msgspec.Struct, frozen=True):
    """A row that holds what the catalogue told."""

    told: EventFact


class ToldAvailability(msgspec.Struct, frozen=True):
    """A row that holds what sales told."""

    told: AvailabilityChanged


SQL = Queries.of(__package__)

_put_organiser = SQL.execute("put_organiser")
_put_event = SQL.execute("put_event")
_put_availability = SQL.execute("put_availability")
_find_organiser = SQL.maybe(ToldOrganiser, "find_organiser")
_all_organisers = SQL.all(ToldOrganiser, "all_organisers")
_find_event = SQL.maybe(ToldEvent, "find_event")
_find_availability = SQL.maybe(ToldAvailability, "find_availability")
_availability_of_public = SQL.all(ToldAvailability, "availability_of_public")
_public_events = SQL.all(ToldEvent, "public_events")
public_event_ids = SQL.all(UUID, "public_event_ids")
public_event_ids_of = SQL.all(UUID, "public_event_ids_of")
turning_events = SQL.all(UUID, "turning_events")
set_turn = SQL.execute("set_turn")

_mark_due = SQL.execute("mark_due")
take_due = SQL.maybe(Due, "take_due")
postpone_due = SQL.execute("postpone_due")
made_with = SQL.value(str, "made_with")
set_made_with = SQL.execute("set_made_with")


async def put_organiser(tx: Transaction, told: OrganiserChanged) -> bool:
    """Keep what identity told; False when it is not newer."""
    return await _put_organiser(tx, UUID(told.aggregate_id), told.aggregate_version, told.slug, told) == 1


async def put_event(tx: Transaction, told: EventFact, turns_at: datetime | None) -> bool:
    """Keep what the catalogue told; False when it is not newer."""
    return (
        await _put_event(
            tx,
            told.event_id,
            told.aggregate_version,
            told.organiser_id,
            told.slug,
            told.published_at is not None,
            told.starts_at,
            told.ends_at,
            turns_at,
            told,
        )
        == 1
    )


async def put_availability(tx: Transaction, told: AvailabilityChanged) -> bool:
    """Keep what sales told; False when it is not newer."""
    return await _put_availability(tx, told.event_id, told.aggregate_version, told.organiser_id, told) == 1


async def find_organiser(tx: Connection, organiser_id: UUID) -> OrganiserChanged | None:
    """An organiser as identity told."""
    row = await _find_organiser(tx, organiser_id)
    return row.told if row else None


async def all_organisers(tx: Connection) -> list[OrganiserChanged]:
    """Every organiser."""
    return [row.told for row in await _all_organisers(tx)]


async def find_event(tx: Connection, event_id: UUID) -> EventFact | None:
    """An event as the catalogue told."""
    row = await _find_event(tx, event_id)
    return row.told if row else None


async def find_availability(tx: Connection, event_id: UUID) -> AvailabilityChanged | None:
    """An event's places as sales told."""
    row = await _find_availability(tx, event_id)
    return row.told if row else None


async def public_events(tx: Connection) -> list[EventFact]:
    """Every event that has a page, soonest first."""
    return [row.told for row in await _public_events(tx)]


async def availability_of_public(tx: Connection) -> dict[UUID, AvailabilityChanged]:
    """What sales told of every event that has a page, by event."""
    return {row.told.event_id: row.told for row in await _availability_of_public(tx)}


async def mark_due(tx: Transaction, kind: DueKind, at: datetime, subject_id: UUID = FRONT_ID) -> None:
    """Files of a subject have to be written."""
    await _mark_due(tx, kind.value, subject_id, at)
