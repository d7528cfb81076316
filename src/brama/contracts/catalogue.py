"""What the catalogue says: events, each time whole."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import LocalText
from brama.kernel.facts import Fact, fact

EventState = Literal["draft", "published", "cancelled"]


class TicketTypeSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type as it is sold. `product_number` (1–255) stands in the ticket's code."""

    id: UUID
    product_number: int
    name: LocalText
    description: LocalText
    price_minor: int
    quantity: int
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int
    position: int


class CheckInListSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket types a gate admits, and under which rules."""

    id: UUID
    name: str
    ticket_type_ids: list[UUID]
    allow_multiple_entries: bool
    allow_entry_after_exit: bool


class GateSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A place where tickets are scanned."""

    id: UUID
    name: str


class VenueSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event happens."""

    id: UUID
    name: LocalText
    address: LocalText
    time_zone: str


class EventFact(Fact, frozen=True, kw_only=True):
    """An event, whole: base of the facts below. The aggregate is the event's id.

    `poster_url` is a path under the public origin, None when the poster draws itself from the id;
    `poster_digest` names it in the public blob store. `age_limit` is in years, 0 for none.
    """

    event_id: UUID
    slug: str
    state: EventState
    title: LocalText
    description: LocalText
    venue: VenueSheet
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    currency: str
    age_limit: int
    poster_url: str | None
    poster_digest: str | None
    capacity: int | None
    ticket_types: list[TicketTypeSheet]
    check_in_lists: list[CheckInListSheet]
    gates: list[GateSheet]
    published_at: datetime | None
    cancelled_at: datetime | None


@fact("catalogue.event.published.v1")
class EventPublished(EventFact, frozen=True, kw_only=True):
    """An event went public."""


@fact("catalogue.event.changed.v1")
class EventChanged(EventFact, frozen=True, kw_only=True):
    """An event changed; said of drafts too (`state` tells)."""


@fact("catalogue.event.cancelled.v1")
class EventCancelled(EventFact, frozen=True, kw_only=True):
    """An event will not happen."""
