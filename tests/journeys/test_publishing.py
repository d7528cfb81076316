"""A manager makes a venue and an event in the admin and publishes it: the public page stands within two seconds."""

import io
import json
import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import vobject
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.journeys.people import Colleague
from tests.support.machine import RunningMachine

KYIV = ZoneInfo("Europe/Kyiv")
SLUG = "lystopadova-rozmova"


async def test_a_manager_publishes_an_event_and_its_page_is_there(
    browser: Browser, machine: RunningMachine
) -> None:
    manager = await Colleague.signed_in(browser, machine, "manager")
    page = manager.page
    await page.get_by_role("link", name="Події", exact=True).first.click()
    await page.get_by_role("link", name="Нова подія").click()
    starts = (datetime.now(KYIV) + timedelta(days=20)).replace(hour=22, minute=0)
    await _fill_event(page, starts)
    await page.get_by_role("button", name="Створити чернетку").click()
    await expect(page.get_by_role("heading", name="Листопадова розмова")).to_be_visible()
    await _add_ticket_type(page, "Перша хвиля", "First wave", "350", "150")
    await _add_ticket_type(page, "Друга хвиля", "Second wave", "450,50", "250")

    await page.get_by_role("button", name="Опублікувати").first.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Опублікувати")
    if await confirm.count():
        await confirm.click()
    began = time.monotonic()
    while httpx.get(f"{machine.origin}/{SLUG}").status_code != 200:
        assert time.monotonic() - began < 2
        await page.wait_for_timeout(50)
    _check_public_page(machine, starts)
    await manager.leave()


async def _fill_event(page: Page, starts: datetime) -> None:
    await page.get_by_label("Назва українською").fill("Листопадова розмова")
    await page.get_by_label("Назва англійською, за бажанням").fill("A talk in November")
    await expect(page.get_by_label("Адреса сторінки")).to_have_value(SLUG)
    await page.get_by_label("Опис українською").fill("Говоримо до ранку.")
    await page.get_by_role("button", name="Нове місце").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Назва місця українською").fill("Малий зал")
    await dialog.get_by_label("Назва місця англійською, за бажанням").fill("Small hall")
    await dialog.get_by_label("Адреса українською").fill("вул. Тиха, 7, Київ")
    await dialog.get_by_role("button", name="Додати місце").click()
    await expect(dialog).to_be_hidden()
    for label, moment in (
        ("Двері", starts),
        ("Початок", starts + timedelta(hours=1)),
        ("Кінець", starts + timedelta(hours=7)),
    ):
        await page.get_by_label(re.compile(f"^{label}")).fill(moment.strftime("%Y-%m-%dT%H:%M"))
    await page.get_by_label("Вік").select_option("18")
    poster = io.BytesIO()
    Image.new("RGB", (1200, 1500), (75, 43, 255)).save(poster, "JPEG")
    await page.locator("input[type=file]").set_input_files(
        {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": poster.getvalue()}
    )


async def _add_ticket_type(page: Page, uk: str, en: str, price: str, quantity: str) -> None:
    await page.get_by_role("button", name="Додати вид квитка").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Назва українською").fill(uk)
    await dialog.get_by_label("Назва англійською, за бажанням").fill(en)
    await dialog.get_by_label("Ціна").fill(price)
    await dialog.get_by_label("Кількість").fill(quantity)
    await dialog.get_by_role("button", name="Зберегти").click()
    await expect(dialog).to_be_hidden()


def _check_public_page(machine: RunningMachine, starts: datetime) -> None:
    uk = httpx.get(f"{machine.origin}/{SLUG}").text
    en = httpx.get(f"{machine.origin}/en/{SLUG}").text
    assert "Листопадова розмова" in uk
    assert "A talk in November" in en
    assert re.search(r"350\s₴", uk)
    assert re.search(r"450,50\s₴", uk)
    assert "₴450.50" in en
    for text in (uk, en):
        assert f'hreflang="uk" href="{machine.origin}/{SLUG}"' in text
        assert f'hreflang="en" href="{machine.origin}/en/{SLUG}"' in text
    about = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', uk, re.DOTALL)[1])  # type: ignore[index]
    event = about if about.get("@type") == "Event" else about["@graph"][0]
    assert datetime.fromisoformat(event["doorTime"]) == starts.replace(second=0, microsecond=0)
    assert {float(offer["price"]) for offer in event["offers"]} == {350.0, 450.5}
    share = re.search(r'property="og:image" content="([^"]+)"', uk)
    assert share is not None
    assert Image.open(io.BytesIO(httpx.get(share[1]).content)).size == (1200, 630)
    calendar = vobject.readOne(httpx.get(f"{machine.origin}/data/events/{SLUG}/event.ics").text)
    assert calendar.vevent.summary.value == "Листопадова розмова"
