"""Webhooks: believed only that something happened; what happened is asked for."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.payments import store
from brama.services.payments.domain import MerchantAccount, next_try
from brama.services.payments.errors import WebhookRefused
from brama.services.payments.operations.checking import check_payment
from brama.services.payments.operations.desk import BATCH, LEASE, Desk, each
from brama.services.payments.ports import PaymentProvider, ProviderError

log = get_logger()
# About a day, at the pauses of `next_try`; the poller asks on for whatever is open.
_TRIES = 150
_received = counter("brama_payments_webhooks_total", "Webhooks received", ("outcome",))


async def receive_webhook(
    desk: Desk, provider_name: str, account_id: UUID, *, headers: Mapping[str, str], body: bytes
) -> None:
    """Keep a genuine notice once, for the worker to look into.

    Raises:
        WebhookRefused: unknown account, or not signed by the provider. Why is counted, never told.
    """
    account = await _account(desk, provider_name, account_id)
    provider = desk.provider(account.provider)
    if not await _is_genuine(desk, provider, account, headers, body):
        raise _refused("forged")
    notice = provider.read_notice(body)
    if notice is None:
        raise _refused("unreadable")
    digest = hashlib.sha256(body).hexdigest()
    notice_id = f"{account_id}:{notice.invoice_id}:{notice.modified_at.isoformat()}:{digest}"
    async with desk.db.transaction() as tx:
        is_new = await store.add_webhook(
            tx, notice_id, account.provider, account_id, notice.invoice_id, notice.reference, desk.clock.now()
        )
        tx.after_commit(desk.wake_webhooks)
    _received.labels("new" if is_new else "repeated").inc()


async def _account(desk: Desk, provider_name: str, account_id: UUID) -> MerchantAccount:
    async with desk.db.reading() as tx:
        account = await store.find_account(tx, account_id)
    if account is None or account.provider != provider_name:
        raise _refused("unknown_account")
    return account


def _refused(why: str) -> WebhookRefused:
    _received.labels(why).inc()
    return WebhookRefused()


async def _is_genuine(
    desk: Desk, provider: PaymentProvider, account: MerchantAccount, headers: Mapping[str, str], body: bytes
) -> bool:
    if provider.is_genuine(account.public_key, headers, body):
        return True
    # The provider may have changed its key. Forgers must not make us ask for it over and over.
    now, pause = desk.clock.now(), timedelta(seconds=desk.config.public_key_pause_s)
    async with desk.db.transaction() as tx:
        if not await store.claim_key_fetch(tx, account.id, now, now - pause):
            return False
    try:
        fresh = await provider.public_key(desk.secret_of(account))
    except ProviderError as error:
        log.warning("public_key.unanswered", account_id=str(account.id), error=str(error))
        return False
    async with desk.db.transaction() as tx:
        await store.change_public_key(tx, account.id, fresh)
    return provider.is_genuine(fresh, headers, body)


async def look_into_webhooks(desk: Desk) -> int:
    """Read the status of every invoice that a notice tells of, and apply it; answers how many notices."""
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        due = await store.claim_webhooks(tx, now, now + LEASE, BATCH)
    # Two notices of one invoice ask twice, and the payment's lock puts them one after the other.
    await each(_look_into(desk, notified) for notified in due)
    return len(due)


async def _look_into(desk: Desk, notified: store.Notified) -> None:
    payment_id = await _payment_of(desk, notified)
    try:
        outcome = "unknown"
        if payment_id is not None:
            weighed = await check_payment(desk, payment_id, notified.invoice_id)
            outcome = (weighed and weighed.problem) or "applied"
    except ProviderError as error:
        log.warning("webhook.unanswered", payment_id=str(payment_id), error=str(error))
        if notified.tries < _TRIES:
            await _again(desk, notified)
            return
        outcome = "unanswered"
    async with desk.db.transaction() as tx:
        await store.finish_webhook(tx, notified.id, outcome)


async def _again(desk: Desk, notified: store.Notified) -> None:
    async with desk.db.transaction() as tx:
        await store.plan_webhook(tx, notified.id, next_try(notified.tries, desk.clock.now()))


async def _payment_of(desk: Desk, notified: store.Notified) -> UUID | None:
    """The payment that the notice's reference names; None if the merchant uses the account elsewhere too."""
    try:
        payment_id = UUID(notified.reference)
    except ValueError:
        return None
    async with desk.db.reading() as tx:
        payment = await store.find_payment(tx, payment_id)
    if payment is None or payment.account_id != notified.account_id:
        return None
    if payment.invoice_id not in (None, notified.invoice_id):
        log.error("webhook.second_invoice", payment_id=str(payment_id))
        return None
    return payment_id
