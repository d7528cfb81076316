"""The door sells for money in hand."""

from typing import Any

from brama.contracts.sales import OrderPaid, OrderPlaced, TillClosed, TillOpened
from brama.kernel.ids import new_id
from tests.sales.factories import Night, a_night, counts
from tests.support.app import App


async def a_till(app: App, night: Night, role: str = "box_office") -> dict[str, Any]:
    body = {"name": "Каса 1", "float": {"minor": 100_000, "currency": "UAH"}, "event_id": str(night.event_id)}
    headers = app.creating(app.as_staff(role, night.organiser_id))
    answer = await app.client.post("/api/sales/v1/tills", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def sell(app: App, night: Night, till: dict[str, Any], quantity: int = 1, **more: Any) -> Any:
    body = {
        "event_id": str(night.event_id), "till_id": till["id"], "tender": "cash",
        "lines": [{"ticket_type_id": str(night.types[0]), "quantity": quantity}], **more,
    }  # fmt: skip
    headers = app.creating(app.as_staff("box_office", night.organiser_id))
    return await app.client.post("/api/sales/v1/door_orders", json=body, headers=headers)


async def test_a_guest_pays_cash_and_gets_change(app: App) -> None:
    night = await a_night(app)
    till = await a_till(app, night)
    answer = await sell(app, night, till, 2, received={"minor": 100_000, "currency": "UAH"})
    assert answer.status_code == 201, answer.text
    sold = answer.json()
    assert (sold["state"], sold["total"]["minor"], sold["change"]["minor"]) == ("paid", 80_000, 20_000)
    fact = (await app.said(OrderPaid))[0]
    assert (fact.tender, str(fact.till_id), fact.cash_received_minor) == ("cash", till["id"], 100_000)
    assert await counts(app, night) == (2, 0)


async def test_too_little_cash_sells_nothing(app: App) -> None:
    night = await a_night(app)
    till = await a_till(app, night)
    answer = await sell(app, night, till, received={"minor": 39_999, "currency": "UAH"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/received_too_little")
    assert await counts(app, night) == (0, 0)
    assert await app.said(OrderPaid) == []


async def test_the_door_cannot_sell_what_is_not_there(app: App) -> None:
    night = await a_night(app, quantity=1)
    till = await a_till(app, night)
    assert (await sell(app, night, till, 2)).status_code == 409
    assert (await sell(app, night, till, 1)).status_code == 201
    assert (await sell(app, night, till, 1)).status_code == 409


async def test_a_closed_till_sells_nothing_and_its_cash_is_compared(app: App) -> None:
    night = await a_night(app)
    till = await a_till(app, night)
    await sell(app, night, till)
    headers = app.as_staff("box_office", night.organiser_id)
    closing = await app.client.post(
        f"/api/sales/v1/tills/{till['id']}/close",
        json={"counted": {"minor": 139_000, "currency": "UAH"}},
        headers=headers,
    )
    assert closing.status_code == 200, closing.text
    fact = (await app.said(TillClosed))[0]
    assert (fact.expected_minor, fact.counted_minor) == (140_000, 139_000)
    assert (await sell(app, night, till)).json()["type"] == "/problems/till_closed"
    assert len(await app.said(TillOpened)) == 1


async def test_tills_are_listed_by_pages(app: App) -> None:
    night = await a_night(app)
    opened = {(await a_till(app, night))["id"] for _ in range(3)}
    headers = app.as_staff("manager", night.organiser_id)
    first = (await app.client.get("/api/sales/v1/tills?limit=2", headers=headers)).json()
    rest = (
        await app.client.get(f"/api/sales/v1/tills?limit=2&after={first['next']}", headers=headers)
    ).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert {till["id"] for till in first["items"] + rest["items"]} == opened


async def test_a_till_of_another_organiser_is_not_there(app: App) -> None:
    night, other = await a_night(app), None
    till = await a_till(app, night)
    other = Night(night.event_id, new_id(), night.types, night.price_minor)
    assert (await sell(app, other, till)).status_code == 404
    assert (await sell(app, night, {"id": str(new_id())})).status_code == 404
    inspector = app.creating(app.as_staff("inspector", night.organiser_id))
    body = {"name": "Каса", "float": {"minor": 0, "currency": "UAH"}, "event_id": str(night.event_id)}
    assert (await app.client.post("/api/sales/v1/tills", json=body, headers=inspector)).status_code == 403


async def test_whoever_hears_of_a_door_sale_knows_that_paid_comes_after_placed(app: App) -> None:
    night = await a_night(app)
    await sell(app, night, await a_till(app, night))
    placed, paid = (await app.said(OrderPlaced))[0], (await app.said(OrderPaid))[0]
    assert placed.aggregate_version < paid.aggregate_version
