"""A gate device: a phone whose camera sees what the test holds in front of it."""

import re
from pathlib import Path

from PIL import Image
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.journeys.browsers import FLAGS, browser_path
from tests.journeys.people import SECOND
from tests.support.camera import camera_flags, dark, frame_of, frame_of_picture, y4m_of_frames
from tests.support.machine import RunningMachine

Sight = str | Image.Image


class GatePhone:
    """One phone. Its storage stays when it is opened again, as a real one's does."""

    def __init__(self, driver: Playwright, machine: RunningMachine, folder: Path) -> None:
        self._driver, self._machine, self._folder = driver, machine, folder
        self._context: BrowserContext | None = None
        self._opened = 0

    @property
    def page(self) -> Page:
        """The app's page."""
        assert self._context is not None
        return self._context.pages[0]

    @property
    def context(self) -> BrowserContext:
        """The browser, to cut its network."""
        assert self._context is not None
        return self._context

    async def look_at(self, sight: Sight | None, *, offline: bool = False) -> None:
        """Open the app with this in front of the camera: a code's text, a picture of it, or nothing."""
        await self.close()
        self._opened += 1
        frames = [(dark(), 1.5)] if sight is None else [(_frame(sight), 2.0), (dark(), 60.0)]
        video = y4m_of_frames(frames, self._folder / f"sight-{self._opened}.y4m")
        self._context = await self._driver.chromium.launch_persistent_context(
            self._folder / "phone", executable_path=browser_path(), args=[*FLAGS, *camera_flags(video)],
            viewport={"width": 390, "height": 844}, locale="uk-UA", timezone_id="Europe/Kyiv",
            permissions=["camera"], has_touch=True, offline=offline,
        )  # fmt: skip
        await self.page.goto(f"{self._machine.origin}/checkin/")

    async def pair(self, code: Sight) -> None:
        """Scan the manager's code, and take a stand at the first gate."""
        await self.look_at(code)
        await self.page.get_by_role("button", name="Сканувати код менеджера").click()
        await self.stand()

    async def stand(self) -> None:
        """Begin at the gate that is offered."""
        await expect(self.page.get_by_role("heading", name="Де ви стоїте?")).to_be_visible(
            timeout=10 * SECOND
        )
        await self.page.get_by_role("button", name=re.compile("^Почати")).click()
        await expect(self.page.get_by_text(re.compile("^всередині")).first).to_be_visible()

    async def sees(self, word: str) -> str:
        """A verdict fills the screen; answers all that it says (a green one stays for a second only)."""
        said = await self.page.get_by_role("alert").inner_text(timeout=10 * SECOND)
        plain = said.replace("\u00ad", "")
        assert word in plain, plain
        return plain

    async def close(self) -> None:
        """Put the phone away."""
        if self._context is not None:
            await self._context.close()
            self._context = None


def _frame(sight: Sight) -> Image.Image:
    return frame_of(sight) if isinstance(sight, str) else frame_of_picture(sight)
