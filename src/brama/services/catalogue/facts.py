"""From the catalogue's things to what others hear."""

from datetime import datetime
from typing import Any
from uuid import UUID

from brama.contracts import audit, catalogue
from brama.kernel.access import Caller
from brama.kernel.ids import new_id
from brama.services.catalogue.domain import CheckInList, Event, Sheet, TicketType, Venue


def event_published(sheet: Sheet, *, at: datetime) -> catalogue.EventPublished:
    """The event went public."""
    return catalogue.EventPublished(**_whole(sheet, at))


def event_changed(sheet: Sheet, *, at: datetime) -> catalogue.EventChanged:
    """The event changed, a draft too."""
    return catalogue.EventChanged(**_whole(sheet, at))


def event_cancelled(sheet: Sheet, *, at: datetime) -> catalogue.EventCancelled:
    """The event will not happen."""
    return catalogue.EventCancelled(**_whole(sheet, at))


def event_action(
    caller: Caller, event: Event, action: str, details: dict[str, str], *, at: datetime
) -> audit.CatalogueActionRecorded:
    """Who did what to an event or to one of its parts, for the audit trail."""
    return audit.CatalogueActionRecorded(
        **_by(caller, at, event.organiser_id),
        event_number=event.number,
        action=action,
        subject_kind="event",
        subject_id=str(event.id),
        details={"slug": event.slug, **details},
    )


def venue_action(caller: Caller, venue: Venue, action: str, *, at: datetime) -> audit.CatalogueActionRecorded:
    """Who did what to a venue, for the audit trail."""
    return audit.CatalogueActionRecorded(
        **_by(caller, at, venue.organiser_id),
        action=action,
        subject_kind="venue",
        subject_id=str(venue.id),
        details={"name": venue.name.uk},
    )


def _by(caller: Caller, at: datetime, organiser_id: UUID) -> dict[str, Any]:
    return {
        "aggregate_id": str(new_id()),
        "aggregate_version": 1,
        "occurred_at": at,
        "organiser_id": organiser_id,
        "actor_kind": caller.kind,
        "actor_id": caller.id,
        "actor_name": caller.name,
    }


def _whole(sheet: Sheet, at: datetime) -> dict[str, Any]:
    event = sheet.event
    return {
        "aggregate_id": str(event.id),
        "aggregate_version": event.version,
        "occurred_at": at,
        "organiser_id": event.organiser_id,
        "event_number": event.number,
        "event_id": event.id,
        "slug": event.slug,
        "state": event.state.value,
        "title": event.title,
        "description": event.description,
        "venue": venue_sheet(sheet.venue),
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "doors_at": event.doors_at,
        "time_zone": event.time_zone,
        "currency": event.currency,
        "age_limit": event.age_limit,
        "poster_url": event.poster_url,
        "poster_digest": event.poster_digest,
        "capacity": event.capacity,
        "ticket_types": [ticket_type_sheet(each) for each in sheet.ticket_types],
        "check_in_lists": [check_in_list_sheet(each, sheet.ticket_types) for each in sheet.check_in_lists],
        "gates": [catalogue.GateSheet(id=gate.id, name=gate.name) for gate in sheet.gates],
        "published_at": event.published_at,
        "cancelled_at": event.cancelled_at,
    }


def venue_sheet(venue: Venue) -> catalogue.VenueSheet:
    """A venue as others see it."""
    return catalogue.VenueSheet(
        id=venue.id, name=venue.name, address=venue.address, time_zone=venue.time_zone
    )


def ticket_type_sheet(ticket_type: TicketType) -> catalogue.TicketTypeSheet:
    """A ticket type as others see it; an archived one stays, with its sale ended."""
    return catalogue.TicketTypeSheet(
        id=ticket_type.id,
        product_number=ticket_type.product_number,
        name=ticket_type.name,
        description=ticket_type.description,
        price_minor=ticket_type.price_minor,
        quantity=ticket_type.quantity,
        sale_from=ticket_type.sale_from,
        sale_until=ticket_type.sale_until,
        max_per_order=ticket_type.max_per_order,
        position=ticket_type.position,
    )


def check_in_list_sheet(each: CheckInList, types: list[TicketType]) -> catalogue.CheckInListSheet:
    """A check-in list as others see it: "all" is spelt out."""
    ids = each.ticket_type_ids
    return catalogue.CheckInListSheet(
        id=each.id,
        name=each.name,
        ticket_type_ids=[ticket_type.id for ticket_type in types] if ids is None else ids,
        allow_multiple_entries=each.allow_multiple_entries,
        allow_entry_after_exit=each.allow_entry_after_exit,
    )
