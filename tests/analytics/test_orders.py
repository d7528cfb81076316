"""Orders: found, told from beginning to end, exported."""

import csv
import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.contracts import admission
from brama.kernel.ids import new_id
from brama.services.analytics.domain import card_digits, safe_cell
from tests.analytics.club import Club


async def test_an_order_is_found_by_whatever_the_buyer_remembers(club: Club) -> None:
    olena = club.sale(name="Олена Дем'яненко", code="000C-AAAA-1111").place().pay().card("444433******1234")
    await olena.heard()
    other = club.sale(name="Ivan O'Brien", email="ivan@example.com", phone="+48 600 700 800")
    await other.place().heard()
    for words in (
        "дем'ян", "OLENA@", "000c-aaaa", "oooc aaaa 1111", "067 123", "1234567", "1234", "Олена Дем",
    ):  # fmt: skip
        found = (await club.get(f"/orders?query={words}"))["items"]
        assert [item["code"] for item in found] == ["000C-AAAA-1111"], words
    for words in ("%", "_", "nobody", "9999"):
        assert (await club.get("/orders?query=" + words.replace("%", "%25")))["items"] == []
    assert [item["code"] for item in (await club.get("/orders?state=pending"))["items"]] == [other.code]


async def test_orders_page_without_gap_or_repetition(club: Club) -> None:
    codes = {(await club.sale().place().heard()).code for _ in range(5)}
    seen: list[str] = []
    after = ""
    while True:
        page = await club.get(f"/orders?organiser_id={club.organiser_id}&limit=2{after}")
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == 5
    assert set(seen) == codes
    assert (await club.ask("/orders?after=junk")).status_code == 422


async def test_organisers_do_not_see_each_others_orders(club: Club) -> None:
    sale = await club.sale().place().pay().heard()
    stranger = club.app.as_staff("owner", new_id())
    client, base = club.app.client, "/api/analytics/v1/orders"
    assert (await client.get(base, headers=stranger)).json()["items"] == []
    by_event = await client.get(f"{base}?event_id={club.event_id}", headers=stranger)
    assert by_event.json()["items"] == []
    by_organiser = await client.get(f"{base}?organiser_id={club.organiser_id}", headers=stranger)
    assert by_organiser.status_code == 404
    assert (await client.get(f"{base}/{sale.code}", headers=stranger)).status_code == 404
    assert (await club.ask(f"/orders/{sale.code}", "inspector")).status_code == 403
    assert (await club.ask("/orders/000C-ZZZZ-ZZZZ")).status_code == 404


async def test_an_orders_life_is_told_in_its_order_however_it_was_heard(club: Club) -> None:
    sale = club.sale(2).place().pay().card("444433******1234").issue().receipt().email()
    sale.scan(admission.VisitorAdmitted, seq=1, inside=1)
    sale.facts.reverse()
    await sale.heard()
    life = await club.get(f"/orders/{sale.code.lower()}", "box_office")
    assert [moment["what"] for moment in life["timeline"]] == [
        "sales.order.placed", "payments.payment.confirmed", "sales.order.paid", "ticketing.ticket.issued",
        "fiscal.receipt.registered", "delivery.email.sent", "admission.visitor.admitted",
    ]  # fmt: skip
    times = [datetime.fromisoformat(moment["at"]) for moment in life["timeline"]]
    assert times == sorted(times)
    assert len(life["timeline"]) == 7
    assert (life["state"], len(life["tickets"]), life["receipts"][0]["fiscal_code"]) == ("paid", 2, "FN-1")
    assert [email["state"] for email in life["emails"]] == ["sent"]
    assert life["event_title"]["uk"] == "Ніч"
    assert "444433" not in str(life)


async def _exported(club: Club) -> None:
    await club.sale(2, name="=HYPERLINK(1)", phone="+380671234567").place().pay().receipt().heard()
    await club.sale(1, name='Олена "О", Дем\'яненко', email=None).place().pay().refund().heard()


async def test_the_workbook_reads_back_as_it_was_meant(club: Club) -> None:
    await _exported(club)
    response = await club.ask(f"/events/{club.event_id}/orders.xlsx", "accountant")
    assert 'filename="nich-orders.xlsx"' in response.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    heads, *rows = list(book.active.iter_rows(values_only=True))
    table = {row[4]: dict(zip(heads, row, strict=True)) for row in rows}
    first = table["=HYPERLINK(1)"]
    assert (first["Кількість"], first["Ціна"], first["Сума"]) == (2, 500, 1000)
    assert (first["Тип квитка"], first["Фіскальні чеки"]) == ("Вхід", "FN-1")
    assert first["Створено"] == datetime(2026, 12, 5, 23, 0)  # noqa: DTZ001  # a workbook knows no zones
    assert table['Олена "О", Дем\'яненко']["Стан"] == "повернено"
    types = [cell.data_type for row in book.active.iter_rows(min_row=2) for cell in row]
    assert "f" not in types


async def test_the_csv_reads_back_and_runs_no_formula(club: Club) -> None:
    await _exported(club)
    response = await club.ask(f"/events/{club.event_id}/orders.csv", "owner")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    names = {row["Ім'я"]: row for row in rows}
    assert set(names) == {"'=HYPERLINK(1)", 'Олена "О", Дем\'яненко'}
    assert names["'=HYPERLINK(1)"]["Телефон"] == "'+380671234567"
    assert names["'=HYPERLINK(1)"]["Сума"] == "1000.00"
    assert names["'=HYPERLINK(1)"]["Створено"] == "2026-12-05 23:00:00"
    english = await club.app.client.get(
        f"/api/analytics/v1/events/{club.event_id}/orders.csv",
        headers={**club.app.as_staff("owner", club.organiser_id), "Accept-Language": "en"},
    )
    assert english.content.decode("utf-8-sig").startswith("Order,State,Channel,Tender")


@given(st.text())
def test_no_text_is_taken_for_a_formula_and_none_is_lost(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize(
    ("mask", "digits"), [("444433******1234", "1234"), ("****", None), ("12", None), (None, None)]
)
def test_of_a_card_only_four_digits_are_kept(mask: str | None, digits: str | None) -> None:
    assert card_digits(mask) == digits
