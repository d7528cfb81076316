"""Fact → one operation."""

from brama.contracts import admission, catalogue, fiscal, identity, payments, ticketing
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.sales.operations import money, projections
from brama.services.sales.operations.orders import OrderDesk, cancel_orders_of_event


def heard(desk: OrderDesk) -> Heard:
    """What sales listens to."""

    async def created(tx: Transaction, fact: payments.PaymentCreated) -> None:
        await money.note_payment(tx, fact, "created", fact.valid_until)

    async def confirmed(tx: Transaction, fact: payments.PaymentConfirmed) -> None:
        await money.use_payment(tx, desk, fact)

    async def failed(tx: Transaction, fact: payments.PaymentFailed) -> None:
        await money.note_payment(tx, fact, "failed", None)

    async def refunded(tx: Transaction, fact: payments.RefundCompleted) -> None:
        await money.finish_refund(tx, desk, fact)

    return {
        **_of_events(desk),
        identity.OrganiserChanged: projections.keep_organiser,
        payments.PaymentCreated: created,
        payments.PaymentConfirmed: confirmed,
        payments.PaymentFailed: failed,
        payments.RefundCompleted: refunded,
        payments.RefundFailed: money.fail_refund,
        ticketing.TicketsIssued: projections.keep_tickets,
        ticketing.TicketsBlocked: projections.keep_tickets,
        ticketing.TicketsUnblocked: projections.keep_tickets,
        ticketing.TicketsRevoked: projections.keep_tickets,
        admission.VisitorAdmitted: _admitted,
        admission.VisitorRefused: _undone,
        fiscal.ReceiptRegistered: projections.keep_receipt,
        fiscal.ReceiptFailed: projections.keep_receipt,
    }


def _of_events(desk: OrderDesk) -> Heard:
    async def event(tx: Transaction, fact: catalogue.EventFact) -> None:
        await projections.keep_event(tx, desk.availability, fact)

    async def cancelled(tx: Transaction, fact: catalogue.EventCancelled) -> None:
        await cancel_orders_of_event(tx, desk, fact.event_id)
        await projections.keep_event(tx, desk.availability, fact)

    return {
        catalogue.EventPublished: event,
        catalogue.EventChanged: event,
        catalogue.EventCancelled: cancelled,
    }


async def _admitted(tx: Transaction, fact: admission.VisitorAdmitted) -> None:
    await projections.keep_admission(tx, fact, is_admitted=True)


async def _undone(tx: Transaction, fact: admission.VisitorRefused) -> None:
    """Of the refusals only an undone entry means anything to sales."""
    if fact.kind == "undo":
        await projections.keep_admission(tx, fact, is_admitted=False)
