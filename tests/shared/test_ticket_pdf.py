import io
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import pypdfium2
import pytest
import typst
import zxingcpp
from PIL import Image

from brama.kernel.money import Money
from brama.shared import qr
from brama.shared.share_image import share_image
from brama.shared.ticket_pdf import TicketPage, ticket_pdf
from tests.shared.make_vectors import EVENT, KEYS, TICKET, signed

START = datetime(2026, 12, 5, 13, tzinfo=UTC)
PAGE = TicketPage(
    code=signed(TICKET, KEYS[EVENT, 1]),
    number=1,
    total=2,
    order_code="BRM7-K2QX-91TD",
    event_title="Перша ніч після зими",
    organiser="Тиша",
    starts_at=START,
    ends_at=START + timedelta(hours=7.5),
    doors_at=START - timedelta(minutes=30),
    zone="Europe/Kyiv",
    venue="Тиша",
    address="вул. Вигадана 4, Київ",
    holder="Соломія Дем’яненко",
    ticket_type="Друга хвиля",
    price=Money(40_000, "UAH"),
    age_limit=21,
    entrance_note="Без фото: камеру заклеюємо на вході.",
    locale="uk",
    poster_seed="019ac000-0000-7000-8000-000000000001",
)
LONG = {
    "event_title": "Двадцять четверте щорічне свято електронної музики, тиші та довгих розмов: «Їжаки»",
    "holder": "Максиміліана-Володимира Костянтинопольська-Нечуй-Левицька Ґ.",
    "venue": "Культурний центр імені Лесі Українки",
    "address": "вул. Академіка Костянтина Вигаданого 124-Б, корпус 3, Івано-Франківськ",
    "ticket_type": "Пільговий для студентів, пенсіонерів і ветеранів, з паспортом",
    "ends_at": START + timedelta(days=2),
}
A4 = (595.28, 841.89)


def page(**change: Any) -> TicketPage:
    return msgspec.structs.replace(PAGE, **change)


def opened(*pages: TicketPage) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(ticket_pdf(list(pages)))


def words(document: pypdfium2.PdfDocument, index: int = 0) -> str:
    return " ".join(document[index].get_textpage().get_text_range().split())


def seen(document: pypdfium2.PdfDocument, index: int = 0, *, dots_per_inch: int = 150) -> Any:
    return document[index].render(scale=dots_per_inch / 72, grayscale=True).to_pil()


def picture(kind: str, size: tuple[int, int] = (300, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#dd4433").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("change", [{}, LONG, {"locale": "en"}], ids=["short", "long", "english"])
def test_another_reader_reads_the_printed_code_exactly(change: dict[str, Any]) -> None:
    (found,) = zxingcpp.read_barcodes(seen(opened(page(**change))))
    assert found.text == PAGE.code
    assert found.ec_level == "Q"


def test_the_code_is_large_and_has_its_quiet_zone() -> None:
    image = seen(opened(PAGE), dots_per_inch=300)
    (found,) = zxingcpp.read_barcodes(image)
    corners = found.position
    side_mm = (corners.top_right.x - corners.top_left.x) / 300 * 25.4
    assert side_mm > 55
    quiet = int(side_mm / 49 * 4 / 25.4 * 300) - 2
    left, top, right, bottom = (
        corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y,
    )  # fmt: skip
    for strip in (
        (left - quiet, top - quiet, right + quiet, top - 3),
        (left - quiet, bottom + 4, right + quiet, bottom + quiet),
        (left - quiet, top, left - 3, bottom),
        (right + 4, top, right + quiet, bottom),
    ):
        assert image.crop(strip).getextrema() == (255, 255)


def test_the_code_lines_up_with_the_facts_and_with_the_pages_edge() -> None:
    document = opened(PAGE)
    (found,) = zxingcpp.read_barcodes(seen(document, dots_per_inch=72 * 4))
    text = document[0].get_textpage()
    first, _ = text.search("ГІСТЬ").get_next()
    _, _, _, label_top = text.get_charbox(first)
    assert found.position.top_left.y / 4 == pytest.approx(A4[1] - label_top, abs=1.5)
    assert found.position.top_right.x / 4 == pytest.approx(A4[0] - 42, abs=1.5)


def test_a_page_tells_everything_in_ukrainian() -> None:
    text = words(opened(PAGE))
    for part in (
        "КВИТОК 1 З 2", "Перша ніч після зими", "Соломія Дем’яненко", "сб, 5 грудня 2026, 15:00–22:30",
        "14:30", "Тиша, вул. Вигадана 4, Київ", "Друга хвиля", "400 ₴", "21+", "BRM7-K2QX-91TD",
        "від 21 року", "Без фото",
    ):  # fmt: skip
        assert part in text.replace("\u00a0", " ")


def test_a_page_tells_everything_in_english() -> None:
    text = words(opened(page(locale="en", price=Money(0, "UAH"), holder="Zażółć O’Connor-Müller")))
    for part in (
        "TICKET 1 OF 2",
        "Zażółć O’Connor-Müller",
        "Sat, 5 December 2026, 15:00–22:30",
        "free",
        "age of 21",
    ):
        assert part in text


@pytest.mark.parametrize("change", [{}, LONG, {"event_title": "Щ" * 200}, {"event_title": "Слово " * 60}])
def test_however_long_the_words_are_a_ticket_is_one_page_inside_its_margins(change: dict[str, Any]) -> None:
    document = opened(page(**change))
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(A4, abs=0.1)
    edges = seen(document, dots_per_inch=72)
    bar, margin = 56, 38
    for side in ((0, 310, margin, 842), (595 - margin, 310, 595, 842)):
        assert edges.crop(side).getextrema() == (255, 255)
    assert edges.crop((0, 0, 595, bar)).getextrema()[0] < 20


def test_long_words_stay_apart_from_the_words_about_the_entrance() -> None:
    note = "Вихід і повернення до опівночі за печаткою. Гардероб працює весь вечір і коштує 50 ₴. " * 40
    endless = LONG | {"address": "вул. Вигадана, " * 40, "ticket_type": "Пільговий " * 40}
    image = seen(opened(page(**endless, entrance_note=note)), dots_per_inch=72)
    # Under the last fact there is white before the rule above the entrance's words, over the whole width.
    rows = [image.crop((42, y, 553, y + 1)).getextrema()[0] for y in range(500, 842)]
    rules = [at for at, darkest in enumerate(rows) if darkest < 140 and _full(image, at + 500)]
    assert rules
    assert all(value > 240 for value in rows[rules[0] - 12 : rules[0] - 1])


def _full(image: Any, y: int) -> bool:
    return bool(max(image.crop((43, y, 552, y + 1)).tobytes()) < 200)


def test_a_pdf_has_a_page_per_ticket_a_title_an_author_and_a_language() -> None:
    data = ticket_pdf([PAGE, page(number=2, holder="Остап Їжак")])
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 2
    assert "Остап Їжак" in words(document, 1)
    assert document.get_metadata_dict()["Title"] == "Квиток: Перша ніч після зими"
    assert document.get_metadata_dict()["Author"] == "Тиша"
    assert b"/Lang(uk)" in data.replace(b" ", b"")


def test_the_same_tickets_give_the_same_bytes() -> None:
    assert ticket_pdf([PAGE]) == ticket_pdf([PAGE])


def test_markup_in_a_name_is_only_a_name() -> None:
    hostile = '#panic("x") *жирно* $x$ \\ "]} <script>'
    assert hostile in words(opened(page(holder=hostile, event_title=hostile)))


def test_tickets_are_made_in_several_threads_at_once() -> None:
    made: list[str] = []

    def make(number: int) -> None:
        made.append(words(opened(page(holder=f"Гість {number} той самий"))))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert all(any(f"Гість {number} той" in text for text in made) for number in range(8))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_organisers_picture_replaces_the_drawn_one(kind: str) -> None:
    image = opened(page(poster=picture(kind), mark=picture("PNG", (60, 20))))[0].render(scale=1).to_pil()
    red, green, blue = image.getpixel((300, 150))
    assert (round(red, -1), round(green, -1), round(blue, -1)) == (220, 70, 50)


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        ticket_pdf([page(poster=b"GIF89a")])
    with pytest.raises(ValueError, match="no tickets"):
        ticket_pdf([])


def test_a_code_too_long_for_print_is_refused() -> None:
    with pytest.raises(qr.DoesNotFit):
        ticket_pdf([page(code="A" * 200)])


@pytest.mark.parametrize("title", ["Ї", "Перша ніч після зими", "Щ" * 400, "Слово " * 90])
@pytest.mark.parametrize("locale", ["uk", "en"])
def test_a_share_image_holds_any_title_inside_its_column(title: str, locale: str) -> None:
    image = Image.open(
        io.BytesIO(
            share_image(
                title=title, date_line="сб, 5 грудня, 15:00–22:30", venue_line="Тиша, Київ", organiser="Тиша",
                locale=locale, seed="one",
            )
        )
    ).convert("L")  # fmt: skip
    assert image.size == (1200, 630)
    assert image.crop((0, 0, 48, 630)).getextrema() == (0, 0)
    assert image.crop((672, 0, 716, 630)).getextrema() == (0, 0)
    assert max(image.crop((56, 120, 660, 460)).tobytes()) > 200
    assert max(image.crop((56, 460, 660, 500)).tobytes()) < 40, "the title came down to the date"


@pytest.mark.parametrize("letter", "ҐґЄєІіЇї№₴—–«»’ʼ'…·€ŁżÜß0")
def test_every_face_draws_every_letter(letter: str) -> None:
    for face, weights in FACES.items():
        for weight in weights:
            assert _drawn(face, weight, letter) != _drawn(face, weight, "\ue000"), (
                f"{face} {weight} lacks {letter}"
            )


FACES = {"Unbounded": (800, 900), "Onest": (400, 600, 700), "JetBrains Mono": (500,)}


def _drawn(face: str, weight: int, letter: str) -> bytes:
    source = b"""#set page(width: 40pt, height: 40pt, margin: 8pt, fill: white)
#set text(font: sys.inputs.face, weight: int(sys.inputs.weight), size: 20pt, fallback: false)
#sys.inputs.letter"""
    inputs = {"face": face, "weight": str(weight), "letter": letter}
    made = _faces().compile(input=source, format="png", sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


@cache
def _faces() -> typst.Compiler:
    folder = str(files("brama.shared") / "fonts")
    return typst.Compiler(font_paths=[folder], ignore_system_fonts=True)
