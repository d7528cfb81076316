"""Sentences of a box office: `await a_night(app, quantity=10)`, `await a_paid_order(app, night, tickets=2)`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from brama.contracts import catalogue, payments, ticketing
from brama.contracts.common import LocalText
from brama.kernel.ids import new_id
from tests.support.app import App

NUMBER = 7


@dataclass
class Night:
    """An event that sales has heard of."""

    event_id: UUID
    organiser_id: UUID
    types: list[UUID]
    price_minor: int
    versions: dict[str, int] = field(default_factory=dict)


def a_ticket_type(
    type_id: UUID, *, price_minor: int = 40_000, quantity: int = 10, position: int = 1, **more: Any
) -> catalogue.TicketTypeSheet:
    given = {"sale_from": None, "sale_until": None, "max_per_order": 10, **more}
    return catalogue.TicketTypeSheet(
        id=type_id, product_number=position, name=LocalText("Друга хвиля", "Second wave"),
        description=LocalText(""), price_minor=price_minor, quantity=quantity, position=position, **given,
    )  # fmt: skip


def an_event_fact(
    app: App, event_id: UUID, organiser_id: UUID, types: list[catalogue.TicketTypeSheet], *,
    version: int = 1, state: catalogue.EventState = "published", kind: Any = catalogue.EventPublished,
    number: int = NUMBER,
) -> Any:  # fmt: skip
    now: datetime = app.clock.now()
    return kind(
        aggregate_id=str(event_id), aggregate_version=version, occurred_at=now, organiser_id=organiser_id,
        event_number=number, event_id=event_id, slug="persha-nich", state=state,
        title=LocalText("Перша ніч після зими", "First night after winter"), description=LocalText("Ніч."),
        venue=catalogue.VenueSheet(
            id=new_id(), name=LocalText("Тиша"), address=LocalText("вул. Вигадана, 4"), time_zone="Europe/Kyiv"
        ),
        starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=8),
        doors_at=now + timedelta(days=3), time_zone="Europe/Kyiv", currency="UAH", age_limit=21,
        poster_url=None, poster_digest=None, capacity=None, ticket_types=types, check_in_lists=[], gates=[],
        published_at=now, cancelled_at=None,
    )  # fmt: skip


async def a_night(
    app: App, *, quantity: int = 10, price_minor: int = 40_000, types: int = 1, **more: Any
) -> Night:
    event_id, organiser_id = new_id(), new_id()
    sheets = [
        a_ticket_type(new_id(), price_minor=price_minor, quantity=quantity, position=n + 1, **more)
        for n in range(types)
    ]
    await app.hear(an_event_fact(app, event_id, organiser_id, sheets))
    return Night(event_id, organiser_id, [sheet.id for sheet in sheets], price_minor)


def wanted(night: Night, quantity: float = 1, **more: Any) -> dict[str, Any]:
    return {
        "event_id": str(night.event_id),
        "lines": [{"ticket_type_id": str(night.types[0]), "quantity": quantity, **more}],
    }


async def a_hold(app: App, night: Night, quantity: int = 1) -> dict[str, Any]:
    answer = await app.client.post(
        "/api/sales/v1/holds", json=wanted(night, quantity), headers=app.creating()
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def order_body(hold: dict[str, Any], **buyer: Any) -> dict[str, Any]:
    who = {"name": "Соломія Дем’яненко", "email": "solomiia@example.com", "locale": "uk", **buyer}
    return {"hold_id": hold["id"], "hold_token": hold["token"], "buyer": who}


async def an_order(app: App, night: Night, tickets: int = 1) -> dict[str, Any]:
    hold = await a_hold(app, night, tickets)
    answer = await app.client.post("/api/sales/v1/orders", json=order_body(hold), headers=app.creating())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def a_confirmed_payment(
    app: App, night: Night, order: dict[str, Any], minor: int | None = None, payment_id: UUID | None = None
) -> payments.PaymentConfirmed:
    payment_id = payment_id or new_id()
    now = app.clock.now()
    return payments.PaymentConfirmed(
        aggregate_id=str(payment_id), aggregate_version=2, occurred_at=now, organiser_id=night.organiser_id,
        event_number=NUMBER, payment_id=payment_id, order_code=order["code"], event_id=night.event_id,
        provider="monobank", amount_minor=order["total"]["minor"] if minor is None else minor, currency="UAH",
        paid_at=now, card=None,
    )  # fmt: skip


def a_created_payment(
    app: App, night: Night, order: dict[str, Any], payment_id: UUID
) -> payments.PaymentCreated:
    now = app.clock.now()
    return payments.PaymentCreated(
        aggregate_id=str(payment_id), aggregate_version=1, occurred_at=now, organiser_id=night.organiser_id,
        event_number=NUMBER, payment_id=payment_id, order_code=order["code"], event_id=night.event_id,
        provider="monobank", amount_minor=order["total"]["minor"], currency="UAH",
        valid_until=now + timedelta(minutes=14),
    )  # fmt: skip


async def a_paid_order(app: App, night: Night, tickets: int = 1) -> dict[str, Any]:
    order = await an_order(app, night, tickets)
    await app.hear(a_confirmed_payment(app, night, order))
    sheets = [
        ticketing.TicketSheet(
            ticket_id=new_id(), version=1, code_id=f"{n:016x}", revision=0, state="valid", reason=None,
            ticket_type_id=night.types[0], product_number=1, holder="Соломія Дем’яненко", code="BR1:",
        )
        for n in range(tickets)
    ]  # fmt: skip
    await app.hear(
        ticketing.TicketsIssued(
            aggregate_id=order["code"], aggregate_version=1, occurred_at=app.clock.now(),
            organiser_id=night.organiser_id, event_number=NUMBER, order_code=order["code"],
            event_id=night.event_id, tickets=sheets, locale="uk", pdf_digest=None,
        )
    )  # fmt: skip
    return {**order, "tickets": [str(sheet.ticket_id) for sheet in sheets]}


async def the_order(app: App, order: dict[str, Any]) -> dict[str, Any]:
    answer = await app.client.get(
        f"/api/sales/v1/orders/{order['code']}", headers={"X-Order-Token": order["token"]}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def counts(app: App, night: Night) -> tuple[int, int]:
    """(sold, held) of the night's first ticket type."""
    headers = app.as_staff("manager", night.organiser_id)
    answer = await app.client.get(f"/api/sales/v1/events/{night.event_id}/stock", headers=headers)
    row = answer.json()[0]
    return row["sold"], row["held"]
