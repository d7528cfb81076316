"""What a ticket is, and what becomes of it. Pure: keys, random ids and moments are passed in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from brama.contracts.catalogue import VenueSheet
from brama.contracts.common import Locale, LocalText, OrderLine
from brama.contracts.ticketing import TicketState
from brama.shared import ticket_code

# Guests come early and events run late: the signed hours are wider than the printed ones.
EARLIER: Final = timedelta(hours=6)
LATER: Final = timedelta(hours=6)

REFUND: Final = "refund"
REFUNDED: Final = "refunded"


class TicketType(msgspec.Struct, frozen=True):
    """What ticketing keeps of a ticket type."""

    id: UUID
    product_number: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as last heard of; `key_number` names the key that signs its new tickets."""

    id: UUID
    number: int
    organiser_id: UUID
    version: int
    state: str
    slug: str
    title: LocalText
    description: LocalText
    venue: VenueSheet
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    currency: str
    age_limit: int
    poster_digest: str | None
    ticket_types: list[TicketType]
    changed_at: datetime
    key_number: int

    def product_number(self, ticket_type_id: UUID) -> int | None:
        """The byte that names a ticket type in the code; None when the event as known has no such type."""
        return next((kind.product_number for kind in self.ticket_types if kind.id == ticket_type_id), None)


class Organiser(msgspec.Struct, frozen=True):
    """Who gives the event; `mark` is the short name set in type."""

    id: UUID
    name: LocalText
    mark: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A paid order, as far as its tickets need it. `version` counts what was said of its tickets.

    `pdf_of` names what the PDF `pdf_digest` shows, see `print_name`.
    """

    code: str
    event_id: UUID
    event_number: int
    organiser_id: UUID
    version: int
    locale: Locale
    has_email: bool
    currency: str
    correlation_id: str
    issued_at: datetime
    pdf_digest: str | None
    pdf_of: str | None


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A place at an event. `line` and `place` are its position within the order, both from 0.

    `refund_id` is a refund under way, `blocked_reason` a member of staff's: each blocks by itself.
    """

    id: UUID
    order_code: str
    event_id: UUID
    event_number: int
    organiser_id: UUID
    line: int
    place: int
    ticket_type_id: UUID
    product_number: int
    type_name: LocalText
    price_minor: int
    holder: str | None
    code_id: str
    revision: int
    version: int
    code: str
    refund_id: UUID | None = None
    blocked_reason: str | None = None
    revoked_reason: str | None = None

    @property
    def state(self) -> TicketState:
        """Revoked is for good and wins; blocked is for now."""
        if self.revoked_reason is not None:
            return "revoked"
        return "blocked" if self.refund_id is not None or self.blocked_reason is not None else "valid"

    @property
    def reason(self) -> str | None:
        """Why it does not admit; None while it does."""
        return self.revoked_reason or (REFUND if self.refund_id else self.blocked_reason)


class SigningKey(msgspec.Struct, frozen=True):
    """The private key of an event under its number."""

    number: int
    private: Ed25519PrivateKey


class Place(msgspec.Struct, frozen=True):
    """One ticket to be issued."""

    line: int
    place: int
    sold: OrderLine
    holder: str | None


def places(lines: Sequence[OrderLine], buyer_name: str) -> Iterator[Place]:
    """Every place of an order; who is not named comes under the buyer's name, if there is one."""
    for line, sold in enumerate(lines):
        for place in range(sold.quantity):
            named = sold.holders[place] if place < len(sold.holders) else None
            yield Place(line, place, sold, named or buyer_name or None)


def issue(
    order: Order,
    event: Event,
    wanted: Iterable[Place],
    key: SigningKey,
    *,
    new_id: Callable[[], UUID],
    random_bytes: Callable[[int], bytes],
) -> list[Ticket]:
    """The tickets of an order, signed.

    Raises:
        LookupError: a ticket type is not one of the event as known.
    """
    tickets = []
    for each in wanted:
        product = event.product_number(each.sold.ticket_type_id)
        if product is None:
            raise LookupError(f"ticket type {each.sold.ticket_type_id}")
        code_id = random_bytes(8)
        ticket = Ticket(
            id=new_id(), order_code=order.code, event_id=event.id, event_number=event.number,
            organiser_id=event.organiser_id, line=each.line, place=each.place,
            ticket_type_id=each.sold.ticket_type_id, product_number=product, type_name=each.sold.name,
            price_minor=each.sold.unit_price_minor, holder=each.holder, code_id=code_id.hex(), revision=0,
            version=1, code=signed_code(event, key, code_id, product=product, revision=0),
        )  # fmt: skip
        tickets.append(ticket)
    return tickets


def signed_code(event: Event, key: SigningKey, code_id: bytes, *, product: int, revision: int) -> str:
    """The text of the QR code. No zone is named: the gate's check-in list decides by product."""
    payload = ticket_code.Payload(
        event_number=event.number,
        key_id=key.number,
        ticket_id=code_id,
        revision=revision,
        product=product,
        zones=0,
        valid_from_h=ticket_code.hour_from(event.doors_at - EARLIER),
        valid_until_h=ticket_code.hour_until(event.ends_at + LATER),
    )
    return ticket_code.encode(payload, ticket_code.sign(payload, key.private))


def changed(ticket: Ticket, **fields: object) -> Ticket:
    """The ticket with some fields changed, one version on; the very same when nothing changes."""
    after = replace(ticket, **fields)
    return ticket if after == ticket else replace(after, version=ticket.version + 1)


def block_for_refund(ticket: Ticket, refund_id: UUID) -> Ticket:
    """Keep the ticket out of the gate while its money may go back; a dead one stays as it is."""
    return ticket if ticket.revoked_reason else changed(ticket, refund_id=refund_id)


def release_from_refund(ticket: Ticket, refund_id: UUID) -> Ticket:
    """The refund failed: the ticket lives again, unless staff block it or another refund does."""
    return changed(ticket, refund_id=None) if ticket.refund_id == refund_id else ticket


def revoke(ticket: Ticket, reason: str) -> Ticket:
    """The end of a ticket; the first reason stays."""
    return ticket if ticket.revoked_reason else changed(ticket, revoked_reason=reason, refund_id=None)


def print_name(tickets: Iterable[Ticket], event: Event) -> str:
    """Names what a PDF of an order made now would show: it is made anew when this changes."""
    return f"{sum(ticket.version for ticket in tickets)}.{event.version}"
