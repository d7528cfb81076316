"""What no webhook tells is found by asking, past the order's expiry too."""

from brama.contracts.payments import PaymentConfirmed, PaymentFailed, RefundCompleted
from tests.payments.conftest import Bank, Shop


async def test_an_expired_invoice_is_noticed_though_no_webhook_says_so(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.expire(payment_id)
    shop.app.clock.advance(minutes=16)
    await shop.until(lambda: shop.is_state(order, payment_id, "failed"), "poll_payments")
    [failed] = await shop.app.said(PaymentFailed)
    assert failed.reason == "expired"


async def test_a_late_success_after_expiry_is_found(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("late_success", after_s=1.2)
    await bank.fault("webhook_lost", times=5)
    await bank.pay(payment_id)
    shop.app.clock.advance(minutes=16)
    await shop.until(lambda: shop.is_state(order, payment_id, "failed"), "poll_payments")
    shop.app.clock.advance(hours=3)
    await shop.until(lambda: _is_confirmed_soon(shop, order.code), "poll_payments")
    [failed], [confirmed] = await shop.app.said(PaymentFailed), await shop.app.said(PaymentConfirmed)
    assert confirmed.aggregate_version > failed.aggregate_version
    assert confirmed.amount_minor == 50000


async def _is_confirmed_soon(shop: Shop, code: str) -> bool:
    shop.app.clock.advance(minutes=5)
    async with shop.app.db.reading() as tx:
        return bool(
            await tx.raw.fetchval("select state = 'confirmed' from payment where order_code = $1", code)
        )


async def test_a_silent_bank_is_asked_again_later_and_nothing_is_decided(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("server_error", operation="status")
    shop.app.clock.advance(seconds=6)
    assert await shop.work("poll_payments") == 1
    assert await shop.state(order, payment_id) == "created"
    assert await shop.work("poll_payments") == 0  # not at once again
    shop.app.clock.advance(seconds=20)
    assert await shop.work("poll_payments") == 1


async def test_a_claimed_payment_is_left_to_whoever_claimed_it(shop: Shop) -> None:
    await shop.open(shop.order())
    shop.app.clock.advance(seconds=6)
    async with shop.app.db.transaction() as tx:
        await tx.raw.fetch("select id from payment for update")
        assert await shop.work("poll_payments") == 0


async def test_a_reversal_by_the_bank_is_told_once_as_external(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await bank.fault("webhook_duplicate", copies=3)
    await bank.reverse(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "refunded"))
    await shop.work("look_into_webhooks")
    [completed] = await shop.app.said(RefundCompleted)
    assert completed.is_external
    assert (completed.payment_id, completed.amount_minor) == (payment_id, 50000)


async def test_two_partial_reversals_are_two_external_returns(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await bank.reverse(payment_id, amount=10000)
    await bank.reverse(payment_id, amount=40000)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "refunded"))
    completed = await shop.app.said(RefundCompleted)
    assert sorted(fact.amount_minor for fact in completed) == [10000, 40000]
    assert len({fact.refund_id for fact in completed}) == 2
