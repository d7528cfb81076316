"""An invoice and all that may happen to it. Pure: the moment is passed, nothing is stored or sent."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from brama.simulators.store import Document

PAYABLE = ("created", "processing")
METHODS = {"card": "pan", "apple": "apple", "google": "google", "monobank": "monobank"}


class RefusedByBank(Exception):
    """The request cannot be done; becomes a 400 with errCode BAD_REQUEST."""


class Cancel(msgspec.Struct, kw_only=True):
    """One refund, or a reversal that the bank began itself (then without `ext_ref`)."""

    id: str
    ext_ref: str | None
    amount: int
    status: str  # processing, success, failure
    created_at: float
    modified_at: float


class Invoice(Document):
    """Money in minor units, times in Unix seconds."""

    merchant: str  # digest of the token it was made with
    amount: int
    ccy: int
    reference: str | None
    destination: str | None
    customer_emails: list[str]
    basket: list[dict[str, Any]]
    redirect_url: str | None
    webhook_url: str | None
    payment_type: str  # debit, hold
    created_at: float
    modified_at: float
    expires_at: float
    status: str = "created"
    final_amount: int = 0
    taken: int = 0  # what the payer gave; refunds do not lessen it
    failure_reason: str | None = None
    err_code: str | None = None
    payment_method: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    cancels: list[Cancel] = msgspec.field(default_factory=list)

    @property
    def refunded(self) -> int:
        """Refunds done and under way together: what may no longer be asked back."""
        return sum(cancel.amount for cancel in self.cancels if cancel.status != "failure")


def expire_if_due(invoice: Invoice, now: float) -> bool:
    """Whether the invoice became `expired` by this call."""
    if invoice.status != "created" or now < invoice.expires_at:
        return False
    _become(invoice, "expired", invoice.expires_at)
    return True


def begin_payment(invoice: Invoice, *, method: str, rrn: str, approval_code: str, now: float) -> None:
    """The payer gave a card; the bank has not answered yet.

    Raises:
        RefusedByBank: it is being paid, or was paid, refused, removed or expired.
    """
    if invoice.status != "created":
        raise RefusedByBank(f"invoice is {invoice.status}")
    invoice.payment_method, invoice.rrn, invoice.approval_code = METHODS[method], rrn, approval_code
    _become(invoice, "processing", now)


def take_money(invoice: Invoice, *, amount: int, now: float) -> None:
    """The bank took `amount` (held it, when the invoice asks for a hold)."""
    invoice.taken = invoice.final_amount = amount
    invoice.failure_reason = invoice.err_code = None
    _become(invoice, "hold" if invoice.payment_type == "hold" else "success", now)


def refuse_money(invoice: Invoice, *, reason: str, err_code: str, now: float) -> None:
    """The payer's bank declined.

    Raises:
        RefusedByBank: nothing is left to refuse.
    """
    if invoice.status not in PAYABLE:
        raise RefusedByBank(f"invoice is {invoice.status}")
    invoice.failure_reason, invoice.err_code = reason, err_code
    _become(invoice, "failure", now)


def remove(invoice: Invoice, now: float) -> None:
    """Make an unpaid invoice unpayable.

    Raises:
        RefusedByBank: it has been paid.
    """
    if invoice.status not in ("created", "expired"):
        raise RefusedByBank(f"invoice is {invoice.status}")
    _become(invoice, "expired", now)


def finalize(invoice: Invoice, *, amount: int | None, now: float) -> None:
    """Take a held sum, or a part of it; the rest goes back to the payer.

    Raises:
        RefusedByBank: nothing is held, or less than `amount`.
    """
    if invoice.status != "hold":
        raise RefusedByBank(f"invoice is {invoice.status}")
    final = invoice.taken if amount is None else amount
    if not 0 < final <= invoice.taken:
        raise RefusedByBank("invalid 'amount'")
    invoice.taken = invoice.final_amount = final
    _become(invoice, "success", now)


def begin_cancel(
    invoice: Invoice, *, cancel_id: str, ext_ref: str | None, amount: int | None, now: float
) -> Cancel:
    """Start returning `amount`, or all that is left.

    Raises:
        RefusedByBank: nothing was taken, or less than that is left.
    """
    if invoice.status not in ("success", "hold"):
        raise RefusedByBank(f"invoice is {invoice.status}")
    left = invoice.taken - invoice.refunded
    asked = left if amount is None else amount
    if not 0 < asked <= left:
        raise RefusedByBank("invalid 'amount'")
    cancel = Cancel(
        id=cancel_id, ext_ref=ext_ref, amount=asked, status="processing", created_at=now, modified_at=now
    )
    invoice.cancels.append(cancel)
    _become(invoice, invoice.status, now)
    return cancel


def end_cancel(invoice: Invoice, cancel: Cancel, *, succeeded: bool, now: float) -> None:
    """The money went back, or did not. With nothing left the invoice is `reversed`."""
    cancel.status = "success" if succeeded else "failure"
    cancel.modified_at = now
    if succeeded:
        invoice.final_amount -= cancel.amount
    _become(invoice, "reversed" if invoice.final_amount == 0 else invoice.status, now)


def _become(invoice: Invoice, status: str, now: float) -> None:
    invoice.status = status
    invoice.modified_at = max(invoice.modified_at, now)


def rfc3339(moment: float) -> str:
    """As the bank writes times: UTC, whole seconds, Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
