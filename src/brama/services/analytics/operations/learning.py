"""Facts become rows. Each may come late or before what it builds on: only newer versions replace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from brama.contracts import admission, catalogue, delivery, fiscal, identity, payments, sales, ticketing
from brama.kernel.database import Transaction
from brama.kernel.facts import Fact
from brama.services.analytics import domain, store
from brama.services.analytics.pulses import Pulses

_ORDER_STATES: dict[type[Fact], str] = {
    sales.OrderPlaced: "pending",
    sales.OrderPaid: "paid",
    sales.OrderExpired: "expired",
    sales.OrderCancelled: "cancelled",
}
_PAYMENT_STATES: dict[type[Fact], str] = {
    payments.PaymentCreated: "created",
    payments.PaymentConfirmed: "confirmed",
    payments.PaymentFailed: "failed",
}


class Learner:
    """Learns facts, and lets the events' pulses beat."""

    def __init__(self, pulses: Pulses) -> None:
        self._pulses = pulses

    async def organiser(self, tx: Transaction, fact: identity.OrganiserChanged) -> None:
        """Whether an organiser's sales need receipts."""
        await store.put_organiser(tx, UUID(fact.aggregate_id), fact.aggregate_version, fact.is_fiscalised)

    async def event(self, tx: Transaction, fact: catalogue.EventFact) -> None:
        """An event as it now is."""
        types = [
            domain.TicketType(
                id=sheet.id, name=sheet.name, price_minor=sheet.price_minor, quantity=sheet.quantity,
                position=sheet.position,
            )
            for sheet in fact.ticket_types
        ]  # fmt: skip
        await store.put_event(
            tx, fact.event_id, fact.event_number, fact.organiser_id, fact.aggregate_version, fact.state,
            fact.slug, fact.title, fact.starts_at, fact.ends_at, fact.time_zone, fact.currency, fact.capacity,
            types,
        )  # fmt: skip
        await self._beat(tx, fact.event_id)

    async def order(self, tx: Transaction, fact: sales.OrderFact) -> None:
        """An order as it now is."""
        if isinstance(fact, sales.OrderRefunded):
            state = "refunded" if fact.is_whole else "partially_refunded"
        else:
            state = _ORDER_STATES[type(fact)]
        await store.put_order(
            tx, fact.order_code, fact.organiser_id, fact.event_id, fact.aggregate_version, state,
            fact.channel, fact.buyer.name, fact.buyer.email, fact.buyer.phone, fact.total_minor,
            fact.currency, fact.placed_at,
        )  # fmt: skip
        lines = [
            (fact.order_code, place, fact.event_id, line.ticket_type_id, line.quantity, line.unit_price_minor)
            for place, line in enumerate(fact.lines)
        ]
        await store.add_line(tx, lines)
        details: dict[str, Any] = {"total": _money(fact.total_minor, fact.currency)}
        at = fact.occurred_at
        if isinstance(fact, sales.OrderPaid):
            await store.put_order_payment(
                tx, fact.order_code, fact.payment_id, fact.tender, fact.paid_at, fact.till_id, fact.sold_by
            )
            details |= {"tender": fact.tender, "sold_by": fact.sold_by}
            at = fact.paid_at
        if isinstance(fact, sales.OrderRefunded):
            await self._refund(tx, fact)
            details = {
                "amount": _money(fact.refunded_minor, fact.currency), "tender": fact.tender,
                "tickets": len(fact.tickets), "reason": fact.reason,
            }  # fmt: skip
            at = fact.refunded_at
        if isinstance(fact, sales.OrderCancelled):
            details["reason"] = fact.reason
        await self._moment(tx, fact, fact.order_code, at, details)
        await self._beat(tx, fact.event_id)

    async def _refund(self, tx: Transaction, fact: sales.OrderRefunded) -> None:
        await store.add_refund(
            tx, fact.refund_id, fact.order_code, fact.event_id, fact.payment_id, fact.tender,
            fact.refunded_minor, fact.currency, fact.refunded_at,
        )  # fmt: skip
        tickets = [
            (ticket.ticket_id, fact.refund_id, fact.event_id, ticket.ticket_type_id, ticket.unit_price_minor)
            for ticket in fact.tickets
        ]
        await store.add_refunded_ticket(tx, tickets)

    async def refund_requested(self, tx: Transaction, fact: sales.RefundRequested) -> None:
        """Money is to go back."""
        details = {
            "amount": _money(fact.amount_minor, fact.currency), "reason": fact.reason,
            "by": fact.requested_by, "tickets": len(fact.ticket_ids),
        }  # fmt: skip
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)

    async def availability(self, tx: Transaction, fact: sales.AvailabilityChanged) -> None:
        """What can be had of an event."""
        left = [
            domain.TypeLeft(
                ticket_type_id=item.ticket_type_id, state=item.state, left=item.left, held=item.held
            )
            for item in fact.ticket_types
        ]
        await store.put_availability(tx, fact.event_id, fact.aggregate_version, left)
        await self._beat(tx, fact.event_id)

    async def payment(self, tx: Transaction, fact: payments.PaymentFact) -> None:
        """A payment's fate."""
        details: dict[str, Any] = {
            "provider": fact.provider,
            "amount": _money(fact.amount_minor, fact.currency),
        }
        digits = None
        if isinstance(fact, payments.PaymentConfirmed) and fact.card is not None:
            digits = domain.card_digits(fact.card.masked_pan)
            details["card"] = digits
        if isinstance(fact, payments.PaymentFailed):
            details["reason"] = fact.reason
        await store.put_payment(
            tx, fact.payment_id, fact.aggregate_version, fact.order_code, fact.event_id, fact.provider,
            _PAYMENT_STATES[type(fact)], fact.amount_minor, fact.currency, digits,
        )  # fmt: skip
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)

    async def refund_done(self, tx: Transaction, fact: payments.RefundFact) -> None:
        """What the provider made of a refund."""
        details: dict[str, Any] = {
            "amount": _money(fact.amount_minor, fact.currency),
            "tender": fact.tender,
        }
        if isinstance(fact, payments.RefundFailed):
            details["reason"] = fact.reason
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)

    async def tickets(self, tx: Transaction, fact: ticketing.TicketsFact) -> None:
        """Tickets as they now are."""
        rows = [
            (
                ticket.ticket_id, ticket.version, fact.order_code, fact.event_id, ticket.ticket_type_id,
                ticket.state, ticket.holder,
            )
            for ticket in fact.tickets
        ]  # fmt: skip
        await store.put_ticket(tx, rows)
        details = {"tickets": len(rows), "reason": fact.tickets[0].reason if fact.tickets else None}
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)
        await self._beat(tx, fact.event_id)

    async def receipt(self, tx: Transaction, fact: fiscal.ReceiptFact) -> None:
        """A receipt was registered, or was not."""
        is_done = isinstance(fact, fiscal.ReceiptRegistered)
        code = fact.fiscal_code if isinstance(fact, fiscal.ReceiptRegistered) else None
        url = fact.url if isinstance(fact, fiscal.ReceiptRegistered) else None
        reason = fact.reason if isinstance(fact, fiscal.ReceiptFailed) else None
        await store.put_receipt(
            tx, fact.receipt_id, fact.aggregate_version, fact.cause_id, fact.kind, fact.order_code,
            fact.event_id, "registered" if is_done else "failed", code, url, reason,
        )  # fmt: skip
        details = {"kind": fact.kind, "fiscal_code": code, "url": url, "reason": reason}
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)
        await self._beat(tx, fact.event_id)

    async def email(self, tx: Transaction, fact: delivery.EmailFact) -> None:
        """An e-mail went out, or did not."""
        is_sent = isinstance(fact, delivery.EmailSent)
        reason = fact.reason if isinstance(fact, delivery.EmailFailed) else None
        await store.put_email(
            tx, fact.email_id, fact.aggregate_version, fact.kind, fact.order_code,
            "sent" if is_sent else "failed", fact.attempts, reason,
        )  # fmt: skip
        if fact.order_code is None:
            return
        details = {"kind": fact.kind, "attempts": fact.attempts, "reason": reason}
        await self._moment(tx, fact, fact.order_code, fact.occurred_at, details)
        event_id = await store.beat_of_order(tx, fact.order_code)
        if event_id is not None:
            tx.after_commit(self._pulses.ringer(event_id))

    async def scan(self, tx: Transaction, fact: admission.ScanFact) -> None:
        """A guest went in, out, or was refused."""
        kind = {admission.VisitorAdmitted: "admitted", admission.VisitorLeft: "left"}.get(
            type(fact), "refused"
        )
        reason = None
        if isinstance(fact, admission.VisitorRefused):
            kind, reason = "undone" if fact.kind == "undo" else "refused", fact.reason
        await store.put_scan(
            tx, fact.scan_id, fact.aggregate_version, fact.event_id, fact.ticket_id, fact.ticket_type_id,
            fact.order_code, kind, fact.outcome, fact.gate_id, fact.scanned_at, fact.headcount,
        )  # fmt: skip
        if fact.order_code is not None:
            details = {"outcome": fact.outcome, "kind": kind, "by": fact.by, "reason": reason}
            await self._moment(tx, fact, fact.order_code, fact.scanned_at, details)
        await self._beat(tx, fact.event_id)

    async def case(self, tx: Transaction, fact: admission.CaseFact) -> None:
        """Gates contradicted each other, or somebody resolved it."""
        state = "open" if isinstance(fact, admission.CaseOpened) else "resolved"
        await store.put_case(tx, fact.case_id, fact.aggregate_version, fact.event_id, state)
        await self._beat(tx, fact.event_id)

    async def _beat(self, tx: Transaction, event_id: UUID) -> None:
        await store.beat(tx, event_id)
        tx.after_commit(self._pulses.ringer(event_id))

    async def _moment(
        self, tx: Transaction, fact: Fact, order_code: str, at: datetime, details: dict[str, Any]
    ) -> None:
        what = fact.SUBJECT.rsplit(".v", 1)[0]
        await store.add_moment(tx, fact.fact_id, order_code, at, what, details)


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"minor": minor, "currency": currency}
