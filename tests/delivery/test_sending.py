"""How letters get to the server: at least once, never by us twice, patiently."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.contracts.audit import DeliveryActionRecorded
from brama.contracts.common import Buyer
from brama.contracts.delivery import EmailFailed, EmailSent
from brama.kernel.ids import new_id
from brama.services.delivery.domain import next_attempt
from tests.delivery.conftest import API, Club, Mailbox


async def row(club: Club, **query: Any) -> dict[str, Any]:
    (item,) = (await club.emails(**query)).json()["items"]
    result: dict[str, Any] = item
    return result


async def test_a_server_that_is_busy_gets_the_letter_later(club: Club, mailbox: Mailbox) -> None:
    await mailbox.fail(name="temporary_failure", times=2)
    await club.bought()
    waiting = await row(club)
    assert (waiting["state"], waiting["attempts"]) == ("queued", 1)
    assert "451" in waiting["error"]
    assert await club.app.run_workers() == 0, "not before its time"
    for _ in range(2):
        club.app.clock.advance(seconds=5)
        await club.app.run_workers()
    sent = await row(club)
    assert (sent["state"], sent["attempts"], sent["error"]) == ("sent", 3, None)
    assert len(await mailbox.messages()) == 1
    assert [fact.attempts for fact in await club.app.said(EmailSent)] == [3]


async def test_an_address_that_does_not_exist_fails_at_once(club: Club, mailbox: Mailbox) -> None:
    await mailbox.fail(name="reject_recipient", to="nobody@example.org")
    paid = await club.bought(buyer=Buyer(name="x", email="nobody@example.org", phone=None, locale="uk"))
    failed = await row(club)
    assert (failed["state"], failed["attempts"]) == ("failed", 1)
    (fact,) = await club.app.said(EmailFailed)
    assert (fact.order_code, fact.reason) == (paid.order_code, "550 5.1.1")
    club.app.clock.advance(hours=30)
    await club.app.run_workers()
    assert await mailbox.messages() == []


@pytest.mark.parametrize(
    "address",
    [
        "no-at-sign",
        "a@b@c",
        "x@y z",
        "<script>@example.org",
        "a@b\r\nRCPT TO:<evil@example.org>",
        "ü" * 80 + "@x",
    ],
)
async def test_an_address_that_is_none_stops_nothing(club: Club, mailbox: Mailbox, address: str) -> None:
    await club.app.hear(club.placed(buyer=Buyer(name="x", email=address, phone=None, locale="uk")))
    await club.bought()
    messages = await mailbox.messages()
    assert [message["to"] for message in messages if "solomiia" in message["to"]] == ["solomiia@example.org"]
    assert not any("evil" in message["to"] for message in messages)


async def test_a_connection_that_breaks_is_made_again(club: Club, mailbox: Mailbox) -> None:
    await club.bought()
    await mailbox.fail(name="drop_connection", times=1)
    await club.bought()
    club.app.clock.advance(seconds=5)
    await club.app.run_workers()
    assert [item["state"] for item in (await club.emails()).json()["items"]] == ["sent", "sent"]
    assert len(await mailbox.messages()) == 2


async def test_after_a_lost_answer_the_same_letter_comes_again(club: Club, mailbox: Mailbox) -> None:
    await mailbox.fail(name="timeout_after_accept", times=1)
    await club.bought()
    club.app.clock.advance(seconds=5)
    await club.app.run_workers()
    first, second = await mailbox.messages()
    ids = [dict(message["headers"])["Message-ID"] for message in (first, second)]
    assert ids[0] == ids[1]
    assert (first["subject"], first["text"]) == (second["subject"], second["text"])
    assert len(await club.app.said(EmailSent)) == 1


async def test_what_a_dead_process_had_in_hand_is_sent_by_the_next(club: Club, mailbox: Mailbox) -> None:
    await club.app.hear(club.placed())
    courier_claim = "update email set state = 'sending', attempts = 1, next_attempt_at = $1"
    async with club.app.db.transaction() as tx:
        await tx.raw.execute(courier_claim, club.app.clock.now() + timedelta(seconds=30))
    assert await club.app.run_workers() == 0
    club.app.clock.advance(seconds=31)
    await club.app.run_workers()
    assert len(await mailbox.messages()) == 1


async def test_nothing_is_sent_twice_when_facts_come_again(club: Club, mailbox: Mailbox) -> None:
    placed, invited = club.placed(), club.invited()
    refunded = club.refunded(placed.order_code)
    for _ in range(2):
        await club.app.hear(placed)
        await club.app.hear(club.paid(order_code=placed.order_code))
        await club.app.hear(await club.issued(placed.order_code))
        for fact in (refunded, invited):
            again = type(fact)(
                **{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "fact_id": new_id()}
            )
            await club.app.hear(again)
        await club.app.run_workers()
    kinds = sorted(item["kind"] for item in (await club.emails()).json()["items"])
    assert kinds == ["invitation", "order_placed", "refund", "tickets"]
    assert len(await mailbox.messages()) == 4


async def test_a_slow_letter_keeps_no_other_waiting(club: Club, mailbox: Mailbox) -> None:
    await mailbox.fail(name="slow", to="slow@example.org", delay_s=2)
    slow = club.paid(buyer=Buyer(name="x", email="slow@example.org", phone=None, locale="uk"))
    await club.app.hear(slow)
    await club.app.hear(await club.issued(slow.order_code))
    working = asyncio.create_task(club.app.run_workers())
    await asyncio.sleep(0.3)
    paid = club.paid()
    await club.app.hear(paid)
    await club.app.hear(await club.issued(paid.order_code))
    await asyncio.sleep(1.0)
    assert [message["to"] for message in await mailbox.messages()] == ["solomiia@example.org"]
    await working
    assert len(await mailbox.messages()) == 2


@pytest.mark.parametrize("path", ["/emails/{email}/resend", "/orders/{order}/resend_tickets"])
async def test_staff_send_the_same_letter_again(club: Club, mailbox: Mailbox, path: str) -> None:
    paid = await club.bought()
    email = await row(club)
    url = API + path.format(email=email["id"], order=paid.order_code)
    headers = club.app.creating(club.app.as_staff("box_office", club.organiser_id))
    answers = [await club.app.client.post(url, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    await club.app.run_workers()
    first, second = await mailbox.messages()
    assert (first["subject"], first["text"]) == (second["subject"], second["text"])
    assert await mailbox.attachment(second, "application/pdf") == b"%PDF-1.7 tickets"
    assert [fact.action for fact in await club.app.said(DeliveryActionRecorded)] == ["email.resent"]


async def test_tickets_that_were_never_sent_cannot_be_sent_again(club: Club) -> None:
    placed = club.placed()
    await club.app.hear(placed)
    headers = club.app.as_staff("manager", club.organiser_id)
    url = f"{API}/orders/{placed.order_code}/resend_tickets"
    answer = await club.app.client.post(url, headers=club.app.creating(headers))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing_to_resend")


@pytest.mark.parametrize(("role", "reads", "sends"), [("accountant", 200, 403), ("inspector", 403, 403)])
async def test_roles(club: Club, mailbox: Mailbox, role: str, reads: int, sends: int) -> None:
    await club.bought()
    email = await row(club)
    assert (await club.emails(role)).status_code == reads
    headers = club.app.creating(club.app.as_staff(role, club.organiser_id))
    answer = await club.app.client.post(f"{API}/emails/{email['id']}/resend", headers=headers)
    assert answer.status_code == sends


async def test_strangers_see_and_send_nothing(club: Club, mailbox: Mailbox) -> None:
    paid = await club.bought()
    email, elsewhere = await row(club), new_id()
    assert (await club.emails("owner", elsewhere)).json()["items"] == []
    assert (await club.emails("owner", elsewhere, organiser_id=str(club.organiser_id))).status_code == 404
    for path in (f"/emails/{email['id']}/resend", f"/orders/{paid.order_code}/resend_tickets"):
        headers = club.app.creating(club.app.as_staff("owner", elsewhere))
        assert (await club.app.client.post(API + path, headers=headers)).status_code == 404
    assert (await club.app.client.get(f"{API}/emails")).status_code == 401


async def test_the_list_is_paged_and_filtered(club: Club, mailbox: Mailbox) -> None:
    orders = [await club.bought() for _ in range(3)]
    first = (await club.emails(limit="2")).json()
    second = (await club.emails(limit="2", after=first["next"])).json()
    codes = [item["order_code"] for item in first["items"] + second["items"]]
    assert codes == [order.order_code for order in reversed(orders)]
    assert second["next"] is None
    assert (await row(club, order_code=orders[0].order_code))["recipient"] == "solomiia@example.org"


@given(attempts=st.integers(1, 10_000), minutes=st.integers(0, 3000))
def test_patience_grows_and_ends(attempts: int, minutes: int) -> None:
    queued = datetime(2026, 1, 1, tzinfo=UTC)
    now, patience = queued + timedelta(minutes=minutes), timedelta(hours=24)
    again = next_attempt(attempts, queued, now, patience)
    if again is None:
        assert now + timedelta(minutes=15) > queued + patience
    else:
        assert timedelta(seconds=2) <= again - now <= timedelta(minutes=15)
        assert again <= queued + patience
