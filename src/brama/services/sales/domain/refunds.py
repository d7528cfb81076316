"""Refunds: which tickets, how much, and what remains of the order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.sales import RefundedTicket
from brama.services.sales import errors
from brama.services.sales.domain.orders import Order, OrderState

_GONE = ("revoked",)


class OrderTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of an order, as ticketing and the gates told."""

    id: UUID
    order_code: str
    ticket_type_id: UUID
    version: int
    state: str
    is_admitted: bool


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back. `is_of_order`: it was the order's price; otherwise a surplus or stray money."""

    id: UUID
    order_code: str
    payment_id: UUID
    state: Literal["requested", "done", "failed"]
    tickets: list[RefundedTicket]
    amount_minor: int
    reason: str
    requested_by: str
    requested_at: datetime
    is_of_order: bool
    failure: str | None


def tickets_to_refund(
    order: Order,
    tickets: Sequence[OrderTicket],
    earlier: Sequence[Refund],
    chosen: Sequence[UUID],
    *,
    confirmed: bool,
) -> list[RefundedTicket]:
    """The tickets whose money goes back: the chosen ones, or all that are left.

    Raises:
        OrderNotPaid, TicketsNotIssued, TicketUnknown, TicketAdmitted: in this order.
    """
    if order.state not in ("paid", "partially_refunded"):
        raise errors.OrderNotPaid(state=order.state)
    if len(tickets) < sum(line.quantity for line in order.lines):
        raise errors.TicketsNotIssued()
    asked_before = {
        ticket.ticket_id for refund in earlier if refund.state != "failed" for ticket in refund.tickets
    }
    free = {t.id: t for t in tickets if t.id not in asked_before and t.state not in _GONE}
    wanted = list(dict.fromkeys(chosen)) or list(free)
    unknown = [ticket_id for ticket_id in wanted if ticket_id not in free]
    if unknown or not wanted:
        raise errors.TicketUnknown(ticket_ids=unknown)
    inside = [ticket_id for ticket_id in wanted if free[ticket_id].is_admitted]
    if inside and not confirmed:
        raise errors.TicketAdmitted(ticket_ids=inside)
    prices = {line.ticket_type_id: line.unit_price_minor for line in order.lines}
    return [
        RefundedTicket(
            ticket_id=ticket_id,
            ticket_type_id=free[ticket_id].ticket_type_id,
            unit_price_minor=prices[free[ticket_id].ticket_type_id],
        )
        for ticket_id in wanted
    ]


def tickets_of_reversal(
    order: Order, tickets: Sequence[OrderTicket], earlier: Sequence[Refund], amount_minor: int
) -> list[RefundedTicket]:
    """The tickets that die when the bank takes money back by itself.

    All that are left when everything came back; none for a part of it, since nobody said which.
    """
    if amount_minor < order.total_minor - order.refunded_minor:
        return []
    asked_before = {
        ticket.ticket_id for refund in earlier if refund.state == "done" for ticket in refund.tickets
    }
    prices = {line.ticket_type_id: line.unit_price_minor for line in order.lines}
    return [
        RefundedTicket(
            ticket_id=t.id, ticket_type_id=t.ticket_type_id, unit_price_minor=prices[t.ticket_type_id]
        )
        for t in tickets
        if t.id not in asked_before and t.state not in _GONE
    ]


def amount_of(tickets: Sequence[RefundedTicket]) -> int:
    """What the tickets cost together."""
    return sum(ticket.unit_price_minor for ticket in tickets)


def after_refund(order: Order, refunds: Sequence[Refund], refund: Refund) -> Order:
    """The order once a refund of its price is done. `refunds` are all of the order's, this one included."""
    dead = {t.ticket_id for r in refunds if r.state == "done" and r.is_of_order for t in r.tickets}
    everything = sum(line.quantity for line in order.lines)
    refunded = min(order.total_minor, order.refunded_minor + refund.amount_minor)
    is_whole = len(dead) >= everything or (refunded == order.total_minor and order.total_minor > 0)
    state: OrderState = "refunded" if is_whole else "partially_refunded"
    return msgspec.structs.replace(order, version=order.version + 1, state=state, refunded_minor=refunded)
