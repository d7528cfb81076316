"""Who sees tickets, and as what."""

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pypdfium2
import pytest
import vobject
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.contracts import catalogue
from brama.kernel.ids import new_id
from brama.shared import order_token
from tests.support.keys import SALES_KEY
from tests.ticketing.conftest import Club


def pages(data: bytes) -> int:
    return len(pypdfium2.PdfDocument(io.BytesIO(data)))


def below_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{parts.query}"


async def test_a_good_token_before_the_tickets_sees_an_empty_list(club: Club) -> None:
    paid = club.paid()
    assert await club.tickets(paid) == []


async def test_the_code_may_be_typed_without_dashes(club: Club) -> None:
    paid = await club.issued()
    answer = await club.get(f"/orders/{paid.order_code.replace('-', '').lower()}/tickets", paid.token)
    assert len(answer.json()["items"]) == 2


async def test_every_other_token_is_not_found(club: Club) -> None:
    paid, other = await club.issued(), await club.issued()
    claims = order_token.OrderClaims(
        purpose="order", subject=paid.order_code, event_id=club.event_id, event_number=club.number,
        organiser_id=club.organiser_id, total_minor=1, currency="UAH", expires_at=club.starts_at,
        nonce=bytes(16),
    )  # fmt: skip
    forged = order_token.issue(claims, Ed25519PrivateKey.generate(), SALES_KEY.key_id)
    for token in (None, "", "x", "a.b.c", other.token, forged, paid.token[:-2] + "AA"):
        headers = {} if token is None else {"X-Order-Token": token}
        answer = await club.get(f"/orders/{paid.order_code}/tickets", headers=headers)
        assert answer.status_code == 404, token


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("accountant", 200), ("box_office", 200), ("inspector", 403)],
)
async def test_staff_of_the_organiser_read_by_their_role(club: Club, role: str, status: int) -> None:
    paid = await club.issued()
    own = club.app.as_staff(role, club.organiser_id)
    answer = await club.get(f"/orders/{paid.order_code}/tickets", headers=own)
    assert answer.status_code == status
    strangers = club.app.as_staff(role, new_id())
    assert (await club.get(f"/orders/{paid.order_code}/tickets", headers=strangers)).status_code == 404


async def test_the_pdf_opens_by_its_link_for_some_minutes_only(club: Club) -> None:
    paid = await club.issued()
    link = below_origin((await club.tickets(paid))[0]["pdf_url"])
    assert paid.token not in link
    answer = await club.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert pages(answer.content) == 2
    assert (await club.get(link.replace("access=", "access=9"))).status_code == 404
    for end in "ABCDEFGH":  # some of these stand for the same bytes: only one text is the signature
        assert (await club.get(link[:-1] + end)).status_code == (200 if link[-1] == end else 404)
    other = await club.issued()
    assert (await club.get(link.replace(paid.order_code, other.order_code))).status_code == 404
    club.app.clock.advance(minutes=11)
    assert (await club.get(link)).status_code == 404


async def test_the_web_link_carries_the_token_in_its_fragment_only(club: Club) -> None:
    paid = await club.issued()
    answer = await club.get(
        f"/orders/{paid.order_code}/tickets", paid.token, headers={"Accept-Language": "en"}
    )
    parts = urlsplit(answer.json()["items"][0]["web_url"])
    assert (parts.path, parts.query, parts.fragment) == (
        f"/en/tickets/{paid.order_code}", "", f"token={paid.token}",
    )  # fmt: skip
    assert answer.json()["items"][0]["ticket_type"] == "Entry"


async def test_a_moved_event_is_printed_anew(club: Club) -> None:
    paid = await club.issued(quantity=1)
    before = (await club.get(f"/orders/{paid.order_code}/tickets.pdf", paid.token)).content
    moved = club.event(
        version=2, kind=catalogue.EventChanged, starts_at=club.starts_at + timedelta(days=1),
        ends_at=club.starts_at + timedelta(days=1, hours=5),
    )  # fmt: skip
    await club.app.hear(moved)
    after = (await club.get(f"/orders/{paid.order_code}/tickets.pdf", paid.token)).content
    assert before != after


async def test_a_dead_ticket_leaves_the_paper(club: Club) -> None:
    paid = await club.issued(quantity=2)
    first, second = [item["id"] for item in await club.tickets(paid)]
    await club.app.hear(club.refunded(paid, new_id(), [first]))
    answer = await club.get(f"/orders/{paid.order_code}/tickets.pdf", paid.token)
    assert pages(answer.content) == 1
    await club.app.hear(club.refunded(paid, new_id(), [second], version=4))
    answer = await club.get(f"/orders/{paid.order_code}/tickets.pdf", paid.token)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/nothing_to_print")


async def test_one_ticket_on_one_page_and_its_code_as_a_picture(club: Club) -> None:
    paid = await club.issued(quantity=2)
    _, second = await club.tickets(paid)
    answer = await club.get(f"/tickets/{second['id']}.pdf", paid.token)
    page = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0].render(scale=2, grayscale=True).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [second["code"]]
    picture = await club.get(f"/tickets/{second['id']}/qr.svg", paid.token)
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]
    for path in (f"/tickets/{second['id']}.pdf", f"/tickets/{second['id']}/qr.svg", "/tickets/x.pdf"):
        assert (await club.get(path)).status_code == 404


async def test_the_event_goes_into_a_calendar(club: Club) -> None:
    paid = await club.issued()
    answer = await club.get(f"/orders/{paid.order_code}/event.ics", paid.token)
    entry = vobject.readOne(answer.text).vevent
    assert entry.summary.value == "Перша ніч"
    assert entry.dtstart.value == club.starts_at
    assert (await club.get(f"/orders/{paid.order_code}/event.ics")).status_code == 404
