"""An event in figures."""

import asyncio
import json
import random
from typing import Any

import pytest

from brama.contracts import admission, delivery, fiscal, sales
from brama.kernel.ids import new_id
from brama.services.analytics.operations import watching
from tests.analytics.club import START, Club, again


def uah(minor: int) -> dict[str, object]:
    return {"minor": minor, "currency": "UAH"}


async def test_a_paid_order_counts_and_an_unpaid_one_does_not(club: Club) -> None:
    await club.sale(2).place().pay().heard()
    await club.sale(3).place().heard()
    summary = await club.summary()
    assert (summary["orders"], summary["tickets_sold"], summary["revenue"]) == (1, 2, uah(100_000))
    (entry,) = summary["by_ticket_type"]
    assert (entry["sold"], entry["quantity"], entry["name"]) == (2, 200, {"uk": "Вхід", "en": "Entry"})
    assert summary["by_way"] == [
        {"channel": "online", "tender": "online", "orders": 1, "tickets": 2, "revenue": uah(100_000)}
    ]
    assert summary["capacity"] == 300


async def test_a_refund_stands_beside_what_was_sold(club: Club) -> None:
    await club.sale(3).place().pay().refund(count=1).heard()
    summary = await club.summary()
    assert (summary["revenue"], summary["refunded"]) == (uah(150_000), uah(50_000))
    assert (summary["tickets_sold"], summary["tickets_refunded"]) == (3, 1)


async def test_any_order_and_repetition_of_facts_gives_the_same_figures(club: Club) -> None:
    story = [
        *club.sale(3).place().pay().issue().receipt().email().refund(count=1).refund(count=2).facts,
        *club.sale(2, channel="door", tender="cash").say(sales.OrderPlaced).pay().issue().facts,
        *club.sale(2).place().say(sales.OrderExpired).facts,
    ]
    guests = club.sale(2).place().pay().issue()
    guests.scan(admission.VisitorAdmitted, ticket=0, seq=4, inside=1)
    guests.scan(admission.VisitorAdmitted, ticket=1, seq=5, inside=2)
    guests.scan(admission.VisitorLeft, ticket=1, seq=6, inside=1)
    story += guests.facts
    for fact in story:
        await club.app.hear(fact)
    expected = await _told(club)
    assert (expected["orders"], expected["admitted"], expected["inside"]) == (3, 2, 1)
    assert sorted(expected["states"].values()) == ["expired", "paid", "paid", "refunded"]
    for seed in range(4):
        await _forget(club)
        dice = random.Random(seed)
        told = [*story, *dice.sample(story, 8)]
        dice.shuffle(told)
        for fact in told:
            await club.app.hear(again(fact))
        assert await _told(club) == expected


async def test_an_undone_entry_is_no_admission(club: Club) -> None:
    sale = club.sale(2).place().pay().issue()
    sale.scan(admission.VisitorAdmitted, seq=1, inside=1)
    sale.scan(admission.VisitorRefused, seq=2, inside=0)
    await sale.heard()
    summary = await club.summary()
    assert (summary["admitted"], summary["inside"]) == (0, 0)


async def test_troubles_are_counted_until_they_are_mended(club: Club) -> None:
    sale = await club.sale().place().pay().email(delivery.EmailFailed).heard()
    summary = await club.summary()
    assert (summary["receipts_pending"], summary["emails_failed"]) == (1, 1)
    await sale.receipt(fiscal.ReceiptFailed).heard()
    summary = await club.summary()
    assert (summary["receipts_pending"], summary["receipts_failed"]) == (0, 1)
    failed = next(fact for fact in sale.facts if isinstance(fact, fiscal.ReceiptFailed))
    await club.app.hear(
        fiscal.ReceiptRegistered(
            **club.base(failed.aggregate_id, 2, START), receipt_id=failed.receipt_id,
            cause_id=failed.cause_id, kind="sale", order_code=sale.code, event_id=club.event_id,
            total_minor=1, currency="UAH",
            fiscal_code="FN-2", url="https://tax.example/2", registered_at=START,
        )
    )  # fmt: skip
    summary = await club.summary()
    assert (summary["receipts_pending"], summary["receipts_failed"]) == (0, 0)


async def test_who_needs_no_receipts_waits_for_none(club: Club) -> None:
    plain = club.organiser(is_fiscalised=False)
    await club.app.hear(again(plain))  # the same version changes nothing
    await club.sale().place().pay().heard()
    assert (await club.summary())["receipts_pending"] == 1
    other = Club(club.app)
    await club.app.hear(other.organiser(is_fiscalised=False))
    await club.app.hear(other.event())
    await other.sale().place().pay().heard()
    assert (await other.summary())["receipts_pending"] == 0


async def test_what_is_left_comes_from_sales(club: Club) -> None:
    await club.app.hear(
        sales.AvailabilityChanged(
            **club.base(str(club.event_id), 5, START), event_id=club.event_id, currency="UAH",
            ticket_types=[
                sales.TypeAvailability(
                    ticket_type_id=club.type_id, state="few", price_minor=50_000, left=7, sold=190, held=3
                )
            ],
        )
    )  # fmt: skip
    (entry,) = (await club.summary())["by_ticket_type"]
    assert (entry["state"], entry["left"], entry["held"]) == ("few", 7, 3)


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("manager", 200), ("accountant", 200),
                                              ("box_office", 200), ("inspector", 403)])  # fmt: skip
async def test_who_may_see_the_figures(club: Club, role: str, status: int) -> None:
    assert (await club.ask(f"/events/{club.event_id}/summary", role)).status_code == status


@pytest.mark.parametrize("what", ["summary", "stream", "curves", "report", "orders.csv", "orders.xlsx"])
async def test_another_organisers_figures_do_not_exist(club: Club, what: str) -> None:
    path = f"/api/analytics/v1/events/{club.event_id}/{what}"
    strangers = club.app.as_staff("owner", new_id())
    assert (await club.app.client.get(path, headers=strangers)).status_code == 404
    assert (await club.app.client.get(path)).status_code == 401


@pytest.mark.parametrize("what", ["report", "orders.csv", "orders.xlsx"])
async def test_the_box_office_does_not_see_the_books(club: Club, what: str) -> None:
    assert (await club.ask(f"/events/{club.event_id}/{what}", "box_office")).status_code == 403


async def test_the_stream_tells_the_summary_again_when_it_changes(club: Club) -> None:
    pulses = club.app.service.dependencies["pulses"]
    summaries = watching.follow(club.app.db, club.app.clock, pulses, event_id=club.event_id)
    first = await anext(summaries)
    assert first is not None
    assert first.figures.ways == []
    assert await anext(summaries) is None
    waiting = asyncio.ensure_future(anext(summaries))
    await asyncio.sleep(0.05)
    await club.sale(2).place().pay().heard()
    changed = await asyncio.wait_for(waiting, 2)
    assert changed is not None
    assert sum(way.tickets for way in changed.figures.ways) in (0, 2)
    if not changed.figures.ways:  # it was told between the order and its payment
        changed = await asyncio.wait_for(anext(summaries), 3)
        assert changed is not None
        assert [way.tickets for way in changed.figures.ways] == [2]
    await summaries.aclose()  # type: ignore[attr-defined]


async def test_the_stream_is_served_as_events(club: Club) -> None:
    await club.sale(2).place().pay().heard()
    asking = asyncio.create_task(club.ask(f"/events/{club.event_id}/stream"))
    await asyncio.sleep(0.3)
    club.app.kernel.stopping.set()
    response = await asyncio.wait_for(asking, 5)
    block = next(part for part in response.text.split("\n\n") if "event: summary" in part)
    assert json.loads(block.split("data: ")[1])["tickets_sold"] == 2


async def test_curves_step_from_the_venues_midnight(club: Club) -> None:
    sale = club.sale(2).place().pay().issue()
    sale.scan(admission.VisitorAdmitted, seq=1, inside=1)
    await sale.heard()
    curves = await club.get(f"/events/{club.event_id}/curves?step=1d")
    assert curves["step_s"] == 86_400
    assert curves["sales"] == [
        {"at": "2026-12-04T22:00:00Z", "orders": 1, "tickets": 2, "revenue": uah(100_000)}
    ]
    assert curves["admissions"] == [{"at": "2026-12-05T22:00:00Z", "admitted": 1}]
    hourly = await club.get(f"/events/{club.event_id}/curves")
    assert hourly["sales"][0]["at"] == "2026-12-05T21:00:00Z"
    assert (await club.ask(f"/events/{club.event_id}/curves?step=2s")).status_code == 422


async def test_a_night_is_a_business_date_of_the_venue(club: Club) -> None:
    await club.sale(2).place().pay().refund(count=1).heard()
    path = f"/events/{club.event_id}/report"
    tonight = await club.get(f"{path}?night=2026-12-05", "accountant")
    assert (tonight["orders"], tonight["net"], tonight["tickets_refunded"]) == (1, uah(50_000), 1)
    assert tonight["refunds"] == [{"tender": "online", "refunds": 1, "amount": uah(50_000)}]
    other = await club.get(f"{path}?night=2026-12-06", "accountant")
    assert (other["orders"], other["net"], other["by_ticket_type"][0]["sold"]) == (0, uah(0), 0)
    assert (await club.get(path, "owner"))["net"] == uah(50_000)


async def _told(club: Club) -> dict[str, Any]:
    """The summary and every order's state, without the time of asking."""
    orders = (await club.get("/orders"))["items"]
    return {**await club.summary(), "as_of": None, "states": {item["code"]: item["state"] for item in orders}}


async def _forget(club: Club) -> None:
    async with club.app.db.transaction() as tx:
        await tx.raw.execute(
            """truncate customer_order, order_line, refund, refunded_ticket, payment, ticket, receipt, email,
               scan, moment, pulse"""
        )
