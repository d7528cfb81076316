"""What the bank does, one method per verb: change the invoice, keep it, tell the merchant."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from brama.simulators.agenda import Agenda
from brama.simulators.faults import Faults
from brama.simulators.monobank import invoices
from brama.simulators.monobank.invoices import Cancel, Invoice, RefusedByBank
from brama.simulators.monobank.webhooks import Webhooks
from brama.simulators.monobank.wire import CreateInvoice, PaymInfo
from brama.simulators.store import Store

DECLINED = ("Недостатньо коштів на картці", "59")


class UnknownInvoice(Exception):
    """No such invoice of this merchant; becomes a 404 with errCode NOT_FOUND."""


class Bank:
    """Invoices in the store; `processing_s` is how long the payer's bank thinks before it answers."""

    def __init__(
        self,
        store: Store,
        agenda: Agenda,
        faults: Faults,
        webhooks: Webhooks,
        *,
        processing_s: float = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._invoices = store.collection("invoice", Invoice, indexed=("reference",))
        self._agenda, self._faults, self._webhooks = agenda, faults, webhooks
        self._processing_s, self._now = processing_s, clock
        agenda.on("finish_payment", self._finish_payment)
        agenda.on("end_cancel", self._end_cancel)
        agenda.on("reverse", self._reverse)

    def create(self, asked: CreateInvoice, *, merchant: str) -> Invoice:
        """A new invoice; every call makes another, for the API has no idempotency key."""
        now = self._now()
        info = asked.merchant_paym_info or PaymInfo()
        invoice = Invoice(
            id=time.strftime("%y%m%d", time.gmtime(now)) + secrets.token_hex(7),
            merchant=merchant,
            amount=asked.amount,
            ccy=asked.ccy,
            reference=info.reference,
            destination=info.destination,
            customer_emails=info.customer_emails,
            basket=info.basket_order,
            redirect_url=asked.redirect_url,
            webhook_url=asked.webhook_url,
            payment_type=asked.payment_type,
            created_at=now,
            modified_at=now,
            expires_at=now + asked.validity,
        )
        self._invoices.add(invoice)
        return invoice

    def get(self, invoice_id: str, *, merchant: str | None = None) -> Invoice:
        """The invoice as it is now; with `merchant`, only if it belongs to that one.

        Raises:
            UnknownInvoice
        """
        invoice = self._invoices.get(invoice_id)
        if invoice is None or merchant not in (None, invoice.merchant):
            raise UnknownInvoice(invoice_id)
        return self._up_to_date(invoice)

    def of_payment(self, payment_id: str) -> list[Invoice]:
        """Every invoice with this `reference`, newest first (more than one after a create that timed out)."""
        return [self._up_to_date(invoice) for invoice in self._invoices.find("reference", payment_id)]

    def all(self, limit: int = -1) -> list[Invoice]:
        return [self._up_to_date(invoice) for invoice in self._invoices.newest(limit)]

    def pay(self, invoice: Invoice, *, method: str = "card", amount: int | None = None) -> Invoice:
        """The payer pays; faults may make it declined, late, or of another amount.

        Raises:
            RefusedByBank: the invoice is not payable any more.
        """
        about = {"payment_id": invoice.reference}
        now = self._now()
        rrn, code = str(10**11 + secrets.randbelow(9 * 10**11)), f"{secrets.randbelow(10**6):06d}"
        invoices.begin_payment(invoice, method=method, rrn=rrn, approval_code=code, now=now)
        if self._faults.take("decline", **about) is not None:
            return self.decline(invoice)
        paid = amount if amount is not None else invoice.amount
        if (wrong := self._faults.take("wrong_amount", **about)) is not None:
            paid = int(wrong.get("amount", invoice.amount + int(wrong.get("delta", -100))))
        delay_s = self._processing_s
        if (late := self._faults.take("late_success", **about)) is not None:
            invoice.status, invoice.expires_at = "expired", now
            delay_s = float(late.get("after_s", 5))
        self._invoices.save(invoice)
        if delay_s > 0:
            self._webhooks.announce(invoice)
            self._agenda.add("finish_payment", delay_s, invoice_id=invoice.id, amount=paid)
            return invoice
        reordered = self._faults.take("webhook_reordered", **about)
        if reordered is not None:
            self._webhooks.announce(invoice, overtaken_by_s=float(reordered.get("delay_s", 1)))
        return self._take_money(invoice, paid)

    def decline(self, invoice: Invoice) -> Invoice:
        """The payer's bank says no.

        Raises:
            RefusedByBank: the invoice is not payable any more.
        """
        reason, code = DECLINED
        invoices.refuse_money(invoice, reason=reason, err_code=code, now=self._now())
        return self._keep_and_tell(invoice)

    def expire(self, invoice: Invoice) -> Invoice:
        """Let the validity end now; there is no webhook for that."""
        invoice.expires_at = self._now()
        return self._up_to_date(invoice)

    def remove(self, invoice: Invoice) -> None:
        invoices.remove(invoice, self._now())
        self._invoices.save(invoice)

    def finalize(self, invoice: Invoice, amount: int | None) -> Invoice:
        invoices.finalize(invoice, amount=amount, now=self._now())
        return self._keep_and_tell(invoice)

    def cancel(self, invoice: Invoice, *, ext_ref: str | None, amount: int | None) -> Cancel:
        """Return money. The same `ext_ref` again answers with the refund it already named.

        Raises:
            RefusedByBank: less than that is left, or nothing was taken.
        """
        about = {"payment_id": invoice.reference, "ext_ref": ext_ref}
        known = next((c for c in invoice.cancels if ext_ref is not None and c.ext_ref == ext_ref), None)
        if known is not None and self._faults.take("refund_repeats", **about) is None:
            return known
        cancel = invoices.begin_cancel(
            invoice, cancel_id=secrets.token_hex(8), ext_ref=ext_ref, amount=amount, now=self._now()
        )
        for name, succeeded in (
            ("refund_processing_then_failure", False),
            ("refund_processing_then_success", True),
        ):
            if (slow := self._faults.take(name, **about)) is not None:
                self._keep_and_tell(invoice)
                self._agenda.add(
                    "end_cancel",
                    float(slow.get("after_s", 2)),
                    invoice_id=invoice.id,
                    cancel_id=cancel.id,
                    succeeded=succeeded,
                )
                return cancel
        succeeded = self._faults.take("refund_failure", **about) is None
        invoices.end_cancel(invoice, cancel, succeeded=succeeded, now=self._now())
        self._keep_and_tell(invoice)
        return cancel

    def reverse(self, invoice: Invoice, amount: int | None = None) -> Invoice:
        """The bank returns money by itself, say after a dispute; the merchant asked for nothing.

        Raises:
            RefusedByBank: less than that is left, or nothing was taken.
        """
        now = self._now()
        cancel = invoices.begin_cancel(
            invoice, cancel_id=secrets.token_hex(8), ext_ref=None, amount=amount, now=now
        )
        invoices.end_cancel(invoice, cancel, succeeded=True, now=now)
        return self._keep_and_tell(invoice)

    def _take_money(self, invoice: Invoice, amount: int) -> Invoice:
        invoices.take_money(invoice, amount=amount, now=self._now())
        self._keep_and_tell(invoice)
        reversal = self._faults.take("external_reversal", payment_id=invoice.reference)
        if reversal is not None:
            self._agenda.add(
                "reverse",
                float(reversal.get("after_s", 1)),
                invoice_id=invoice.id,
                amount=reversal.get("amount"),
            )
        return invoice

    async def _finish_payment(self, job: dict[str, Any]) -> None:
        self._take_money(self.get(job["invoice_id"]), job["amount"])

    async def _end_cancel(self, job: dict[str, Any]) -> None:
        invoice = self.get(job["invoice_id"])
        cancel = next(c for c in invoice.cancels if c.id == job["cancel_id"])
        invoices.end_cancel(invoice, cancel, succeeded=job["succeeded"], now=self._now())
        self._keep_and_tell(invoice)

    async def _reverse(self, job: dict[str, Any]) -> None:
        with suppress(RefusedByBank):  # refunded meanwhile: nothing is left to reverse
            self.reverse(self.get(job["invoice_id"]), job["amount"])

    def _up_to_date(self, invoice: Invoice) -> Invoice:
        if invoices.expire_if_due(invoice, self._now()):
            self._invoices.save(invoice)
        return invoice

    def _keep_and_tell(self, invoice: Invoice) -> Invoice:
        self._invoices.save(invoice)
        self._webhooks.announce(invoice)
        return invoice
