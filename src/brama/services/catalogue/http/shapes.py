"""What the catalogue answers. No defaults, so that generated clients know what is always there."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.common import LocalText
from brama.kernel.money import Money
from brama.kernel.problem import FieldError
from brama.services.catalogue import domain
from brama.services.catalogue.http.common import in_words


class VenueView(msgspec.Struct, frozen=True, kw_only=True):
    """A venue."""

    id: UUID
    organiser_id: UUID
    version: int
    name: LocalText
    address: LocalText
    time_zone: str


class OrganiserView(msgspec.Struct, frozen=True, kw_only=True):
    """How an event's organiser is called."""

    id: UUID
    slug: str
    name: LocalText
    mark: str


class TicketTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type."""

    id: UUID
    event_id: UUID
    product_number: int
    name: LocalText
    description: LocalText
    price: Money
    quantity: int
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int
    position: int
    is_archived: bool


class CheckInListView(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in list; `admits_all` takes in ticket types that are still to come."""

    id: UUID
    event_id: UUID
    name: str
    ticket_type_ids: list[UUID]
    admits_all: bool
    allow_multiple_entries: bool
    allow_entry_after_exit: bool


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """A gate."""

    id: UUID
    event_id: UUID
    name: str


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """An event in a list."""

    id: UUID
    number: int
    organiser_id: UUID
    version: int
    slug: str
    state: str
    title: LocalText
    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    currency: str
    age_limit: int
    poster_url: str | None
    page_url: str
    published_at: datetime | None
    cancelled_at: datetime | None


class EventView(EventLine, frozen=True, kw_only=True):
    """An event, whole; `missing` is what has to be done before it can be published."""

    organiser: OrganiserView | None
    description: LocalText
    capacity: int | None
    poster_digest: str | None
    created_at: datetime
    cancel_reason: str | None
    venue: VenueView
    ticket_types: list[TicketTypeView]
    check_in_lists: list[CheckInListView]
    gates: list[GateView]
    missing: list[FieldError]


class PictureView(msgspec.Struct, frozen=True, kw_only=True):
    """A stored picture."""

    digest: str
    url: str
    content_type: str
    width: int
    height: int


def venue_view(venue: domain.Venue) -> VenueView:
    """A venue as it is answered."""
    return VenueView(**msgspec.structs.asdict(venue))


def picture_view(picture: domain.Picture) -> PictureView:
    """A picture as it is answered."""
    return PictureView(**msgspec.structs.asdict(picture))


def ticket_type_view(ticket_type: domain.TicketType, currency: str) -> TicketTypeView:
    """A ticket type as it is answered."""
    return TicketTypeView(
        id=ticket_type.id,
        event_id=ticket_type.event_id,
        product_number=ticket_type.product_number,
        name=ticket_type.name,
        description=ticket_type.description,
        price=Money(ticket_type.price_minor, currency),
        quantity=ticket_type.quantity,
        sale_from=ticket_type.sale_from,
        sale_until=ticket_type.sale_until,
        max_per_order=ticket_type.max_per_order,
        position=ticket_type.position,
        is_archived=ticket_type.archived_at is not None,
    )


def check_in_list_view(each: domain.CheckInList, types: list[domain.TicketType]) -> CheckInListView:
    """A check-in list as it is answered: "all" is spelt out."""
    ids = each.ticket_type_ids
    return CheckInListView(
        id=each.id,
        event_id=each.event_id,
        name=each.name,
        ticket_type_ids=[ticket_type.id for ticket_type in types] if ids is None else ids,
        admits_all=ids is None,
        allow_multiple_entries=each.allow_multiple_entries,
        allow_entry_after_exit=each.allow_entry_after_exit,
    )


def gate_view(gate: domain.Gate) -> GateView:
    """A gate as it is answered."""
    return GateView(id=gate.id, event_id=gate.event_id, name=gate.name)


def event_line(event: domain.Event) -> EventLine:
    """An event as it stands in a list."""
    names = [name for name in EventLine.__struct_fields__ if name not in ("state", "page_url")]
    return EventLine(
        **{name: getattr(event, name) for name in names},
        state=event.state.value,
        page_url=f"/{event.slug}",
    )


def event_view(
    sheet: domain.Sheet, organiser: domain.OrganiserName | None, *, locale: str, now: datetime
) -> EventView:
    """An event, whole, with what is missing in the reader's words."""
    event, types = sheet.event, sheet.ticket_types
    missing = domain.missing_for_publishing(sheet, now=now) if event.is_draft else []
    return EventView(
        **msgspec.structs.asdict(event_line(event)),
        organiser=OrganiserView(**msgspec.structs.asdict(organiser)) if organiser else None,
        description=event.description,
        capacity=event.capacity,
        poster_digest=event.poster_digest,
        created_at=event.created_at,
        cancel_reason=event.cancel_reason,
        venue=venue_view(sheet.venue),
        ticket_types=[ticket_type_view(each, event.currency) for each in types],
        check_in_lists=[check_in_list_view(each, types) for each in sheet.check_in_lists],
        gates=[gate_view(each) for each in sheet.gates],
        missing=in_words(missing, locale),
    )
