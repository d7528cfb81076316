"""What a page says at a given moment; no I/O, no clock."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from brama.contracts.catalogue import EventFact, TicketTypeSheet
from brama.contracts.identity import OrganiserChanged
from brama.contracts.sales import AvailabilityChanged, AvailabilityState, TypeAvailability
from brama.kernel.money import Money


class DueKind(StrEnum):
    """What is written together."""

    EVENT = "event"
    AVAILABILITY = "availability"
    ORGANISER = "organiser"
    FRONT = "front"


# The front pages are one subject.
FRONT_ID = UUID(int=0)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Files that have to be written, and since when."""

    kind: DueKind
    subject_id: UUID
    since: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type as the public may know it now; never how many are left."""

    ticket_type: TicketTypeSheet
    state: AvailabilityState
    price: Money


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its organiser (None while identity has not told) and what can be had, at one moment.

    `as_of` is when what can be had last changed, so that the same facts always give the same files.
    """

    event: EventFact
    organiser: OrganiserChanged | None
    offers: list[Offer]
    now: datetime
    as_of: datetime

    @property
    def is_over(self) -> bool:
        """The event has ended."""
        return self.event.ends_at <= self.now

    @property
    def is_cancelled(self) -> bool:
        """The event will not happen."""
        return self.event.state == "cancelled"

    @property
    def is_on_sale(self) -> bool:
        """Something can be bought now or later."""
        return any(offer.state != "ended" for offer in self.offers)

    @property
    def lowest_price(self) -> Money | None:
        """The least that a ticket costs, of those that can be had; None when there are none."""
        prices = [offer.price for offer in self.offers if offer.state not in ("ended", "sold_out")]
        return min(prices, key=lambda price: price.minor, default=None)


def night_of(
    event: EventFact, organiser: OrganiserChanged | None, told: AvailabilityChanged | None, *, now: datetime
) -> Night:
    """The event as the public may know it at `now`."""
    offers = [_offer(event, ticket_type, told, now) for ticket_type in _in_order(event)]
    said = [event.occurred_at] if told is None else [event.occurred_at, told.occurred_at]
    turned = [moment for moment in _turns(event) if moment <= now]
    return Night(event=event, organiser=organiser, offers=offers, now=now, as_of=max(said + turned))


def _in_order(event: EventFact) -> list[TicketTypeSheet]:
    return sorted(event.ticket_types, key=lambda each: (each.position, each.product_number))


def _offer(
    event: EventFact, ticket_type: TicketTypeSheet, told: AvailabilityChanged | None, now: datetime
) -> Offer:
    word = _word_of(told, ticket_type.id)
    price = ticket_type.price_minor
    # Of two prices the younger word wins: either service may not have heard the other's yet.
    if word is not None and told is not None and told.occurred_at >= event.occurred_at:
        price = word.price_minor
    return Offer(
        ticket_type=ticket_type,
        state=state_at(event, ticket_type, word, now=now),
        price=Money(price, event.currency),
    )


def _word_of(told: AvailabilityChanged | None, ticket_type_id: UUID) -> TypeAvailability | None:
    if told is None:
        return None
    return next((each for each in told.ticket_types if each.ticket_type_id == ticket_type_id), None)


def state_at(
    event: EventFact, ticket_type: TicketTypeSheet, word: TypeAvailability | None, *, now: datetime
) -> AvailabilityState:
    """What can be had at `now`: the sale window decides first, inside it the last word of sales."""
    closes = ticket_type.sale_until
    if event.state == "cancelled" or event.ends_at <= now or (closes is not None and closes <= now):
        return "ended"
    opens = ticket_type.sale_from
    if opens is not None and opens > now:
        return "not_yet"
    if word is None or word.state in ("not_yet", "ended"):
        # Said before the window opened, or before it was moved.
        return "available"
    return word.state


def next_turn(event: EventFact, *, now: datetime) -> datetime | None:
    """When the event's files change next by time alone, None for never."""
    return min((moment for moment in _turns(event) if moment > now), default=None)


def _turns(event: EventFact) -> list[datetime]:
    """Moments at which the event's files change by time alone."""
    moments = [event.ends_at]
    if event.state == "published":
        for ticket_type in event.ticket_types:
            moments += [each for each in (ticket_type.sale_from, ticket_type.sale_until) if each is not None]
    return moments


def public_words(told: AvailabilityChanged | None) -> dict[UUID, tuple[str, int]]:
    """What of sales' word the page itself shows: states and prices, not counts."""
    if told is None:
        return {}
    return {each.ticket_type_id: (each.state, each.price_minor) for each in told.ticket_types}


def upcoming(nights: list[Night]) -> list[Night]:
    """What a visitor may still go to, soonest first; a cancelled night stays until it would have ended."""
    return [night for night in nights if not night.is_over]


def past(nights: list[Night]) -> list[Night]:
    """What is over, the latest first; what was cancelled never was."""
    return [night for night in reversed(nights) if night.is_over and not night.is_cancelled]
