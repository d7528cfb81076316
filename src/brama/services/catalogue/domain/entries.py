"""What people enter: the bodies of requests. An edit leaves alone whatever it does not name."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from brama.contracts.common import LocalText
from brama.kernel.money import Money

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NOTHING = LocalText(uk="")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body: a field that nobody knows is an error, not a guess."""

    def given(self) -> dict[str, Any]:
        """The fields that the request names."""
        pairs = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: value for name, value in pairs if value is not UNSET}


class VenueEntry(Entry, frozen=True, kw_only=True):
    """A new venue. An address in one language is a plain text."""

    organiser_id: UUID
    name: LocalText
    address: str | LocalText
    time_zone: str = "Europe/Kyiv"


class VenueEdit(Entry, frozen=True, kw_only=True):
    """New words for a venue."""

    name: LocalText | UnsetType = UNSET
    address: str | LocalText | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET


class EventEntry(Entry, frozen=True, kw_only=True):
    """A new event. Doors open at the start, in the venue's zone, when nothing else is said."""

    organiser_id: UUID
    slug: str
    title: LocalText
    venue_id: UUID
    starts_at: Moment
    ends_at: Moment
    currency: str
    description: LocalText = NOTHING
    doors_at: Moment | None = None
    time_zone: str | None = None
    age_limit: int = 0
    capacity: int | None = None
    poster_digest: str | None = None


class EventEdit(Entry, frozen=True, kw_only=True):
    """New values for an event's own fields; `poster_digest` null brings back the drawn poster."""

    slug: str | UnsetType = UNSET
    title: LocalText | UnsetType = UNSET
    description: LocalText | UnsetType = UNSET
    venue_id: UUID | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType = UNSET
    doors_at: Moment | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    age_limit: int | UnsetType = UNSET
    capacity: int | UnsetType | None = UNSET
    poster_digest: str | UnsetType | None = UNSET


class Cancellation(Entry, frozen=True, kw_only=True):
    """Why an event will not happen; the team reads it, guests do not. The admin app always asks."""

    reason: str | None = None


class TicketTypeEntry(Entry, frozen=True, kw_only=True):
    """A new ticket type; without a position it goes last."""

    name: LocalText
    price: Money
    quantity: int
    description: LocalText = NOTHING
    sale_from: Moment | None = None
    sale_until: Moment | None = None
    max_per_order: int = 10
    position: int | None = None


class TicketTypeEdit(Entry, frozen=True, kw_only=True):
    """New values for a ticket type."""

    name: LocalText | UnsetType = UNSET
    price: Money | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    description: LocalText | UnsetType = UNSET
    sale_from: Moment | UnsetType | None = UNSET
    sale_until: Moment | UnsetType | None = UNSET
    max_per_order: int | UnsetType = UNSET
    position: int | UnsetType = UNSET


class CheckInListEntry(Entry, frozen=True, kw_only=True):
    """A new check-in list; without ticket types it admits all, those to come too."""

    name: str
    ticket_type_ids: list[UUID] | None = None
    allow_multiple_entries: bool = False
    allow_entry_after_exit: bool = True


class CheckInListEdit(Entry, frozen=True, kw_only=True):
    """New values for a check-in list."""

    name: str | UnsetType = UNSET
    ticket_type_ids: list[UUID] | UnsetType | None = UNSET
    allow_multiple_entries: bool | UnsetType = UNSET
    allow_entry_after_exit: bool | UnsetType = UNSET


class GateEntry(Entry, frozen=True, kw_only=True):
    """A gate's name; a new gate or a new name."""

    name: str


def address_of(entered: str | LocalText) -> LocalText:
    """An address in both languages; a plain text is the Ukrainian one."""
    return LocalText(uk=entered) if isinstance(entered, str) else entered
