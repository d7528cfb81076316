"""Payments and refunds as others hear of them."""

from datetime import datetime
from typing import Any

from brama.contracts.audit import PaymentsActionRecorded
from brama.contracts.payments import (
    PaymentConfirmed,
    PaymentCreated,
    PaymentFact,
    PaymentFailed,
    RefundCompleted,
    RefundFact,
    RefundFailed,
)
from brama.kernel.access import Caller
from brama.services.payments.domain import RETURNED, MerchantAccount, News, Payment, Refund, RefundState


def payment_created(payment: Payment) -> PaymentCreated:
    """A buyer is about to be sent to the provider."""
    assert payment.valid_until is not None
    common = _of_payment(payment, payment.created_at)
    return PaymentCreated(**common, amount_minor=payment.amount_minor, valid_until=payment.valid_until)


def of_news(payment: Payment, news: News, now: datetime) -> PaymentFact:
    """What to say of a payment that was confirmed or failed."""
    common = _of_payment(payment, now)
    if news == News.FAILED:
        return PaymentFailed(**common, amount_minor=payment.amount_minor, reason=payment.reason or "unknown")
    assert payment.paid_at is not None
    return PaymentConfirmed(
        **common, amount_minor=payment.captured_minor, paid_at=payment.paid_at, card=payment.card
    )


def of_refund(refund: Refund, now: datetime) -> RefundFact | None:
    """What to say of a refund in its present state; nothing while it is under way."""
    common = _of_refund(refund, now)
    if refund.state in RETURNED:
        is_external = refund.state == RefundState.EXTERNAL
        return RefundCompleted(**common, completed_at=refund.completed_at or now, is_external=is_external)
    if refund.state in (RefundState.FAILED, RefundState.CANCELLED):
        return RefundFailed(**common, reason=refund.failure or "unknown")
    return None


def action(caller: Caller, account: MerchantAccount, what: str, now: datetime) -> PaymentsActionRecorded:
    """A merchant account was changed by somebody, for the audit trail."""
    return PaymentsActionRecorded(
        aggregate_id=str(account.id),
        aggregate_version=account.version,
        organiser_id=account.organiser_id,
        occurred_at=now,
        actor_kind="staff",
        actor_id=caller.id,
        actor_name=caller.name,
        action=what,
        subject_kind="merchant_account",
        subject_id=str(account.id),
        details={"provider": account.provider, "name": account.name},
    )


def _of_payment(payment: Payment, now: datetime) -> dict[str, Any]:
    return {
        "aggregate_id": str(payment.id),
        "aggregate_version": payment.version,
        "organiser_id": payment.organiser_id,
        "event_number": payment.event_number,
        "occurred_at": now,
        "payment_id": payment.id,
        "order_code": payment.order_code,
        "event_id": payment.event_id,
        "provider": payment.provider,
        "currency": payment.currency,
    }


def _of_refund(refund: Refund, now: datetime) -> dict[str, Any]:
    return {
        "aggregate_id": str(refund.id),
        "aggregate_version": refund.version,
        "organiser_id": refund.organiser_id,
        "event_number": refund.event_number,
        "occurred_at": now,
        "refund_id": refund.id,
        "payment_id": refund.payment_id,
        "order_code": refund.order_code,
        "event_id": refund.event_id,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
        "tender": refund.tender,
    }
