"""The life of a refund: pure decisions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from brama.services.payments.domain.model import (
    RESERVING,
    RETURNED,
    UNFINISHED,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    ReturnState,
)


def settle(refund: Refund, state: ReturnState, now: datetime) -> Refund:
    """A refund after the provider's word on it. What went back stays so; a late success mends a failure."""
    if refund.state in RETURNED or state == ReturnState.PROCESSING:
        return refund
    if state == ReturnState.DONE:
        return replace(
            refund, state=RefundState.DONE, failure=None, completed_at=now, version=refund.version + 1
        )
    return fail_refund(refund, "provider_refused", now)


def fail_refund(refund: Refund, failure: str, now: datetime, *, is_overtaken: bool = False) -> Refund:
    """An unfinished refund that will not happen; any other one unchanged."""
    if refund.state not in UNFINISHED:
        return refund
    state = RefundState.CANCELLED if is_overtaken else RefundState.FAILED
    return replace(refund, state=state, failure=failure, completed_at=now, version=refund.version + 1)


def objection(payment: Payment | None, refund: Refund, others: Sequence[Refund]) -> str | None:
    """Why a refund must not happen: with it, more would go back than came. None when it may.

    `others` are the payment's other refunds; what is unfinished counts as gone. A free order has no payment.
    """
    if payment is None:
        return None if refund.tender == "free" and refund.amount_minor == 0 else "exceeds_paid"
    if payment.currency != refund.currency:
        return "currency"
    reserved = sum(other.amount_minor for other in others if other.state in RESERVING)
    if reserved + refund.amount_minor <= payment.captured_minor:
        return None
    is_reversed = any(other.state == RefundState.EXTERNAL for other in others)
    return "reversed_at_provider" if is_reversed else "exceeds_paid"


def after_refunds(payment: Payment, refunds: Sequence[Refund]) -> Payment:
    """The payment after its refunds changed: `refunded` once nothing of it is left."""
    after = refunded_if_empty(payment, refunds)
    return after if after == payment else replace(after, version=payment.version + 1)


def refunded_if_empty(payment: Payment, refunds: Sequence[Refund]) -> Payment:
    """The payment as `refunded` if all that came of it went back; its version stays."""
    if payment.state == PaymentState.CONFIRMED and returned_minor(refunds) >= payment.captured_minor:
        return replace(payment, state=PaymentState.REFUNDED)
    return payment


def returned_minor(refunds: Sequence[Refund]) -> int:
    """What of these refunds really went back."""
    return sum(refund.amount_minor for refund in refunds if refund.state in RETURNED)


def merge(refunds: Sequence[Refund], changed: Sequence[Refund]) -> list[Refund]:
    """Refunds with the changed ones in their newest form."""
    return list({refund.id: refund for refund in (*refunds, *changed)}.values())


def next_try(tries: int, now: datetime) -> datetime:
    """When to ask again for a refund under way: 5 s, doubling to 10 minutes."""
    return now + min(timedelta(seconds=5 * 2 ** min(tries - 1, 10)), timedelta(minutes=10))
