"""Making invoices unpayable whose order needs no money any more."""

from uuid import UUID

from brama.kernel import outbox
from brama.kernel.log import get_logger
from brama.services.payments import domain, facts, store
from brama.services.payments.domain import PaymentState
from brama.services.payments.operations.checking import check_payment
from brama.services.payments.operations.desk import BATCH, LEASE, Desk
from brama.services.payments.ports import ProviderError, Refused

log = get_logger()


async def close_invoices(desk: Desk) -> int:
    """Remove invoices of orders that are paid, expired or cancelled; answers how many were looked at."""
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        due = await store.claim_closings(tx, now, now + LEASE, BATCH)
    for payment_id in due:
        try:
            await _close(desk, payment_id)
        except ProviderError as error:
            log.warning("payment.unclosed", payment_id=str(payment_id), error=str(error))
    return len(due)


async def _close(desk: Desk, payment_id: UUID) -> None:
    async with desk.db.reading() as tx:
        payment = await store.get_payment(tx, payment_id)
        assert payment.account_id is not None
        assert payment.invoice_id is not None
        account = await store.get_account(tx, payment.account_id)
    if payment.state in domain.OPEN:
        try:
            await desk.provider(payment.provider).remove(desk.secret_of(account), payment.invoice_id)
        except Refused:
            # Paid, declined or gone already: the status tells which, the poller goes on asking if it must.
            await check_payment(desk, payment_id)
            await _closed(desk, payment_id, is_removed=False)
            return
    await _closed(desk, payment_id, is_removed=True)


async def _closed(desk: Desk, payment_id: UUID, *, is_removed: bool) -> None:
    async with desk.db.transaction() as tx:
        payment, now = await store.lock_payment(tx, payment_id), desk.clock.now()
        if is_removed:
            ended, news = domain.end_unpaid(payment, PaymentState.CANCELLED, "cancelled")
            if news is not None:
                await store.save_payment(tx, ended)
                await store.plan_poll(tx, payment_id, domain.next_poll(ended, now))
                await outbox.say(tx, facts.of_news(ended, news, now))
        await store.plan_close(tx, payment_id, None)
