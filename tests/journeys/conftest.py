"""Journeys: a whole machine, and people in front of real browsers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from tests.journeys.browsers import FLAGS, browser_path
from tests.journeys.gate import GatePhone
from tests.journeys.people import Visitor
from tests.support.machine import RunningMachine, running_machine


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


@pytest_asyncio.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """A browser that several people use, each in a context of their own."""
    opened = await playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def visitor(browser: Browser, machine: RunningMachine) -> AsyncIterator[Visitor]:
    """Somebody with a phone, reading Ukrainian."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="uk-UA", timezone_id="Europe/Kyiv", has_touch=True
    )
    page = await context.new_page()
    yield Visitor(page, machine)
    await context.close()


@pytest_asyncio.fixture
async def phones(
    playwright: Playwright, machine: RunningMachine, tmp_path: Path
) -> AsyncIterator[tuple[GatePhone, GatePhone]]:
    """Two gate phones that nobody has paired yet."""
    pair = []
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        pair.append(GatePhone(playwright, machine, tmp_path / name))
    yield pair[0], pair[1]
    for phone in pair:
        await phone.close()
