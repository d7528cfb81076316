"""What a provider's report means for a payment: a pure decision that bears any order and repetition."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

import msgspec
from msgspec.structs import replace

from brama.services.payments.domain.model import (
    CAPTURED,
    InvoiceReport,
    InvoiceState,
    News,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    ReturnReport,
    ReturnState,
)
from brama.services.payments.domain.refunds import merge, refunded_if_empty, returned_minor, settle

# Two reports of one second: the one further on its way is the newer.
_RANK = {
    InvoiceState.CREATED: 0,
    InvoiceState.PROCESSING: 1,
    InvoiceState.FAILED: 2,
    InvoiceState.EXPIRED: 3,
    InvoiceState.PAID: 4,
    InvoiceState.REVERSED: 5,
}


class Weighed(msgspec.Struct, frozen=True):
    """A payment after a report: as it is now, what to say of it, and the refunds that changed or came to be.

    `listed` are the references of all returns that the provider knows of. `problem` names a contradiction
    (another reference or currency); then nothing changed.
    """

    payment: Payment
    news: News | None = None
    refunds: tuple[Refund, ...] = ()
    listed: frozenset[str] = frozenset()
    problem: str | None = None


def weigh(payment: Payment, refunds: Sequence[Refund], report: InvoiceReport, now: datetime) -> Weighed:
    """Apply a provider's report to a payment.

    Any order and any repetition of a provider's reports ends in the same state: the greatest `modified_at`
    wins, money that came is never forgotten and never counted twice, a return counts once by its reference.
    """
    if report.reference != str(payment.id):
        return Weighed(payment, problem="reference")
    if report.asked.currency != payment.currency or report.captured.currency != payment.currency:
        return Weighed(payment, problem="currency")
    after, news = _after_report(payment, report)
    changed = _settled_returns(after, refunds, report, now) if after.state in CAPTURED else ()
    after = refunded_if_empty(after, merge(refunds, changed))
    if after != payment:
        after = replace(after, version=payment.version + 1)
    return Weighed(after, news, changed, frozenset(ref for ref, _ in _named(report.returns)))


def _after_report(payment: Payment, report: InvoiceReport) -> tuple[Payment, News | None]:
    if not _is_newer(payment, report):
        return payment, None
    payment = replace(
        payment, reported_at=report.modified_at, reported_state=report.state, invoice_id=report.invoice_id
    )
    if payment.state in CAPTURED:
        return payment, None
    if report.state in (InvoiceState.PAID, InvoiceState.REVERSED):
        return _captured(payment, report), News.CONFIRMED
    if payment.state == PaymentState.CANCELLED or report.state == InvoiceState.CREATED:
        return payment, None
    if report.state == InvoiceState.PROCESSING:
        return replace(payment, state=PaymentState.PENDING, reason=None), None
    reason = "expired" if report.state == InvoiceState.EXPIRED else "declined"
    news = None if payment.state == PaymentState.FAILED else News.FAILED
    return replace(payment, state=PaymentState.FAILED, reason=reason), news


def _is_newer(payment: Payment, report: InvoiceReport) -> bool:
    if payment.reported_at is None or payment.reported_state is None:
        return True
    seen = (payment.reported_at, _RANK[payment.reported_state])
    return (report.modified_at, _RANK[report.state]) > seen


def _captured(payment: Payment, report: InvoiceReport) -> Payment:
    return replace(
        payment,
        state=PaymentState.CONFIRMED,
        captured_minor=(report.captured or report.asked).minor,
        paid_at=report.modified_at,
        card=report.card,
        reason=None,
    )


def _settled_returns(
    payment: Payment, refunds: Sequence[Refund], report: InvoiceReport, now: datetime
) -> tuple[Refund, ...]:
    known = {refund.provider_ref: refund for refund in refunds}
    changed: dict[str, Refund] = {}
    for ref, entry in _named(report.returns):
        ours = changed.get(ref) or known.get(ref)
        after = settle(ours, entry.state, now) if ours else None
        if ours is None and entry.state == ReturnState.DONE:
            left = payment.captured_minor - returned_minor(merge(refunds, tuple(changed.values())))
            after = _external(payment, ref, min(entry.amount.minor, left), now)
        if after is not None and after != ours:
            changed[ref] = after
    if report.state == InvoiceState.REVERSED and not report.returns:
        left = payment.captured_minor - returned_minor(refunds)
        if left > 0:
            changed["reversed"] = _external(payment, "reversed", left, now)
    return tuple(refund for refund in changed.values() if refund.amount_minor > 0)


def _named(returns: Sequence[ReturnReport]) -> list[tuple[str, ReturnReport]]:
    """Each return under a name of its own: the list only grows, so a repeated name gets a number."""
    seen: Counter[str] = Counter()
    named = []
    for entry in returns:
        ref = entry.ref or f"at {entry.created_at.isoformat()}"
        seen[ref] += 1
        named.append((ref if seen[ref] == 1 else f"{ref} #{seen[ref]}", entry))
    return named


def _external(payment: Payment, ref: str, amount_minor: int, now: datetime) -> Refund:
    """A return that nobody here asked for. Its id follows from the payment's and the reference: told once."""
    return Refund(
        id=uuid5(payment.id, ref),
        payment_id=payment.id,
        organiser_id=payment.organiser_id,
        event_id=payment.event_id,
        event_number=payment.event_number,
        order_code=payment.order_code,
        tender=payment.tender,
        till_id=None,
        amount_minor=amount_minor,
        currency=payment.currency,
        state=RefundState.EXTERNAL,
        provider_ref=ref,
        awaits_tickets=False,
        tries=0,
        reason="reversed at the provider",
        failure=None,
        requested_by=None,
        version=1,
        created_at=now,
        completed_at=now,
    )
