"""What gates decided without a network, coming in."""

import asyncio
import itertools
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.contracts.admission import CaseOpened, CaseResolved, VisitorAdmitted, VisitorRefused
from brama.kernel.ids import new_id
from tests.admission.house import House, Phone


async def test_an_entry_that_was_decided_alone_is_taken_up_once(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    entry = phone.entry(ticket.code)
    first, again = (await phone.upload(entry))[0], (await phone.upload(entry, entry))
    assert (first["state"], first["code"]) == ("confirmed", None)
    assert again == [first, first]
    assert await house.headcount() == 1
    assert len(await house.app.said(VisitorAdmitted)) == 1


async def test_the_server_refuses_whom_a_gate_let_in_alone(house: House) -> None:
    ticket, north = await house.a_ticket(), await house.a_phone()
    south = await house.a_phone("Південь 1", house.south)
    await north.upload(north.entry(ticket.code))
    assert (await south.ask(ticket.code))["outcome"] == "already_in"


async def test_two_gates_without_a_network_make_one_case_and_both_guests_are_inside(house: House) -> None:
    ticket, north = await house.a_ticket(), await house.a_phone()
    south = await house.a_phone("Південь 1", house.south)
    later = south.entry(ticket.code)
    earlier = north.entry(ticket.code, at=house.now() - timedelta(minutes=1))
    assert (await south.upload(later))[0]["state"] == "confirmed"
    assert (await north.upload(earlier))[0]["state"] == "confirmed"
    assert (await south.upload(later))[0]["state"] == "duplicate_suspected"
    assert await house.headcount() == 2
    (case,) = (await house.get(f"/cases?event_id={house.event_id}"))["items"]
    assert (case["kind"], case["state"]) == ("duplicate", "open")
    assert [(scan["device"], scan["gate"]) for scan in case["scans"]] == [
        ("Північ 1", "Північ"),
        ("Південь 1", "Південь"),
    ]
    assert len(await house.app.said(CaseOpened)) == 1


async def test_a_case_is_resolved_once_and_stays_resolved(house: House) -> None:
    ticket, north = await house.a_ticket(), await house.a_phone()
    south = await house.a_phone("Південь 1", house.south)
    entries = [north.entry(ticket.code), south.entry(ticket.code)]
    await north.upload(entries[0])
    await south.upload(entries[1])
    (case,) = (await house.get(f"/cases?event_id={house.event_id}"))["items"]
    path = f"/api/admission/v1/cases/{case['id']}/resolve"
    body = {"resolution": "двоє зайшли за одним квитком, доплатили"}
    strangers = house.app.as_staff("owner", new_id())
    assert (await house.app.client.post(path, json=body, headers=strangers)).status_code == 404
    closed = await house.app.client.post(path, json=body, headers=north.headers)
    assert (closed.json()["state"], closed.json()["resolved_by"]) == ("resolved", "Північ 1")
    again = await house.app.client.post(path, json=body, headers=north.headers)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/case_already_resolved")
    await north.upload(north.entry(ticket.code, kind="refuse", verdict="deny", outcome="manual_override"))
    assert [item["state"] for item in (await house.get(f"/cases?event_id={house.event_id}"))["items"]] == [
        "resolved"
    ]
    assert [fact.resolution for fact in await house.app.said(CaseResolved)] == [body["resolution"]]
    third = await house.a_phone("Північ 2")
    await third.upload(third.entry(ticket.code))
    states = [item["state"] for item in (await house.get(f"/cases?event_id={house.event_id}"))["items"]]
    assert states == ["open", "resolved"]


async def test_an_answer_that_was_lost_is_completed_by_the_upload(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    entry = phone.entry(ticket.code)
    shared = {name: entry[name] for name in ("scan_id", "scanned_at")}
    asked = await house.redeem(phone.headers, phone.question(ticket.code, **shared, entry=entry))
    assert asked.json()["outcome"] == "valid"
    (result,) = await phone.upload(entry)
    assert result["state"] == "confirmed"
    assert (await house.redeem(phone.headers, phone.question(ticket.code, **shared))).json() == asked.json()
    assert await house.headcount() == 1
    assert (await house.get(f"/cases?event_id={house.event_id}"))["items"] == []


async def test_a_device_that_did_not_wait_for_the_no_let_somebody_in(house: House) -> None:
    ticket, north = await house.a_ticket(), await house.a_phone()
    south = await house.a_phone("Південь 1", house.south)
    await north.ask(ticket.code)
    entry = south.entry(ticket.code)
    shared = {name: entry[name] for name in ("scan_id", "scanned_at")}
    refused = await house.redeem(south.headers, south.question(ticket.code, **shared, entry=entry))
    assert refused.json()["outcome"] == "already_in"
    assert await house.headcount() == 1
    (result,) = await south.upload(entry)
    assert result["state"] == "duplicate_suspected"
    assert await house.headcount() == 2
    assert len(await house.app.said(VisitorAdmitted)) == 2
    await south.upload(entry)
    assert len(await house.app.said(VisitorAdmitted)) == 2


async def test_a_device_may_know_a_key_before_the_server_does(house: House) -> None:
    phone, key = await house.a_phone(), Ed25519PrivateKey.generate()
    other = replace(house, number=77, key=key)
    entry = phone.entry(other.sheet().code)
    shared = {name: entry[name] for name in ("scan_id", "scanned_at")}
    asked = await house.redeem(phone.headers, phone.question(entry["code"], **shared))
    assert (asked.json()["verdict"], asked.json()["outcome"]) == ("ask", "unknown_key")
    await house.publish_key(key, number=77, event_id=new_id())
    (result,) = await phone.upload(entry)
    assert (result["state"], await house.headcount()) == ("overridden", 1)
    assert [case.kind for case in await house.app.said(CaseOpened)] == ["unproven"]


async def test_a_poisoned_entry_blocks_none_behind_it(house: House) -> None:
    ticket, phone, other = await house.a_ticket(), await house.a_phone(), await house.a_phone("Чужий")
    good = phone.entry(ticket.code)
    forged = {**phone.entry(ticket.code), "verdict": "deny"}
    results = await phone.upload(
        "не запис", {"scan_id": 5}, {}, forged, other.entry(ticket.code),
        phone.entry(ticket.code, gate_id=str(house.south)), phone.entry(ticket.code, basis=7),
        phone.entry(ticket.code, scanned_at="9999-12-31T23:59:59Z", clock_offset_ms=10**12),
        good,
    )  # fmt: skip
    assert [result["code"] for result in results] == [
        "entry_malformed", "entry_malformed", "entry_malformed", "signature_invalid", "signature_invalid",
        "out_of_scope", "entry_malformed", "entry_malformed", None,
    ]  # fmt: skip
    assert results[-1]["state"] == "confirmed"
    assert await house.headcount() == 1


async def test_a_scan_id_or_a_number_means_one_scan_only(house: House) -> None:
    ticket, phone, other = await house.a_ticket(), await house.a_phone(), await house.a_phone("Другий")
    entry = phone.entry(ticket.code)
    await phone.upload(entry)
    changed = phone.entry(ticket.code, scan_id=entry["scan_id"])
    stolen = other.entry(ticket.code, scan_id=entry["scan_id"], scanned_at=entry["scanned_at"])
    repeated = phone.entry(ticket.code, device_seq=1)
    assert [result["code"] for result in await phone.upload(changed, repeated)] == [
        "scan_conflict",
        "device_seq_conflict",
    ]
    assert (await other.upload(stolen))[0]["code"] == "scan_conflict"
    assert await house.headcount() == 1


async def test_a_ticket_that_was_dead_before_the_scan_is_a_case_whichever_is_heard_first(
    house: House,
) -> None:
    phone = await house.a_phone()
    early, late = await house.a_ticket(), await house.a_ticket()
    entry = phone.entry(late.code, at=house.now() + timedelta(minutes=1))
    await house.change(early, "revoked", "refunded")
    before = phone.entry(early.code, at=house.now() - timedelta(hours=1))
    assert [result["state"] for result in await phone.upload(before, entry)] == ["confirmed", "confirmed"]
    await house.change(late, "revoked", "refunded")
    assert [result["state"] for result in await phone.upload(before, entry)] == [
        "confirmed",
        "admitted_stale",
    ]
    assert [case.kind for case in await house.app.said(CaseOpened)] == ["stale"]
    assert await house.headcount() == 2


async def test_a_genuine_ticket_that_nobody_listed_is_a_case_until_it_is_listed(house: House) -> None:
    ticket, phone = house.sheet(), await house.a_phone()
    entry = phone.entry(ticket.code, outcome="provisional_offline")
    assert (await phone.upload(entry))[0]["state"] == "unlisted_signed"
    await house.issue(ticket)
    assert (await phone.upload(entry))[0]["state"] == "confirmed"
    assert [case.resolution for case in await house.app.said(CaseResolved)] == ["cleared"]
    assert await house.headcount() == 1


async def test_a_clock_that_runs_ahead_is_suspected_and_the_offset_puts_it_right(house: House) -> None:
    first, second, phone = await house.a_ticket(), await house.a_ticket(), await house.a_phone()
    ahead = house.now() + timedelta(hours=1)
    wrong = phone.entry(first.code, at=ahead)
    right = phone.entry(second.code, at=ahead, clock_offset_ms=-3_600_000)
    assert [result["state"] for result in await phone.upload(wrong, right)] == ["clock_suspect", "confirmed"]


async def test_what_a_stolen_device_scanned_after_its_revocation_counts_for_nothing(house: House) -> None:
    first, second, phone = await house.a_ticket(), await house.a_ticket(), await house.a_phone()
    other = await house.a_phone("Північ 2")
    before = phone.entry(first.code, at=house.now() - timedelta(minutes=5))
    after = phone.entry(second.code, at=house.now() + timedelta(minutes=1))
    await phone.upload(before, after)
    assert await house.headcount() == 2
    await house.revoke(phone)
    assert await house.headcount() == 1
    (said,) = await house.app.said(VisitorRefused)
    assert (str(said.scan_id), said.outcome, said.headcount) == (after["scan_id"], "device_revoked", 1)
    assert (await other.ask(second.code))["outcome"] == "valid"
    assert (await other.ask(first.code))["outcome"] == "already_in"
    path = f"/api/admission/v1/events/{house.event_id}/snapshot"
    assert (await house.app.client.get(path, headers=phone.headers)).status_code == 401


async def test_what_a_device_scanned_before_its_revocation_is_taken_from_it_afterwards(house: House) -> None:
    ticket, later, phone = await house.a_ticket(), await house.a_ticket(), await house.a_phone()
    before = phone.entry(ticket.code, at=house.now() - timedelta(minutes=5))
    await house.revoke(phone)
    after = phone.entry(later.code, at=house.now() + timedelta(minutes=1))
    states = [result["state"] for result in await phone.upload(before, after)]
    assert states == ["confirmed", "revoked_device"]
    assert await house.headcount() == 1


async def test_staff_cannot_upload_and_too_much_at_once_is_refused(house: House) -> None:
    phone, staff = await house.a_phone(), house.app.as_staff("owner", house.organiser_id)
    path = "/api/admission/v1/scans"
    assert (await house.app.client.post(path, json={"entries": []}, headers=staff)).status_code == 403
    flood = await house.app.client.post(path, json={"entries": [{}] * 501}, headers=phone.headers)
    assert (flood.status_code, flood.json()["limit"]) == (422, 500)


async def test_any_partition_order_and_repetition_of_uploads_leads_to_the_same_state(house: House) -> None:
    await house.open(again=True)
    ends = []
    for seed in range(6):
        ends.append(await _played(house, random.Random(seed)))
    for end in ends[1:]:
        assert end == ends[0]
    assert ends[0]["inside"] == 3


async def _played(house: House, dice: random.Random) -> dict[str, Any]:
    """One story of a ticket at two gates, told in a random way; answers what the server makes of it."""
    start = await house.headcount()
    ticket, phones = await house.a_ticket(), [await house.a_phone(), await house.a_phone("Північ 2")]
    told: list[tuple[Phone, dict[str, Any]]] = []
    story = [(0, "entry"), (0, "exit"), (1, "entry"), (0, "entry"), (1, "undo"), (1, "entry"), (0, "entry")]
    for minute, (index, kind) in enumerate(story):
        verdict = {"verdict": "deny", "outcome": "manual_override"} if kind == "undo" else {}
        at = house.now() - timedelta(minutes=30 - minute)
        told.append((phones[index], phones[index].entry(ticket.code, kind=kind, at=at, **verdict)))
    ids = {entry["scan_id"]: place for place, (_, entry) in enumerate(told)}
    await _tell_in_any_way(dice, [*told, *dice.sample(told, 3)])
    states = {
        ids[result["scan_id"]]: result["state"]
        for phone, entry in told
        for result in await phone.upload(entry)
    }
    cases = (await house.get(f"/cases?event_id={house.event_id}"))["items"]
    mine = [case for case in cases if {scan["scan_id"] for scan in case["scans"]} <= ids.keys()]
    still_open = [
        (case["kind"], sorted(ids[scan["scan_id"]] for scan in case["scans"]))
        for case in mine
        if case["state"] == "open"
    ]
    return {"states": states, "inside": await house.headcount() - start, "cases": still_open}


async def _tell_in_any_way(dice: random.Random, told: list[tuple[Phone, dict[str, Any]]]) -> None:
    """Upload in random order, in batches of random size, some of them at the same time."""
    dice.shuffle(told)
    batches = []
    while told:
        size = dice.randint(1, 3)
        batches.append(told[:size])
        told = told[size:]
    for index in range(0, len(batches), 2):
        together = itertools.chain(*batches[index : index + 2])
        await asyncio.gather(*(phone.upload(entry) for phone, entry in together))
