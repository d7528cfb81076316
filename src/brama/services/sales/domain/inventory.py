"""What can be had: ticket types, and the decision of a batch of holds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import LocalText
from brama.contracts.sales import AvailabilityState, TypeAvailability
from brama.kernel.ids import new_id
from brama.services.sales import errors

_FEW = 5
_FEW_SHARE = 10  # a tenth


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as sales knows it."""

    id: UUID
    number: int
    organiser_id: UUID
    version: int
    state: str
    slug: str
    title: LocalText
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    currency: str

    def is_on_sale(self, now: datetime) -> bool:
        """Whether anything can be bought at all."""
        return self.state == "published" and now < self.ends_at


class TicketType(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type with its counters; `sold + held ≤ capacity` always."""

    id: UUID
    event_id: UUID
    name: LocalText
    price_minor: int
    capacity: int
    sold: int
    held: int
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int
    position: int
    is_on_sale: bool

    @property
    def left(self) -> int:
        """Places that nobody has or holds."""
        return self.capacity - self.sold - self.held

    def is_open(self, now: datetime) -> bool:
        """Whether the sale window is open."""
        return (
            self.is_on_sale
            and (self.sale_from is None or self.sale_from <= now)
            and (self.sale_until is None or now < self.sale_until)
        )


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a hold as asked for."""

    ticket_type_id: UUID
    quantity: int
    expected_price_minor: int | None = None


class HeldLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a hold as granted."""

    ticket_type_id: UUID
    quantity: int
    unit_price_minor: int


class HoldRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants places. `body_hash` tells a repetition from another request under the same key."""

    event_id: UUID
    lines: list[Wanted]
    principal: str
    idempotency_key: str

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of what is asked for."""
        return hashlib.sha256(msgspec.json.encode((self.event_id, self.lines))).digest()


HoldState = Literal["active", "ordered", "released", "expired"]


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Places kept for somebody until `expires_at`."""

    id: UUID
    event_id: UUID
    state: HoldState
    lines: list[HeldLine]
    total_minor: int
    currency: str
    token: str
    created_at: datetime
    expires_at: datetime
    principal: str
    idempotency_key: str
    body_hash: bytes

    def is_live(self, now: datetime) -> bool:
        """Whether an order may still come of it."""
        return self.state == "active" and now < self.expires_at


def hold_id(event_number: int) -> UUID:
    """A UUIDv7 that names its event's number in 32 of its random bits, and so its shard."""
    value = new_id().int
    return UUID(int=(value & ~(0xFFFF_FFFF << 24)) | ((event_number & 0xFFFF_FFFF) << 24))


def grant(
    event: Event | None, types: dict[UUID, TicketType], request: HoldRequest, now: datetime
) -> list[HeldLine]:
    """The lines of a hold, if everything asked for can be had.

    Raises:
        EventNotOnSale, QuantityInvalid, SaleNotOpen, LimitExceeded, PriceChanged, SoldOut: in this order.
    """
    if event is None or not event.is_on_sale(now):
        raise errors.EventNotOnSale()
    asked = [line.ticket_type_id for line in request.lines]
    if not asked or len(set(asked)) != len(asked) or any(line.quantity < 1 for line in request.lines):
        raise errors.QuantityInvalid()
    for line in request.lines:
        _check_line(event, types.get(line.ticket_type_id), line, now)
    _check_prices(event, types, request.lines)
    _check_stock(types, request.lines)
    return [
        HeldLine(
            ticket_type_id=line.ticket_type_id,
            quantity=line.quantity,
            unit_price_minor=types[line.ticket_type_id].price_minor,
        )
        for line in request.lines
    ]


def _check_line(event: Event, kind: TicketType | None, line: Wanted, now: datetime) -> None:
    if kind is None or kind.event_id != event.id:
        raise errors.SaleNotOpen(ticket_type_id=line.ticket_type_id)
    if not kind.is_open(now):
        raise errors.SaleNotOpen(ticket_type_id=kind.id, sale_from=kind.sale_from, sale_until=kind.sale_until)
    if line.quantity > kind.max_per_order:
        raise errors.LimitExceeded(ticket_type_id=kind.id, limit=kind.max_per_order)


def _check_prices(event: Event, types: dict[UUID, TicketType], lines: Sequence[Wanted]) -> None:
    """What the buyer saw is what it costs; who named no price takes any."""
    changed = [
        types[line.ticket_type_id]
        for line in lines
        if line.expected_price_minor not in (None, types[line.ticket_type_id].price_minor)
    ]
    if changed:
        raise errors.PriceChanged(prices=[_price(kind, event.currency) for kind in changed])


def _check_stock(types: dict[UUID, TicketType], lines: Sequence[Wanted]) -> None:
    """All of it or nothing; the refusal says how much one order could still have."""
    short = [types[line.ticket_type_id] for line in lines if types[line.ticket_type_id].left < line.quantity]
    if short:
        raise errors.SoldOut(
            left=[{"ticket_type_id": t.id, "left": max(0, min(t.left, t.max_per_order))} for t in short]
        )


def _price(kind: TicketType, currency: str) -> dict[str, object]:
    return {"ticket_type_id": kind.id, "price": {"minor": kind.price_minor, "currency": currency}}


def with_held(types: dict[UUID, TicketType], lines: Sequence[HeldLine]) -> dict[UUID, TicketType]:
    """The counters after these lines were held."""
    after = dict(types)
    for line in lines:
        kind = after[line.ticket_type_id]
        after[kind.id] = msgspec.structs.replace(kind, held=kind.held + line.quantity)
    return after


def total_minor(lines: Sequence[HeldLine]) -> int:
    """What the lines cost together."""
    return sum(line.unit_price_minor * line.quantity for line in lines)


def availability(kind: TicketType, now: datetime, event: Event) -> TypeAvailability:
    """What the public may know of a ticket type now, and the counts for staff."""
    return TypeAvailability(
        ticket_type_id=kind.id, state=_state(kind, now, event), price_minor=kind.price_minor,
        left=kind.left, sold=kind.sold, held=kind.held,
    )  # fmt: skip


def _state(kind: TicketType, now: datetime, event: Event) -> AvailabilityState:
    if not event.is_on_sale(now) or not kind.is_on_sale or (kind.sale_until and now >= kind.sale_until):
        return "ended"
    if kind.sale_from and now < kind.sale_from:
        return "not_yet"
    if kind.sold >= kind.capacity:
        return "sold_out"
    if kind.left <= 0:
        return "reserved"
    if kind.left <= _FEW or kind.left * _FEW_SHARE <= kind.capacity:
        return "few"
    return "available"
