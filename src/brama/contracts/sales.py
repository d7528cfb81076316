"""What sales says: orders through their life, refunds asked for, tills, what is left."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import Buyer, CardFacts, Channel, OrderLine, SigningKeyPublished, Tender
from brama.kernel.facts import Fact, fact

AvailabilityState = Literal["available", "few", "reserved", "sold_out", "not_yet", "ended"]


@fact("sales.key.published.v1")
class SalesKeyPublished(SigningKeyPublished, frozen=True, kw_only=True):
    """A key that signs hold and order tokens (purpose `order`)."""


class OrderFact(Fact, frozen=True, kw_only=True):
    """An order, whole: base of the facts below. The aggregate is the order's code.

    `token` opens the order for whoever holds it: it may stand in the buyer's own e-mail, in a link's
    fragment, never in a log. `organiser_id` and `event_number` are always set.
    """

    order_code: str
    event_id: UUID
    channel: Channel
    buyer: Buyer
    lines: list[OrderLine]
    total_minor: int
    currency: str
    token: str
    restore_url: str
    placed_at: datetime
    expires_at: datetime


@fact("sales.order.placed.v1")
class OrderPlaced(OrderFact, frozen=True, kw_only=True):
    """A buyer confirmed a hold and gave an address; the money is still to come."""


@fact("sales.order.paid.v1")
class OrderPaid(OrderFact, frozen=True, kw_only=True):
    """An order is paid in full (or is free); tickets, e-mail and receipt follow, each by itself.

    A door sale is placed and paid at once. `payment_id` is the consequence's name: one sale receipt per
    payment. `cash_received_minor` is what the guest handed over in cash.
    """

    payment_id: UUID
    tender: Tender
    paid_at: datetime
    till_id: UUID | None
    sold_by: str | None
    cash_received_minor: int | None
    card: CardFacts | None


@fact("sales.order.expired.v1")
class OrderExpired(OrderFact, frozen=True, kw_only=True):
    """An unpaid order's time is over; its places are on sale again."""


@fact("sales.order.cancelled.v1")
class OrderCancelled(OrderFact, frozen=True, kw_only=True):
    """An unpaid order was cancelled; its places are free again.

    `reason` is `buyer`, `staff` or `event_cancelled`.
    """

    reason: str


class RefundedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket whose money goes back."""

    ticket_id: UUID
    ticket_type_id: UUID
    unit_price_minor: int


@fact("sales.refund.requested.v1")
class RefundRequested(Fact, frozen=True, kw_only=True):
    """Money is to go back. The aggregate is the refund's id.

    With tickets, ticketing blocks them first and payments waits for that; without tickets (a surplus, a late
    or short payment) payments goes ahead at once.
    """

    refund_id: UUID
    order_code: str
    event_id: UUID
    payment_id: UUID
    tender: Tender
    till_id: UUID | None
    amount_minor: int
    currency: str
    ticket_ids: list[UUID]
    reason: str
    requested_by: str


@fact("sales.order.refunded.v1")
class OrderRefunded(OrderFact, frozen=True, kw_only=True):
    """Money of an order went back, in part or in full. `tickets` are dead from now on.

    `is_whole` when nothing of the order is left. `refunded_minor` is this refund's amount;
    `refunded_total_minor` all of the order's so far.
    """

    refund_id: UUID
    payment_id: UUID
    tender: Tender
    till_id: UUID | None
    tickets: list[RefundedTicket]
    refunded_minor: int
    refunded_total_minor: int
    is_whole: bool
    reason: str
    refunded_at: datetime


@fact("sales.hold.expired.v1")
class HoldExpired(Fact, frozen=True, kw_only=True):
    """A hold's time is over before an order came of it."""

    hold_id: UUID
    event_id: UUID


class TypeAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """What can be had of one ticket type now; `left` is for staff and never published exactly."""

    ticket_type_id: UUID
    state: AvailabilityState
    price_minor: int
    left: int
    sold: int
    held: int


@fact("sales.availability.changed.v1")
class AvailabilityChanged(Fact, frozen=True, kw_only=True):
    """What can be had of an event; at most once a second and event. The aggregate is the event's id."""

    event_id: UUID
    currency: str
    ticket_types: list[TypeAvailability]


@fact("sales.till.opened.v1")
class TillOpened(Fact, frozen=True, kw_only=True):
    """A till took up its work with some cash in it. The aggregate is the till's id."""

    till_id: UUID
    name: str
    event_id: UUID | None
    float_minor: int
    currency: str
    opened_by: str


@fact("sales.till.closed.v1")
class TillClosed(Fact, frozen=True, kw_only=True):
    """A till ended its work; `counted_minor` is the cash that was counted."""

    till_id: UUID
    expected_minor: int
    counted_minor: int
    currency: str
    closed_by: str
