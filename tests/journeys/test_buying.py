"""A visitor buys two tickets on a phone; the e-mail and the fiscal receipt come each by itself."""

import io
import re
from typing import Any

import httpx
import pypdfium2
import vobject
import zxingcpp
from playwright.async_api import expect

from tests.journeys.people import SECOND, Visitor
from tests.support.waiting import until


async def test_a_visitor_buys_two_tickets_and_gets_them_by_email(visitor: Visitor) -> None:
    email = "dariia.kvitka@example.com"
    await visitor.open_event()
    await visitor.take("Друга хвиля", 2)
    await visitor.introduce("Дарія Квітка-Основʼяненко", email)
    await visitor.pay()
    await visitor.has_tickets()

    letter = await until(lambda: _letter(visitor, email, "Ваші квитки"))
    assert "Дарія" in letter["text"]
    assert "Перша ніч після зими" in letter["html"]
    assert "/tickets/" in letter["text"]
    files = {attachment["filename"].rsplit(".")[-1]: attachment for attachment in letter["attachments"]}
    calendar = vobject.readOne(_fetched(visitor, files["ics"]).decode())
    assert calendar.vevent.summary.value == "Перша ніч після зими"
    codes = _codes_of(_fetched(visitor, files["pdf"]))
    assert len(set(codes)) == 2

    await expect(visitor.page.get_by_role("link", name=re.compile("чек", re.IGNORECASE))).to_be_visible(
        timeout=20 * SECOND
    )
    assert visitor.faults == []


async def test_whoever_leaves_comes_back_by_the_link_on_another_device(visitor: Visitor) -> None:
    await visitor.open_event()
    await visitor.take("Друга хвиля", 1)
    link = visitor.page.url
    assert "token=" in link.split("#")[1]
    assert "token" not in link.split("#")[0]

    browser = visitor.page.context.browser
    assert browser is not None
    another = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="uk-UA")
    page = await another.new_page()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Кому надіслати квитки?")).to_be_visible()
    elsewhere = Visitor(page, visitor.machine)
    await elsewhere.introduce("Іван Ґонта", "ivan.gonta@example.com")
    await page.wait_for_url(re.compile(re.escape(visitor.machine.bank)))

    letter = await until(lambda: _letter(visitor, "ivan.gonta@example.com", "Місця чекають"))
    restore = re.search(r"https?://\S+/orders/\S+#token=\S+", letter["text"])
    assert restore is not None
    await visitor.page.goto(restore[0])
    await expect(visitor.page.get_by_text("Лишилося оплатити")).to_be_visible()
    await another.close()


def _letter(visitor: Visitor, email: str, subject: str) -> dict[str, Any] | None:
    return next((each for each in visitor.letters(email) if each["subject"].startswith(subject)), None)


def _fetched(visitor: Visitor, attachment: dict[str, Any]) -> bytes:
    url = attachment["url"]
    return httpx.get(url if "://" in url else f"{visitor.machine.mail}{url}").content


def _codes_of(pdf: bytes) -> list[str]:
    """What another decoder reads from the pages as printed."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        pictures = [page.render(scale=3).to_pil() for page in document]
    finally:
        document.close()
    found = [zxingcpp.read_barcode(picture) for picture in pictures]
    return [barcode.text for barcode in found if barcode is not None]
