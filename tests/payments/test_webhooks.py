"""Webhooks as the bank sends them, with everything that befalls them on the way."""

import base64
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from brama.contracts.payments import PaymentConfirmed, PaymentFailed
from brama.kernel.ids import new_id
from tests.payments.conftest import Bank, Shop


async def test_a_webhook_confirms_the_payment_with_the_card_for_the_receipt(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))
    [confirmed] = await shop.app.said(PaymentConfirmed)
    assert (confirmed.payment_id, confirmed.amount_minor) == (payment_id, 50000)
    assert confirmed.card is not None
    assert confirmed.card.masked_pan == "444403******1902"
    assert confirmed.card.rrn
    assert confirmed.card.bank_name
    assert (await shop.see(order, payment_id))["paid"] == {"minor": 50000, "currency": "UAH"}


async def test_a_late_webhook_is_as_good(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("webhook_late", delay_s=0.5)
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))
    assert len(await shop.app.said(PaymentConfirmed)) == 1


async def test_a_duplicate_webhook_is_no_second_payment(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("webhook_duplicate", copies=4)
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))
    await shop.work("look_into_webhooks")
    assert len(await shop.app.said(PaymentConfirmed)) == 1
    assert await shop.webhooks_seen() == 1


async def test_reordered_webhooks_end_the_same(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("webhook_reordered", delay_s=0.4)
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: _seen(shop, 2))
    await shop.work("look_into_webhooks")
    assert await shop.state(order, payment_id) == "confirmed"
    assert len(await shop.app.said(PaymentConfirmed)) == 1


async def test_a_lost_webhook_is_made_up_for_by_polling(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("webhook_lost")
    await bank.pay(payment_id)
    shop.app.clock.advance(seconds=6)
    await shop.until(lambda: shop.is_state(order, payment_id, "confirmed"), "poll_payments")
    assert await shop.webhooks_seen() == 0


async def test_a_strangers_signature_is_refused(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("bad_signature")
    await bank.pay(payment_id)
    with pytest.raises(AssertionError):
        await shop.webhooks_until(lambda: _seen(shop, 1), within_s=1.5)
    assert await shop.state(order, payment_id) == "created"


async def test_the_bank_may_change_its_key(shop: Shop, bank: Bank) -> None:
    shop.app.clock.advance(seconds=31)
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("key_rotation")
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))


async def test_the_notice_itself_is_not_believed(shop: Shop) -> None:
    """Signed by the bank's own key, and yet only a reason to ask: the bank says that nobody paid."""
    order = shop.order()
    payment_id = await shop.open(order)
    [invoice] = (await shop.bank.ledger(payment_id))["invoices"]
    lie = {**invoice, "status": "success", "finalAmount": 50000, "modifiedDate": "2030-01-01T00:00:00Z"}
    await _notify(shop, lie)
    assert await shop.work("look_into_webhooks") == 1
    assert await shop.state(order, payment_id) == "created"


async def test_the_same_notice_again_is_no_news(shop: Shop) -> None:
    payment_id = await shop.open(shop.order())
    [invoice] = (await shop.bank.ledger(payment_id))["invoices"]
    await _notify(shop, invoice)
    assert await shop.work("look_into_webhooks") == 1
    await _notify(shop, invoice)
    assert await shop.work("look_into_webhooks") == 0


async def test_a_notice_to_another_account_is_not_about_this_payment(shop: Shop) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    [invoice] = (await shop.bank.ledger(payment_id))["invoices"]
    shop.organiser_id = new_id()
    await shop.connect()
    await shop.bank.fault("webhook_lost")
    await shop.bank.pay(payment_id)
    await _notify(shop, invoice)
    await shop.work("look_into_webhooks")
    assert await shop.state(order, payment_id) == "created"


async def test_forgers_do_not_make_us_ask_the_bank_for_its_key_over_and_over(shop: Shop, bank: Bank) -> None:
    await bank.fault("key_rotation")
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.pay(payment_id)
    with pytest.raises(AssertionError):  # within the pause even a genuine new key has to wait
        await shop.webhooks_until(lambda: _seen(shop, 1), within_s=1.5)
    shop.app.clock.advance(seconds=31)
    await bank.reverse(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "refunded"))


async def test_what_is_not_genuine_is_refused_without_a_reason(shop: Shop) -> None:
    base = f"/api/payments/v1/webhooks/monobank/{shop.account_id}"
    answers = [
        await shop.app.client.post(base, content=b"{}"),
        await shop.app.client.post(base, content=b"{}", headers={"X-Sign": "ї".encode().hex()}),
        await shop.app.client.post(f"/api/payments/v1/webhooks/monobank/{new_id()}", content=b"{}"),
        await shop.app.client.post(f"/api/payments/v1/webhooks/liqpay/{shop.account_id}", content=b"{}"),
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert len({_without_correlation(answer) for answer in answers}) == 1
    assert await shop.webhooks_seen() == 0


async def test_a_webhook_too_large_is_refused(shop: Shop) -> None:
    answer = await shop.app.client.post(
        f"/api/payments/v1/webhooks/monobank/{shop.account_id}", content=b"x" * 70000
    )
    assert answer.status_code == 413


async def test_a_declined_card_fails_the_payment(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.decline(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "failed"))
    [failed] = await shop.app.said(PaymentFailed)
    assert failed.reason == "declined"


@pytest.mark.parametrize("amount", [49900, 60000])
async def test_what_really_came_is_told_short_or_surplus(shop: Shop, bank: Bank, amount: int) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("wrong_amount", amount=amount)
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))
    [confirmed] = await shop.app.said(PaymentConfirmed)
    assert confirmed.amount_minor == amount


@pytest.mark.parametrize("fault", ["too_many_requests", "server_error"])
async def test_a_bank_in_trouble_is_asked_again(shop: Shop, bank: Bank, fault: str) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault(fault, operation="status")
    await bank.pay(payment_id)
    await shop.webhooks_until(lambda: _seen(shop, 1))
    await shop.work("look_into_webhooks")
    assert await shop.state(order, payment_id) == "created"
    shop.app.clock.advance(seconds=6)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "confirmed"))


async def test_a_merchant_account_used_elsewhere_disturbs_nobody(shop: Shop, bank: Bank) -> None:
    url = f"{shop.app.kernel.config.webhook_origin}/api/payments/v1/webhooks/monobank/{shop.account_id}"  # type: ignore[attr-defined]
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{bank.url}/api/merchant/invoice/create",
            headers={"X-Token": "merchant-token-of-a-club"},
            json={"amount": 100, "ccy": 980, "merchantPaymInfo": {"reference": "mug-17"}, "webHookUrl": url},
        )
    await bank.pay("mug-17")
    assert answer.status_code == 200
    await shop.webhooks_until(lambda: _seen(shop, 1))
    await shop.work("look_into_webhooks")
    async with shop.app.db.reading() as tx:
        assert await tx.raw.fetchval("select outcome from webhook") == "unknown"
    assert await shop.app.said(PaymentConfirmed) == []


async def _notify(shop: Shop, invoice: dict[str, Any]) -> None:
    """A genuine notice with this content: the account is given a key whose private half is known."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    async with shop.app.db.transaction() as tx:
        await tx.raw.execute(
            "update merchant_account set public_key = $2 where id = $1", shop.account_id, pem
        )
    body = json.dumps(invoice).encode()
    sign = base64.b64encode(key.sign(body, ec.ECDSA(hashes.SHA256()))).decode()
    url = f"/api/payments/v1/webhooks/monobank/{shop.account_id}"
    answer = await shop.app.client.post(url, content=body, headers={"X-Sign": sign})
    assert answer.status_code == 200


async def _seen(shop: Shop, count: int) -> bool:
    return await shop.webhooks_seen() >= count


def _without_correlation(answer: httpx.Response) -> str:
    return str({name: value for name, value in answer.json().items() if name != "correlation_id"})
