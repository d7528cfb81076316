"""A club whose guests get e-mail: facts as the other services say them, and a real mail catcher."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from brama.contracts import catalogue, identity, sales, ticketing
from brama.contracts.common import Buyer, LocalText, OrderLine
from brama.kernel.ids import new_code, new_id
from tests.support.app import App, app_fixture
from tests.support.simulators import Simulator, free_port, running_simulator

API = "/api/delivery/v1"
ORIGIN = "http://localhost:8700"
_SMTP_PORT = free_port()

app = app_fixture(
    "delivery", smtp_host="127.0.0.1", smtp_port=_SMTP_PORT, from_address="tickets@brama.example"
)


class Mailbox:
    """The mail catcher, as a real process."""

    def __init__(self, simulator: Simulator) -> None:
        self._client = httpx.AsyncClient(base_url=simulator.url, trust_env=False)

    async def messages(self) -> list[dict[str, Any]]:
        """What arrived, the oldest first, each with its headers."""
        items = (await self._client.get("/messages")).json()["items"]
        return [(await self._client.get(f"/messages/{item['id']}")).json() for item in reversed(items)]

    async def only(self) -> dict[str, Any]:
        (message,) = await self.messages()
        return message

    async def attachment(self, message: dict[str, Any], content_type: str) -> bytes:
        (url,) = [
            file["url"] for file in message["attachments"] if file["content_type"].startswith(content_type)
        ]
        return (await self._client.get(url)).content

    async def fail(self, **fault: Any) -> None:
        """Let the server misbehave."""
        answer = await self._client.post("/control/faults", json=fault)
        assert answer.status_code < 300, answer.text

    async def clear(self) -> None:
        await self._client.delete("/messages")
        await self._client.delete("/control/faults")

    async def close(self) -> None:
        await self._client.aclose()


class Club:
    """One organiser and one event."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.organiser_id, self.event_id, self.type_id = new_id(), new_id(), new_id()
        self.starts_at = (app.clock.now() + timedelta(days=12)).replace(
            hour=21, minute=0, second=0, microsecond=0
        )

    def organiser(self, **change: Any) -> identity.OrganiserChanged:
        fields: dict[str, Any] = {
            "aggregate_id": str(self.organiser_id), "aggregate_version": 1,
            "occurred_at": self.app.clock.now(),
            "organiser_id": self.organiser_id, "slug": "brama",
            "name": LocalText("Клуб «Брама»", "Brama Club"),
            "mark": "БРАМА", "accent": None, "legal_name": "ТОВ", "tax_id": "1",
            "contact_email": "club@example.org", "address": LocalText(""), "locale": "uk",
            "is_fiscalised": True,
        }  # fmt: skip
        return identity.OrganiserChanged(**{**fields, **change})

    def event(
        self, version: int = 1, kind: type[catalogue.EventFact] = catalogue.EventPublished, **change: Any
    ) -> catalogue.EventFact:
        fields: dict[str, Any] = {
            "aggregate_id": str(self.event_id), "aggregate_version": version,
            "occurred_at": self.app.clock.now(), "organiser_id": self.organiser_id, "event_number": 7,
            "event_id": self.event_id, "slug": "persha-nich", "state": "published",
            "title": LocalText("Перша ніч після зими", "The first night after winter"),
            "description": LocalText("Танці", "Dancing"),
            "venue": catalogue.VenueSheet(
                id=new_id(), name=LocalText("Брама", "Brama"),
                address=LocalText("вул. Нижньоюрківська, 31, Київ", "31 Nyzhnoiurkivska St, Kyiv"),
                time_zone="Europe/Kyiv",
            ),
            "starts_at": self.starts_at, "ends_at": self.starts_at + timedelta(hours=8),
            "doors_at": self.starts_at - timedelta(minutes=30), "time_zone": "Europe/Kyiv", "currency": "UAH",
            "age_limit": 18, "poster_url": None, "poster_digest": None, "capacity": 300, "ticket_types": [],
            "check_in_lists": [], "gates": [], "published_at": None, "cancelled_at": None,
        }  # fmt: skip
        return kind(**{**fields, **change})

    def cancelled(self) -> catalogue.EventFact:
        return self.event(version=2, kind=catalogue.EventCancelled, state="cancelled")

    def order(self, version: int, *, locale: Any = "uk", **change: Any) -> dict[str, Any]:
        """The fields of an order's facts: two tickets of 500 ₴."""
        code = change.pop("order_code", None) or f"0007-{new_code(4)}-{new_code(4)}"
        now = self.app.clock.now()
        fields: dict[str, Any] = {
            "aggregate_id": code, "aggregate_version": version, "occurred_at": now,
            "organiser_id": self.organiser_id, "event_number": 7, "order_code": code,
            "event_id": self.event_id, "channel": "online",
            "buyer": Buyer(
                name="Соломія Дем’яненко", email="solomiia@example.org", phone=None, locale=locale
            ),
            "lines": [
                OrderLine(
                    ticket_type_id=self.type_id, name=LocalText("Друга хвиля", "Second wave"), quantity=2,
                    unit_price_minor=50000, holders=[None, None],
                )
            ],
            "total_minor": 100000, "currency": "UAH", "token": f"token-of-{code}",
            "restore_url": f"{ORIGIN}/orders/{code}#token=token-of-{code}", "placed_at": now,
            "expires_at": now + timedelta(minutes=15),
        }  # fmt: skip
        return {**fields, **change}

    def placed(self, **order: Any) -> sales.OrderPlaced:
        return sales.OrderPlaced(**self.order(1, **order))

    def paid(self, **order: Any) -> sales.OrderPaid:
        return sales.OrderPaid(
            **self.order(2, **order), payment_id=new_id(), tender="online", paid_at=self.app.clock.now(),
            till_id=None, sold_by=None, cash_received_minor=None, card=None,
        )  # fmt: skip

    def refunded(
        self, order_code: str, *, is_whole: bool = False, count: int = 1, **order: Any
    ) -> sales.OrderRefunded:
        return sales.OrderRefunded(
            **self.order(3, order_code=order_code, **order), refund_id=new_id(), payment_id=new_id(),
            tender="online", till_id=None,
            tickets=[
                sales.RefundedTicket(ticket_id=new_id(), ticket_type_id=self.type_id, unit_price_minor=50000)
                for _ in range(count)
            ],
            refunded_minor=50000 * count, refunded_total_minor=50000 * count, is_whole=is_whole, reason="x",
            refunded_at=self.app.clock.now(),
        )  # fmt: skip

    async def issued(
        self,
        order_code: str,
        *,
        pdf: bytes | None = b"%PDF-1.7 tickets",
        holders: tuple[str, ...] = ("Оля", "Ігор"),
    ) -> ticketing.TicketsIssued:
        """The tickets of an order, with their PDF in the blob store."""
        digest = await self.app.kernel.blobs.put(pdf, "application/pdf") if pdf else None
        return ticketing.TicketsIssued(
            aggregate_id=order_code, aggregate_version=1, occurred_at=self.app.clock.now(),
            organiser_id=self.organiser_id, event_number=7, order_code=order_code, event_id=self.event_id,
            tickets=[self.sheet(holder) for holder in holders], locale="uk", pdf_digest=digest,
        )  # fmt: skip

    def sheet(self, holder: str) -> ticketing.TicketSheet:
        return ticketing.TicketSheet(
            ticket_id=new_id(), version=1, code_id="00" * 8, revision=0, state="valid", reason=None,
            ticket_type_id=self.type_id, product_number=1, holder=holder, code="BR1:",
        )  # fmt: skip

    def invited(self, **change: Any) -> identity.StaffInvited:
        fields: dict[str, Any] = {
            "aggregate_id": str(new_id()), "aggregate_version": 1, "occurred_at": self.app.clock.now(),
            "organiser_id": self.organiser_id, "staff_id": new_id(), "name": "Ігор",
            "email": "ihor@example.org", "locale": "uk", "role": "box_office", "invited_by": "Оксана Коваль",
            "organiser_name": LocalText("Клуб «Брама»", "Brama Club"),
            "invitation_url": f"{ORIGIN}/admin/invitation#abc",
            "expires_at": self.app.clock.now() + timedelta(days=3),
        }  # fmt: skip
        return identity.StaffInvited(**{**fields, **change})

    async def bought(self, **order: Any) -> sales.OrderPaid:
        """A paid order with its tickets, everything sent."""
        paid = self.paid(**order)
        await self.app.hear(paid)
        await self.app.hear(await self.issued(paid.order_code))
        await self.app.run_workers()
        return paid

    async def emails(self, role: str = "manager", at: UUID | None = None, **query: str) -> Any:
        """The list as staff see it."""
        headers = self.app.as_staff(role, at or self.organiser_id)
        return await self.app.client.get(f"{API}/emails", headers=headers, params=query)


@pytest.fixture(scope="session")
def mail_catcher() -> Iterator[Simulator]:
    """One mail catcher for all tests."""
    with running_simulator("mail", smtp_port=_SMTP_PORT) as simulator:
        yield simulator


@pytest_asyncio.fixture
async def mailbox(mail_catcher: Simulator) -> AsyncIterator[Mailbox]:
    """The mail catcher, empty and without faults."""
    mailbox = Mailbox(mail_catcher)
    await mailbox.clear()
    yield mailbox
    await mailbox.close()


@pytest_asyncio.fixture
async def club(app: App) -> AsyncIterator[Club]:
    """A club whose event is public."""
    club = Club(app)
    await app.hear(club.organiser())
    await app.hear(club.event())
    yield club
