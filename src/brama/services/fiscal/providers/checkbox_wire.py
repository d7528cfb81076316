"""Receipts as Checkbox takes them."""

from typing import Any

from brama.contracts.common import CardFacts
from brama.services.fiscal.domain import Document, Payment, ReceiptKind
from brama.services.fiscal.ports import Slip

_PIECE = 1000
# What stands on the paper; the law wants Ukrainian, whatever the buyer reads.
_CASH, _CARD = "Готівка", "Картка"
_LONGEST_FIELD = 100


def receipt_body(slip: Slip) -> dict[str, Any]:
    """The body of `POST /receipts/sell`, for sales and returns."""
    document = slip.document
    body = {
        "id": str(slip.id),
        "goods": [
            {
                "good": {
                    "code": good.code, "name": good.name, "price": good.price_minor, "tax": slip.tax_codes,
                },
                "quantity": good.quantity * _PIECE,
                "is_return": slip.kind == ReceiptKind.RETURN,
                "discounts": [],
            }
            for good in document.goods
        ],
        "discounts": _adjustments(document),
        "payments": [_payment(document.payment)],
        "order_id": slip.order_code,
    }  # fmt: skip
    if slip.related_id is not None:
        body["related_receipt_id"] = str(slip.related_id)
    return body


def cash_body(slip: Slip) -> dict[str, Any]:
    """The body of `POST /receipts/service`: below zero the cash is taken out."""
    value = slip.document.payment.value_minor
    signed = -value if slip.kind == ReceiptKind.CASH_OUT else value
    return {"id": str(slip.id), "payment": {"type": "CASH", "value": signed, "label": _CASH}}


def _adjustments(document: Document) -> list[dict[str, Any]]:
    change = document.adjustment_minor
    if change == 0:
        return []
    return [{"type": "DISCOUNT" if change < 0 else "EXTRA_CHARGE", "mode": "VALUE", "value": abs(change)}]


def _payment(payment: Payment) -> dict[str, Any]:
    if payment.is_cash:
        return {"type": "CASH", "value": payment.value_minor, "label": _CASH}
    card = payment.card or CardFacts()
    facts = {
        "card_mask": card.masked_pan,
        "bank_name": card.bank_name,
        "auth_code": card.approval_code,
        "rrn": card.rrn,
        "payment_system": card.payment_system,
        "terminal": card.terminal,
    }
    known = {name: value[:_LONGEST_FIELD] for name, value in facts.items() if value}
    return {"type": "CASHLESS", "value": payment.value_minor, "label": _CARD, **known}
