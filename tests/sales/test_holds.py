"""Places are held once, for a while, and never more than there are."""

import asyncio
from typing import Any

from brama.contracts.sales import AvailabilityChanged, HoldExpired
from brama.services.sales.domain.inventory import HoldRequest, Wanted
from brama.services.sales.operations.holds import HoldDesk, expire_holds
from tests.sales.factories import a_hold, a_night, counts, wanted
from tests.support.app import App

URL = "/api/sales/v1/holds"


async def test_a_hold_tells_its_price_its_end_and_the_way_back(app: App) -> None:
    night = await a_night(app)
    hold = await a_hold(app, night, 2)
    assert hold["total"] == {"minor": 80_000, "currency": "UAH"}
    assert hold["lines"][0]["unit_price"]["minor"] == 40_000
    assert f"hold={hold['id']}&token={hold['token']}" in hold["restore_url"]
    assert await counts(app, night) == (0, 2)


async def test_two_buyers_cannot_hold_one_place(app: App) -> None:
    night = await a_night(app, quantity=1)
    answers = await asyncio.gather(
        *[app.client.post(URL, json=wanted(night), headers=app.creating()) for _ in range(30)]
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 29
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["type"].endswith("sold_out")
    assert refused["left"] == [{"ticket_type_id": str(night.types[0]), "left": 0}]
    assert await counts(app, night) == (0, 1)


async def test_the_same_key_gives_the_same_hold_even_at_the_same_moment(app: App) -> None:
    night = await a_night(app)
    headers = app.creating()
    answers = await asyncio.gather(
        *[app.client.post(URL, json=wanted(night), headers=headers) for _ in range(5)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.headers.get("idempotent-replayed") == "true" for answer in answers) == 4
    assert await counts(app, night) == (0, 1)


async def test_the_same_key_with_another_body_is_a_conflict(app: App) -> None:
    night = await a_night(app)
    headers = app.creating()
    await app.client.post(URL, json=wanted(night), headers=headers)
    answer = await app.client.post(URL, json=wanted(night, 2), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency_conflict")


async def test_what_cannot_be_held_is_said_and_changes_nothing(app: App) -> None:
    night = await a_night(app, quantity=5, max_per_order=4)
    cases = [
        (wanted(night, 0), 422, "quantity_invalid"),
        (wanted(night, -1), 422, "quantity_invalid"),
        (wanted(night, 5), 422, "limit_exceeded"),
        (wanted(night, expected_unit_price={"minor": 1, "currency": "UAH"}), 409, "price_changed"),
        ({**wanted(night), "lines": wanted(night)["lines"] * 2}, 422, "quantity_invalid"),
        ({**wanted(night), "lines": []}, 422, "quantity_invalid"),
        ({**wanted(night), "voucher": "ZYMA"}, 422, "voucher_unknown"),
        ({**wanted(night), "price": 1}, 422, "validation_failed"),
        (wanted(night, 1.5), 422, "validation_failed"),
        ({**wanted(night), "event_id": str(night.types[0])}, 422, "event_not_on_sale"),
    ]
    for body, status, code in cases:
        answer = await app.client.post(URL, json=body, headers=app.creating())
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}"), body
    assert await counts(app, night) == (0, 0)


async def test_a_sale_that_has_not_begun_is_not_open(app: App) -> None:
    night = await a_night(app, sale_from=app.clock.now().replace(year=2040))
    answer = await app.client.post(URL, json=wanted(night), headers=app.creating())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/sale_not_open")


async def test_only_its_token_opens_or_releases_a_hold(app: App) -> None:
    night = await a_night(app)
    hold, other = await a_hold(app, night), await a_hold(app, night)
    foreign = {"X-Hold-Token": other["token"]}
    assert (await app.client.get(f"{URL}/{hold['id']}", headers=foreign)).status_code == 404
    assert (await app.client.delete(f"{URL}/{hold['id']}", headers=foreign)).status_code == 404
    own = {"X-Hold-Token": hold["token"]}
    assert (await app.client.get(f"{URL}/{hold['id']}", headers=own)).json()["state"] == "active"
    assert (await app.client.delete(f"{URL}/{hold['id']}", headers=own)).status_code == 204
    assert (await app.client.delete(f"{URL}/{hold['id']}", headers=own)).status_code == 204
    assert await counts(app, night) == (0, 1)


async def test_an_expired_hold_gives_its_places_back(app: App) -> None:
    night = await a_night(app, quantity=2)
    await a_hold(app, night, 2)
    app.clock.advance(minutes=9)
    await app.run_schedule("expire_holds")
    assert await counts(app, night) == (0, 2)
    app.clock.advance(minutes=2)
    await app.run_schedule("expire_holds")
    assert await counts(app, night) == (0, 0)
    assert len(await app.said(HoldExpired)) == 1
    assert await expire_holds(app.db, app.clock, app.service.dependencies["desk"].availability) == 0


async def test_availability_is_told_once_however_much_happens(app: App) -> None:
    night = await a_night(app, quantity=4)
    await app.run_workers()
    before = len(await app.said(AvailabilityChanged))
    for _ in range(3):
        await a_hold(app, night)
    await app.run_workers()
    told = await app.said(AvailabilityChanged)
    assert len(told) == before + 1
    assert told[-1].ticket_types[0].state == "few"
    await a_hold(app, night)
    await app.run_workers()
    assert (await app.said(AvailabilityChanged))[-1].ticket_types[0].state == "reserved"


async def test_a_smaller_capacity_never_goes_below_what_is_taken(app: App) -> None:
    from brama.contracts.catalogue import EventChanged
    from tests.sales.factories import a_ticket_type, an_event_fact

    night = await a_night(app, quantity=10)
    await a_hold(app, night, 6)
    smaller = [a_ticket_type(night.types[0], quantity=3)]
    fact = an_event_fact(app, night.event_id, night.organiser_id, smaller, version=2, kind=EventChanged)
    await app.hear(fact)
    answer = await app.client.post(URL, json=wanted(night), headers=app.creating())
    assert answer.json()["type"] == "/problems/sold_out"
    older = [a_ticket_type(night.types[0], quantity=50)]
    await app.hear(
        an_event_fact(app, night.event_id, night.organiser_id, older, version=1, kind=EventChanged)
    )
    assert (await app.client.post(URL, json=wanted(night), headers=app.creating())).status_code == 409


async def test_one_key_is_used_once_even_by_two_replicas_at_the_same_moment(app: App) -> None:
    night = await a_night(app, types=2)
    desks = [app.service.dependencies["hold_desk"], HoldDesk(**_parts_of(app))]
    for round_number in range(8):
        taking = [
            desk.take(
                HoldRequest(
                    event_id=night.event_id,
                    lines=[Wanted(ticket_type_id=kind, quantity=1)],
                    principal="anonymous",
                    idempotency_key=f"round-{round_number}",
                )
            )
            for desk, kind in zip(desks, night.types, strict=True)
        ]
        outcomes = await asyncio.gather(*taking, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IdempotencyConflict", "Taken"]


def _parts_of(app: App) -> dict[str, Any]:
    desk = app.service.dependencies["desk"]
    parts = {"db": app.db, "clock": app.clock, "signer": desk.signer, "availability": desk.availability}
    return {**parts, "hold_for_s": 600, "batch": 256}
