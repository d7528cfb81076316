"""Journeys: a whole machine, and people in front of real browsers."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from tests.journeys.people import Visitor
from tests.support.machine import RunningMachine, running_machine

_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMachine]:
    """The system, started once for all journeys of this process."""
    with running_machine(tmp_path_factory.mktemp("machine")) as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of the browsers."""
    async with async_playwright() as driver:
        yield driver


async def launched(driver: Playwright, *flags: str) -> Browser:
    """A Chromium, with more flags where a journey needs a camera."""
    path = next(found for name in _BROWSERS if (found := shutil.which(name)))
    return await driver.chromium.launch(executable_path=path, args=[*_FLAGS, *flags])


@pytest_asyncio.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """A browser that several people use, each in a context of their own."""
    opened = await launched(playwright)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def visitor(browser: Browser, machine: RunningMachine, tmp_path: Path) -> AsyncIterator[Visitor]:
    """Somebody with a phone, reading Ukrainian."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="uk-UA", timezone_id="Europe/Kyiv", has_touch=True
    )
    page = await context.new_page()
    yield Visitor(page, machine)
    await context.close()
