"""The words of payments: orders, accounts, payments, refunds, and what a provider reports."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from brama.contracts.common import CardFacts, Locale, Tender
from brama.kernel.money import Money


class PaymentState(StrEnum):
    """`created` → `pending` → `confirmed` → `refunded`; or `failed`, `cancelled`: money revives these."""

    CREATED = "created"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class RefundState(StrEnum):
    """`created` → `transit` → `done` or `failed`; `external`: the bank's, `cancelled`: overtaken by it."""

    CREATED = "created"
    TRANSIT = "transit"
    EXTERNAL = "external"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OrderState(StrEnum):
    """What payments knows of an order."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class InvoiceState(StrEnum):
    """A provider's word on an invoice, in our words."""

    CREATED = "created"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    PAID = "paid"
    REVERSED = "reversed"


class ReturnState(StrEnum):
    """A provider's word on money that goes back."""

    PROCESSING = "processing"
    FAILED = "failed"
    DONE = "done"


OPEN = frozenset({PaymentState.CREATED, PaymentState.PENDING})
CAPTURED = frozenset({PaymentState.CONFIRMED, PaymentState.REFUNDED})
RESERVING = frozenset({RefundState.CREATED, RefundState.TRANSIT, RefundState.DONE, RefundState.EXTERNAL})
RETURNED = frozenset({RefundState.DONE, RefundState.EXTERNAL})
UNFINISHED = frozenset({RefundState.CREATED, RefundState.TRANSIT})


class KnownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as far as paying it needs: from sales' facts, or from the order token before they arrive."""

    code: str
    organiser_id: UUID
    event_id: UUID
    event_number: int
    total_minor: int
    currency: str
    state: OrderState
    expires_at: datetime
    locale: Locale
    version: int

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class MerchantAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where an organiser's money goes; `secret` is sealed, `public_key` verifies the provider's webhooks."""

    id: UUID
    organiser_id: UUID
    provider: str
    name: str
    secret: bytes
    public_key: str
    is_active: bool
    version: int
    created_at: datetime
    disabled_at: datetime | None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to an organiser. `amount_minor` was asked for, `captured_minor` really came.

    `reported_at` and `reported_state` are the newest report of the provider that was applied.
    """

    id: UUID
    organiser_id: UUID
    event_id: UUID
    event_number: int
    order_code: str
    tender: Tender
    provider: str
    account_id: UUID | None
    state: PaymentState
    amount_minor: int
    currency: str
    captured_minor: int = 0
    reason: str | None = None
    invoice_id: str | None = None
    redirect_url: str | None = None
    valid_until: datetime | None = None
    reported_at: datetime | None = None
    reported_state: InvoiceState | None = None
    paid_at: datetime | None = None
    card: CardFacts | None = None
    till_id: UUID | None = None
    version: int
    created_at: datetime

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def captured(self) -> Money:
        return Money(self.captured_minor, self.currency)


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way back. `provider_ref` names it at the provider: our id, or the provider's own word."""

    id: UUID
    payment_id: UUID
    organiser_id: UUID
    event_id: UUID
    event_number: int
    order_code: str
    tender: Tender
    till_id: UUID | None
    amount_minor: int
    currency: str
    state: RefundState
    provider_ref: str
    awaits_tickets: bool
    tries: int
    reason: str
    failure: str | None
    requested_by: str | None
    version: int
    created_at: datetime
    completed_at: datetime | None

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class ReturnReport(msgspec.Struct, frozen=True, kw_only=True):
    """One return of money as the provider lists it; `ref` is what was sent along, None if nothing was."""

    ref: str | None
    state: ReturnState
    amount: Money
    created_at: datetime


class InvoiceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of an invoice. `reference` should be our payment's id; `captured` really came."""

    invoice_id: str
    reference: str
    state: InvoiceState
    asked: Money
    captured: Money
    modified_at: datetime
    failure: str | None = None
    returns: tuple[ReturnReport, ...] = ()
    card: CardFacts | None = None


class News(StrEnum):
    """What others are to be told of a payment."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
