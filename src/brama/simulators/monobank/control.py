"""What scripts and tests tell the bank to do or to show; no part of the real API."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.exceptions import HTTPException
from litestar.params import FromQuery, JSONBody

from brama.simulators.given import Given
from brama.simulators.monobank import wire
from brama.simulators.monobank.bank import Bank
from brama.simulators.monobank.invoices import METHODS, PAYABLE, Invoice

KNOWN_FAULTS = {
    "webhook_duplicate": "the next webhook is sent `copies` (2) times",
    "webhook_reordered": "the next payment's `processing` webhook arrives `delay_s` (1) after its `success`",
    "webhook_late": "the next webhook leaves `delay_s` (5) late",
    "webhook_lost": "the next webhook is never sent, nor retried",
    "bad_signature": "the next webhook is signed by a stranger's key",
    "key_rotation": "the signing key changes just before the next webhook",
    "create_timeout": "the next invoice is created, but the answer hangs for `hang_s` (60), then 504",
    "cancel_timeout": "the next refund is done, but the answer hangs for `hang_s` (60), then 504",
    "too_many_requests": "429 TMR, nothing done; `operation` narrows it (create, status, cancel, …)",
    "server_error": "`status` (500), nothing done; `operation` narrows it",
    "forbidden": "403, as for a revoked token; `operation` narrows it",
    "decline": "the next payment is declined by the payer's bank",
    "late_success": "the next payment expires at once, and succeeds `after_s` (5) later",
    "wrong_amount": "the next payer pays the sum plus `delta` (-100), or exactly `amount`: see `finalAmount`",
    "refund_failure": "the next refund fails at once",
    "refund_processing_then_failure": "the next refund is `processing`, and fails `after_s` (2) later",
    "refund_processing_then_success": "the next refund is `processing`, and succeeds `after_s` (2) later",
    "refund_repeats": "a repeated `extRef` is taken for one more refund instead of the known one",
    "external_reversal": "the next payment is reversed by the bank `after_s` (1) later; `amount` for a part",
}
"""Every webhook, payment and refund fault may carry `payment_id` to wait for that payment only."""


class Pay(msgspec.Struct):
    """Which invoice: by our payment's id (its newest payable invoice) or by the bank's own id."""

    payment_id: str | None = None
    invoice_id: str | None = None
    method: str = "card"
    amount: int | None = None


class Which(msgspec.Struct):
    payment_id: str | None = None
    invoice_id: str | None = None
    amount: int | None = None


def chosen(bank: Bank, which: Pay | Which, statuses: tuple[str, ...]) -> Invoice:
    """The invoice meant: of several with one reference, the newest in one of the statuses."""
    if which.invoice_id is not None:
        return bank.get(which.invoice_id)
    found = bank.of_payment(which.payment_id or "")
    if not found:
        raise HTTPException(f"no invoice with reference {which.payment_id!r}", status_code=404)
    return next((invoice for invoice in found if invoice.status in statuses), found[0])


@post("/control/pay", status_code=200)
async def pay(data: JSONBody[Pay], bank: Given[Bank]) -> wire.InvoiceStatus:
    """Pay as the payer would on the bank's page; 400 when it is not payable any more."""
    if data.method not in METHODS:
        raise HTTPException(f"method must be one of {', '.join(METHODS)}", status_code=400)
    return wire.status_of(bank.pay(chosen(bank, data, PAYABLE), method=data.method, amount=data.amount))


@post("/control/decline", status_code=200)
async def decline(data: JSONBody[Which], bank: Given[Bank]) -> wire.InvoiceStatus:
    return wire.status_of(bank.decline(chosen(bank, data, PAYABLE)))


@post("/control/expire", status_code=200)
async def expire(data: JSONBody[Which], bank: Given[Bank]) -> wire.InvoiceStatus:
    return wire.status_of(bank.expire(chosen(bank, data, PAYABLE)))


@post("/control/reverse", status_code=200)
async def reverse(data: JSONBody[Which], bank: Given[Bank]) -> wire.InvoiceStatus:
    """Return money on the bank's own account, all or `amount`."""
    return wire.status_of(bank.reverse(chosen(bank, data, ("success", "hold")), data.amount))


@get("/control/ledger")
async def ledger(bank: Given[Bank], payment_id: FromQuery[str | None] = None) -> dict[str, Any]:
    """Every invoice and refund as the bank believes them to be, newest first, and their sums."""
    found = bank.all() if payment_id is None else bank.of_payment(payment_id)
    return {"invoices": [_entry(invoice) for invoice in found], "totals": totals_of(found)}


def _entry(invoice: Invoice) -> dict[str, Any]:
    entry: dict[str, Any] = msgspec.to_builtins(wire.status_of(invoice))
    return entry | {
        "paid_amount": invoice.taken if invoice.status != "hold" else 0,
        "refunded_amount": sum(c.amount for c in invoice.cancels if c.status == "success"),
        "cancelList": entry.get("cancelList", []),
    }


def totals_of(found: list[Invoice]) -> dict[str, int]:
    """Minor units; `net` is what the merchant keeps before fees."""
    done = [c.amount for invoice in found for c in invoice.cancels if c.status == "success"]
    open_refunds = [c.amount for invoice in found for c in invoice.cancels if c.status == "processing"]
    captured = sum(invoice.taken for invoice in found if invoice.status != "hold")
    return {
        "invoices": len(found),
        "paid": sum(1 for invoice in found if invoice.taken and invoice.status != "hold"),
        "captured": captured,
        "held": sum(invoice.taken for invoice in found if invoice.status == "hold"),
        "refunds": len(done),
        "refunded": sum(done),
        "refunding": sum(open_refunds),
        "net": captured - sum(done),
    }


ROUTES = [pay, decline, expire, reverse, ledger]
