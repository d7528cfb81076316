"""A receipt for each payment and each refund: what stands on it, and that it is there once."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from tests.fiscal.conftest import Club, Registry


async def test_a_paid_order_gets_its_receipt(club: Club, registry: Registry) -> None:
    await club.connect()
    order = await club.sell(early=1, late=2)
    await club.settle(order, "registered")

    [receipt] = await registry.receipts(order.order_code)
    assert (receipt["status"], receipt["type"], receipt["total_sum"]) == ("DONE", "SELL", 110100)
    [said] = await club.registered()
    assert (said.cause_id, said.kind, said.total_minor) == (order.payment_id, "sale", 110100)
    assert (said.fiscal_code, said.url) == (receipt["fiscal_code"], receipt["tax_url"])
    [seen] = await club.receipts(order_code=order.order_code)
    assert seen["fiscal_code"] == receipt["fiscal_code"]
    assert seen["total"] == {"minor": 110100, "currency": "UAH"}


async def test_goods_are_named_after_event_and_ticket_type(club: Club, registry: Registry) -> None:
    await club.connect(tax_codes=[8])
    order = await club.sell(early=1, late=2)
    await club.settle(order, "registered")

    [receipt] = await registry.receipts(order.order_code)
    goods = [(line["good"]["code"], line["good"]["name"], line["quantity"]) for line in receipt["goods"]]
    assert goods == [
        ("7-1", "Нічна зміна · Рання пташка", 1000),
        ("7-2", "Нічна зміна · Друга хвиля", 2000),
    ]
    assert [line["good"]["price"] for line in receipt["goods"]] == [30000, 40050]
    assert all(line["good"]["tax"] == [8] for line in receipt["goods"])


async def test_an_older_version_of_the_event_changes_no_name(club: Club, registry: Registry) -> None:
    await club.app.hear(club.event(title="Нова назва", version=3))
    await club.app.hear(club.event(title="Стара назва", version=2))
    await club.connect()
    order = await club.sell(early=1, late=0)
    await club.settle(order, "registered")
    [receipt] = await registry.receipts(order.order_code)
    assert receipt["goods"][0]["good"]["name"] == "Нова назва · Рання пташка"


async def test_a_card_payment_repeats_what_the_bank_told(club: Club, registry: Registry) -> None:
    await club.connect()
    order = await club.sell()
    await club.settle(order, "registered")
    [payment] = (await registry.receipts(order.order_code))[0]["payments"]
    told = {
        "type": "CASHLESS", "value": 80100, "label": "Картка", "card_mask": "444403******1902",
        "bank_name": "Універсал Банк", "auth_code": "662476", "rrn": "060189181768",
        "payment_system": "visa", "terminal": "MI001088",
    }  # fmt: skip
    assert {name: payment[name] for name in told} == told


async def test_cash_at_the_door_shows_what_was_handed_over_and_the_change(
    club: Club, registry: Registry
) -> None:
    await club.connect(purpose="door")
    order = await club.sell(tender="cash", till_id=new_id(), received=100000)
    await club.settle(order, "registered")
    [receipt] = await registry.receipts(order.order_code)
    assert (receipt["payments"][0]["type"], receipt["payments"][0]["value"]) == ("CASH", 100000)
    assert (receipt["total_sum"], receipt["total_rest"]) == (80100, 19900)
    assert await registry.cash(club.license_key) == 80100


@pytest.mark.parametrize(("total_minor", "kind"), [(80000, "DISCOUNT"), (80101, "EXTRA_CHARGE")])
async def test_a_total_that_the_lines_do_not_explain_is_still_the_total(
    club: Club, registry: Registry, total_minor: int, kind: str
) -> None:
    await club.connect()
    order = await club.sell(total_minor=total_minor)
    await club.settle(order, "registered")
    [receipt] = await registry.receipts(order.order_code)
    assert receipt["total_sum"] == total_minor
    assert [discount["type"] for discount in receipt["discounts"]] == [kind]


async def test_a_free_order_gets_no_receipt(club: Club) -> None:
    await club.connect()
    order = await club.sell(tender="free", total_minor=0)
    await club.app.hear(club.refunded(order, late=1, minor=0))
    assert await club.receipts() == []


async def test_an_organiser_who_is_not_fiscalised_gets_no_receipts(club: Club) -> None:
    await club.app.hear(club.organiser(is_fiscalised=False, version=2))
    await club.connect()
    order = await club.sell()
    await club.app.hear(club.refunded(order, late=2))
    assert await club.receipts() == []


async def test_what_was_registered_is_returned_even_if_the_organiser_ceased_since(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    order = await club.sell()
    await club.settle(order, "registered")
    await club.app.hear(club.organiser(is_fiscalised=False, version=2))
    await club.app.hear(club.refunded(order, late=2))
    await club.settle(order, "registered", "registered")
    assert (await registry.totals(club.license_key))["net"] == 0


async def test_a_refund_of_some_tickets_returns_those_only(club: Club, registry: Registry) -> None:
    await club.connect()
    order = await club.sell(early=2, late=2)
    await club.settle(order, "registered")
    refund = club.refunded(order, early=1)
    await club.app.hear(refund)
    await club.settle(order, "registered", "registered")

    sale, back = await registry.receipts(order.order_code)
    assert (back["type"], back["total_sum"], back["related_receipt_id"]) == ("RETURN", 30000, sale["id"])
    assert [(line["good"]["code"], line["quantity"]) for line in back["goods"]] == [("7-1", 1000)]
    assert back["payments"][0]["type"] == "CASHLESS"
    said = (await club.registered())[-1]
    assert (said.cause_id, said.kind, said.total_minor) == (refund.refund_id, "return", 30000)


async def test_a_reversal_of_any_sum_is_returned_to_the_kopiyka(club: Club, registry: Registry) -> None:
    await club.connect()
    order = await club.sell(early=0, late=2)
    await club.settle(order, "registered")
    await club.app.hear(club.refunded(order, late=1, minor=40049))
    await club.app.hear(club.refunded(order, minor=1))
    await club.app.hear(club.refunded(order, late=0, minor=40050))
    await club.settle(order, *["registered"] * 4)
    assert (await registry.totals(club.license_key))["net"] == 0


async def test_a_return_has_the_taxes_of_its_sale(club: Club, registry: Registry) -> None:
    register_id = await club.connect(tax_codes=[8])
    order = await club.sell(late=1)
    await club.settle(order, "registered")
    await _change(club, register_id, tax_codes=[1])
    await club.app.hear(club.refunded(order, late=1))
    await club.settle(order, "registered", "registered")
    back = (await registry.receipts(order.order_code))[1]
    assert back["goods"][0]["good"]["tax"] == [8]


async def test_a_return_waits_until_its_sale_is_registered(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("receipt_stuck")
    order = await club.sell(late=1)
    await club.settle(order, "sent")
    await club.app.hear(club.refunded(order, late=1))
    for _ in range(5):
        await club.serve()
    sale, back = await club.receipts(order_code=order.order_code)
    assert (sale["state"], back["state"], back["waits_for_sale"]) == ("sent", "queued", True)

    await registry.release()
    await club.settle(order, "registered", "registered")
    assert [receipt["type"] for receipt in await registry.receipts(order.order_code)] == ["SELL", "RETURN"]


async def test_a_refund_that_is_heard_before_its_sale_comes_again(club: Club) -> None:
    await club.connect()
    order = club.paid(late=1)
    refund = club.refunded(order, late=1)
    with pytest.raises(NotYet):
        await club.app.hear(refund)
    await club.app.hear(order)
    await club.app.hear(refund)
    await club.settle(order, "registered", "registered")


async def test_an_order_that_is_heard_before_its_organiser_and_event_comes_again(
    club: Club, registry: Registry
) -> None:
    stranger = Club(club.app, registry)
    order = stranger.paid()
    with pytest.raises(NotYet):
        await club.app.hear(order)
    await club.app.hear(stranger.organiser(is_fiscalised=True))
    with pytest.raises(NotYet):
        await club.app.hear(order)
    await club.app.hear(stranger.event())
    await club.app.hear(order)
    assert await stranger.states(order) == ["queued"]


async def test_facts_that_are_said_twice_register_nothing_twice(club: Club, registry: Registry) -> None:
    await club.connect()
    order = club.paid(late=2)
    refund = club.refunded(order, late=1)
    for fact in (order, refund):
        await club.app.hear(fact)
        # Said anew, as after a lost stream that was filled with other envelopes: only the cause is the same.
        await club.app.hear(msgspec.structs.replace(fact, fact_id=new_id()))
    await club.settle(order, "registered", "registered")
    assert len(await registry.receipts(order.order_code)) == 2
    assert len(await club.registered()) == 2


async def test_the_books_meet_to_the_kopiyka(club: Club, registry: Registry) -> None:
    """Several lanes, two registers, refunds among sales, every kind of loss on the way."""
    first = await club.connect()
    licenses = [club.license_key]
    await club.connect()
    licenses.append(club.license_key)
    for name, more in (
        ("receipt_timeout", {"hang_s": 1.5}),
        ("server_error", {"operation": "receipts/sell"}),
        ("webhook_lost", {"times": 3}),
        ("webhook_duplicate", {"times": 3}),
        ("receipt_error", {"times": 2}),
        ("receipt_late", {"after_s": 1}),
        ("too_many_requests", {"times": 2}),
        ("token_expired", {}),
    ):
        await registry.fault(name, **more)
    orders = [await club.sell(early=number % 3, late=1 + number % 2) for number in range(12)]
    refunds = [club.refunded(order, late=1) for order in orders[::3]]
    for refund in refunds:
        await club.app.hear(refund)

    async def all_registered() -> bool:
        await asyncio.gather(*(lane.step() for lane in club.app.service.workers))
        return all(receipt["state"] == "registered" for receipt in await club.receipts())

    await club.until(all_registered, within_s=40)
    totals = [await registry.totals(license_key) for license_key in licenses]
    paid = sum(order.total_minor for order in orders)
    returned = sum(refund.refunded_minor for refund in refunds)
    assert sum(total["sales"] for total in totals) == paid
    assert sum(total["returns"] for total in totals) == returned
    assert sum(total["receipts"] for total in totals) == len(orders) + len(refunds)
    assert len(await club.registered()) == len(orders) + len(refunds)
    used = {UUID(receipt["register_id"]) for receipt in await club.receipts()}
    assert first in used
    assert len(used) == 2


async def _change(club: Club, register_id: UUID, **changes: object) -> None:
    answer = await club.app.client.patch(
        f"/api/fiscal/v1/registers/{register_id}", headers=club.owner, json=changes
    )
    assert answer.status_code == 200, answer.text
