"""Opening a payment: once per key, only for an order that can be paid, without a secret in its links."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from brama.contracts import sales
from brama.contracts.payments import PaymentConfirmed, PaymentCreated, PaymentFailed
from brama.kernel.ids import new_id
from brama.kernel.secrets import to_base64url
from brama.shared import order_token
from tests.payments.conftest import Bank, Shop
from tests.support.keys import SALES_KEY


async def test_a_buyer_is_sent_to_the_bank_before_sales_was_heard(shop: Shop) -> None:
    order = shop.order(total_minor=120000)
    answer = await shop.ask(order)
    assert answer.status_code == 201
    body = answer.json()
    assert body["state"] == "created"
    assert body["amount"] == {"minor": 120000, "currency": "UAH"}
    assert body["redirect_url"].startswith(shop.bank.url)
    [created] = await shop.app.said(PaymentCreated)
    assert created.payment_id == UUID(body["id"])
    assert created.organiser_id == shop.organiser_id
    assert created.valid_until < order.expires_at


async def test_the_invoice_names_the_order_and_no_secret(shop: Shop) -> None:
    order = shop.order(locale="en")
    await shop.app.hear(sales.OrderPlaced(**order.facts(1, shop.now)))
    payment_id = await shop.open(order)
    [invoice] = (await shop.bank.ledger(payment_id))["invoices"]
    assert invoice["reference"] == str(payment_id)
    assert invoice["destination"] == f"Tickets, order {order.code}"
    assert invoice["amount"] == order.total_minor
    page = await shop.app.client.get(f"{shop.bank.url}/pay/{invoice['invoiceId']}")
    assert order.token not in page.text


async def test_the_same_key_answers_as_before(shop: Shop) -> None:
    order, key = shop.order(), str(new_id())
    first = await shop.ask(order, key=key)
    again = await shop.ask(order, key=key)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert (await shop.bank.ledger(first.json()["id"]))["totals"]["invoices"] == 1


async def test_the_same_key_for_another_order_is_refused(shop: Shop) -> None:
    key = str(new_id())
    await shop.open(shop.order(), key=key)
    answer = await shop.ask(shop.order(), key=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency_conflict")


async def test_a_double_click_opens_one_payment(shop: Shop) -> None:
    order, key = shop.order(), str(new_id())
    answers = await asyncio.gather(*(shop.ask(order, key=key) for _ in range(6)))
    opened = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(opened) == 1
    assert len(await shop.app.said(PaymentCreated)) == 1
    for answer in refused:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/payment_in_progress")
        assert answer.headers["Retry-After"] == "1"
    assert (await shop.bank.ledger(opened.pop()))["totals"]["invoices"] == 1


async def test_another_key_opens_another_payment(shop: Shop) -> None:
    order = shop.order()
    assert await shop.open(order) != await shop.open(order)


async def test_without_a_key_nothing_is_opened(shop: Shop) -> None:
    order = shop.order()
    body = {"order_code": order.code, "order_token": order.token, "provider": "monobank"}
    answer = await shop.app.client.post("/api/payments/v1/payments", json=body)
    assert answer.status_code == 400


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJraWQiOiJURVNUU0FMRSJ9.e30.AAAA", "ї" * 40])
async def test_a_bad_token_is_like_an_order_that_does_not_exist(shop: Shop, token: str) -> None:
    answer = await shop.ask(shop.order(), order_token=token or "-")
    assert answer.status_code == 404


async def test_a_token_opens_its_own_order_only(shop: Shop) -> None:
    answer = await shop.ask(shop.order(), order_token=shop.order().token)
    assert answer.status_code == 404


async def test_a_hold_token_pays_for_nothing(shop: Shop) -> None:
    order = shop.order()
    claims = order_token.read(order.token, {SALES_KEY.key_id: SALES_KEY.private.public_key()}, "order")
    hold = order_token.OrderClaims(
        purpose="hold", subject=claims.subject, event_id=claims.event_id, event_number=7,
        organiser_id=claims.organiser_id, total_minor=1, currency="UAH", expires_at=claims.expires_at,
        nonce=claims.nonce,
    )  # fmt: skip
    token = order_token.issue(hold, SALES_KEY.private, SALES_KEY.key_id)
    assert (await shop.ask(order, order_token=token)).status_code == 404


async def test_an_order_that_needs_no_money_cannot_be_paid(shop: Shop) -> None:
    expired, cancelled = shop.order(), shop.order()
    await shop.app.hear(sales.OrderExpired(**expired.facts(2, shop.now)))
    await shop.app.hear(sales.OrderCancelled(**cancelled.facts(2, shop.now), reason="buyer"))
    for order, state in ((expired, "expired"), (cancelled, "cancelled")):
        answer = await shop.ask(order)
        assert answer.status_code == 409
        assert answer.json()["order_state"] == state
        assert answer.json()["type"].endswith("order_not_payable")
    order = shop.order()
    await shop.app.hear(shop.order_paid(order, new_id(), "online"))
    assert (await shop.ask(order)).json()["order_state"] == "paid"


async def test_an_older_fact_does_not_make_a_paid_order_payable_again(shop: Shop) -> None:
    order = shop.order()
    await shop.app.hear(shop.order_paid(order, new_id(), "online"))
    await shop.app.hear(sales.OrderPlaced(**order.facts(1, shop.now)))
    assert (await shop.ask(order)).status_code == 409


async def test_an_order_about_to_expire_is_not_sent_to_the_bank(shop: Shop) -> None:
    order = shop.order(minutes=0.5)
    answer = await shop.ask(order)
    assert answer.status_code == 409
    assert answer.json()["order_state"] == "expired"


async def test_unknown_ways_to_pay_are_refused(shop: Shop) -> None:
    unknown = await shop.ask(shop.order(), provider="cowrie_shells")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/provider_unknown")
    shop.organiser_id = new_id()
    unconnected = await shop.ask(shop.order())
    assert (unconnected.status_code, unconnected.json()["type"]) == (422, "/problems/provider_not_connected")


async def test_a_silent_bank_has_its_invoice_abandoned_and_is_asked_afresh(shop: Shop, bank: Bank) -> None:
    await bank.fault("create_timeout", hang_s=2.5)
    order = shop.order()
    payment_id = await shop.open(order)
    [failed] = await shop.app.said(PaymentFailed)
    assert failed.reason == "abandoned"
    assert failed.payment_id != payment_id
    assert await shop.state(order, failed.payment_id) == "failed"
    assert (await bank.ledger(failed.payment_id))["totals"]["invoices"] == 1


async def test_money_for_an_abandoned_invoice_is_found_by_its_reference(shop: Shop, bank: Bank) -> None:
    await bank.fault("create_timeout", hang_s=2.5)
    order = shop.order()
    await shop.open(order)
    [failed] = await shop.app.said(PaymentFailed)
    await bank.pay(failed.payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, failed.payment_id, "confirmed"))
    [confirmed] = await shop.app.said(PaymentConfirmed)
    assert confirmed.payment_id == failed.payment_id
    assert confirmed.aggregate_version > failed.aggregate_version


@pytest.mark.parametrize(
    ("fault", "params"),
    [
        ("too_many_requests", {"operation": "create"}),
        ("server_error", {"operation": "create", "times": 2}),
        ("forbidden", {"operation": "create"}),
    ],
)
async def test_a_bank_in_trouble_is_a_503_that_the_same_key_survives(
    shop: Shop, bank: Bank, fault: str, params: dict[str, object]
) -> None:
    await bank.fault(fault, **params)
    order, key = shop.order(), str(new_id())
    answer = await shop.ask(order, key=key)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    payment_id = await shop.open(order, key=key)
    assert await shop.state(order, payment_id) == "created"
    assert len(await shop.app.said(PaymentFailed)) == int(str(params.get("times", 1)))


async def test_a_payment_whose_process_died_is_given_up(shop: Shop) -> None:
    order, key = shop.order(), str(new_id())
    payment_id = await shop.open(order, key=key)
    async with shop.app.db.transaction() as tx:
        await tx.raw.execute(
            "update payment set invoice_id = null, redirect_url = null where id = $1", payment_id
        )
    assert (await shop.ask(order, key=key)).status_code == 503  # the other process may still be at it
    shop.app.clock.advance(seconds=20)
    await shop.work("poll_payments")
    assert await shop.state(order, payment_id) == "failed"
    assert await shop.open(order, key=key) != payment_id


async def test_after_a_short_payment_the_whole_total_is_asked_for(shop: Shop, bank: Bank) -> None:
    order = shop.order(total_minor=50000)
    short = await shop.open(order)
    await bank.pay(short, amount=20000)
    await shop.webhooks_until(lambda: shop.is_state(order, short, "confirmed"))
    answer = await shop.ask(order)
    assert answer.json()["amount"] == {"minor": 50000, "currency": "UAH"}


async def test_a_payment_is_shown_only_to_its_order(shop: Shop) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    seen = await shop.see(order, payment_id)
    assert seen["paid"] == {"minor": 0, "currency": "UAH"}
    for headers in ({}, {"X-Order-Token": shop.order().token}, {"X-Order-Token": "x"}):
        answer = await shop.app.client.get(f"/api/payments/v1/payments/{payment_id}", headers=headers)
        assert answer.status_code == 404


async def test_the_validity_ends_before_the_order_does(shop: Shop) -> None:
    order = shop.order(minutes=4)
    await shop.open(order)
    [created] = await shop.app.said(PaymentCreated)
    assert created.valid_until == order.expires_at - timedelta(seconds=20)


async def test_no_token_whatever_its_shape_is_more_than_a_404(shop: Shop) -> None:
    order = shop.order()
    nul_key = to_base64url(b'{"kid": "a\\u0000b"}') + ".e30.AAAA"
    for token in ("", nul_key, "x" * 100_000, to_base64url(b"[]") + "..", order.token[:-1]):
        assert (await shop.ask(order, order_token=token)).status_code == 404


async def test_the_api_describes_itself(shop: Shop) -> None:
    answer = await shop.app.client.get("/api/payments/openapi/openapi.json")
    assert answer.status_code == 200
    assert "/api/payments/v1/payments" in answer.json()["paths"]
