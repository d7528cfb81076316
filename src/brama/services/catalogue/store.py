"""The only SQL of the catalogue: every function is a query in sql/*.sql."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.identity import OrganiserChanged
from brama.kernel.database import Transaction
from brama.kernel.queries import Queries
from brama.services.catalogue import errors
from brama.services.catalogue.domain import (
    CheckInList,
    Event,
    Gate,
    OrganiserName,
    Picture,
    TicketType,
    Venue,
)

SQL = Queries.of(__package__)

# The order of the parameters in sql/events.sql.
_NEW_EVENT = [
    "id",
    "number",
    "organiser_id",
    "version",
    "slug",
    "state",
    "title",
    "description",
    "venue_id",
    "starts_at",
    "ends_at",
    "doors_at",
    "time_zone",
    "currency",
    "age_limit",
    "capacity",
    "poster_digest",
    "poster_url",
    "created_at",
]
_EVENT = [
    "id",
    "version",
    "slug",
    "state",
    "title",
    "description",
    "venue_id",
    "starts_at",
    "ends_at",
    "doors_at",
    "time_zone",
    "currency",
    "age_limit",
    "capacity",
    "poster_digest",
    "poster_url",
    "published_at",
    "cancelled_at",
    "cancel_reason",
]

_add_venue = SQL.execute("add_venue")
get_venue = SQL.one(Venue, "get_venue", missing=errors.VenueNotFound)
lock_venue = SQL.one(Venue, "lock_venue", missing=errors.VenueNotFound)
_set_venue = SQL.execute("set_venue")
venues_of = SQL.all(Venue, "venues_of")
event_ids_at = SQL.all(UUID, "event_ids_at")

_SLUG: dict[str, type[Exception]] = {"event_slug_taken": errors.SlugTaken}
_add_event = SQL.execute("add_event", violations=_SLUG)
next_event_number = SQL.value(int, "next_event_number")
get_event = SQL.one(Event, "get_event", missing=errors.EventNotFound)
lock_event = SQL.one(Event, "lock_event", missing=errors.EventNotFound)
_set_event = SQL.execute("set_event", violations=_SLUG)
id_of_slug = SQL.maybe(UUID, "id_of_slug")
events_of = SQL.all(Event, "events_of")

ticket_types_of = SQL.all(TicketType, "ticket_types_of")
_put_ticket_type = SQL.execute("put_ticket_type")
delete_ticket_type = SQL.execute("delete_ticket_type")
check_in_lists_of = SQL.all(CheckInList, "check_in_lists_of")
_put_check_in_list = SQL.execute("put_check_in_list")
delete_check_in_list = SQL.execute("delete_check_in_list")
gates_of = SQL.all(Gate, "gates_of")
_put_gate = SQL.execute("put_gate")
delete_gate = SQL.execute("delete_gate")

_add_picture = SQL.execute("add_picture")
find_picture = SQL.maybe(Picture, "find_picture")

_put_organiser = SQL.execute("put_organiser")
organisers_among = SQL.all(OrganiserName, "organisers_among")


async def add_venue(tx: Transaction, venue: Venue, at: datetime) -> None:
    """A new venue."""
    await _add_venue(tx, venue.id, venue.organiser_id, venue.name, venue.address, venue.time_zone, at)


async def set_venue(tx: Transaction, venue: Venue) -> None:
    """All of a venue's fields."""
    await _set_venue(tx, venue.id, venue.version, venue.name, venue.address, venue.time_zone)


async def add_event(tx: Transaction, event: Event) -> None:
    """A new draft.

    Raises:
        SlugTaken: another event took the address in this very moment.
    """
    await _add_event(tx, *(getattr(event, name) for name in _NEW_EVENT))


async def set_event(tx: Transaction, event: Event) -> None:
    """All of an event's own fields, its version too."""
    await _set_event(tx, *(getattr(event, name) for name in _EVENT))


async def put_ticket_type(tx: Transaction, ticket_type: TicketType) -> None:
    """A new ticket type, or all fields of one that exists."""
    await _put_ticket_type(tx, *msgspec.structs.astuple(ticket_type))


async def put_check_in_list(tx: Transaction, check_in_list: CheckInList) -> None:
    """A new check-in list, or all fields of one that exists."""
    await _put_check_in_list(tx, *msgspec.structs.astuple(check_in_list))


async def put_gate(tx: Transaction, gate: Gate) -> None:
    """A new gate, or a new name."""
    await _put_gate(tx, *msgspec.structs.astuple(gate))


async def add_picture(tx: Transaction, picture: Picture, at: datetime) -> None:
    """A stored picture; the same again changes nothing."""
    await _add_picture(tx, *msgspec.structs.astuple(picture), at)


async def put_organiser(tx: Transaction, organiser: OrganiserChanged) -> None:
    """What identity said last of an organiser; an older word changes nothing."""
    await _put_organiser(
        tx,
        UUID(organiser.aggregate_id),
        organiser.aggregate_version,
        organiser.slug,
        organiser.name,
        organiser.mark,
    )
