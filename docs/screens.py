"""Photographs the running demo for the README: `.venv/bin/python docs/screens.py .brama docs/screens`.

It buys tickets and pairs a gate phone, so the demo's figures change.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.journeys.browsers import FLAGS, browser_path
from tests.journeys.gate import GatePhone
from tests.journeys.people import Buyer, Colleague, Person, Visitor
from tests.support.machine import RunningMachine, running_machine


async def photograph(machine: RunningMachine, folder: Path) -> None:
    """Every picture that the README shows."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        await _shop(browser, machine, folder)
        await _admin(browser, machine, folder)
        with tempfile.TemporaryDirectory() as storage:
            phone = GatePhone(driver, machine, Path(storage))
            await _gate(browser, phone, machine, folder)
            await phone.close()
        await browser.close()


async def _shop(browser: Browser, machine: RunningMachine, folder: Path) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="uk-UA", timezone_id="Europe/Kyiv",
    )  # fmt: skip
    page = await context.new_page()
    visitor = Visitor(page, machine)
    await visitor.open_event()
    await page.wait_for_timeout(800)
    await page.screenshot(path=folder / "event-phone.png")
    await visitor.take("Друга хвиля", 2)
    await page.get_by_label("Ім’я та прізвище").fill("Соломія Дем’яненко")
    await page.get_by_label("Пошта").fill("solomiia@gmial.com")
    await page.get_by_label("Телефон").focus()
    await page.wait_for_timeout(500)
    await page.screenshot(path=folder / "order-phone.png")
    await visitor.introduce("Соломія Дем’яненко", "solomiia@example.com")
    await visitor.pay()
    await visitor.has_tickets()
    await page.get_by_role("link", name=re.compile("квит", re.IGNORECASE)).first.click()
    await page.wait_for_timeout(1500)
    await page.screenshot(path=folder / "ticket-phone.png")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.goto(f"{machine.origin}/demo")
    await page.wait_for_timeout(800)
    await page.screenshot(path=folder / "demo.png")
    await context.close()


async def _admin(browser: Browser, machine: RunningMachine, folder: Path) -> None:
    manager = await Colleague.signed_in(browser, machine, "manager")
    await manager.open(f"night/{machine.demo['event']['id']}")
    await manager.page.wait_for_timeout(2500)
    await manager.page.screenshot(path=folder / "admin-night.png")
    await manager.leave()


async def _gate(browser: Browser, phone: GatePhone, machine: RunningMachine, folder: Path) -> None:
    manager = await Colleague.signed_in(browser, machine, "manager")
    order = await asyncio.to_thread(
        Buyer(machine).buy, Person("Соломія Дем’яненко", "s@example.com"), tickets=1
    )
    await phone.pair(await manager.pairing_picture("Телефон Остапа"))
    for sight, picture in (
        (order.codes[0], "gate-admit.png"),
        (order.codes[0], "gate-already.png"),
        (machine.demo["tray"]["forged"], "gate-deny.png"),
    ):
        await phone.look_at(sight)
        await phone.page.get_by_role("alert").wait_for()
        await phone.page.wait_for_timeout(350)
        await phone.page.screenshot(path=folder / picture)
    await manager.leave()


if __name__ == "__main__":
    import os

    os.environ["BRAMA_TEST_MACHINE"] = sys.argv[1]
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    with running_machine(target) as running:
        asyncio.run(photograph(running, target))
