"""fiscal on a real port, beside the real simulator of Checkbox."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
import uvicorn

from brama.contracts import catalogue, identity, sales
from brama.contracts.common import Buyer, CardFacts, LocalText, OrderLine
from brama.contracts.fiscal import ReceiptFailed, ReceiptRegistered
from brama.kernel.ids import new_code, new_id
from brama.services.fiscal.domain.shifts import midnight_after
from tests.support.app import App, running_app, stopped
from tests.support.simulators import Simulator, free_port, running_simulator

CARD = CardFacts(
    masked_pan="444403******1902", rrn="060189181768", approval_code="662476", terminal="MI001088",
    payment_system="visa", bank_name="Універсал Банк",
)  # fmt: skip
_licenses = (f"TEST-{number:04d}" for number in range(1, 10_000))


class Registry:
    """The simulator's controls."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.AsyncClient(base_url=f"{url}/control", trust_env=False)

    async def fault(self, name: str, **params: Any) -> None:
        (await self.client.post("/faults", json={"name": name, **params})).raise_for_status()

    async def release(self) -> None:
        (await self.client.post("/release", json={})).raise_for_status()

    async def waiting_faults(self) -> list[Any]:
        return list((await self.client.get("/faults")).json()["waiting"])

    async def register(self) -> str:
        """A register that nobody works on; its licence. The PIN is 1111."""
        license_key = next(_licenses)
        asked = {"license_key": license_key, "pin_code": "1111"}
        (await self.client.post("/registers", json=asked)).raise_for_status()
        return license_key

    async def receipts(self, order_code: str) -> list[dict[str, Any]]:
        """What the registrar believes happened for an order, oldest first."""
        answer = await self.client.get("/ledger", params={"order_id": order_code})
        return list(reversed(answer.json()["receipts"]))

    async def totals(self, license_key: str) -> dict[str, int]:
        return dict((await self._of(license_key))["totals"])

    async def cash(self, license_key: str) -> int:
        return int((await self._of(license_key))["cash"])

    async def has_shift(self, license_key: str) -> bool:
        return bool((await self._of(license_key))["shift_open"])

    async def _of(self, license_key: str) -> dict[str, Any]:
        registers = (await self.client.get("/ledger")).json()["registers"]
        return next(dict(one) for one in registers if one["license_key"] == license_key)


class Club:
    """An organiser with a night, its paid orders, and its registers."""

    def __init__(self, app: App, registry: Registry) -> None:
        self.app, self.registry = app, registry
        self.organiser_id, self.event_id = new_id(), new_id()
        self.early, self.late = new_id(), new_id()
        self.owner_id, self.license_key = new_id(), ""

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    @property
    def owner(self) -> dict[str, str]:
        """Headers of the owner, signed in just now: tests move the clock by hours."""
        return self.app.as_staff("owner", self.organiser_id, staff_id=self.owner_id)

    async def found(self, *, is_fiscalised: bool = True) -> None:
        """Tell fiscal of the organiser and of the event."""
        await self.app.hear(self.organiser(is_fiscalised=is_fiscalised))
        await self.app.hear(self.event())

    def organiser(self, *, is_fiscalised: bool, version: int = 1) -> identity.OrganiserChanged:
        return identity.OrganiserChanged(
            aggregate_id=str(self.organiser_id), aggregate_version=version, occurred_at=self.now,
            slug="tysha", organiser_id=self.organiser_id, name=LocalText("Тиша"), mark="ТИША", accent=None,
            legal_name="ТОВ «Тиша»", tax_id="40000001", contact_email="club@example.com",
            address=LocalText("Київ"), locale="uk", is_fiscalised=is_fiscalised,
        )  # fmt: skip

    def event(self, *, title: str = "Нічна зміна", version: int = 1) -> catalogue.EventPublished:
        def kind(type_id: UUID, number: int, name: str, price: int) -> catalogue.TicketTypeSheet:
            return catalogue.TicketTypeSheet(
                id=type_id, product_number=number, name=LocalText(name), description=LocalText(""),
                price_minor=price, quantity=100, sale_from=None, sale_until=None, max_per_order=10,
                position=number,
            )  # fmt: skip

        venue = catalogue.VenueSheet(
            id=new_id(), name=LocalText("Тиша"), address=LocalText("Київ"), time_zone="Europe/Kyiv"
        )
        return catalogue.EventPublished(
            aggregate_id=str(self.event_id), aggregate_version=version, occurred_at=self.now, event_number=7,
            organiser_id=self.organiser_id, event_id=self.event_id, slug="nichna", state="published",
            title=LocalText(title, "Night Shift"), description=LocalText(""), venue=venue,
            starts_at=self.now, ends_at=self.now, doors_at=self.now, time_zone="Europe/Kyiv", currency="UAH",
            age_limit=18, poster_url=None, poster_digest=None, capacity=None,
            ticket_types=[
                kind(self.early, 1, "Рання пташка", 30000), kind(self.late, 2, "Друга хвиля", 40050)
            ],
            check_in_lists=[], gates=[], published_at=self.now, cancelled_at=None,
        )  # fmt: skip

    async def ask_for_register(self, **changed: Any) -> httpx.Response:
        """POST /registers, as it is answered; by the owner unless `headers` say otherwise."""
        key, headers = changed.pop("key", None), changed.pop("headers", self.owner)
        body = {
            "organiser_id": str(self.organiser_id), "name": "Каса", "provider": "checkbox",
            "pin_code": "1111", "purpose": "online", **changed,
        }  # fmt: skip
        return await self.app.client.post(
            "/api/fiscal/v1/registers", headers=self.app.creating(headers, key=key), json=body
        )

    async def connect(self, **more: Any) -> UUID:
        """A register at work; `license_key` is that of the latest one."""
        self.license_key = await self.registry.register()
        answer = await self.ask_for_register(license_key=self.license_key, **more)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    def paid(
        self, *, early: int = 0, late: int = 2, tender: str = "online", till_id: UUID | None = None,
        total_minor: int | None = None, received: int | None = None, **more: Any,
    ) -> sales.OrderPaid:  # fmt: skip
        """An order that was just paid."""
        total = early * 30000 + late * 40050 if total_minor is None else total_minor
        facts = self._order(early, late, total) | {"channel": "door" if till_id else "online"} | more
        return sales.OrderPaid(
            **facts, aggregate_version=2, payment_id=new_id(), tender=tender, paid_at=self.now,  # type: ignore[arg-type]
            till_id=till_id, sold_by=None, cash_received_minor=received,
            card=CARD if tender in ("online", "terminal") else None,
        )  # fmt: skip

    def refunded(
        self, order: sales.OrderPaid, *, early: int = 0, late: int = 0, minor: int | None = None
    ) -> sales.OrderRefunded:
        """Some tickets of an order, given back."""
        tickets = [
            sales.RefundedTicket(ticket_id=new_id(), ticket_type_id=kind, unit_price_minor=price)
            for kind, price, count in ((self.early, 30000, early), (self.late, 40050, late))
            for _ in range(count)
        ]
        total = sum(ticket.unit_price_minor for ticket in tickets) if minor is None else minor
        common = {
            name: getattr(order, name)
            for name in (*sales.OrderFact.__struct_fields__,)
            if name not in ("fact_id", "aggregate_version", "occurred_at")
        }
        return sales.OrderRefunded(
            **common, aggregate_version=3, occurred_at=self.now, refund_id=new_id(),
            payment_id=order.payment_id, tender=order.tender, till_id=order.till_id, tickets=tickets,
            refunded_minor=total, refunded_total_minor=total, is_whole=total == order.total_minor,
            reason="прохання гостя", refunded_at=self.now,
        )  # fmt: skip

    def _order(self, early: int, late: int, total_minor: int) -> dict[str, Any]:
        code = f"0000007{new_code(8)}"
        lines = [
            OrderLine(
                ticket_type_id=kind, name=LocalText(name), quantity=count, unit_price_minor=price,
                holders=[None] * count,
            )
            for kind, name, price, count in (
                (self.early, "Рання пташка", 30000, early), (self.late, "Друга хвиля", 40050, late)
            )
            if count
        ]  # fmt: skip
        return {
            "aggregate_id": code, "occurred_at": self.now, "organiser_id": self.organiser_id,
            "event_number": 7, "order_code": code, "event_id": self.event_id, "lines": lines,
            "total_minor": total_minor, "currency": "UAH", "token": "t", "restore_url": "http://localhost/r",
            "buyer": Buyer(name="Дем'яненко Іван", email=None, phone=None, locale="uk"),
            "placed_at": self.now, "expires_at": self.now,
        }  # fmt: skip

    async def sell(self, **order: Any) -> sales.OrderPaid:
        """An order that fiscal has heard of."""
        fact = self.paid(**order)
        await self.app.hear(fact)
        return fact

    async def receipts(self, **query: Any) -> list[dict[str, Any]]:
        """As staff see them, oldest first."""
        answer = await self.app.client.get(
            "/api/fiscal/v1/receipts", headers=self.owner,
            params={"organiser_id": str(self.organiser_id), **query},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["items"]))

    async def states(self, order: sales.OrderPaid) -> list[str]:
        return [receipt["state"] for receipt in await self.receipts(order_code=order.order_code)]

    async def settle(self, order: sales.OrderPaid, *states: str, within_s: float = 8) -> None:
        """Let the registers be served until the order's receipts have these states."""

        async def is_so() -> bool:
            return await self.states(order) == list(states)

        await self.until(is_so, within_s=within_s)

    async def until(self, condition: Callable[[], Awaitable[bool]], *, within_s: float = 8) -> None:
        """Let the registers be served until the condition holds."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not await condition():
            assert asyncio.get_running_loop().time() < deadline, (
                f"it did not happen in time: {await self.receipts()}"
            )
            await self.serve()
            await asyncio.sleep(0.03)

    async def serve(self) -> int:
        """One round of one lane."""
        return await self.app.service.workers[0].step()

    def calls(self) -> list[tuple[str, str]]:
        """Method and path of what the registrar is asked from now on."""
        made: list[tuple[str, str]] = []

        async def note(request: httpx.Request) -> None:
            made.append((request.method, request.url.path.removeprefix("/api/v1")))

        client = self.app.service.dependencies["desk"].registrars["checkbox"]._client
        client.event_hooks = {"request": [note]}
        return made

    async def registered(self) -> list[ReceiptRegistered]:
        return await self.app.said(ReceiptRegistered)

    async def failed(self) -> list[ReceiptFailed]:
        return await self.app.said(ReceiptFailed)


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with running_simulator(
        "checkbox", unlimited=True, delay_ms=60, webhook_retry_s=0.5, register=["FIRST:1234"]
    ) as running:
        yield running


@pytest_asyncio.fixture
async def registry(simulator: Simulator) -> AsyncIterator[Registry]:
    registry = Registry(simulator.url)
    await registry.client.delete("/faults")
    yield registry
    await registry.client.aclose()


@pytest_asyncio.fixture
async def app(registry: Registry, tmp_path: Path) -> AsyncIterator[App]:
    port = free_port()
    app = await running_app(
        "fiscal", tmp_path, checkbox_url=registry.url, webhook_origin=f"http://127.0.0.1:{port}",
        provider_timeout_s=1.0, requests_per_10s=1000, silence_s=0.5,
    )  # fmt: skip
    if midnight_after(app.clock.now()) - app.clock.now() < timedelta(minutes=15):
        app.clock.advance(minutes=20)  # whatever the hour, tests begin in the middle of a fiscal day
    config = uvicorn.Config(app.running.app, port=port, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield app
    server.should_exit = True
    server.force_exit = True
    await serving
    await stopped(app)


@pytest_asyncio.fixture
async def club(app: App, registry: Registry) -> Club:
    club = Club(app, registry)
    await club.found()
    return club
