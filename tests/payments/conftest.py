"""payments on a real port, beside the real simulator of monobank."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
import uvicorn

from brama.contracts import sales, ticketing
from brama.contracts.common import Buyer, Locale, Tender
from brama.kernel.ids import new_code, new_id
from brama.shared import order_token
from tests.support.app import App, running_app, stopped
from tests.support.keys import SALES_KEY
from tests.support.simulators import Simulator, free_port, running_simulator

TOKEN = "merchant-token-of-a-club"


@dataclass
class Order:
    """An order as sales would have it."""

    code: str
    organiser_id: UUID
    event_id: UUID
    total_minor: int
    expires_at: datetime
    token: str
    locale: Locale = "uk"
    currency: str = "UAH"

    def facts(self, version: int, now: datetime) -> dict[str, Any]:
        return {
            "aggregate_id": self.code, "aggregate_version": version, "occurred_at": now,
            "organiser_id": self.organiser_id, "event_number": 7, "order_code": self.code,
            "event_id": self.event_id, "channel": "online", "lines": [], "total_minor": self.total_minor,
            "buyer": Buyer(name="Дем'яненко Іван", email=None, phone=None, locale=self.locale),
            "currency": self.currency, "token": self.token, "restore_url": "http://localhost/r",
            "placed_at": now, "expires_at": self.expires_at,
        }  # fmt: skip


class Bank:
    """The simulator's controls."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.AsyncClient(base_url=f"{url}/control", trust_env=False)

    async def pay(self, payment_id: object, **more: Any) -> None:
        (await self.client.post("/pay", json={"payment_id": str(payment_id), **more})).raise_for_status()

    async def decline(self, payment_id: object) -> None:
        (await self.client.post("/decline", json={"payment_id": str(payment_id)})).raise_for_status()

    async def expire(self, payment_id: object) -> None:
        (await self.client.post("/expire", json={"payment_id": str(payment_id)})).raise_for_status()

    async def reverse(self, payment_id: object, **more: Any) -> None:
        (await self.client.post("/reverse", json={"payment_id": str(payment_id), **more})).raise_for_status()

    async def fault(self, name: str, **params: Any) -> None:
        (await self.client.post("/faults", json={"name": name, **params})).raise_for_status()

    async def ledger(self, payment_id: object) -> dict[str, Any]:
        answer = await self.client.get("/ledger", params={"payment_id": str(payment_id)})
        result: dict[str, Any] = answer.json()
        return result


class Shop:
    """A buyer, a box office and the rest of the house, as payments meets them."""

    def __init__(self, app: App, bank: Bank, origin: str) -> None:
        self.app, self.bank, self.origin = app, bank, origin
        self.organiser_id = new_id()
        self.account_id: UUID | None = None

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    async def connect(self) -> UUID:
        """An active merchant account."""
        answer = await self.app.client.post(
            "/api/payments/v1/merchant_accounts",
            headers=self.app.creating(self.app.as_staff("owner", self.organiser_id)),
            json={
                "organiser_id": str(self.organiser_id), "provider": "monobank", "token": TOKEN,
                "name": "Клуб",
            },
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        self.account_id = UUID(answer.json()["id"])
        return self.account_id

    def order(self, total_minor: int = 50000, *, minutes: float = 15, locale: Locale = "uk") -> Order:
        """An order with a genuine token; nothing was heard of it yet."""
        code, event_id, expires_at = (
            f"0007-{new_code(4)}-{new_code(4)}",
            new_id(),
            self.now + timedelta(minutes=minutes),
        )
        claims = order_token.OrderClaims(
            purpose="order", subject=code, event_id=event_id, event_number=7, organiser_id=self.organiser_id,
            total_minor=total_minor, currency="UAH", expires_at=expires_at, nonce=bytes(16),
        )  # fmt: skip
        token = order_token.issue(claims, SALES_KEY.private, SALES_KEY.key_id)
        return Order(code, self.organiser_id, event_id, total_minor, expires_at, token, locale)

    async def ask(self, order: Order, *, key: str | None = None, **changed: Any) -> httpx.Response:
        """POST /payments, as it is answered."""
        body = {"order_code": order.code, "order_token": order.token, "provider": "monobank", **changed}
        return await self.app.client.post(
            "/api/payments/v1/payments", headers=self.app.creating(key=key), json=body
        )

    async def open(self, order: Order, **more: Any) -> UUID:
        """A payment that can be paid."""
        answer = await self.ask(order, **more)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def see(self, order: Order, payment_id: UUID) -> dict[str, Any]:
        """The payment as its buyer sees it."""
        answer = await self.app.client.get(
            f"/api/payments/v1/payments/{payment_id}", headers={"X-Order-Token": order.token}
        )
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def state(self, order: Order, payment_id: UUID) -> str:
        return str((await self.see(order, payment_id))["state"])

    async def paid(self, total_minor: int = 50000) -> tuple[Order, UUID]:
        """An order whose payment is confirmed."""
        order = self.order(total_minor)
        payment_id = await self.open(order)
        await self.bank.pay(payment_id)
        await self.webhooks_until(lambda: self.is_state(order, payment_id, "confirmed"))
        return order, payment_id

    async def is_state(self, order: Order, payment_id: UUID, state: str) -> bool:
        return await self.state(order, payment_id) == state

    async def work(self, name: str) -> int:
        """One round of one worker."""
        worker = next(one for one in self.app.service.workers if one.name == name)
        return await worker.step()

    async def webhooks_until(self, condition: Callable[[], Awaitable[bool]], within_s: float = 8) -> None:
        """Look into webhooks, and do nothing else, until the condition holds."""
        await self.until(condition, "look_into_webhooks", within_s=within_s)

    async def until(
        self, condition: Callable[[], Awaitable[bool]], *workers: str, within_s: float = 8
    ) -> None:
        """Let these workers work until the condition holds."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not await condition():
            assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
            for name in workers:
                await self.work(name)
            await asyncio.sleep(0.03)

    async def webhooks_seen(self) -> int:
        async with self.app.db.reading() as tx:
            return int(await tx.raw.fetchval("select count(*) from webhook"))

    def order_paid(self, order: Order, payment_id: UUID, tender: Tender, **more: Any) -> sales.OrderPaid:
        facts = {
            "payment_id": payment_id, "tender": tender, "paid_at": self.now, "till_id": None, "sold_by": None,
            "cash_received_minor": None, "card": None, **more,
        }  # fmt: skip
        return sales.OrderPaid(**order.facts(2, self.now), **facts)

    def refund(
        self, order: Order, payment_id: UUID, amount_minor: int, *, tickets: int = 0,
        tender: Tender = "online", till_id: UUID | None = None, refund_id: UUID | None = None,
    ) -> sales.RefundRequested:  # fmt: skip
        refund_id = refund_id or new_id()
        return sales.RefundRequested(
            aggregate_id=str(refund_id), aggregate_version=1, occurred_at=self.now,
            organiser_id=order.organiser_id, event_number=7, refund_id=refund_id, order_code=order.code,
            event_id=order.event_id, payment_id=payment_id, tender=tender, till_id=till_id,
            amount_minor=amount_minor, currency="UAH",
            ticket_ids=[new_id() for _ in range(tickets)], reason="прохання гостя",
            requested_by="Оксана Коваль",
        )  # fmt: skip

    def blocked(self, order: Order, refund_id: UUID | None) -> ticketing.TicketsBlocked:
        return ticketing.TicketsBlocked(
            aggregate_id=order.code, aggregate_version=2, occurred_at=self.now,
            organiser_id=order.organiser_id, event_number=7, order_code=order.code, event_id=order.event_id,
            tickets=[], refund_id=refund_id,
        )  # fmt: skip

    async def refund_state(self, refund_id: UUID) -> str:
        async with self.app.db.reading() as tx:
            return str(await tx.raw.fetchval("select state from refund where id = $1", refund_id))


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with running_simulator("monobank", retry_delays="0.2,0.2") as running:
        yield running


@pytest_asyncio.fixture
async def bank(simulator: Simulator) -> AsyncIterator[Bank]:
    bank = Bank(simulator.url)
    await bank.client.delete("/faults")
    yield bank
    await bank.client.aclose()


@pytest_asyncio.fixture
async def app(bank: Bank, tmp_path: Path) -> AsyncIterator[App]:
    port = free_port()
    app = await running_app(
        "payments", tmp_path, monobank_url=bank.url, webhook_origin=f"http://127.0.0.1:{port}",
        provider_timeout_s=1.5,
    )  # fmt: skip
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
async def shop(app: App, bank: Bank) -> Shop:
    shop = Shop(app, bank, "http://localhost:8700")
    await shop.connect()
    return shop
