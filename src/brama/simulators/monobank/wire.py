"""The merchant API's bodies. Names on the wire are the bank's, in camelCase."""

from typing import Annotated, Any

import msgspec

from brama.simulators.monobank.invoices import Cancel, Invoice, rfc3339

Positive = Annotated[int, msgspec.Meta(ge=1)]
FEE_PERMILLE = 13


class PaymInfo(msgspec.Struct, rename="camel"):
    """What is paid for."""

    reference: str | None = None
    destination: str | None = None
    customer_emails: list[str] = []
    basket_order: list[dict[str, Any]] = []


class CreateInvoice(msgspec.Struct, rename="camel"):
    """`validity` in seconds."""

    amount: Positive
    ccy: int = 980
    merchant_paym_info: PaymInfo | None = None
    redirect_url: str | None = None
    webhook_url: str | None = msgspec.field(default=None, name="webHookUrl")
    validity: Positive = 24 * 3600
    payment_type: str = "debit"


class CreatedInvoice(msgspec.Struct, rename="camel"):
    invoice_id: str
    page_url: str


class CancelInvoice(msgspec.Struct, rename="camel"):
    """No amount: everything that is left."""

    invoice_id: str
    ext_ref: str | None = None
    amount: Positive | None = None


class FinalizeInvoice(msgspec.Struct, rename="camel"):
    invoice_id: str
    amount: Positive | None = None


class RemoveInvoice(msgspec.Struct, rename="camel"):
    invoice_id: str


class CancelAnswer(msgspec.Struct, rename="camel"):
    status: str
    created_date: str
    modified_date: str


class CancelItem(msgspec.Struct, rename="camel", omit_defaults=True):
    """One line of `cancelList`; without `extRef` the bank began it."""

    status: str
    amount: int
    ccy: int
    created_date: str
    modified_date: str
    ext_ref: str | None = None
    approval_code: str | None = None
    rrn: str | None = None


class PaymentInfo(msgspec.Struct, rename="camel"):
    masked_pan: str
    rrn: str
    approval_code: str
    tran_id: str
    terminal: str
    bank: str
    payment_system: str
    payment_method: str
    country: str
    fee: int


class InvoiceStatus(msgspec.Struct, rename="camel", omit_defaults=True):
    """The status answer, which is also the webhook's body; fields that do not apply are absent."""

    invoice_id: str
    status: str
    amount: int
    ccy: int
    final_amount: int
    created_date: str
    modified_date: str
    reference: str | None = None
    destination: str | None = None
    failure_reason: str | None = None
    err_code: str | None = None
    cancel_list: list[CancelItem] | None = None
    payment_info: PaymentInfo | None = None


class BankError(msgspec.Struct, rename="camel"):
    err_code: str
    err_text: str


def status_of(invoice: Invoice) -> InvoiceStatus:
    return InvoiceStatus(
        invoice_id=invoice.id,
        status=invoice.status,
        amount=invoice.amount,
        ccy=invoice.ccy,
        final_amount=invoice.final_amount,
        created_date=rfc3339(invoice.created_at),
        modified_date=rfc3339(invoice.modified_at),
        reference=invoice.reference,
        destination=invoice.destination,
        failure_reason=invoice.failure_reason,
        err_code=invoice.err_code,
        cancel_list=[_cancel_item(invoice, cancel) for cancel in invoice.cancels] or None,
        payment_info=_payment_info(invoice),
    )


def cancel_answer(cancel: Cancel) -> CancelAnswer:
    return CancelAnswer(
        status=cancel.status,
        created_date=rfc3339(cancel.created_at),
        modified_date=rfc3339(cancel.modified_at),
    )


def _cancel_item(invoice: Invoice, cancel: Cancel) -> CancelItem:
    return CancelItem(
        status=cancel.status,
        amount=cancel.amount,
        ccy=invoice.ccy,
        created_date=rfc3339(cancel.created_at),
        modified_date=rfc3339(cancel.modified_at),
        ext_ref=cancel.ext_ref,
        approval_code=invoice.approval_code,
        rrn=invoice.rrn,
    )


def _payment_info(invoice: Invoice) -> PaymentInfo | None:
    if invoice.rrn is None or invoice.approval_code is None or invoice.payment_method is None:
        return None
    return PaymentInfo(
        masked_pan="444403******1902",
        rrn=invoice.rrn,
        approval_code=invoice.approval_code,
        tran_id=f"{invoice.rrn}{invoice.approval_code}",
        terminal="MI001088",
        bank="Універсал Банк",
        payment_system="visa",
        payment_method=invoice.payment_method,
        country="804",
        fee=invoice.taken * FEE_PERMILLE // 1000,
    )
