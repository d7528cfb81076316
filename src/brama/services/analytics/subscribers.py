"""What analytics hears: nearly everything."""

from brama.contracts import admission, catalogue, delivery, fiscal, identity, payments, sales, ticketing
from brama.kernel.inbox import Heard
from brama.services.analytics.operations.learning import Learner


def heard(learner: Learner) -> Heard:
    """Each fact with what is learned from it."""
    return {
        identity.OrganiserChanged: learner.organiser,
        catalogue.EventPublished: learner.event,
        catalogue.EventChanged: learner.event,
        catalogue.EventCancelled: learner.event,
        sales.OrderPlaced: learner.order,
        sales.OrderPaid: learner.order,
        sales.OrderExpired: learner.order,
        sales.OrderCancelled: learner.order,
        sales.OrderRefunded: learner.order,
        sales.RefundRequested: learner.refund_requested,
        sales.AvailabilityChanged: learner.availability,
        payments.PaymentCreated: learner.payment,
        payments.PaymentConfirmed: learner.payment,
        payments.PaymentFailed: learner.payment,
        payments.RefundCompleted: learner.refund_done,
        payments.RefundFailed: learner.refund_done,
        ticketing.TicketsIssued: learner.tickets,
        ticketing.TicketsBlocked: learner.tickets,
        ticketing.TicketsUnblocked: learner.tickets,
        ticketing.TicketsRevoked: learner.tickets,
        fiscal.ReceiptRegistered: learner.receipt,
        fiscal.ReceiptFailed: learner.receipt,
        delivery.EmailSent: learner.email,
        delivery.EmailFailed: learner.email,
        admission.VisitorAdmitted: learner.scan,
        admission.VisitorLeft: learner.scan,
        admission.VisitorRefused: learner.scan,
        admission.CaseOpened: learner.case,
        admission.CaseResolved: learner.case,
    }
