"""People of the journeys and what they do, in the words of the screens."""

import re
from typing import Any

import httpx
from playwright.async_api import Browser, Page, expect

from tests.support.machine import RunningMachine, messages_to

SECOND = 1000


class Visitor:
    """Buys tickets on a phone."""

    def __init__(self, page: Page, machine: RunningMachine) -> None:
        self.page, self.machine = page, machine
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    async def open_event(self, slug: str | None = None) -> None:
        """Open an event's page."""
        await self.page.goto(f"{self.machine.origin}/{slug or self.machine.demo['event']['slug']}")

    async def take(self, kind: str, count: int) -> None:
        """Choose tickets of a type and go on to the form."""
        add = self.page.get_by_role("button", name=f"Додати один: {kind}")
        for _ in range(count):
            await add.click()
        await self.page.get_by_role("button", name=re.compile("^Далі")).click()
        await expect(self.page.get_by_role("heading", name="Кому надіслати квитки?")).to_be_visible()

    async def introduce(self, name: str, email: str) -> None:
        """Fill in the form and go to the bank."""
        await self.page.get_by_label("Ім’я та прізвище").fill(name)
        await self.page.get_by_label("Пошта").fill(email)
        await self.page.get_by_role("button", name=re.compile("^До оплати")).click()

    async def pay(self) -> None:
        """Pay on the bank's page, and come back."""
        await self.page.wait_for_url(re.compile(re.escape(self.machine.bank)))
        await self.page.get_by_role("button", name=re.compile("Сплатити|Оплатити")).first.click()
        await self.page.wait_for_url(re.compile(re.escape(self.machine.origin) + "/orders/"))

    async def has_tickets(self) -> None:
        """The order's page says that the tickets are there."""
        await expect(self.page.get_by_role("heading", name="Квитки ваші")).to_be_visible(timeout=15 * SECOND)

    def letters(self, email: str) -> list[dict[str, Any]]:
        """What came by e-mail, the newest first."""
        return messages_to(self.machine, email)


def api(machine: RunningMachine, role: str) -> httpx.Client:
    """The API as a member of the staff uses it from a script."""
    client = httpx.Client(base_url=f"{machine.origin}/api", timeout=15)
    session = client.post("/identity/v1/sessions", json=machine.demo["staff"][role]).json()
    client.headers["Authorization"] = f"Bearer {session['access_token']}"
    return client


class Colleague:
    """A member of the staff in front of the admin."""

    def __init__(self, page: Page, machine: RunningMachine) -> None:
        self.page, self.machine = page, machine

    @classmethod
    async def signed_in(cls, browser: Browser, machine: RunningMachine, role: str) -> "Colleague":
        """Open the admin on a laptop and sign in."""
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="uk-UA", timezone_id="Europe/Kyiv"
        )
        colleague = cls(await context.new_page(), machine)
        person = machine.demo["staff"][role]
        await colleague.sign_in(person["email"], person["password"])
        return colleague

    async def sign_in(self, email: str, password: str) -> None:
        """By address and password."""
        await self.page.goto(f"{self.machine.origin}/admin/")
        await self.page.get_by_label("Пошта").fill(email)
        await self.page.get_by_label("Пароль").fill(password)
        await self.page.get_by_role("button", name="Увійти").click()
        await expect(self.page.get_by_role("button", name="Вийти")).to_be_visible()

    async def open(self, path: str) -> None:
        """Open a page of the admin by its address."""
        await self.page.goto(f"{self.machine.origin}/admin/{path}")

    async def leave(self) -> None:
        """Close the laptop."""
        await self.page.context.close()
