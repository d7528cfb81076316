"""An order is paid once, expires on time, and money that it cannot use goes back."""

from brama.contracts.catalogue import EventCancelled
from brama.contracts.sales import OrderCancelled, OrderExpired, OrderPaid, OrderPlaced, RefundRequested
from brama.kernel.ids import new_id
from brama.services.sales.operations.orders import expire_orders
from tests.sales.factories import (
    a_confirmed_payment,
    a_created_payment,
    a_hold,
    a_night,
    a_ticket_type,
    an_event_fact,
    an_order,
    counts,
    order_body,
    the_order,
)
from tests.support.app import App

URL = "/api/sales/v1/orders"


async def test_a_hold_becomes_an_order_and_money_makes_it_paid(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night, 2)
    assert order["state"] == "pending"
    assert order["restore_url"].endswith(f"/orders/{order['code']}#token={order['token']}")
    placed = (await app.said(OrderPlaced))[0]
    assert placed.buyer.email == "solomiia@example.com"
    await app.hear(a_confirmed_payment(app, night, order))
    seen = await the_order(app, order)
    assert (seen["state"], seen["paid"]["minor"]) == ("paid", 80_000)
    assert seen["payments"][0]["state"] == "confirmed"
    assert await counts(app, night) == (2, 0)
    assert len(await app.said(OrderPaid)) == 1


async def test_the_same_hold_gives_the_same_order(app: App) -> None:
    night = await a_night(app)
    hold = await a_hold(app, night)
    codes = set()
    for _ in range(2):
        answer = await app.client.post(URL, json=order_body(hold), headers=app.creating())
        codes.add(answer.json()["code"])
    assert len(codes) == 1
    assert len(await app.said(OrderPlaced)) == 1


async def test_a_free_order_is_paid_at_once(app: App) -> None:
    night = await a_night(app, price_minor=0)
    order = await an_order(app, night)
    assert order["state"] == "paid"
    assert (await app.said(OrderPaid))[0].tender == "free"
    assert await counts(app, night) == (1, 0)


async def test_an_expired_hold_cannot_be_ordered(app: App) -> None:
    night = await a_night(app)
    hold = await a_hold(app, night)
    app.clock.advance(minutes=11)
    answer = await app.client.post(URL, json=order_body(hold), headers=app.creating())
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/hold_expired")


async def test_a_wrong_address_is_explained_beside_its_field(app: App) -> None:
    night = await a_night(app)
    hold = await a_hold(app, night)
    body = order_body(hold, email="solomiia@", name="Соломія\r\nBcc: x@example.com")
    answer = await app.client.post(URL, json=body, headers=app.creating())
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/buyer/email", "/buyer/name"}
    assert await app.said(OrderPlaced) == []


async def test_without_its_token_an_order_does_not_exist(app: App) -> None:
    night = await a_night(app)
    order, other = await an_order(app, night), await an_order(app, night)
    answers = [
        await app.client.get(f"{URL}/{order['code']}"),
        await app.client.get(f"{URL}/{order['code']}", headers={"X-Order-Token": other["token"]}),
        await app.client.get(f"{URL}/0007-AAAA-AAAA", headers={"X-Order-Token": other["token"]}),
        await app.client.get(f"{URL}/nonsense", headers={"X-Order-Token": other["token"]}),
        await app.client.get(f"{URL}/{order['code']}", headers=app.as_staff("manager", new_id())),
        await app.client.get(f"{URL}/{order['code']}", headers=app.as_staff("inspector", night.organiser_id)),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 404, 403]
    staff = app.as_staff("accountant", night.organiser_id)
    assert (await app.client.get(f"{URL}/{order['code']}", headers=staff)).status_code == 200


async def test_an_unpaid_order_expires_unless_a_payment_is_open(app: App) -> None:
    night = await a_night(app)
    waiting, paying = await an_order(app, night), await an_order(app, night)
    await app.hear(a_created_payment(app, night, paying, new_id()))
    app.clock.advance(minutes=15, seconds=1)
    desk = app.service.dependencies["desk"]
    assert await expire_orders(desk) == 1
    assert (await the_order(app, waiting))["state"] == "expired"
    assert (await the_order(app, paying))["state"] == "pending"
    app.clock.advance(minutes=2)
    assert await expire_orders(desk) == 1
    assert await counts(app, night) == (0, 0)
    assert len(await app.said(OrderExpired)) == 2


async def test_a_second_payment_goes_back_whole(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night)
    await app.hear(a_confirmed_payment(app, night, order))
    second = a_confirmed_payment(app, night, order)
    await app.hear(second)
    refunds = await app.said(RefundRequested)
    assert [(r.payment_id, r.amount_minor, r.reason) for r in refunds] == [
        (second.payment_id, 40_000, "paid_twice")
    ]
    assert refunds[0].ticket_ids == []
    assert len(await app.said(OrderPaid)) == 1


async def test_a_surplus_goes_back_and_a_short_payment_waits_for_a_full_one(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night)
    short = a_confirmed_payment(app, night, order, minor=10_000)
    await app.hear(short)
    assert (await the_order(app, order))["state"] == "pending"
    full = a_confirmed_payment(app, night, order, minor=45_000)
    await app.hear(full)
    assert (await the_order(app, order))["state"] == "paid"
    returned = {(r.payment_id, r.amount_minor) for r in await app.said(RefundRequested)}
    assert returned == {(full.payment_id, 5_000), (short.payment_id, 10_000)}


async def test_a_short_payment_goes_back_when_the_order_expires(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night)
    await app.hear(a_confirmed_payment(app, night, order, minor=10_000))
    app.clock.advance(minutes=20)
    await expire_orders(app.service.dependencies["desk"])
    assert [r.amount_minor for r in await app.said(RefundRequested)] == [10_000]


async def test_late_money_revives_an_order_whose_places_are_free(app: App) -> None:
    night = await a_night(app, quantity=2)
    order = await an_order(app, night, 2)
    app.clock.advance(minutes=20)
    await expire_orders(app.service.dependencies["desk"])
    await app.hear(a_confirmed_payment(app, night, order))
    assert (await the_order(app, order))["state"] == "paid"
    assert await counts(app, night) == (2, 0)


async def test_late_money_goes_back_when_the_places_are_taken(app: App) -> None:
    night = await a_night(app, quantity=2)
    order = await an_order(app, night, 2)
    app.clock.advance(minutes=20)
    await expire_orders(app.service.dependencies["desk"])
    await a_hold(app, night, 1)
    await app.hear(a_confirmed_payment(app, night, order))
    assert (await the_order(app, order))["state"] == "expired"
    assert [r.reason for r in await app.said(RefundRequested)] == ["late"]
    assert await counts(app, night) == (0, 1)


async def test_a_cancelled_order_frees_its_places_and_returns_later_money(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night)
    token = {"X-Order-Token": order["token"]}
    assert (await app.client.post(f"{URL}/{order['code']}/cancel", headers=token)).status_code == 200
    again = await app.client.post(f"{URL}/{order['code']}/cancel", headers=token)
    assert again.json()["type"] == "/problems/order_not_pending"
    assert await counts(app, night) == (0, 0)
    await app.hear(a_confirmed_payment(app, night, order))
    assert [r.reason for r in await app.said(RefundRequested)] == ["order_cancelled"]
    assert len(await app.said(OrderCancelled)) == 1


async def test_a_cancelled_event_cancels_what_waits_for_money_and_returns_later_money(app: App) -> None:
    night = await a_night(app)
    order, held = await an_order(app, night), await a_hold(app, night)
    await app.hear(
        an_event_fact(
            app, night.event_id, night.organiser_id, [a_ticket_type(night.types[0])],
            version=2, state="cancelled", kind=EventCancelled,
        )
    )  # fmt: skip
    assert (await the_order(app, order))["state"] == "cancelled"
    assert [fact.reason for fact in await app.said(OrderCancelled)] == ["event_cancelled"]
    late = await app.client.post(URL, json=order_body(held), headers=app.creating())
    assert (late.status_code, late.json()["type"]) == (422, "/problems/event_not_on_sale")
    await app.hear(a_confirmed_payment(app, night, order))
    assert [r.reason for r in await app.said(RefundRequested)] == ["order_cancelled"]


async def test_staff_who_sell_may_cancel_an_unpaid_order_and_an_accountant_may_not(app: App) -> None:
    night = await a_night(app)
    order = await an_order(app, night)
    path = f"{URL}/{order['code']}/cancel"
    assert (
        await app.client.post(path, headers=app.as_staff("accountant", night.organiser_id))
    ).status_code == 403
    assert (await app.client.post(path, headers=app.as_staff("box_office", new_id()))).status_code == 404
    assert (
        await app.client.post(path, headers=app.as_staff("box_office", night.organiser_id))
    ).status_code == 200
