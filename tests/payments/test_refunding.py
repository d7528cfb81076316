"""Money goes back exactly once, tickets first, never more than came."""

import asyncio

import pytest

from brama.contracts.payments import RefundCompleted, RefundFailed
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from tests.payments.conftest import Bank, Shop


async def test_a_surplus_goes_back_at_once(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    fact = shop.refund(order, payment_id, 20000)
    await shop.app.hear(fact)
    assert await shop.work("send_refunds") == 1
    [completed] = await shop.app.said(RefundCompleted)
    assert (completed.refund_id, completed.amount_minor, completed.is_external) == (
        fact.refund_id,
        20000,
        False,
    )
    totals = (await bank.ledger(payment_id))["totals"]
    assert (totals["refunds"], totals["refunded"]) == (1, 20000)
    assert await shop.state(order, payment_id) == "confirmed"


async def test_money_waits_until_the_tickets_are_blocked(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    fact = shop.refund(order, payment_id, 50000, tickets=2)
    await shop.app.hear(fact)
    assert await shop.work("send_refunds") == 0
    await shop.app.hear(shop.blocked(order, None))  # staff blocked something else
    assert await shop.work("send_refunds") == 0
    await shop.app.hear(shop.blocked(order, fact.refund_id))
    assert await shop.work("send_refunds") == 1
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 50000
    assert await shop.state(order, payment_id) == "refunded"


async def test_tickets_blocked_before_the_refund_is_known_are_heard_again_later(shop: Shop) -> None:
    order, payment_id = await shop.paid()
    fact = shop.refund(order, payment_id, 50000, tickets=1)
    blocked = shop.blocked(order, fact.refund_id)
    with pytest.raises(NotYet):
        await shop.app.hear(blocked)
    await shop.app.hear(fact)
    await shop.app.hear(blocked)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "done"


async def test_a_refund_heard_twice_is_sent_once(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    refund_id = new_id()
    await shop.app.hear(shop.refund(order, payment_id, 10000, refund_id=refund_id))
    await shop.app.hear(shop.refund(order, payment_id, 10000, refund_id=refund_id))
    await shop.work("send_refunds")
    shop.app.clock.advance(minutes=30)
    await shop.work("send_refunds")
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 10000


async def test_a_refund_whose_answer_was_lost_is_looked_for_before_it_is_asked_again(
    shop: Shop, bank: Bank
) -> None:
    order, payment_id = await shop.paid()
    await bank.fault("cancel_timeout", hang_s=2.5)
    await bank.fault("refund_repeats")  # asking twice would pay twice
    await bank.fault("webhook_lost", times=3)
    fact = shop.refund(order, payment_id, 20000)
    await shop.app.hear(fact)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "transit"
    shop.app.clock.advance(seconds=6)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "done"
    totals = (await bank.ledger(payment_id))["totals"]
    assert (totals["refunds"], totals["refunded"]) == (1, 20000)
    assert len(await shop.app.said(RefundCompleted)) == 1


@pytest.mark.parametrize("fault", ["too_many_requests", "server_error"])
async def test_a_refund_that_the_bank_never_saw_is_asked_again(shop: Shop, bank: Bank, fault: str) -> None:
    order, payment_id = await shop.paid()
    await bank.fault(fault, operation="cancel")
    fact = shop.refund(order, payment_id, 20000)
    await shop.app.hear(fact)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "transit"
    assert await shop.work("send_refunds") == 0  # not at once again
    shop.app.clock.advance(seconds=6)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "done"
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 20000


async def test_a_process_that_died_in_the_middle_sends_it_once(shop: Shop, bank: Bank) -> None:
    """Written down as under way, and then nothing: the next process asks the status first."""
    order, payment_id = await shop.paid()
    fact = shop.refund(order, payment_id, 20000)
    await shop.app.hear(fact)
    async with shop.app.db.transaction() as tx:
        await tx.raw.execute("update refund set state = 'transit', tries = 1")
    await shop.work("send_refunds")
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 20000


async def test_a_refund_in_processing_may_fail_later(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await bank.fault("refund_processing_then_failure", after_s=0.4)
    fact = shop.refund(order, payment_id, 50000, tickets=1)
    await shop.app.hear(fact)
    await shop.app.hear(shop.blocked(order, fact.refund_id))
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "transit"
    await shop.webhooks_until(lambda: _is(shop, fact.refund_id, "failed"))
    [failed] = await shop.app.said(RefundFailed)
    assert failed.refund_id == fact.refund_id
    assert await shop.state(order, payment_id) == "confirmed"


async def test_a_refund_in_processing_is_polled_to_its_end(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await bank.fault("refund_processing_then_success", after_s=0.3)
    await bank.fault("webhook_lost", times=4)
    fact = shop.refund(order, payment_id, 50000)
    await shop.app.hear(fact)
    await shop.work("send_refunds")
    await asyncio.sleep(0.6)
    shop.app.clock.advance(seconds=6)
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "done"
    assert await shop.state(order, payment_id) == "refunded"


@pytest.mark.parametrize("fault", ["refund_failure", "forbidden"])
async def test_a_refund_that_the_bank_refuses_fails(shop: Shop, bank: Bank, fault: str) -> None:
    order, payment_id = await shop.paid()
    await bank.fault(fault, **({"operation": "cancel"} if fault == "forbidden" else {}))
    fact = shop.refund(order, payment_id, 50000)
    await shop.app.hear(fact)
    await shop.work("send_refunds")
    [failed] = await shop.app.said(RefundFailed)
    assert failed.reason.startswith("provider_refused")
    again = shop.refund(order, payment_id, 50000)  # a failed refund reserves nothing
    await shop.app.hear(again)
    await shop.work("send_refunds")
    assert await shop.refund_state(again.refund_id) == "done"


async def test_more_than_came_never_goes_back(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await shop.app.hear(shop.refund(order, payment_id, 30000))
    too_much = shop.refund(order, payment_id, 30000)
    await shop.app.hear(too_much)
    await shop.work("send_refunds")
    [failed] = await shop.app.said(RefundFailed)
    assert (failed.refund_id, failed.reason) == (too_much.refund_id, "exceeds_paid")
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 30000


async def test_refunds_at_once_never_exceed_what_came(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await asyncio.gather(*(_connection(shop) for _ in range(10)))  # so that none has to wait for its own
    await asyncio.gather(*(shop.app.hear(shop.refund(order, payment_id, 20000)) for _ in range(10)))
    while await shop.work("send_refunds"):
        pass
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 40000
    assert {fact.reason for fact in await shop.app.said(RefundFailed)} == {"exceeds_paid"}
    assert len(await shop.app.said(RefundFailed)) == 8


async def test_a_refund_that_the_bank_is_still_working_on_is_not_sent_again(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    await bank.fault("refund_processing_then_success", after_s=1.5)
    await bank.fault("refund_repeats", times=3)
    fact = shop.refund(order, payment_id, 20000)
    await shop.app.hear(fact)
    for _ in range(3):
        await shop.work("send_refunds")
        shop.app.clock.advance(minutes=1)
    totals = (await bank.ledger(payment_id))["totals"]
    assert totals["refunding"] + totals["refunded"] == 20000
    await shop.webhooks_until(lambda: _is(shop, fact.refund_id, "done"))


async def test_a_reversal_by_the_bank_overtakes_a_refund_that_waits(shop: Shop, bank: Bank) -> None:
    order, payment_id = await shop.paid()
    fact = shop.refund(order, payment_id, 50000, tickets=1)
    await shop.app.hear(fact)
    await bank.reverse(payment_id)
    await shop.webhooks_until(lambda: shop.is_state(order, payment_id, "refunded"))
    await shop.app.hear(shop.blocked(order, fact.refund_id))
    await shop.work("send_refunds")
    assert await shop.refund_state(fact.refund_id) == "cancelled"
    [failed] = await shop.app.said(RefundFailed)
    assert failed.reason == "reversed_at_provider"
    assert (await bank.ledger(payment_id))["totals"]["refunded"] == 50000


async def test_a_refund_of_an_unknown_payment_waits_for_it(shop: Shop) -> None:
    with pytest.raises(NotYet):
        await shop.app.hear(shop.refund(shop.order(), new_id(), 100))


async def test_a_free_order_is_refunded_without_any_money(shop: Shop) -> None:
    order = shop.order(total_minor=0)
    fact = shop.refund(order, new_id(), 0, tickets=1, tender="free")
    await shop.app.hear(fact)
    await shop.app.hear(shop.blocked(order, fact.refund_id))
    [completed] = await shop.app.said(RefundCompleted)
    assert completed.amount_minor == 0


async def _connection(shop: Shop) -> None:
    async with shop.app.db.reading() as tx:
        await tx.raw.execute("select pg_sleep(0.1)")


async def _is(shop: Shop, refund_id: object, state: str) -> bool:
    return await shop.refund_state(refund_id) == state  # type: ignore[arg-type]
