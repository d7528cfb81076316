"""Giving money back, exactly once: id first, tickets blocked, then the provider."""

from uuid import UUID

from msgspec.structs import replace

from brama.contracts import sales, ticketing
from brama.kernel.database import Transaction
from brama.kernel.inbox import NotYet
from brama.kernel.log import get_logger
from brama.services.payments import domain, store
from brama.services.payments.domain import Payment, Refund, RefundState, ReturnState
from brama.services.payments.operations.checking import check_payment, keep_refund
from brama.services.payments.operations.desk import BATCH, LEASE, Desk, each
from brama.services.payments.operations.tills import book_cash
from brama.services.payments.ports import ProviderError, Refused

log = get_logger()


async def request_refund(desk: Desk, tx: Transaction, fact: sales.RefundRequested) -> None:
    """Store a refund; with tickets it waits until they are blocked, without any it goes ahead.

    Refused at once (`exceeds_paid`) when more would go back than came; what is under way counts as gone.

    Raises:
        NotYet: the payment was not heard of yet.
    """
    payment = await store.find_and_lock_payment(tx, fact.payment_id)
    if payment is None and fact.tender != "free":
        raise NotYet(f"payment {fact.payment_id} unknown")
    refund = _refund_of(fact)
    others = await store.lock_refunds_of_payment(tx, fact.payment_id)
    if any(known.id == refund.id for known in others):
        return
    reason = domain.objection(payment, refund, others)
    if reason is not None:
        await keep_refund(desk, tx, _refused(desk, refund, reason), is_new=True)
        return
    await store.add_refund(tx, refund)
    if not refund.awaits_tickets:
        await _go_ahead(desk, tx, payment, refund)


async def tickets_blocked(desk: Desk, tx: Transaction, fact: ticketing.TicketsBlocked) -> None:
    """The tickets of a refund admit nobody any more: its money may go.

    Raises:
        NotYet: the refund was not heard of yet.
    """
    if fact.refund_id is None:
        return
    known = await store.find_refund(tx, fact.refund_id)
    if known is None:
        raise NotYet(f"refund {fact.refund_id} unknown")
    payment = await store.find_and_lock_payment(tx, known.payment_id)
    refunds = await store.lock_refunds_of_payment(tx, known.payment_id)
    refund = next(one for one in refunds if one.id == known.id)
    if not refund.awaits_tickets or refund.state != RefundState.CREATED:
        return
    await _go_ahead(desk, tx, payment, replace(refund, awaits_tickets=False))


async def _go_ahead(desk: Desk, tx: Transaction, payment: Payment | None, refund: Refund) -> None:
    now = desk.clock.now()
    if refund.tender == "online":
        await store.save_refund(tx, refund)
        await store.plan_refund(tx, refund.id, now)
        tx.after_commit(desk.wake_refunds)
        return
    # The door hands the money back by itself: cash from the drawer, a card at the terminal.
    await _finish(desk, tx, payment, domain.settle(refund, ReturnState.DONE, now))
    if refund.tender == "cash" and refund.till_id is not None:
        await book_cash(
            tx,
            till_id=refund.till_id,
            organiser_id=refund.organiser_id,
            kind="refund",
            cause_id=refund.id,
            order_code=refund.order_code,
            amount_minor=-refund.amount_minor,
            currency=refund.currency,
            booked_at=now,
        )


async def _finish(desk: Desk, tx: Transaction, payment: Payment | None, refund: Refund) -> None:
    """Keep a refund's end, and what it means for the payment whose lock is held."""
    await keep_refund(desk, tx, refund)
    log.info(f"refund.{refund.state}", refund_id=str(refund.id), failure=refund.failure)
    if payment is not None:
        after = domain.after_refunds(payment, await store.lock_refunds_of_payment(tx, payment.id))
        if after != payment:
            await store.save_payment(tx, after)


def _refund_of(fact: sales.RefundRequested) -> Refund:
    assert fact.organiser_id is not None
    return Refund(
        id=fact.refund_id,
        payment_id=fact.payment_id,
        organiser_id=fact.organiser_id,
        event_id=fact.event_id,
        event_number=fact.event_number or 0,
        order_code=fact.order_code,
        tender=fact.tender,
        till_id=fact.till_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        state=RefundState.CREATED,
        provider_ref=str(fact.refund_id),
        awaits_tickets=bool(fact.ticket_ids),
        tries=0,
        reason=fact.reason,
        failure=None,
        requested_by=fact.requested_by,
        version=1,
        created_at=fact.occurred_at,
        completed_at=None,
    )


def _refused(desk: Desk, refund: Refund, reason: str) -> Refund:
    log.warning("refund.refused", refund_id=str(refund.id), reason=reason)
    is_overtaken = reason == "reversed_at_provider"
    return domain.fail_refund(refund, reason, desk.clock.now(), is_overtaken=is_overtaken)


async def send_refunds(desk: Desk) -> int:
    """Bring refunds forward whose time has come; answers how many were looked at."""
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        due = await store.claim_refunds(tx, now, now + LEASE, BATCH)
    await each(_bring_forward(desk, refund_id) for refund_id in due)
    return len(due)


async def _bring_forward(desk: Desk, refund_id: UUID) -> None:
    begun = await _begin(desk, refund_id)
    if begun is None:
        return
    payment, refund = begun
    try:
        if refund.tries == 1 or not await _is_listed(desk, payment, refund):
            await _send(desk, payment, refund)
    except ProviderError as error:
        log.warning("refund.unanswered", refund_id=str(refund_id), tries=refund.tries, error=str(error))


async def _begin(desk: Desk, refund_id: UUID) -> tuple[Payment, Refund] | None:
    """Write down that the provider is about to be asked; None when it must not be, or need not any more."""
    async with desk.db.transaction() as tx:
        known = await store.get_refund(tx, refund_id)
        payment = await store.lock_payment(tx, known.payment_id)
        refunds = await store.lock_refunds_of_payment(tx, known.payment_id)
        refund = next(one for one in refunds if one.id == refund_id)
        if refund.state not in domain.UNFINISHED:
            return None
        others = [one for one in refunds if one.id != refund_id]
        reason = domain.objection(payment, refund, others)
        if reason is not None and refund.tries == 0:
            await _finish(desk, tx, payment, _refused(desk, refund, reason))
            return None
        is_first = refund.state == RefundState.CREATED
        refund = replace(
            refund, state=RefundState.TRANSIT, tries=refund.tries + 1, version=refund.version + is_first
        )
        await store.save_refund(tx, refund)
        await store.plan_refund(tx, refund.id, domain.next_try(refund.tries, desk.clock.now()))
    return payment, refund


async def _is_listed(desk: Desk, payment: Payment, refund: Refund) -> bool:
    """Whether the provider knows of the refund already; if so, its word on it is applied."""
    weighed = await check_payment(desk, payment.id)
    assert weighed is not None, "an online payment with a refund has an invoice"
    async with desk.db.reading() as tx:
        after = await store.get_refund(tx, refund.id)
    if after.state not in domain.UNFINISHED:
        return True
    return refund.provider_ref in weighed.listed


async def _send(desk: Desk, payment: Payment, refund: Refund) -> None:
    assert payment.account_id is not None
    assert payment.invoice_id is not None
    async with desk.db.reading() as tx:
        account = await store.get_account(tx, payment.account_id)
    provider, secret = desk.provider(payment.provider), desk.secret_of(account)
    failure = "provider_refused"
    try:
        state = await provider.refund(
            secret, payment.invoice_id, amount=refund.amount, ref=refund.provider_ref
        )
    except Refused as error:
        log.error("refund.refused_by_provider", refund_id=str(refund.id), code=error.code)
        state, failure = ReturnState.FAILED, f"provider_refused:{error.code}"
    if state == ReturnState.PROCESSING:
        return
    async with desk.db.transaction() as tx:
        payment = await store.lock_payment(tx, payment.id)
        refund = await store.get_refund(tx, refund.id)
        if refund.state not in domain.UNFINISHED:
            return  # a webhook was quicker
        now = desk.clock.now()
        if state == ReturnState.FAILED:
            await _finish(desk, tx, payment, domain.fail_refund(refund, failure, now))
        else:
            await _finish(desk, tx, payment, domain.settle(refund, state, now))
