"""The demo page: every place one click away, and a gate that is not fooled."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.people import SECOND
from tests.support.machine import RunningMachine


@pytest.mark.parametrize(
    ("path", "again", "stop"), [("/demo", "Уже тут", "Стоп"), ("/demo/en", "Already in", "Stop")]
)
async def test_the_tray_of_cheats_is_judged_by_a_live_gate(
    browser: Browser, machine: RunningMachine, path: str, again: str, stop: str
) -> None:
    page = await browser.new_page()
    await page.goto(machine.origin + path)
    gate = page.locator("[data-gate]")
    for name, code in machine.demo["tray"].items():
        await page.locator(f'[data-code="{code}"]').click()
        await expect(gate).to_have_attribute("data-verdict", re.compile("."), timeout=10 * SECOND)
        if name != "valid":  # that one admits once only
            await expect(gate).to_have_attribute("data-verdict", "deny")
            await expect(gate.locator("[data-word]")).to_have_text(stop)
        if name == "used":
            await expect(gate.locator("[data-what]")).to_contain_text(again)
        await page.evaluate("document.querySelector('[data-gate]').removeAttribute('data-verdict')")
    await page.close()


async def test_one_click_signs_in_and_one_click_pairs_a_gate(
    browser: Browser, machine: RunningMachine
) -> None:
    context = await browser.new_context(locale="uk-UA")
    page = await context.new_page()
    await page.goto(f"{machine.origin}/demo")
    await page.get_by_role("button", name=re.compile("^Адмінка")).click()
    await expect(page.get_by_role("button", name="Вийти")).to_be_visible(timeout=10 * SECOND)
    await page.goto(f"{machine.origin}/demo")
    await page.get_by_role("button", name=re.compile("^Ворота")).click()
    await expect(page.get_by_role("heading", name="Де ви стоїте?")).to_be_visible(timeout=10 * SECOND)
    await context.close()
