"""`action.recorded` as each service says it; identity keeps them all as the audit trail."""

from brama.contracts.common import ActionRecorded
from brama.kernel.facts import fact


@fact("identity.action.recorded.v1")
class IdentityActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in identity."""


@fact("catalogue.action.recorded.v1")
class CatalogueActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in the catalogue."""


@fact("sales.action.recorded.v1")
class SalesActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in sales."""


@fact("payments.action.recorded.v1")
class PaymentsActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in payments."""


@fact("ticketing.action.recorded.v1")
class TicketingActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in ticketing."""


@fact("delivery.action.recorded.v1")
class DeliveryActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in delivery."""


@fact("fiscal.action.recorded.v1")
class FiscalActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in fiscal."""


@fact("admission.action.recorded.v1")
class AdmissionActionRecorded(ActionRecorded, frozen=True, kw_only=True):
    """An action in admission."""
