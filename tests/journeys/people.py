"""People of the journeys and what they do, in the words of the screens."""

import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, expect

from brama.kernel.ids import new_id
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


@contextmanager
def api(machine: RunningMachine, role: str) -> Iterator[httpx.Client]:
    """The API as a member of the staff uses it from a script."""
    with httpx.Client(base_url=f"{machine.origin}/api", timeout=15) as client:
        session = client.post("/identity/v1/sessions", json=machine.demo["staff"][role]).json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        yield client


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

    async def pairing_picture(self, name: str) -> Image.Image:
        """Make a device in the admin and photograph the code that it shows."""
        await self.open("gates")
        await self.page.get_by_role("button", name="Додати пристрій").click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Назва пристрою").fill(name)
        await dialog.get_by_label("Подія").select_option(self.machine.demo["event"]["id"])
        await dialog.get_by_role("button", name="Отримати код").click()
        await expect(dialog.get_by_role("img")).to_be_visible()
        return Image.open(io.BytesIO(await dialog.get_by_role("img").screenshot()))

    async def leave(self) -> None:
        """Close the laptop."""
        await self.page.context.close()


class Person(NamedTuple):
    """Somebody who buys."""

    name: str
    email: str


class Bought(NamedTuple):
    """An order with its tickets' codes."""

    code: str
    token: str
    codes: list[str]


class Buyer:
    """Buys by script, where a journey is about something else; through the same shop and bank."""

    def __init__(self, machine: RunningMachine) -> None:
        self._machine = machine

    def buy(self, person: Person, *, tickets: int) -> Bought:
        """Hold, order, pay, wait for the tickets."""
        event = self._machine.demo["event"]
        line = {"ticket_type_id": event["ticket_types"][1]["id"], "quantity": tickets}
        hold = self._post("/sales/v1/holds", {"event_id": event["id"], "lines": [line]})
        buyer = {"name": person.name, "email": person.email, "locale": "uk"}
        order = self._post(
            "/sales/v1/orders", {"hold_id": hold["id"], "hold_token": hold["token"], "buyer": buyer}
        )
        body = {"order_code": order["code"], "order_token": order["token"], "provider": "monobank"}
        payment = self._post("/payments/v1/payments", body)
        httpx.post(f"{self._machine.bank}/control/pay", json={"payment_id": payment["id"]}).raise_for_status()
        return Bought(order["code"], order["token"], self._codes(order, tickets))

    def _codes(self, order: dict[str, Any], count: int) -> list[str]:
        for _ in range(100):
            answer = httpx.get(
                f"{self._machine.origin}/api/ticketing/v1/orders/{order['code']}/tickets",
                headers={"X-Order-Token": order["token"]},
            )
            items = answer.json()["items"]
            if len(items) == count:
                return [item["code"] for item in items]
            time.sleep(0.1)
        raise AssertionError("no tickets")

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        address = f"{self._machine.origin}/api{path}"
        answer = httpx.post(address, json=body, headers={"Idempotency-Key": str(new_id())})
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    @staticmethod
    def scan(night: dict[str, Any], code: str) -> dict[str, Any]:
        """The body of a redeem at the night's first gate."""
        return {
            "scan_id": str(new_id()), "code": code, "check_in_list_id": night["check_in_lists"][0]["id"],
            "gate_id": night["gates"][0]["id"], "kind": "entry", "scanned_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
