"""The outside world as payments needs it: a provider of card payments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from brama.contracts.common import Locale
from brama.kernel.money import Money
from brama.services.payments.domain import InvoiceReport, ReturnState


class ProviderError(Exception):
    """The provider did not do what it was asked."""


class OutcomeUnknown(ProviderError):
    """The provider fell silent: what was asked may have been done."""


class Unavailable(ProviderError):
    """The provider is overloaded or down; `retry_after_s` is its own wish or a guess."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"unavailable, again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Refused(ProviderError):
    """The provider said no for good; `code` is its word for the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvoiceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer is asked to pay. `payment_id` goes along as the provider's reference."""

    payment_id: UUID
    amount: Money
    order_code: str
    destination: str
    valid_for_s: int
    redirect_url: str
    webhook_url: str
    locale: Locale


class Invoice(msgspec.Struct, frozen=True):
    """An invoice that a buyer can pay at `page_url`."""

    id: str
    page_url: str


class Notice(msgspec.Struct, frozen=True):
    """A webhook's content as far as it is believed: which invoice has news. The news itself is asked for."""

    invoice_id: str
    reference: str
    modified_at: datetime


class PaymentProvider(Protocol):
    """A provider. `secret` is the merchant's token.

    Every call raises `OutcomeUnknown`, `Unavailable` or `Refused`.
    """

    name: str
    currencies: frozenset[str]

    async def create_invoice(self, secret: str, request: InvoiceRequest) -> Invoice:
        """Make an invoice. Not idempotent: after `OutcomeUnknown` the invoice is abandoned, never guessed."""
        ...

    async def status(self, secret: str, invoice_id: str) -> InvoiceReport:
        """Everything the provider knows of an invoice, its returns included."""
        ...

    async def refund(self, secret: str, invoice_id: str, *, amount: Money, ref: str) -> ReturnState:
        """Return money. After `OutcomeUnknown` look for `ref` in the status before asking again."""
        ...

    async def remove(self, secret: str, invoice_id: str) -> None:
        """Make an unpaid invoice unpayable."""
        ...

    async def public_key(self, secret: str) -> str:
        """The PEM of the key that signs the provider's webhooks; also proves that the secret is good."""
        ...

    def is_genuine(self, public_key: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the raw body was signed by the provider. Header names are lower case."""
        ...

    def read_notice(self, body: bytes) -> Notice | None:
        """What a genuine webhook is about; None if it is not about an invoice."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


Providers = Mapping[str, PaymentProvider]
