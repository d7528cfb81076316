"""Opening a payment: intent, commit, the provider's call, outcome."""

import hashlib
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from brama.contracts.common import Locale
from brama.kernel import outbox
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.kernel.problem import IdempotencyConflict, NotFound
from brama.kernel.texts import Texts
from brama.services.payments import domain, facts, store
from brama.services.payments.domain import KnownOrder, OrderState, Payment, PaymentState
from brama.services.payments.errors import (
    CurrencyNotAccepted,
    OrderNotPayable,
    PaymentInProgress,
    ProviderUnavailable,
)
from brama.services.payments.operations.desk import Desk
from brama.services.payments.operations.tokens import read_order_token
from brama.services.payments.ports import (
    InvoiceRequest,
    OutcomeUnknown,
    PaymentProvider,
    Refused,
    Unavailable,
)
from brama.shared.order_code import canonical

log = get_logger()
_texts = Texts.of("brama.services.payments")
_abandoned = counter(
    "brama_payments_abandoned_total", "Invoices whose making had no known end", ("provider",)
)
_ATTEMPTS = 2


class Opened(msgspec.Struct, frozen=True):
    """A payment that waits for its buyer; `is_replayed` when this key had opened it before."""

    payment: Payment
    is_replayed: bool


class _Asked(msgspec.Struct, frozen=True):
    """A request to open a payment, and the key that it happens once by."""

    order: KnownOrder
    provider: PaymentProvider
    scope: str
    key: str
    body_hash: bytes


class _Intent(msgspec.Struct, frozen=True):
    payment: Payment
    secret: str | None  # None: opened before, nothing is to be asked of the provider


async def open_payment(
    desk: Desk, *, order_code: str, order_token: str, provider: str, principal: str, key: str, locale: Locale
) -> Opened:
    """Open a payment for the order's total, once per idempotency key.

    A provider that falls silent has its invoice abandoned and is asked for a fresh one; money that comes for
    the abandoned one is still found, by its reference.

    Raises:
        NotFound: the token does not open this order.
        OrderNotPayable: the order is paid, expired, cancelled, or about to expire.
        ProviderUnknown, ProviderNotConnected, CurrencyNotAccepted: not this way.
        ProviderUnavailable: the provider does not answer; the same key may try again.
        PaymentInProgress: the same key is at it right now.
    """
    order = await _order_of(desk, order_code, order_token, locale)
    body_hash = hashlib.sha256(msgspec.json.encode([order_code, order_token, provider])).digest()
    asked = _Asked(order, desk.provider(provider), f"payments:{principal}", key, body_hash)
    for _ in range(_ATTEMPTS):
        async with desk.db.transaction() as tx:
            intent = await _intend(desk, tx, asked)
        if intent.secret is None:
            return Opened(intent.payment, is_replayed=True)
        try:
            invoice = await asked.provider.create_invoice(
                intent.secret, _request(desk, intent.payment, order)
            )
        except OutcomeUnknown:
            await _abandon(desk, intent.payment.id, "abandoned")
            continue
        except Unavailable as error:
            await _abandon(desk, intent.payment.id, "provider_unavailable")
            raise ProviderUnavailable(retry_after_s=error.retry_after_s) from None
        except Refused as error:
            log.error("payment.refused", provider=provider, code=error.code, order_code=order.code)
            await _abandon(desk, intent.payment.id, "provider_refused")
            raise ProviderUnavailable(retry_after_s=60) from None
        return Opened(await _record(desk, intent.payment.id, invoice.id, invoice.page_url), is_replayed=False)
    raise ProviderUnavailable(retry_after_s=5)


async def _order_of(desk: Desk, order_code: str, order_token: str, locale: Locale) -> KnownOrder:
    """The order as last heard of, or as its token says when it was not heard of yet."""
    claims = await read_order_token(desk.trusted, order_token)
    if claims.subject != canonical(order_code):
        raise NotFound()
    async with desk.db.reading() as tx:
        known = await store.find_order(tx, claims.subject)
    return known or KnownOrder(
        code=claims.subject,
        organiser_id=claims.organiser_id,
        event_id=claims.event_id,
        event_number=claims.event_number,
        total_minor=claims.total_minor,
        currency=claims.currency,
        state=OrderState.PENDING,
        expires_at=claims.expires_at,
        locale=locale,
        version=0,
    )


async def _intend(desk: Desk, tx: Transaction, asked: _Asked) -> _Intent:
    payment_id, now = new_id(), desk.clock.now()
    if not await store.add_request_key(tx, asked.scope, asked.key, asked.body_hash, payment_id, now):
        used = await store.lock_request_key(tx, asked.scope, asked.key)
        if used.body_hash != asked.body_hash:
            raise IdempotencyConflict()
        earlier = await store.lock_payment(tx, used.subject_id)
        if earlier.redirect_url is not None:
            return _Intent(earlier, None)
        await _let_go(desk, tx, earlier)
        await store.change_request_subject(tx, asked.scope, asked.key, payment_id)
    account = await store.active_account(tx, asked.order.organiser_id, asked.provider.name)
    payment = await _new_payment(desk, tx, asked, payment_id, account.id)
    await store.add_payment(tx, payment)
    await outbox.say(tx, facts.payment_created(payment))
    return _Intent(payment, desk.secret_of(account))


async def _let_go(desk: Desk, tx: Transaction, earlier: Payment) -> None:
    """Give up an earlier attempt under this key whose outcome was never recorded, unless it still runs."""
    now = desk.clock.now()
    if earlier.state in domain.OPEN and now - earlier.created_at < in_flight(desk):
        raise PaymentInProgress(retry_after_s=1)
    await _end_abandoned(desk, tx, earlier, "abandoned")


def in_flight(desk: Desk) -> timedelta:
    """How long an intent may be without an outcome before its process must have died."""
    return timedelta(seconds=desk.config.provider_timeout_s * 2 + 5)


async def _new_payment(
    desk: Desk, tx: Transaction, asked: _Asked, payment_id: UUID, account_id: UUID
) -> Payment:
    order, now, config = asked.order, desk.clock.now(), desk.config
    due = domain.amount_due(
        order, await store.payments_of_order(tx, order.code), await store.refunds_of_order(tx, order.code)
    )
    valid_until = domain.validity_end(
        now,
        order.expires_at,
        margin=timedelta(seconds=config.validity_margin_s),
        longest=timedelta(seconds=config.validity_longest_s),
        shortest=timedelta(seconds=config.validity_shortest_s),
    )
    if order.state != OrderState.PENDING:
        raise OrderNotPayable(order_state=order.state)
    if due.minor <= 0:
        raise OrderNotPayable(order_state=OrderState.PAID)
    if valid_until is None:
        raise OrderNotPayable(order_state=OrderState.EXPIRED)
    if due.currency not in asked.provider.currencies:
        raise CurrencyNotAccepted(currency=due.currency)
    return Payment(
        id=payment_id,
        organiser_id=order.organiser_id,
        event_id=order.event_id,
        event_number=order.event_number,
        order_code=order.code,
        tender="online",
        provider=asked.provider.name,
        account_id=account_id,
        state=PaymentState.CREATED,
        amount_minor=due.minor,
        currency=due.currency,
        valid_until=valid_until,
        version=1,
        created_at=now,
    )


def _request(desk: Desk, payment: Payment, order: KnownOrder) -> InvoiceRequest:
    assert payment.valid_until is not None
    config = desk.config
    webhooks = f"{config.webhook_origin or config.public_origin}/api/payments/v1/webhooks"
    language = "/en" if order.locale == "en" else ""
    return InvoiceRequest(
        payment_id=payment.id,
        amount=payment.amount,
        order_code=order.code,
        destination=_texts("invoice.destination", locale=order.locale, code=order.code),
        valid_for_s=int((payment.valid_until - desk.clock.now()).total_seconds()),
        redirect_url=f"{config.public_origin}{language}/orders/{order.code}",
        webhook_url=f"{webhooks}/{payment.provider}/{payment.account_id}",
        locale=order.locale,
    )


async def _record(desk: Desk, payment_id: UUID, invoice_id: str, page_url: str) -> Payment:
    async with desk.db.transaction() as tx:
        # A webhook may have been quicker: only what is not known yet is added.
        payment = await store.lock_payment(tx, payment_id)
        payment = replace(payment, invoice_id=invoice_id, redirect_url=page_url)
        await store.save_payment(tx, payment)
        await store.plan_poll(tx, payment.id, domain.next_poll(payment, desk.clock.now()))
        tx.after_commit(desk.wake_closing)
    return payment


async def _abandon(desk: Desk, payment_id: UUID, reason: str) -> None:
    async with desk.db.transaction() as tx:
        await _end_abandoned(desk, tx, await store.lock_payment(tx, payment_id), reason)


async def _end_abandoned(desk: Desk, tx: Transaction, payment: Payment, reason: str) -> None:
    ended, news = domain.end_unpaid(payment, PaymentState.FAILED, reason)
    if news is None:
        return
    _abandoned.labels(payment.provider).inc()
    await store.save_payment(tx, ended)
    await outbox.say(tx, facts.of_news(ended, news, desk.clock.now()))


async def abandon_unopened(desk: Desk) -> int:
    """Give up payments whose process died between the intent and the provider's answer."""
    async with desk.db.reading() as tx:
        found = await store.unopened_payments(tx, desk.clock.now() - in_flight(desk), 100)
    for payment_id in found:
        await _abandon(desk, payment_id, "abandoned")
    return len(found)
