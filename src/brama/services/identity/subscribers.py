"""What identity hears: events and keys for the scope of devices, everybody's actions for the audit trail."""

from brama.contracts import audit as actions
from brama.contracts import catalogue, ticketing
from brama.kernel.inbox import Heard
from brama.services.identity.operations.audit import keep_action
from brama.services.identity.operations.projections import keep_event, keep_ticket_key


def heard() -> Heard:
    """One operation a fact."""
    return {
        catalogue.EventPublished: keep_event,
        catalogue.EventChanged: keep_event,
        catalogue.EventCancelled: keep_event,
        ticketing.TicketKeyPublished: keep_ticket_key,
        actions.CatalogueActionRecorded: keep_action,
        actions.SalesActionRecorded: keep_action,
        actions.PaymentsActionRecorded: keep_action,
        actions.TicketingActionRecorded: keep_action,
        actions.DeliveryActionRecorded: keep_action,
        actions.FiscalActionRecorded: keep_action,
        actions.AdmissionActionRecorded: keep_action,
    }
