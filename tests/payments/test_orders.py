"""What sales tells: orders that need no money any more, the door's money, tills' cash."""

from typing import Any
from uuid import UUID

import pytest

from brama.contracts import sales
from brama.contracts.payments import PaymentConfirmed, PaymentFailed, RefundCompleted
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from tests.payments.conftest import Bank, Order, Shop


async def test_a_second_invoice_of_a_paid_order_becomes_unpayable(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    first, second = await shop.open(order), await shop.open(order)
    await bank.pay(first)
    await shop.webhooks_until(lambda: shop.is_state(order, first, "confirmed"))
    await shop.app.hear(shop.order_paid(order, first, "online"))
    await shop.work("close_invoices")
    assert await shop.state(order, second) == "cancelled"
    [failed] = await shop.app.said(PaymentFailed)
    assert (failed.payment_id, failed.reason) == (second, "cancelled")
    assert (await bank.ledger(second))["invoices"][0]["status"] == "expired"


async def test_an_invoice_paid_meanwhile_is_money_and_not_closed(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    first, second = await shop.open(order), await shop.open(order)
    await bank.fault("webhook_lost", times=4)
    await bank.pay(first)
    await bank.pay(second)
    await shop.app.hear(shop.order_paid(order, first, "online"))
    await shop.work("close_invoices")
    assert await shop.state(order, second) == "confirmed"
    confirmed = await shop.app.said(PaymentConfirmed)
    assert {fact.payment_id for fact in confirmed} == {first, second}
    assert await shop.app.said(PaymentFailed) == []


async def test_an_expired_order_closes_its_invoice(shop: Shop) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await shop.app.hear(sales.OrderExpired(**order.facts(2, shop.now)))
    await shop.work("close_invoices")
    assert await shop.state(order, payment_id) == "cancelled"


async def test_a_silent_bank_is_asked_to_close_again(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("server_error", operation="remove")
    await shop.app.hear(sales.OrderExpired(**order.facts(2, shop.now)))
    await shop.work("close_invoices")
    assert await shop.state(order, payment_id) == "created"
    shop.app.clock.advance(seconds=61)
    await shop.work("close_invoices")
    assert await shop.state(order, payment_id) == "cancelled"


async def test_the_doors_money_is_booked_and_never_confirmed_back(shop: Shop) -> None:
    till_id, order, payment_id = await _open_till(shop), shop.order(70000), new_id()
    paid = shop.order_paid(order, payment_id, "cash", till_id=till_id, cash_received_minor=100000)
    await shop.app.hear(paid)
    card_order, card_payment = shop.order(30000), new_id()
    await shop.app.hear(shop.order_paid(card_order, card_payment, "terminal", till_id=till_id))
    assert await shop.app.said(PaymentConfirmed) == []
    assert await shop.state(order, payment_id) == "confirmed"
    book = await _book(shop, till_id)
    assert [(line["kind"], line["amount"]["minor"]) for line in book["entries"]] == [
        ("float", 50000),
        ("sale", 70000),
    ]
    assert book["cash"]["minor"] == 120000
    assert book["terminal"]["minor"] == 30000


async def test_a_free_order_is_not_booked(shop: Shop) -> None:
    order = shop.order(0)
    await shop.app.hear(shop.order_paid(order, new_id(), "free"))
    async with shop.app.db.reading() as tx:
        assert await tx.raw.fetchval("select count(*) from payment") == 0


async def test_cash_goes_back_from_the_drawer_at_once_after_the_tickets(shop: Shop) -> None:
    till_id, order, payment_id = await _open_till(shop), shop.order(70000), new_id()
    await shop.app.hear(shop.order_paid(order, payment_id, "cash", till_id=till_id))
    fact = shop.refund(order, payment_id, 70000, tickets=1, tender="cash", till_id=till_id)
    await shop.app.hear(fact)
    assert await shop.app.said(RefundCompleted) == []
    await shop.app.hear(shop.blocked(order, fact.refund_id))
    [completed] = await shop.app.said(RefundCompleted)
    assert (completed.tender, completed.amount_minor) == ("cash", 70000)
    assert await shop.state(order, payment_id) == "refunded"
    book = await _book(shop, till_id)
    assert (book["entries"][-1]["kind"], book["entries"][-1]["amount"]["minor"]) == ("refund", -70000)
    assert book["cash"]["minor"] == 50000


async def test_cash_refunded_before_its_sale_was_heard_waits(shop: Shop) -> None:
    order, payment_id = shop.order(), new_id()
    fact = shop.refund(order, payment_id, 100, tender="cash")
    with pytest.raises(NotYet):
        await shop.app.hear(fact)
    await shop.app.hear(shop.order_paid(order, payment_id, "cash"))
    await shop.app.hear(fact)
    assert len(await shop.app.said(RefundCompleted)) == 1


async def test_the_count_at_the_end_closes_the_book(shop: Shop) -> None:
    till_id, order = await _open_till(shop), shop.order(70000)
    await shop.app.hear(shop.order_paid(order, new_id(), "cash", till_id=till_id))
    await shop.app.hear(_closed(shop, till_id, expected=120000, counted=119000))
    book = await _book(shop, till_id)
    assert book["entries"][-1]["kind"] == "difference"
    assert book["entries"][-1]["amount"]["minor"] == -1000
    assert book["counted"]["minor"] == book["cash"]["minor"] == 119000


async def test_a_till_closed_before_its_opening_was_heard_waits(shop: Shop) -> None:
    with pytest.raises(NotYet):
        await shop.app.hear(_closed(shop, new_id(), expected=0, counted=0))


async def test_a_book_is_for_the_house_only(shop: Shop) -> None:
    till_id = await _open_till(shop)
    url = f"/api/payments/v1/tills/{till_id}/book"
    for headers, status in (
        ({}, 401),
        (shop.app.as_staff("inspector", shop.organiser_id), 403),
        (shop.app.as_staff("owner", new_id()), 404),
        (shop.app.as_staff("box_office", shop.organiser_id), 200),
    ):
        assert (await shop.app.client.get(url, headers=headers)).status_code == status


async def _open_till(shop: Shop) -> UUID:
    till_id = new_id()
    await shop.app.hear(
        sales.TillOpened(
            aggregate_id=str(till_id), aggregate_version=1, occurred_at=shop.now,
            organiser_id=shop.organiser_id, till_id=till_id, name="Вхід", event_id=None,
            float_minor=50000, currency="UAH", opened_by="Каса",
        )
    )  # fmt: skip
    return till_id


def _closed(shop: Shop, till_id: UUID, *, expected: int, counted: int) -> sales.TillClosed:
    return sales.TillClosed(
        aggregate_id=str(till_id), aggregate_version=2, occurred_at=shop.now, organiser_id=shop.organiser_id,
        till_id=till_id, expected_minor=expected, counted_minor=counted, currency="UAH", closed_by="Каса",
    )  # fmt: skip


async def _book(shop: Shop, till_id: UUID) -> dict[str, Any]:
    headers = shop.app.as_staff("accountant", shop.organiser_id)
    answer = await shop.app.client.get(f"/api/payments/v1/tills/{till_id}/book", headers=headers)
    result: dict[str, Any] = answer.json()
    return result


async def test_staff_see_payments_with_their_refunds(shop: Shop) -> None:
    order, payment_id = await shop.paid()
    await shop.app.hear(shop.refund(order, payment_id, 20000))
    await shop.work("send_refunds")
    await shop.open(shop.order())
    found = await _listed(shop, order)
    assert [(item["id"], item["state"]) for item in found["items"]] == [(str(payment_id), "confirmed")]
    [refund] = found["items"][0]["refunds"]
    assert (refund["state"], refund["amount"]["minor"]) == ("done", 20000)
    assert found["items"][0]["masked_pan"] == "444403******1902"


async def test_the_list_pages_and_keeps_organisers_apart(shop: Shop) -> None:
    ids = {str(await shop.open(shop.order())) for _ in range(3)}
    headers = shop.app.as_staff("manager", shop.organiser_id)
    url = f"/api/payments/v1/payments?organiser_id={shop.organiser_id}&limit=2"
    first = (await shop.app.client.get(url, headers=headers)).json()
    rest = (await shop.app.client.get(f"{url}&after={first['next']}", headers=headers)).json()
    assert {item["id"] for item in first["items"] + rest["items"]} == ids
    assert rest["next"] is None
    assert (await shop.app.client.get(url, headers=shop.app.as_staff("owner", new_id()))).status_code == 404
    assert (
        await shop.app.client.get(url, headers=shop.app.as_staff("box_office", shop.organiser_id))
    ).status_code == 403


async def _listed(shop: Shop, order: Order) -> dict[str, Any]:
    headers = shop.app.as_staff("accountant", shop.organiser_id)
    url = f"/api/payments/v1/payments?organiser_id={shop.organiser_id}&order_code={order.code}"
    result: dict[str, Any] = (await shop.app.client.get(url, headers=headers)).json()
    return result
