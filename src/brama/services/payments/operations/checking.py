"""Asking the provider what became of a payment, and applying the answer."""

from datetime import timedelta
from uuid import UUID

from brama.kernel import outbox
from brama.kernel.database import Transaction
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.payments import domain, facts, store
from brama.services.payments.domain import InvoiceReport, Payment, PaymentState, Refund, Weighed
from brama.services.payments.operations.desk import BATCH, LEASE, Desk, each
from brama.services.payments.operations.opening import abandon_unopened
from brama.services.payments.ports import ProviderError, Refused

log = get_logger()
_contradictions = counter(
    "brama_payments_contradictions_total", "Provider reports that do not fit the payment", ("kind",)
)
_confirmed = counter("brama_payments_confirmed_total", "Payments whose money came", ("provider",))
_external = counter(
    "brama_payments_external_returns_total", "Returns that nobody here asked for", ("provider",)
)
_UNANSWERED = timedelta(seconds=15)
_NOT_FOUND = "NOT_FOUND"


async def check_payment(desk: Desk, payment_id: UUID, invoice_id: str | None = None) -> Weighed | None:
    """Read an invoice's status at the provider and apply it; None when there is nothing to ask about.

    `invoice_id` tells of an invoice that was abandoned before its id was known.

    Raises:
        ProviderError: the provider did not tell.
    """
    async with desk.db.reading() as tx:
        payment = await store.get_payment(tx, payment_id)
        if payment.account_id is None:
            return None
        account = await store.get_account(tx, payment.account_id)
    known = payment.invoice_id or invoice_id
    if known is None:
        return None
    report = await desk.provider(payment.provider).status(desk.secret_of(account), known)
    return await apply_report(desk, payment_id, report)


async def apply_report(desk: Desk, payment_id: UUID, report: InvoiceReport) -> Weighed:
    """Commit what a report means for a payment and its refunds; applying it again changes nothing."""
    async with desk.db.transaction() as tx:
        payment = await store.lock_payment(tx, payment_id)
        refunds = await store.lock_refunds_of_payment(tx, payment_id)
        weighed = domain.weigh(payment, refunds, report, desk.clock.now())
        if weighed.problem is not None:
            _contradictions.labels(weighed.problem).inc()
            log.error("payment.contradicted", payment_id=str(payment_id), kind=weighed.problem)
        else:
            await _keep(desk, tx, payment, refunds, weighed)
        await store.plan_poll(tx, payment_id, domain.next_poll(weighed.payment, desk.clock.now()))
    return weighed


async def _keep(
    desk: Desk, tx: Transaction, before: Payment, refunds: list[Refund], weighed: Weighed
) -> None:
    now, after = desk.clock.now(), weighed.payment
    if after != before:
        await store.save_payment(tx, after)
    if weighed.news is not None:
        await outbox.say(tx, facts.of_news(after, weighed.news, now))
        _tell(after)
    known = {refund.id for refund in refunds}
    for refund in weighed.refunds:
        if refund.id not in known:
            _external.labels(after.provider).inc()
            log.warning("refund.external", payment_id=str(after.id), amount_minor=refund.amount_minor)
        await keep_refund(desk, tx, refund, is_new=refund.id not in known)


def _tell(payment: Payment) -> None:
    log.info(
        f"payment.{payment.state}",
        payment_id=str(payment.id),
        reason=payment.reason,
        amount_minor=payment.amount_minor,
        captured_minor=payment.captured_minor,
    )
    if payment.state in domain.CAPTURED:
        _confirmed.labels(payment.provider).inc()


async def keep_refund(desk: Desk, tx: Transaction, refund: Refund, *, is_new: bool = False) -> None:
    """Store a refund's new state and say what it means; under the payment's lock."""
    await (store.add_refund if is_new else store.save_refund)(tx, refund)
    said = facts.of_refund(refund, desk.clock.now())
    if said is not None:
        await outbox.say(tx, said)


async def poll_payments(desk: Desk) -> int:
    """Ask about payments whose time to be asked about has come; answers how many."""
    given_up = await abandon_unopened(desk)
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        due = await store.claim_polls(tx, now, now + LEASE, BATCH)
    await each(_poll(desk, payment_id) for payment_id in due)
    return given_up + len(due)


async def _poll(desk: Desk, payment_id: UUID) -> None:
    try:
        await check_payment(desk, payment_id)
    except ProviderError as error:
        log.warning("payment.unanswered", payment_id=str(payment_id), error=str(error))
        is_unknown = isinstance(error, Refused) and error.code == _NOT_FOUND
        await _plan_after_silence(desk, payment_id, is_unknown=is_unknown)


async def _plan_after_silence(desk: Desk, payment_id: UUID, *, is_unknown: bool) -> None:
    async with desk.db.transaction() as tx:
        payment, now = await store.lock_payment(tx, payment_id), desk.clock.now()
        is_over = payment.valid_until is not None and now > payment.valid_until
        if is_unknown and is_over:
            ended, news = domain.end_unpaid(payment, PaymentState.FAILED, "expired")
            if news is not None:
                await store.save_payment(tx, ended)
                await outbox.say(tx, facts.of_news(ended, news, now))
            payment = ended
        due = domain.next_poll(payment, now)
        await store.plan_poll(tx, payment_id, None if due is None else max(due, now + _UNANSWERED))
