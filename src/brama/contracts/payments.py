"""What payments says: money that came, failed to come, or went back."""

from datetime import datetime
from uuid import UUID

from brama.contracts.common import CardFacts, Tender
from brama.kernel.facts import Fact, fact


class PaymentFact(Fact, frozen=True, kw_only=True):
    """A payment: base of the facts below. The aggregate is the payment's id."""

    payment_id: UUID
    order_code: str
    event_id: UUID
    provider: str
    amount_minor: int
    currency: str


@fact("payments.payment.created.v1")
class PaymentCreated(PaymentFact, frozen=True, kw_only=True):
    """A buyer is on the way to the provider's page; the order keeps its places meanwhile."""

    valid_until: datetime


@fact("payments.payment.confirmed.v1")
class PaymentConfirmed(PaymentFact, frozen=True, kw_only=True):
    """The provider has the money: `amount_minor` is what really came, short or surplus included."""

    paid_at: datetime
    card: CardFacts | None


@fact("payments.payment.failed.v1")
class PaymentFailed(PaymentFact, frozen=True, kw_only=True):
    """No money will come of this payment: declined, expired or abandoned (`reason`)."""

    reason: str


class RefundFact(Fact, frozen=True, kw_only=True):
    """A refund: base of the facts below. The aggregate is the refund's id."""

    refund_id: UUID
    payment_id: UUID
    order_code: str
    event_id: UUID
    amount_minor: int
    currency: str
    tender: Tender


@fact("payments.refund.completed.v1")
class RefundCompleted(RefundFact, frozen=True, kw_only=True):
    """The money went back. `is_external`: the provider or the bank reversed it, nobody here asked."""

    completed_at: datetime
    is_external: bool


@fact("payments.refund.failed.v1")
class RefundFailed(RefundFact, frozen=True, kw_only=True):
    """The provider will not return the money; the tickets come back to life."""

    reason: str
