"""Every night the provider's word is laid beside ours; what differs is recorded, and mended if it can be."""

from typing import Any

from brama.contracts.payments import PaymentConfirmed, RefundCompleted
from tests.payments.conftest import Bank, Shop


async def _reconciled(shop: Shop) -> dict[str, Any]:
    """The night's comparison."""
    shop.app.clock.advance(days=1)
    await shop.app.run_schedule("plan_reconciliations")
    await shop.app.run_schedule("plan_reconciliations")  # once a day is enough
    assert await shop.work("reconcile") == 1
    assert await shop.work("reconcile") == 0
    headers = shop.app.as_staff("accountant", shop.organiser_id)
    url = f"/api/payments/v1/reconciliations?organiser_id={shop.organiser_id}"
    [made] = (await shop.app.client.get(url, headers=headers)).json()["items"]
    result: dict[str, Any] = made
    return result


async def test_a_night_without_differences(shop: Shop) -> None:
    order, payment_id = await shop.paid()
    await shop.app.hear(shop.refund(order, payment_id, 20000))
    await shop.work("send_refunds")
    await shop.open(shop.order())
    made = await _reconciled(shop)
    assert (made["checked"], made["unanswered"], made["differences"]) == (2, 0, [])
    assert made["captured_minor"] == made["captured_there_minor"] == 50000
    assert made["returned_minor"] == made["returned_there_minor"] == 20000


async def test_today_is_compared_tonight(shop: Shop) -> None:
    await shop.paid()
    await shop.app.run_schedule("plan_reconciliations")
    assert await shop.work("reconcile") == 0


async def test_money_that_nobody_told_of_is_found_and_confirmed(shop: Shop, bank: Bank) -> None:
    order = shop.order()
    payment_id = await shop.open(order)
    await bank.fault("webhook_lost")
    await bank.pay(payment_id)
    made = await _reconciled(shop)
    [difference] = made["differences"]
    assert difference == {
        "payment_id": str(payment_id), "order_code": order.code, "kind": "captured", "ours_minor": 0,
        "theirs_minor": 50000,
    }  # fmt: skip
    assert await shop.state(order, payment_id) == "confirmed"
    assert len(await shop.app.said(PaymentConfirmed)) == 1


async def test_a_reversal_that_nobody_told_of_is_found(shop: Shop, bank: Bank) -> None:
    _, payment_id = await shop.paid()
    await bank.fault("webhook_lost")
    await bank.reverse(payment_id, amount=30000)
    made = await _reconciled(shop)
    [difference] = made["differences"]
    assert (difference["kind"], difference["ours_minor"], difference["theirs_minor"]) == (
        "returned",
        0,
        30000,
    )
    [completed] = await shop.app.said(RefundCompleted)
    assert completed.is_external


async def test_a_bank_that_does_not_answer_is_no_difference(shop: Shop, bank: Bank) -> None:
    await shop.paid()
    await bank.fault("server_error", operation="status")
    made = await _reconciled(shop)
    assert (made["checked"], made["unanswered"], made["differences"]) == (0, 1, [])
