"""The catalogue's things, as they are stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from brama.contracts.common import LocalText


class EventState(StrEnum):
    """draft → published → cancelled; a draft may be cancelled too, nothing comes back."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Venue(msgspec.Struct, frozen=True, kw_only=True):
    """Where events happen."""

    id: UUID
    organiser_id: UUID
    version: int
    name: LocalText
    address: LocalText
    time_zone: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event without its parts. `version` counts every change of the event or of any of its parts."""

    id: UUID
    number: int
    organiser_id: UUID
    version: int
    slug: str
    state: EventState
    title: LocalText
    description: LocalText
    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    currency: str
    age_limit: int
    capacity: int | None
    poster_digest: str | None
    poster_url: str | None
    created_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None

    @property
    def is_draft(self) -> bool:
        """Nobody outside the team has seen it."""
        return self.state is EventState.DRAFT


def drafted(event_id: UUID, number: int, fields: dict[str, Any], *, now: datetime) -> Event:
    """A new event from the fields that people fill in."""
    return Event(
        id=event_id,
        number=number,
        version=1,
        state=EventState.DRAFT,
        created_at=now,
        published_at=None,
        cancelled_at=None,
        cancel_reason=None,
        **fields,
    )


class TicketType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of ticket. `product_number` (1–255) stands in the ticket's code and is never given twice."""

    id: UUID
    event_id: UUID
    organiser_id: UUID
    product_number: int
    name: LocalText
    description: LocalText
    price_minor: int
    quantity: int
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int
    position: int
    archived_at: datetime | None


class CheckInList(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket types are admitted; `ticket_type_ids` None admits all, those to come too."""

    id: UUID
    event_id: UUID
    organiser_id: UUID
    name: str
    ticket_type_ids: list[UUID] | None
    allow_multiple_entries: bool
    allow_entry_after_exit: bool


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A place where tickets are scanned."""

    id: UUID
    event_id: UUID
    organiser_id: UUID
    name: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """An event, whole."""

    event: Event
    venue: Venue
    ticket_types: list[TicketType]
    check_in_lists: list[CheckInList]
    gates: list[Gate]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture in the public blob store; `url` is a path under the public origin."""

    digest: str
    url: str
    content_type: str
    width: int
    height: int


class OrganiserName(msgspec.Struct, frozen=True, kw_only=True):
    """How an organiser is called, as identity said."""

    id: UUID
    slug: str
    name: LocalText
    mark: str
