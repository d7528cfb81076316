"""One scan, online."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from brama.contracts.admission import VisitorAdmitted, VisitorLeft, VisitorRefused
from brama.kernel.ids import new_id
from tests.admission.house import House


async def test_a_good_ticket_opens_the_gate_with_name_and_type(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    answer = await phone.ask(ticket.code)
    assert answer == {
        "verdict": "admit",
        "outcome": "valid",
        "ticket": {"id": str(ticket.ticket_id), "holder": "Олена Дем'яненко", "ticket_type": "Вхід"},
        "previous": None,
        "questions": None,
        "headcount": 1,
    }
    (said,) = await house.app.said(VisitorAdmitted)
    assert (said.ticket_id, said.headcount, said.by) == (ticket.ticket_id, 1, "Північ 1")


async def test_the_second_time_the_gate_says_when_where_and_by_whom(house: House) -> None:
    ticket = await house.a_ticket()
    north, south = await house.a_phone(), await house.a_phone("Південь 1", house.south)
    await north.ask(ticket.code)
    answer = await south.ask(ticket.code)
    assert (answer["verdict"], answer["outcome"]) == ("deny", "already_in")
    assert (answer["previous"]["gate"], answer["previous"]["device"]) == ("Північ", "Північ 1")
    assert answer["headcount"] == 1
    assert [said.outcome for said in await house.app.said(VisitorRefused)] == ["already_in"]


async def test_of_many_gates_that_ask_at_once_exactly_one_admits(house: House) -> None:
    ticket = await house.a_ticket()
    phones = [await house.a_phone(f"Північ {number}") for number in range(8)]
    answers = await asyncio.gather(*(phone.ask(ticket.code) for phone in phones))
    assert sorted(answer["verdict"] for answer in answers) == ["admit"] + ["deny"] * 7
    assert await house.headcount() == 1


async def test_many_guests_at_once_are_counted_exactly(house: House) -> None:
    tickets = [house.sheet(f"Гість {number}") for number in range(24)]
    await house.issue(*tickets)
    phone = await house.a_phone()
    answers = await asyncio.gather(*(phone.ask(ticket.code) for ticket in tickets))
    assert {answer["outcome"] for answer in answers} == {"valid"}
    assert sorted(answer["headcount"] for answer in answers) == list(range(1, 25))
    assert await house.headcount() == 24


async def test_the_same_scan_again_answers_as_before(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    question = phone.question(ticket.code)
    answers = [(await house.redeem(phone.headers, question)).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["outcome"] == "valid"
    assert len(await house.app.said(VisitorAdmitted)) == 1


async def test_the_same_scan_at_once_is_one_scan(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    question = phone.question(ticket.code)
    responses = await asyncio.gather(*(house.redeem(phone.headers, question) for _ in range(6)))
    assert [response.json()["outcome"] for response in responses] == ["valid"] * 6
    assert await house.headcount() == 1


async def test_a_scan_id_with_other_content_is_refused(house: House) -> None:
    ticket, other, phone = await house.a_ticket(), await house.a_ticket(), await house.a_phone()
    question = phone.question(ticket.code)
    await house.redeem(phone.headers, question)
    response = await house.redeem(phone.headers, {**question, "code": other.code})
    assert (response.status_code, response.json()["type"]) == (409, "/problems/scan_conflict")
    assert await house.headcount() == 1


@pytest.mark.parametrize(
    ("state", "reason", "outcome"),
    [
        ("blocked", "refund", "blocked"),
        ("revoked", "refunded", "refunded"),
        ("revoked", "cancelled", "cancelled"),
        ("revoked", "reissued", "revoked"),
    ],
)
async def test_a_dead_ticket_says_why(house: House, state: str, reason: str, outcome: str) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await house.change(ticket, state, reason)
    answer = await phone.ask(ticket.code)
    assert (answer["verdict"], answer["outcome"]) == ("deny", outcome)


async def test_a_ticket_that_comes_back_to_life_admits(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await house.change(ticket, "blocked")
    assert (await phone.ask(ticket.code))["outcome"] == "blocked"
    await house.change(replace(ticket, version=2), "valid")
    assert (await phone.ask(ticket.code))["outcome"] == "valid"


async def test_news_that_come_late_change_nothing(house: House) -> None:
    ticket, phone = house.sheet(), await house.a_phone()
    await house.change(ticket, "revoked", "refunded")
    await house.issue(ticket)
    assert (await phone.ask(ticket.code))["outcome"] == "refunded"


async def test_an_older_revision_is_revoked(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    reissued = house.sheet(
        code_id=bytes.fromhex(ticket.code_id), revision=1, ticket_id=ticket.ticket_id, version=2
    )
    await house.issue(reissued)
    assert (await phone.ask(ticket.code))["outcome"] == "revoked"
    assert (await phone.ask(reissued.code))["outcome"] == "valid"


async def test_time_is_the_servers_whatever_the_device_says(house: House) -> None:
    early, late = await house.a_ticket(valid_h=(2, 12)), await house.a_ticket(valid_h=(-9, -2))
    phone = await house.a_phone()
    wrong = (house.now() + timedelta(hours=3)).isoformat()
    assert (await phone.ask(early.code, scanned_at=wrong))["outcome"] == "not_yet"
    assert (await phone.ask(late.code))["outcome"] == "expired"
    house.app.clock.advance(hours=3)
    assert (await phone.ask(early.code))["outcome"] == "valid"


async def test_another_type_does_not_open_this_list(house: House) -> None:
    box, phone = await house.a_ticket(ticket_type_id=house.vip_id), await house.a_phone()
    assert (await phone.ask(box.code))["outcome"] == "wrong_product"


async def test_what_is_not_ours_is_told_apart(house: House) -> None:
    phone = await house.a_phone()
    other_key = Ed25519PrivateKey.generate()
    await house.publish_key(other_key, number=13, event_id=new_id())
    outcomes = {
        "wrong_event": house.sheet(key=other_key, number=13).code,
        "counterfeit": house.sheet(key=other_key).code,
        "unknown_key": house.sheet(number=99).code,
        "unknown": house.sheet().code,
        "unreadable": "https://example.com/",
    }
    for outcome, code in outcomes.items():
        answer = await phone.ask(code)
        assert (answer["outcome"], answer["ticket"]) == (outcome, None)
        assert answer["verdict"] == ("ask" if outcome == "unknown_key" else "deny")


async def test_an_order_code_is_no_ticket(house: House) -> None:
    await house.a_ticket(order_code="000C-ABCD-2345")
    phone = await house.a_phone()
    answer = await phone.ask("000cabcd2345")
    assert (answer["verdict"], answer["outcome"]) == ("ask", "ambiguous")


async def test_a_cancelled_event_admits_nobody(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await house.open(state="cancelled")
    assert (await phone.ask(ticket.code))["outcome"] == "cancelled"


async def test_whoever_went_out_stays_out_unless_the_list_allows_it(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    await phone.ask(ticket.code)
    left = await phone.ask(ticket.code, kind="exit")
    assert (left["outcome"], left["headcount"]) == ("exit_ok", 0)
    assert len(await house.app.said(VisitorLeft)) == 1
    back = await phone.ask(ticket.code)
    assert (back["outcome"], back["previous"]["device"]) == ("reentry_denied", "Північ 1")
    await house.open(again=True)
    assert (await phone.ask(ticket.code))["outcome"] == "valid"
    assert (await phone.ask(ticket.code))["outcome"] == "already_in"


async def test_a_list_may_allow_entry_again_and_again_and_it_is_one_guest(house: House) -> None:
    await house.open(many=True)
    ticket, phone = await house.a_ticket(), await house.a_phone()
    answers = [await phone.ask(ticket.code) for _ in range(3)]
    assert [(a["outcome"], a["headcount"]) for a in answers] == [("valid", 1)] * 3


async def test_an_entry_is_undone_and_the_guest_can_come_again(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    assert (await phone.ask(ticket.code, kind="undo"))["outcome"] == "rule"
    await phone.ask(ticket.code)
    undone = await phone.ask(ticket.code, kind="undo", reason="не той палець")
    assert (undone["verdict"], undone["outcome"], undone["headcount"]) == ("deny", "manual_override", 0)
    assert (await phone.ask(ticket.code))["outcome"] == "valid"
    assert [fact.kind for fact in await house.app.said(VisitorRefused)] == ["entry", "undo"]


async def test_an_inspector_refuses_with_a_reason_only(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    silent = await house.redeem(phone.headers, phone.question(ticket.code, kind="refuse"))
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
    answer = await phone.ask(ticket.code, kind="refuse", reason="вік")
    assert (answer["verdict"], answer["outcome"]) == ("deny", "manual_override")
    assert [fact.reason for fact in await house.app.said(VisitorRefused)] == ["вік"]


async def test_a_device_scans_only_where_it_was_paired(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    elsewhere = await house.redeem(phone.headers, phone.question(ticket.code, gate_id=str(house.south)))
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (403, "/problems/out_of_scope")
    nowhere = await house.redeem(phone.headers, phone.question(ticket.code, gate_id=str(new_id())))
    assert nowhere.status_code == 404


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("manager", 200), ("inspector", 200),
                                              ("accountant", 403), ("box_office", 403)])  # fmt: skip
async def test_staff_scans_by_role(house: House, role: str, status: int) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    headers = house.app.as_staff(role, house.organiser_id)
    assert (await house.redeem(headers, phone.question(ticket.code))).status_code == status


async def test_another_organisers_staff_finds_no_gate(house: House) -> None:
    ticket, phone = await house.a_ticket(), await house.a_phone()
    headers = house.app.as_staff("owner", new_id())
    assert (await house.redeem(headers, phone.question(ticket.code))).status_code == 404


async def test_a_signed_entry_that_comes_along_must_be_the_devices_own(house: House) -> None:
    ticket, phone, other = await house.a_ticket(), await house.a_phone(), await house.a_phone("Чужий")
    entry = phone.entry(ticket.code)
    shared = {name: entry[name] for name in ("scan_id", "scanned_at")}
    bad = phone.question(ticket.code, **shared, entry=other.signed({**entry, "signature": ""}))
    assert (await house.redeem(phone.headers, bad)).json()["type"] == "/problems/signature_invalid"
    other_time = phone.question(ticket.code, scan_id=entry["scan_id"], entry=entry)
    assert (await house.redeem(phone.headers, other_time)).json()["type"] == "/problems/entry_mismatch"
    good = await house.redeem(phone.headers, phone.question(ticket.code, **shared, entry=entry))
    assert good.json()["outcome"] == "valid"


async def test_gates_and_news_do_not_block_each_other(house: House) -> None:
    tickets = [house.sheet(f"Гість {number}") for number in range(20)]
    await house.issue(*tickets)
    phones = [await house.a_phone(f"Північ {number}") for number in range(4)]

    async def let_in(index: int) -> str:
        answer = await phones[index % 4].ask(tickets[index].code)
        return str(answer["outcome"])

    async def block() -> None:
        for ticket in tickets[::2]:
            await house.change(ticket, "blocked")

    outcomes = await asyncio.wait_for(
        asyncio.gather(block(), block_more(house), *(let_in(index) for index in range(20))), 20
    )
    answered = [outcome for outcome in outcomes if outcome is not None]
    assert set(answered) <= {"valid", "blocked"}
    assert await house.headcount() == answered.count("valid")


async def block_more(house: House) -> None:
    """News of other tickets of the same event, at the same time."""
    for _ in range(10):
        await house.a_ticket()
