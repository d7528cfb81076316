"""A paid order becomes tickets, once, that prove themselves."""

import asyncio
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brama.contracts import catalogue
from brama.contracts.common import Buyer, OrderLine
from brama.contracts.ticketing import TicketKeyPublished, TicketsIssued
from brama.kernel.inbox import NotYet
from brama.kernel.secrets import from_base64url
from brama.shared import ticket_code
from tests.ticketing.conftest import API, PRODUCT, Club

Keys = dict[ticket_code.KeyName, Ed25519PublicKey]


async def published_keys(club: Club) -> Keys:
    return {
        (fact.event_number or 0, fact.key_number): Ed25519PublicKey.from_public_bytes(
            from_base64url(fact.public_key)
        )
        for fact in await club.app.said(TicketKeyPublished)
    }


async def test_a_public_event_has_its_key_and_the_next_one(club: Club) -> None:
    await club.app.hear(club.event(version=2, kind=catalogue.EventChanged))
    assert sorted(await published_keys(club)) == [(club.number, 0), (club.number, 1)]


async def test_a_draft_has_no_keys(club: Club) -> None:
    club.event_id, club.number = club.type_id, 8
    await club.app.hear(club.event(kind=catalogue.EventChanged, state="draft"))
    assert all(number != 8 for number, _ in await published_keys(club))


async def test_a_gate_reads_every_code_with_the_published_keys(club: Club) -> None:
    paid = await club.issued(quantity=3, holders=["Оля", None, "Ігор"])
    keys = await published_keys(club)
    (fact,) = await club.app.said(TicketsIssued)
    for sheet in fact.tickets:
        found = ticket_code.read(sheet.code, keys, event_number=club.number)
        assert isinstance(found, ticket_code.Genuine)
        payload = found.payload
        assert (payload.ticket_id.hex(), payload.product, payload.revision) == (sheet.code_id, PRODUCT, 0)
        assert payload.valid_from <= club.starts_at - timedelta(hours=6)
        assert payload.valid_from > club.starts_at - timedelta(hours=8)
        assert payload.valid_until >= club.starts_at + timedelta(hours=14, minutes=30)
    assert [sheet.holder for sheet in fact.tickets] == ["Оля", paid.buyer.name, "Ігор"]
    assert [item["code"] for item in await club.tickets(paid)] == [sheet.code for sheet in fact.tickets]


async def test_after_a_rotation_old_and_new_tickets_are_genuine(club: Club) -> None:
    before = await club.issued(quantity=1)
    url = f"{API}/events/{club.event_id}/rotate_key"
    manager, owner = (club.app.as_staff(role, club.organiser_id) for role in ("manager", "owner"))
    refused = await club.app.client.post(url, headers=club.app.creating(manager))
    assert refused.status_code == 403
    answer = await club.app.client.post(url, headers=club.app.creating(owner))
    assert answer.json()["key_number"] == 1
    after = await club.issued(quantity=1)
    keys = await published_keys(club)
    assert sorted(number for _, number in keys) == [0, 1, 2]
    used = []
    for paid in (before, after):
        found = ticket_code.read((await club.tickets(paid))[0]["code"], keys, event_number=club.number)
        assert isinstance(found, ticket_code.Genuine)
        used.append(found.payload.key_id)
    assert used == [0, 1]


async def test_another_events_keys_do_not_prove_a_ticket(club: Club) -> None:
    await club.issued()
    (fact,) = await club.app.said(TicketsIssued)
    keys = {(club.number, 0): Ed25519PublicKey.from_public_bytes(bytes.fromhex("d7" + "5a" * 31))}
    refused = ticket_code.read(fact.tickets[0].code, keys, event_number=club.number)
    assert isinstance(refused, ticket_code.Refused)


async def test_an_order_before_its_event_waits(club: Club) -> None:
    paid = club.paid(event_id=club.type_id)
    with pytest.raises(NotYet):
        await club.app.hear(paid)
    assert await club.tickets(paid) == []


async def test_a_withdrawn_ticket_type_is_still_issued(club: Club) -> None:
    await club.app.hear(club.event(version=2, kind=catalogue.EventChanged, ticket_types=[]))
    assert len(await club.tickets(await club.issued())) == 2


async def test_a_door_sale_without_a_name_is_told_at_once_and_not_printed(club: Club) -> None:
    paid = club.paid(buyer=Buyer(name="", email=None, phone=None, locale="uk"), channel="door")
    await club.app.hear(paid)
    (fact,) = await club.app.said(TicketsIssued)
    assert fact.pdf_digest is None
    assert {sheet.holder for sheet in fact.tickets} == {None}


async def test_two_deliveries_at_once_issue_one_set(club: Club) -> None:
    paid = club.order(quantity=4)
    facts = [club.paid(**_again(paid)) for _ in range(5)]
    await asyncio.gather(*(club.app.hear(fact) for fact in facts))
    await club.app.run_workers()
    (fact,) = await club.app.said(TicketsIssued)
    assert len(fact.tickets) == 4


def _again(order: dict[str, Any]) -> dict[str, Any]:
    return {"order_code": order["order_code"], "lines": order["lines"]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quantities=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    repeats=st.integers(1, 3),
    printed_after=st.integers(0, 3),
)
async def test_an_order_has_one_ticket_per_place_however_often_it_is_heard(
    club: Club, quantities: list[int], repeats: int, printed_after: int
) -> None:
    lines = [
        OrderLine(
            ticket_type_id=club.type_id, name=club.ticket_type().name, quantity=quantity,
            unit_price_minor=100, holders=[],
        )
        for quantity in quantities
    ]  # fmt: skip
    first = club.paid(lines=lines)
    for turn in range(repeats):
        await club.app.hear(club.paid(order_code=first.order_code, lines=lines))
        if turn == printed_after:
            await club.app.run_workers()
    await club.app.run_workers()
    told = [fact for fact in await club.app.said(TicketsIssued) if fact.order_code == first.order_code]
    assert [len(fact.tickets) for fact in told] == [sum(quantities)]
    assert len({sheet.code for sheet in told[0].tickets}) == sum(quantities)
    assert len(await club.tickets(first)) == sum(quantities)


async def test_the_named_pdf_shows_every_code(club: Club) -> None:
    paid = await club.issued(quantity=2)
    (fact,) = await club.app.said(TicketsIssued)
    blob = await club.app.kernel.blobs.get(fact.pdf_digest or "")
    assert blob is not None
    document = pypdfium2.PdfDocument(blob.data)
    codes = []
    for number in range(len(document)):
        image = document[number].render(scale=2, grayscale=True).to_pil()
        codes += [found.text for found in zxingcpp.read_barcodes(image)]
    assert codes == [item["code"] for item in await club.tickets(paid)]


async def test_a_poster_that_cannot_be_set_does_not_keep_tickets_back(club: Club) -> None:
    digest = await club.app.kernel.blobs.put(b"no picture", "image/webp", public=True)
    await club.app.hear(club.event(version=2, kind=catalogue.EventChanged, poster_digest=digest))
    await club.issued()
    (fact,) = await club.app.said(TicketsIssued)
    assert fact.pdf_digest is None
    assert len(fact.tickets) == 2
