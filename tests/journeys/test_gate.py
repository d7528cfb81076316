"""An inspector pairs a phone and scans tickets: each verdict its own, with and without the network."""

import io
import re

import httpx
import pypdfium2
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, expect

from tests.journeys.gate import GatePhone
from tests.journeys.people import SECOND, Buyer, Colleague, Person, api
from tests.support.machine import RunningMachine, messages_to
from tests.support.waiting import until


async def test_an_inspector_admits_a_guest_and_knows_every_cheat(
    browser: Browser, machine: RunningMachine, phones: tuple[GatePhone, GatePhone]
) -> None:
    phone, _ = phones
    buyer = Buyer(machine)
    order = buyer.buy(Person("Марта Ящук", "marta.yashchuk@example.com"), tickets=1)
    manager = await Colleague.signed_in(browser, machine, "manager")
    await phone.pair(await manager.pairing_picture("Телефон Остапа"))

    await phone.look_at(await _qr_of_the_pdf(machine, "marta.yashchuk@example.com"))
    welcome = await phone.sees("Заходь")
    assert "Марта Я" in welcome
    assert "Друга хвиля" in welcome

    await phone.look_at(order.codes[0])
    assert "Північ" in await phone.sees("Уже тут")
    for ticket, word in (("forged", "Підробка"), ("refunded", "Повернено"), ("elsewhere", "Інша ніч")):
        await phone.look_at(machine.demo["tray"][ticket])
        await phone.sees(word)
    await manager.leave()


async def test_a_gate_goes_on_without_the_network_and_uploads_later(
    browser: Browser, machine: RunningMachine, phones: tuple[GatePhone, GatePhone]
) -> None:
    north, south = phones
    order = Buyer(machine).buy(Person("Гліб Ольшанський", "hlib@example.com"), tickets=2)
    manager = await Colleague.signed_in(browser, machine, "manager")
    await north.pair(await manager.pairing_picture("Північ без звʼязку"))
    await south.pair(await manager.pairing_picture("Південь"))
    await until(lambda: _knows(machine, order.code))
    await north.page.wait_for_timeout(1500)  # the snapshot's news arrive and are kept

    await north.look_at(order.codes[0], offline=True)
    assert "без зв’язку" in await north.sees("Заходь")
    await expect(north.page.get_by_text(re.compile("1 чекає")).first).to_be_visible()
    assert _scans_of(machine, order.code) == 0

    await north.context.set_offline(False)
    await until(lambda: _scans_of(machine, order.code) == 1 or None, within_s=20)
    await expect(north.page.get_by_text(re.compile("чекає")).first).to_be_hidden(timeout=10 * SECOND)

    before = await south.page.get_by_text(re.compile("^всередині")).first.inner_text()
    with api(machine, "inspector") as inspector:
        night = machine.demo["event"]
        answer = inspector.post("/admission/v1/redeem", json=Buyer.scan(night, order.codes[1])).json()
    assert answer["verdict"] == "admit"
    await expect(south.page.get_by_text(before).first).to_be_hidden(timeout=1 * SECOND)
    await manager.leave()


async def _qr_of_the_pdf(machine: RunningMachine, email: str) -> Image.Image:
    """The first ticket as it comes out of a printer, cut to where its code is."""

    def look() -> str | None:
        for letter in messages_to(machine, email):
            for file in letter["attachments"]:
                if file["filename"].endswith(".pdf"):
                    return str(file["url"])
        return None

    url = await until(look)
    document = pypdfium2.PdfDocument(
        io.BytesIO(httpx.get(url if "://" in url else f"{machine.mail}{url}").content)
    )
    try:
        page = document[0].render(scale=3).to_pil()
    finally:
        document.close()
    return _around_the_code(page)


def _around_the_code(page: Image.Image) -> Image.Image:
    barcode = zxingcpp.read_barcode(page)
    assert barcode is not None
    found = barcode.position
    corners = [found.top_left, found.top_right, found.bottom_right, found.bottom_left]
    left, right = min(c.x for c in corners), max(c.x for c in corners)
    top, bottom = min(c.y for c in corners), max(c.y for c in corners)
    margin = (right - left) // 8
    return page.crop((left - margin, top - margin, right + margin, bottom + margin))


def _knows(machine: RunningMachine, code: str) -> bool | None:
    with api(machine, "inspector") as inspector:
        found = inspector.get(f"/admission/v1/events/{machine.demo['event']['id']}/tickets?query={code}")
        return bool(found.json()["items"]) or None


def _scans_of(machine: RunningMachine, code: str) -> int:
    with api(machine, "inspector") as inspector:
        found = inspector.get(
            f"/admission/v1/events/{machine.demo['event']['id']}/tickets?query={code}"
        ).json()
        return sum(item["is_inside"] for item in found["items"])
