"""Orders: how they come to be, and what money does to them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import Buyer, Channel, OrderLine, Tender
from brama.services.sales.domain.inventory import Event, HeldLine, Hold, TicketType
from brama.shared.order_token import OrderClaims, Purpose

OrderState = Literal["pending", "paid", "expired", "cancelled", "refunded", "partially_refunded"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order, from its placing to the last refund."""

    code: str
    hold_id: UUID | None
    event_id: UUID
    event_number: int
    organiser_id: UUID
    version: int
    channel: Channel
    state: OrderState
    buyer: Buyer
    lines: list[OrderLine]
    total_minor: int
    refunded_minor: int
    currency: str
    token: str
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    payment_id: UUID | None
    tender: Tender | None
    till_id: UUID | None
    sold_by: str | None
    cash_received_minor: int | None

    @property
    def was_paid(self) -> bool:
        """Whether the order was ever paid in full."""
        return self.state in ("paid", "partially_refunded", "refunded")


class OrderPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of an order, as payments told; `use` is what sales decided about its money."""

    id: UUID
    order_code: str
    version: int
    state: Literal["created", "confirmed", "failed"]
    provider: str
    amount_minor: int
    valid_until: datetime | None
    use: Literal["none", "pays", "waits", "returned"]


class Till(msgspec.Struct, frozen=True, kw_only=True):
    """A till at the door; `event_id` None serves every event of the organiser."""

    id: UUID
    organiser_id: UUID
    event_id: UUID | None
    name: str
    version: int
    float_minor: int
    currency: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    counted_minor: int | None


def claims(
    purpose: Purpose, subject: str, event: Event, *, total_minor: int, expires_at: datetime
) -> OrderClaims:
    """What the token of a hold or an order says, with a fresh nonce."""
    return OrderClaims(
        purpose=purpose, subject=subject, event_id=event.id, event_number=event.number,
        organiser_id=event.organiser_id, total_minor=total_minor, currency=event.currency,
        expires_at=expires_at, nonce=secrets.token_bytes(16),
    )  # fmt: skip


def order_lines(
    held: Sequence[HeldLine], types: dict[UUID, TicketType], holders: Sequence[str | None]
) -> list[OrderLine]:
    """Held lines as an order's lines; holders are given out in order, the rest stay nameless."""
    names: list[str | None] = list(holders)
    lines = []
    for line in held:
        mine, names = names[: line.quantity], names[line.quantity :]
        lines.append(
            OrderLine(
                ticket_type_id=line.ticket_type_id,
                name=types[line.ticket_type_id].name,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                holders=mine + [None] * (line.quantity - len(mine)),
            )
        )
    return lines


def order_from(
    hold: Hold, event: Event, buyer: Buyer, lines: list[OrderLine], *, code: str, token: str,
    now: datetime, expires_at: datetime,
) -> Order:  # fmt: skip
    """An order of a hold that waits for its money."""
    return Order(
        code=code, hold_id=hold.id, event_id=event.id, event_number=event.number,
        organiser_id=event.organiser_id, version=1, channel="online", state="pending", buyer=buyer,
        lines=lines, total_minor=hold.total_minor, refunded_minor=0, currency=hold.currency, token=token,
        placed_at=now, expires_at=expires_at, paid_at=None, payment_id=None, tender=None, till_id=None,
        sold_by=None, cash_received_minor=None,
    )  # fmt: skip


def paid(order: Order, *, payment_id: UUID, tender: Tender, now: datetime) -> Order:
    """The order with its money there."""
    return msgspec.structs.replace(
        order, version=order.version + 1, state="paid", paid_at=now, payment_id=payment_id, tender=tender
    )


def moved(order: Order, state: OrderState) -> Order:
    """The order in another state."""
    return msgspec.structs.replace(order, version=order.version + 1, state=state)


def payment_ends_at(order: Order, grace_s: int) -> datetime:
    """Until when an open payment may keep the order's places."""
    return order.expires_at + timedelta(seconds=grace_s)


PaymentUse = Literal["pays", "waits", "return", "revive"]


def use_of_payment(order: Order, amount_minor: int) -> PaymentUse:
    """What confirmed money does to its order.

    A payment pays an order only if it alone covers the total. Money that an order cannot use is returned:
    a second payment, money for a cancelled order; for an expired one it depends on whether places are free.
    """
    if order.state == "pending":
        return "pays" if amount_minor >= order.total_minor else "waits"
    if order.state == "expired" and amount_minor >= order.total_minor:
        return "revive"
    return "return"


def quantities(lines: Sequence[OrderLine]) -> dict[UUID, int]:
    """How many places of each ticket type the lines take."""
    taken: dict[UUID, int] = {}
    for line in lines:
        taken[line.ticket_type_id] = taken.get(line.ticket_type_id, 0) + line.quantity
    return taken
