"""A club whose tickets are sold: what ticketing hears of it, and what it then shows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from brama.contracts import catalogue, identity, sales
from brama.contracts.common import Buyer, LocalText, OrderLine
from brama.kernel.ids import new_code, new_id
from brama.shared import order_token
from tests.support.app import App, app_fixture
from tests.support.keys import SALES_KEY

app = app_fixture("ticketing")

API = "/api/ticketing/v1"
PRODUCT = 3


class Club:
    """One organiser and one event, with facts as the other services say them."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.organiser_id, self.event_id, self.type_id = new_id(), new_id(), new_id()
        self.number = 7
        self.starts_at = (app.clock.now() + timedelta(days=12)).replace(microsecond=0)

    def event(
        self, version: int = 1, kind: type[catalogue.EventFact] = catalogue.EventPublished, **change: Any
    ) -> catalogue.EventFact:
        """The event as the catalogue says it."""
        fields: dict[str, Any] = {
            "aggregate_id": str(self.event_id), "aggregate_version": version,
            "occurred_at": self.app.clock.now(), "organiser_id": self.organiser_id,
            "event_number": self.number, "event_id": self.event_id, "slug": "persha-nich",
            "state": "published", "title": LocalText("Перша ніч", "The first night"),
            "description": LocalText("Танці", "Dancing"),
            "venue": catalogue.VenueSheet(
                id=new_id(), name=LocalText("Брама", "Brama"), address=LocalText("Нижньоюрківська, 31"),
                time_zone="Europe/Kyiv",
            ),
            "starts_at": self.starts_at, "ends_at": self.starts_at + timedelta(hours=8, minutes=30),
            "doors_at": self.starts_at - timedelta(minutes=30), "time_zone": "Europe/Kyiv", "currency": "UAH",
            "age_limit": 18, "poster_url": None, "poster_digest": None, "capacity": 300,
            "ticket_types": [self.ticket_type()], "check_in_lists": [], "gates": [],
            "published_at": self.app.clock.now(), "cancelled_at": None,
        }  # fmt: skip
        return kind(**{**fields, **change})

    def ticket_type(self) -> catalogue.TicketTypeSheet:
        return catalogue.TicketTypeSheet(
            id=self.type_id, product_number=PRODUCT, name=LocalText("Вхід", "Entry"),
            description=LocalText(""), price_minor=50000, quantity=100, sale_from=None, sale_until=None,
            max_per_order=10, position=0,
        )  # fmt: skip

    def organiser(self) -> identity.OrganiserChanged:
        return identity.OrganiserChanged(
            aggregate_id=str(self.organiser_id), aggregate_version=1, occurred_at=self.app.clock.now(),
            organiser_id=self.organiser_id, slug="brama", name=LocalText("Клуб «Брама»", "Brama club"),
            mark="БРАМА", accent=None, legal_name="ТОВ", tax_id="1", contact_email="club@example.org",
            address=LocalText(""), locale="uk", is_fiscalised=True,
        )  # fmt: skip

    def order(
        self, *, quantity: int = 2, holders: list[str | None] | None = None, **change: Any
    ) -> dict[str, Any]:
        """The fields of an order's facts."""
        code = change.pop("order_code", None) or f"0007-{new_code(4)}-{new_code(4)}"
        now = self.app.clock.now()
        fields: dict[str, Any] = {
            "aggregate_id": code, "aggregate_version": 2, "occurred_at": now,
            "organiser_id": self.organiser_id, "event_number": self.number, "order_code": code,
            "event_id": self.event_id, "channel": "online",
            "buyer": Buyer(name="Соломія Дем’яненко", email="solomiia@example.org", phone=None, locale="uk"),
            "lines": [
                OrderLine(
                    ticket_type_id=self.type_id, name=LocalText("Вхід", "Entry"), quantity=quantity,
                    unit_price_minor=50000, holders=holders or [None] * quantity,
                )
            ],
            "total_minor": 50000 * quantity, "currency": "UAH", "token": self.token(code), "restore_url": "x",
            "placed_at": now, "expires_at": now + timedelta(minutes=15),
        }  # fmt: skip
        return {**fields, **change}

    def token(self, code: str) -> str:
        """What opens an order, as sales signs it."""
        claims = order_token.OrderClaims(
            purpose="order", subject=code, event_id=self.event_id, event_number=self.number,
            organiser_id=self.organiser_id, total_minor=1, currency="UAH",
            expires_at=self.app.clock.now(), nonce=bytes(16),
        )  # fmt: skip
        return order_token.issue(claims, SALES_KEY.private, SALES_KEY.key_id)

    def paid(self, **order: Any) -> sales.OrderPaid:
        """An order whose money is there."""
        return sales.OrderPaid(
            **self.order(**order), payment_id=new_id(), tender="online", paid_at=self.app.clock.now(),
            till_id=None, sold_by=None, cash_received_minor=None, card=None,
        )  # fmt: skip

    def refund_requested(self, paid: sales.OrderPaid, ticket_ids: list[UUID]) -> sales.RefundRequested:
        refund_id = new_id()
        return sales.RefundRequested(
            aggregate_id=str(refund_id), aggregate_version=1, occurred_at=self.app.clock.now(),
            organiser_id=self.organiser_id, event_number=self.number, refund_id=refund_id,
            order_code=paid.order_code, event_id=self.event_id, payment_id=paid.payment_id, tender="online",
            till_id=None, amount_minor=1, currency="UAH", ticket_ids=ticket_ids, reason="x", requested_by="y",
        )  # fmt: skip

    def refunded(
        self, paid: sales.OrderPaid, refund_id: UUID, ticket_ids: list[UUID], *, version: int = 3
    ) -> sales.OrderRefunded:
        order = self.order(order_code=paid.order_code, aggregate_version=version)
        return sales.OrderRefunded(
            **order, refund_id=refund_id, payment_id=paid.payment_id, tender="online", till_id=None,
            tickets=[
                sales.RefundedTicket(ticket_id=each, ticket_type_id=self.type_id, unit_price_minor=50000)
                for each in ticket_ids
            ],
            refunded_minor=1, refunded_total_minor=1, is_whole=False, reason="x",
            refunded_at=self.app.clock.now(),
        )  # fmt: skip

    async def issued(self, **order: Any) -> sales.OrderPaid:
        """A paid order whose tickets are printed and told of."""
        paid = self.paid(**order)
        await self.app.hear(paid)
        await self.app.run_workers()
        return paid

    async def get(self, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """GET below the API, with the order's token if given."""
        headers = {**({"X-Order-Token": token} if token else {}), **more.pop("headers", {})}
        return await self.app.client.get(
            path if path.startswith("http") else API + path, headers=headers, **more
        )

    async def tickets(self, paid: sales.OrderPaid) -> list[dict[str, Any]]:
        """The tickets as their buyer sees them."""
        answer = await self.get(f"/orders/{paid.order_code}/tickets", paid.token)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest_asyncio.fixture
async def club(app: App) -> AsyncIterator[Club]:
    """A club whose event is public."""
    club = Club(app)
    await app.hear(club.organiser())
    await app.hear(club.event())
    yield club
