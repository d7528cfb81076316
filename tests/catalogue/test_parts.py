"""Ticket types, check-in lists, gates and venues."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from brama.contracts import catalogue
from tests.catalogue.conftest import Desk, pointers
from tests.support.app import App


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"price": {"minor": -1, "currency": "UAH"}}, "/price/minor"),
        ({"price": {"minor": 1_000_000_001, "currency": "UAH"}}, "/price/minor"),
        ({"price": {"minor": 10.5, "currency": "UAH"}}, "/price/minor"),
        ({"price": {"minor": "сто", "currency": "UAH"}}, "/price/minor"),
        ({"price": {"minor": 10**30, "currency": "UAH"}}, "/price/minor"),
        ({"price": {"minor": 100, "currency": "EUR"}}, "/price/currency"),
        ({"price": 100}, "/price"),
        ({"quantity": 0}, "/quantity"),
        ({"quantity": 100_001}, "/quantity"),
        ({"quantity": 1.5}, "/quantity"),
        ({"quantity": True}, "/quantity"),
        ({"max_per_order": 0}, "/max_per_order"),
        ({"name": {"uk": ""}}, "/name/uk"),
        ({"name": {"uk": "Я" * 81}}, "/name/uk"),
    ],
)
async def test_a_wrong_ticket_type_is_refused_by_its_field(
    desk: Desk, fields: dict[str, Any], pointer: str
) -> None:
    event = await desk.a_draft()
    entry = {"name": {"uk": "Хвиля"}, "price": {"minor": 100, "currency": "UAH"}, "quantity": 1} | fields
    assert pointer in pointers(await desk.post(f"/events/{event['id']}/ticket_types", entry))
    assert (await desk.get(f"/events/{event['id']}")).json()["version"] == 1


async def test_a_sale_ends_after_it_starts(desk: Desk) -> None:
    event = await desk.a_draft()
    opens = desk.starts_at(1)
    ticket_type = await desk.a_ticket_type(event["id"], sale_from=opens.isoformat())
    path = f"/events/{event['id']}/ticket_types/{ticket_type['id']}"
    assert pointers(await desk.patch(path, {"sale_until": opens.isoformat()})) == ["/sale_until"]
    later = (opens + timedelta(hours=1)).isoformat()
    assert (await desk.patch(path, {"sale_until": later})).status_code == 200
    cleared = await desk.patch(path, {"sale_from": None, "sale_until": None})
    assert (cleared.json()["sale_from"], cleared.json()["sale_until"]) == (None, None)


async def test_a_free_ticket_is_a_ticket(desk: Desk) -> None:
    event = await desk.a_draft()
    assert (await desk.a_ticket_type(event["id"], price={"minor": 0, "currency": "UAH"}))["price"][
        "minor"
    ] == 0


async def test_a_drafts_ticket_type_vanishes_a_public_one_is_archived(desk: Desk, app: App) -> None:
    event = await desk.a_draft()
    gone = await desk.a_ticket_type(event["id"])
    kept = await desk.a_ticket_type(event["id"])
    await desk.post(
        f"/events/{event['id']}/check_in_lists",
        {"name": "Друзі", "ticket_type_ids": [gone["id"], kept["id"]]},
    )
    assert (await desk.delete(f"/events/{event['id']}/ticket_types/{gone['id']}")).status_code == 204
    draft = (await desk.get(f"/events/{event['id']}")).json()
    assert [each["id"] for each in draft["ticket_types"]] == [kept["id"]]
    assert draft["check_in_lists"][0]["ticket_type_ids"] == [kept["id"]]

    await desk.post(f"/events/{event['id']}/publish")
    assert (await desk.delete(f"/events/{event['id']}/ticket_types/{kept['id']}")).status_code == 204
    [left] = (await desk.get(f"/events/{event['id']}")).json()["ticket_types"]
    assert left["is_archived"]
    told = (await app.said(catalogue.EventChanged))[-1]
    [sheet] = told.ticket_types
    assert sheet.sale_until is not None
    assert sheet.sale_until <= app.clock.now()
    another = await desk.a_ticket_type(event["id"])
    assert another["product_number"] == left["product_number"] + 1


async def test_an_event_has_255_ticket_types_at_most(desk: Desk, app: App) -> None:
    event = await desk.a_draft()
    ticket_type = await desk.a_ticket_type(event["id"])
    async with app.db.transaction() as tx:
        await tx.raw.execute("update ticket_type set product_number = 255 where id = $1", ticket_type["id"])
    entry = {"name": {"uk": "Ще"}, "price": {"minor": 1, "currency": "UAH"}, "quantity": 1}
    answer = await desk.post(f"/events/{event['id']}/ticket_types", entry)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (409, "too_many_ticket_types")


async def test_a_list_of_all_types_takes_in_those_to_come(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    later = await desk.a_ticket_type(event["id"])
    told = (await app.said(catalogue.EventChanged))[-1]
    assert later["id"] in [str(each) for each in told.check_in_lists[0].ticket_type_ids]


async def test_a_list_names_only_its_own_events_types(desk: Desk) -> None:
    event = await desk.a_draft(slug="odna")
    other = await desk.a_draft(slug="druha")
    foreign = await desk.a_ticket_type(other["id"])
    path = f"/events/{event['id']}/check_in_lists"
    wrong = await desk.post(path, {"name": "Друзі", "ticket_type_ids": [foreign["id"]]})
    assert pointers(wrong) == ["/ticket_type_ids/0"]
    assert pointers(await desk.post(path, {"name": "Друзі", "ticket_type_ids": []})) == ["/ticket_type_ids"]


async def test_a_public_event_keeps_a_gate_and_a_list(desk: Desk) -> None:
    event = await desk.a_published_event()
    path = f"/events/{event['id']}"
    [gate], [check_in_list] = event["gates"], event["check_in_lists"]
    for part in (f"/gates/{gate['id']}", f"/check_in_lists/{check_in_list['id']}"):
        refused = await desk.delete(path + part)
        assert (refused.status_code, refused.json()["type"].split("/")[-1]) == (409, "last_one")
    await desk.post(path + "/gates", {"name": "Північ"})
    assert (await desk.delete(f"{path}/gates/{gate['id']}")).status_code == 204
    renamed = await desk.patch(f"{path}/check_in_lists/{check_in_list['id']}", {"name": "Гості"})
    assert renamed.json()["name"] == "Гості"
    assert renamed.json()["admits_all"]


async def test_a_part_of_another_event_is_not_found(desk: Desk) -> None:
    event = await desk.a_published_event(slug="odna")
    other = await desk.a_draft(slug="druha")
    gate = event["gates"][0]["id"]
    assert (await desk.patch(f"/events/{other['id']}/gates/{gate}", {"name": "Х"})).status_code == 404


async def test_a_venues_new_name_reaches_its_events(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    path = f"/venues/{event['venue']['id']}"
    answer = await desk.patch(path, {"address": {"uk": "Поділ, 1", "en": "Podil, 1"}}, version=1)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    told = (await app.said(catalogue.EventChanged))[-1]
    assert (told.venue.address.en, told.aggregate_version) == ("Podil, 1", event["version"] + 1)
    stale = await desk.patch(path, {"name": {"uk": "Інше"}}, version=1)
    assert stale.status_code == 412


async def test_venues_are_listed_newest_first(desk: Desk) -> None:
    ids = [(await desk.a_venue())["id"] for _ in range(3)]
    first = (await desk.get("/venues?limit=2")).json()
    assert [venue["id"] for venue in first["items"]] == ids[:0:-1]
    rest = (await desk.get(f"/venues?limit=2&after={first['next']}")).json()
    assert ([venue["id"] for venue in rest["items"]], rest["next"]) == (ids[:1], None)


async def test_a_venue_is_in_a_zone_that_exists(desk: Desk) -> None:
    entry = {"organiser_id": str(desk.organiser_id), "name": {"uk": "Т"}, "address": " ", "time_zone": "Kyiv"}
    assert pointers(await desk.post("/venues", entry)) == ["/address/uk", "/time_zone"]


async def test_ticket_types_added_at_once_get_numbers_of_their_own(desk: Desk, app: App) -> None:
    event = await desk.a_draft()
    added = await asyncio.gather(*(desk.a_ticket_type(event["id"]) for _ in range(6)))
    assert sorted(each["product_number"] for each in added) == [1, 2, 3, 4, 5, 6]
    told = await app.said(catalogue.EventChanged)
    assert sorted(fact.aggregate_version for fact in told) == [1, 2, 3, 4, 5, 6, 7]
    newest = max(told, key=lambda fact: fact.aggregate_version)
    assert len(newest.ticket_types) == 6
