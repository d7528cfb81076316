"""The event's feed: snapshot, what changed since, the stream, and what people read."""

import asyncio
import json
from typing import Any

from httpx import Response

from brama.kernel.ids import new_id
from brama.services.admission.feed import Bells
from brama.services.admission.operations import reading
from tests.admission.house import House


async def _snapshot(house: House, after: int = 0) -> dict[str, Any]:
    result: dict[str, Any] = await house.get(f"/events/{house.event_id}/snapshot?after={after}")
    return result


async def test_a_snapshot_is_all_that_a_gate_needs(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await phone.ask(ticket.code)
    snapshot = await house.get(f"/events/{house.event_id}/snapshot", phone.headers)
    assert snapshot["event"]["number"] == house.number
    assert [key["key_number"] for key in snapshot["keys"]] == [1]
    assert [(t["code_id"], t["state"], t["holder"]) for t in snapshot["tickets"]] == [
        (ticket.code_id, "valid", "Олена Д.")
    ]
    assert [(s["ticket_id"], s["outcome"], s["device_name"]) for s in snapshot["scans"]] == [
        (str(ticket.ticket_id), "valid", "Північ 1")
    ]
    assert (snapshot["headcount"], snapshot["capacity"]) == (1, 300)
    assert [gate["name"] for gate in snapshot["gates"]] == ["Північ", "Південь"]
    assert snapshot["check_in_lists"][0]["ticket_type_ids"] == [str(house.type_id)]


async def test_after_a_cursor_comes_only_what_changed(house: House) -> None:
    first, _second, phone = await house.a_ticket(), await house.a_ticket(), await house.a_phone()
    cursor = (await _snapshot(house))["cursor"]
    nothing = await _snapshot(house, cursor)
    assert (nothing["tickets"], nothing["scans"], nothing["cursor"]) == ([], [], cursor)
    await house.change(first, "blocked")
    await phone.ask(first.code)
    changed = await _snapshot(house, cursor)
    assert [(t["ticket_id"], t["state"]) for t in changed["tickets"]] == [(str(first.ticket_id), "blocked")]
    assert [s["outcome"] for s in changed["scans"]] == ["blocked"]
    assert changed["cursor"] > cursor
    assert changed["epoch"] == nothing["epoch"]


async def test_a_reader_of_the_feed_misses_nothing_while_many_write(house: House) -> None:
    tickets = [house.sheet(f"Гість {number}") for number in range(30)]
    await house.issue(*tickets)
    phone = await house.a_phone()
    cursor = (await _snapshot(house))["cursor"]
    seen: set[int] = set()

    async def read() -> None:
        nonlocal cursor
        while len(seen) < len(tickets):
            changed = await _snapshot(house, cursor)
            seen.update(scan["server_seq"] for scan in changed["scans"])
            cursor = changed["cursor"]

    await asyncio.wait_for(asyncio.gather(read(), *(phone.ask(ticket.code) for ticket in tickets)), 30)
    assert len(seen) == len(tickets)


async def test_the_stream_tells_scans_tickets_cases_and_the_headcount_in_their_order(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    other = await house.a_phone("Північ 2")
    after = (await _snapshot(house))["cursor"]
    entries = [phone.entry(ticket.code), other.entry(ticket.code)]
    await phone.upload(entries[0])
    await other.upload(entries[1])
    await house.change(ticket, "blocked")
    events = await _followed(house, after, count=5)
    names = [event.event for event in events]
    assert names == ["scan", "case", "scan", "ticket", "headcount"]
    ids = [int(event.id) for event in events]
    assert ids == sorted(ids)
    assert events[-1].data == {"headcount": 2}
    resumed = await _followed(house, ids[0], count=4)
    assert [event.id for event in resumed] == [event.id for event in events[1:]]


async def test_the_stream_hears_of_a_commit_at_once(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    after = (await _snapshot(house))["cursor"]
    bells: Bells = house.app.service.dependencies["bells"]
    events = reading.follow(house.app.db, bells, event_id=house.event_id, after=after)
    assert (await anext(events)).event == "headcount"  # type: ignore[union-attr]
    assert await anext(events) is None
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.05)
    started = asyncio.get_running_loop().time()
    await phone.ask(ticket.code)
    event = await asyncio.wait_for(waiting, 2)
    assert event is not None
    assert event.event == "scan"
    assert asyncio.get_running_loop().time() - started < 0.5
    await events.aclose()  # type: ignore[attr-defined]


async def test_another_replicas_commit_rings_here(house: House) -> None:
    bells: Bells = house.app.service.dependencies["bells"]
    waiting = asyncio.create_task(bells.wait(house.event_id, timeout_s=5))
    await asyncio.sleep(0.2)
    async with house.app.db.transaction() as tx:
        await tx.raw.execute("select pg_notify('admission_feed', $1)", str(house.event_id))
    await asyncio.wait_for(waiting, 1)


async def test_the_stream_is_served_as_events_and_ends_with_the_service(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    after = (await _snapshot(house))["cursor"]
    await phone.ask(ticket.code)
    headers = {**phone.headers, "Last-Event-ID": str(after)}
    path = f"/api/admission/v1/events/{house.event_id}/stream"
    asking = asyncio.create_task(house.app.client.get(path, headers=headers))
    await asyncio.sleep(0.5)
    house.app.kernel.stopping.set()
    response: Response = await asyncio.wait_for(asking, 5)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.index("event: hello") < response.text.index("event: scan")
    blocks = [block for block in response.text.split("\n\n") if "event: scan" in block]
    data = json.loads(blocks[0].split("data: ")[1])
    assert (data["ticket_id"], data["outcome"]) == (str(ticket.ticket_id), "valid")
    assert f"id: {data['server_seq']}" in blocks[0]


async def test_strangers_and_other_devices_read_nothing(house: House) -> None:
    paths = [
        f"/events/{house.event_id}/{what}"
        for what in ("snapshot", "stream", "gates", "scans", "tickets?query=ол")
    ]
    strangers = house.app.as_staff("owner", new_id())
    device = house.app.as_device(house.organiser_id, event_ids=[new_id()], gate_ids=[])
    for path in [*paths, f"/cases?event_id={house.event_id}"]:
        url = f"/api/admission/v1{path}"
        assert (await house.app.client.get(url, headers=strangers)).status_code == 404
        assert (await house.app.client.get(url, headers=device)).status_code == 403
        assert (await house.app.client.get(url)).status_code == 401


async def test_the_night_shows_gates_devices_and_who_came_lately(house: House) -> None:
    tickets, phone = [await house.a_ticket(), await house.a_ticket()], await house.a_phone()
    await phone.ask(tickets[0].code)
    house.app.clock.advance(minutes=11)
    await phone.ask(tickets[1].code)
    night = await house.get(f"/events/{house.event_id}/gates")
    north, south = night["items"]
    assert (north["name"], north["admitted"], north["admitted_last_10_min"]) == ("Північ", 2, 1)
    assert (south["admitted"], south["devices"], south["last_at"]) == (0, [], None)
    assert [(device["name"], device["is_revoked"]) for device in north["devices"]] == [("Північ 1", False)]
    idle = await house.a_phone("Південь 1", house.south)
    await house.get(f"/events/{house.event_id}/snapshot", idle.headers)
    seen = (await house.get(f"/events/{house.event_id}/gates"))["items"][1]["devices"]
    assert seen[0]["last_seen_at"] is not None
    assert (night["headcount"], night["capacity"]) == (2, 300)


async def test_the_log_pages_from_the_newest(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    for _ in range(3):
        await phone.ask(ticket.code)
    first = await house.get(f"/events/{house.event_id}/scans?limit=2")
    second = await house.get(f"/events/{house.event_id}/scans?limit=2&after={first['next']}")
    outcomes = [scan["outcome"] for scan in first["items"] + second["items"]]
    assert outcomes == ["already_in", "already_in", "valid"]
    assert second["next"] is None
    assert first["items"][0]["holder"] == "Олена Дем'яненко"


async def test_a_guest_without_a_phone_is_found_by_name_or_order(house: House) -> None:
    await house.a_ticket("Іван Дуб", order_code="000C-ABCD-2345")
    ticket = await house.a_ticket("100%_Олена")
    phone = await house.a_phone()
    path = f"/events/{house.event_id}/tickets?query="
    assert [item["holder"] for item in (await house.get(path + "дуб", phone.headers))["items"]] == [
        "Іван Дуб"
    ]
    assert [i["holder"] for i in (await house.get(path + "000c-abcd", phone.headers))["items"]] == [
        "Іван Дуб"
    ]
    assert [i["code"] for i in (await house.get(path + "%25_", phone.headers))["items"]] == [ticket.code]
    short = await house.app.client.get(f"/api/admission/v1{path}д", headers=phone.headers)
    assert short.status_code == 422


async def test_the_log_cannot_be_changed(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await phone.ask(ticket.code)
    for statement in ("update scan set verdict = 'deny'", "delete from scan"):
        try:
            async with house.app.db.transaction() as tx:
                await tx.raw.execute(statement)
        except Exception as error:
            assert "append-only" in str(error)  # noqa: PT017  # the message is the database's own
        else:
            raise AssertionError(statement)


async def _followed(house: House, after: int, *, count: int) -> list[Any]:
    """The next `count` events after a cursor."""
    bells: Bells = house.app.service.dependencies["bells"]
    found: list[Any] = []
    events = reading.follow(house.app.db, bells, event_id=house.event_id, after=after)
    async with asyncio.timeout(5):
        while len(found) < count:
            event = await anext(events)
            if event is not None:
                found.append(event)
    await events.aclose()  # type: ignore[attr-defined]
    return found
