"""Domain → contract: how sales says what happened."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from brama.contracts import sales as said
from brama.contracts.audit import SalesActionRecorded
from brama.contracts.common import CardFacts
from brama.kernel.access import Caller
from brama.services.sales.domain.inventory import Event, Hold, TicketType, availability
from brama.services.sales.domain.orders import Order, Till
from brama.services.sales.domain.refunds import Refund
from brama.services.sales.links import Links

F = TypeVar("F", bound=said.OrderFact)


def of_order(kind: type[F], order: Order, links: Links, now: datetime, **more: Any) -> F:
    """A fact about a whole order; `more` are the fields of its kind."""
    return kind(
        aggregate_id=order.code, aggregate_version=order.version, occurred_at=now,
        organiser_id=order.organiser_id, event_number=order.event_number, order_code=order.code,
        event_id=order.event_id, channel=order.channel, buyer=order.buyer, lines=order.lines,
        total_minor=order.total_minor, currency=order.currency, token=order.token,
        restore_url=links.order(order), placed_at=order.placed_at, expires_at=order.expires_at, **more,
    )  # fmt: skip


def order_paid(order: Order, links: Links, now: datetime, card: CardFacts | None) -> said.OrderPaid:
    """The money is there."""
    return of_order(
        said.OrderPaid, order, links, now, payment_id=order.payment_id, tender=order.tender,
        paid_at=order.paid_at, till_id=order.till_id, sold_by=order.sold_by,
        cash_received_minor=order.cash_received_minor, card=card,
    )  # fmt: skip


def order_refunded(order: Order, links: Links, refund: Refund, now: datetime) -> said.OrderRefunded:
    """The money, or a part of it, is back."""
    return of_order(
        said.OrderRefunded, order, links, now, refund_id=refund.id, payment_id=refund.payment_id,
        tender=order.tender or "online", till_id=order.till_id, tickets=refund.tickets,
        refunded_minor=refund.amount_minor, refunded_total_minor=order.refunded_minor,
        is_whole=order.state == "refunded", reason=refund.reason, refunded_at=now,
    )  # fmt: skip


def refund_requested(order: Order, refund: Refund, now: datetime) -> said.RefundRequested:
    """Somebody, or a rule, wants money to go back."""
    return said.RefundRequested(
        aggregate_id=str(refund.id), aggregate_version=1, occurred_at=now, organiser_id=order.organiser_id,
        event_number=order.event_number, refund_id=refund.id, order_code=order.code, event_id=order.event_id,
        payment_id=refund.payment_id, tender=order.tender or "online", till_id=order.till_id,
        amount_minor=refund.amount_minor, currency=order.currency,
        ticket_ids=[ticket.ticket_id for ticket in refund.tickets], reason=refund.reason,
        requested_by=refund.requested_by,
    )  # fmt: skip


def hold_expired(hold: Hold, event: Event, now: datetime) -> said.HoldExpired:
    """Nobody ordered in time."""
    return said.HoldExpired(
        aggregate_id=str(hold.id), aggregate_version=2, occurred_at=now, organiser_id=event.organiser_id,
        event_number=event.number, hold_id=hold.id, event_id=event.id,
    )  # fmt: skip


def availability_changed(
    event: Event, types: list[TicketType], version: int, now: datetime
) -> said.AvailabilityChanged:
    """What can be had now."""
    return said.AvailabilityChanged(
        aggregate_id=str(event.id),
        aggregate_version=version,
        occurred_at=now,
        organiser_id=event.organiser_id,
        event_number=event.number,
        event_id=event.id,
        currency=event.currency,
        ticket_types=[availability(kind, now, event) for kind in types],
    )


def till_opened(till: Till, now: datetime) -> said.TillOpened:
    """A till begins its work."""
    return said.TillOpened(
        aggregate_id=str(till.id), aggregate_version=till.version, occurred_at=now,
        organiser_id=till.organiser_id, till_id=till.id, name=till.name, event_id=till.event_id,
        float_minor=till.float_minor, currency=till.currency, opened_by=till.opened_by,
    )  # fmt: skip


def till_closed(till: Till, expected_minor: int, by: str, now: datetime) -> said.TillClosed:
    """A till ends its work."""
    return said.TillClosed(
        aggregate_id=str(till.id), aggregate_version=till.version, occurred_at=now,
        organiser_id=till.organiser_id, till_id=till.id, expected_minor=expected_minor,
        counted_minor=till.counted_minor or 0, currency=till.currency, closed_by=by,
    )  # fmt: skip


def action(
    caller: Caller,
    organiser_id: UUID,
    what: str,
    subject_kind: str,
    subject_id: str,
    now: datetime,
    **details: str,
) -> SalesActionRecorded:
    """Somebody did something that the audit trail keeps."""
    return SalesActionRecorded(
        aggregate_id=subject_id,
        aggregate_version=1,
        occurred_at=now,
        organiser_id=organiser_id,
        actor_kind="staff" if caller.kind == "staff" else "system",
        actor_id=caller.id,
        actor_name=caller.name,
        action=what,
        subject_kind=subject_kind,
        subject_id=subject_id,
        details=details,
    )
