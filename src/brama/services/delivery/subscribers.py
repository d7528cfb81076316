"""Fact → one operation."""

from brama.contracts import catalogue, identity, sales, ticketing
from brama.kernel.inbox import Heard
from brama.services.delivery.operations.hearing import Editor


def heard(editor: Editor) -> Heard:
    """What delivery listens to."""
    return {
        identity.OrganiserChanged: editor.keep_organiser,
        identity.StaffInvited: editor.staff_invited,
        catalogue.EventPublished: editor.keep_event,
        catalogue.EventChanged: editor.keep_event,
        catalogue.EventCancelled: editor.event_cancelled,
        sales.OrderPlaced: editor.order_placed,
        sales.OrderPaid: editor.order_paid,
        sales.OrderRefunded: editor.order_refunded,
        ticketing.TicketsIssued: editor.tickets_issued,
    }
