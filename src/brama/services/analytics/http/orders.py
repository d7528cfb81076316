"""Orders: found, told, exported."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from brama.contracts.common import LocalText
from brama.kernel.money import Money
from brama.kernel.texts import Texts
from brama.kernel.web import By, Db, Given, Page, page
from brama.services.analytics.domain import Event, ExportRow, Life, OrderRow
from brama.services.analytics.http.events import BOOKS, WATCHERS
from brama.services.analytics.operations import finding
from brama.services.analytics.ports import Table, TableWriter, Writers

texts = Texts.of("brama.services.analytics")
OrderState = Literal["pending", "paid", "expired", "cancelled", "refunded", "partially_refunded"]
_COLUMNS = {
    "order": "text", "state": "text", "channel": "text", "tender": "text", "name": "text", "email": "text",
    "phone": "text", "placed_at": "time", "paid_at": "time", "ticket_type": "text", "quantity": "number",
    "price": "money", "amount": "money", "refunded": "number", "currency": "text", "receipts": "text",
}  # fmt: skip


class OrderShown(msgspec.Struct, frozen=True):
    """An order in a list."""

    code: str
    event_id: UUID
    state: str
    channel: str
    tender: str | None
    name: str
    email: str | None
    phone: str | None
    tickets: int
    total: Money
    refunded: Money
    placed_at: datetime
    paid_at: datetime | None

    @classmethod
    def of(cls, row: OrderRow) -> "OrderShown":
        return cls(
            row.order_code, row.event_id, row.state, row.channel, row.tender, row.buyer_name, row.buyer_email,
            row.buyer_phone, row.tickets, Money(row.total_minor, row.currency),
            Money(row.refunded_minor, row.currency), row.placed_at, row.paid_at,
        )  # fmt: skip


class LineShown(msgspec.Struct, frozen=True):
    """Tickets of one type in the order."""

    ticket_type_id: UUID
    name: LocalText | None
    quantity: int
    unit_price: Money


class TicketShown(msgspec.Struct, frozen=True):
    """A ticket of the order."""

    id: UUID
    ticket_type_id: UUID
    name: LocalText | None
    state: str
    holder: str | None


class ReceiptShown(msgspec.Struct, frozen=True):
    """A fiscal receipt of the order."""

    id: UUID
    kind: str
    state: str
    fiscal_code: str | None
    url: str | None
    reason: str | None


class EmailShown(msgspec.Struct, frozen=True):
    """An e-mail about the order."""

    id: UUID
    kind: str
    state: str
    attempts: int
    reason: str | None


class MomentShown(msgspec.Struct, frozen=True):
    """Something that happened to the order; `what` is the fact's name, such as `sales.order.paid`."""

    at: datetime
    what: str
    details: dict[str, Any]


class LifeShown(msgspec.Struct, frozen=True):
    """An order's whole life."""

    code: str
    event_id: UUID
    event_title: LocalText | None
    state: str
    channel: str
    tender: str | None
    sold_by: str | None
    name: str
    email: str | None
    phone: str | None
    total: Money
    refunded: Money
    placed_at: datetime
    paid_at: datetime | None
    lines: list[LineShown]
    tickets: list[TicketShown]
    receipts: list[ReceiptShown]
    emails: list[EmailShown]
    timeline: list[MomentShown]

    @classmethod
    def of(cls, life: Life) -> "LifeShown":
        order, event = life.order, life.event
        return cls(
            order.order_code, order.event_id, event.title if event else None, order.state, order.channel,
            order.tender, order.sold_by, order.buyer_name, order.buyer_email, order.buyer_phone,
            Money(order.total_minor, order.currency), Money(order.refunded_minor, order.currency),
            order.placed_at, order.paid_at,
            [
                LineShown(line.ticket_type_id, _name(event, line.ticket_type_id), line.quantity,
                          Money(line.unit_price_minor, order.currency))
                for line in life.lines
            ],
            [
                TicketShown(t.ticket_id, t.ticket_type_id, _name(event, t.ticket_type_id), t.state, t.holder)
                for t in life.tickets
            ],
            [
                ReceiptShown(r.receipt_id, r.kind, r.state, r.fiscal_code, r.url, r.reason)
                for r in life.receipts
            ],
            [EmailShown(e.email_id, e.kind, e.state, e.attempts, e.reason) for e in life.emails],
            [MomentShown(m.happened_at, m.what, m.details) for m in life.moments],
        )  # fmt: skip


@get("/orders", opt=WATCHERS)
async def list_orders(
    db: Db,
    caller: By,
    organiser_id: FromQuery[UUID | None] = None,
    event_id: FromQuery[UUID | None] = None,
    order_state: Annotated[OrderState | None, QueryParameter(name="state")] = None,
    words: Annotated[str, QueryParameter(name="query", max_length=100)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    after: Annotated[str | None, QueryParameter(max_length=80)] = None,
) -> Page:
    """Orders, newest first, found by code, name, e-mail, phone or a card's last four digits."""
    rows, following = await finding.find_orders(
        db, caller, organiser_id=organiser_id, event_id=event_id, state=order_state, query=words,
        after=after, limit=limit,
    )  # fmt: skip
    return page([OrderShown.of(row) for row in rows], following)


@get("/orders/{code:str}", opt=WATCHERS)
async def show_order(code: FromPath[str], db: Db, caller: By) -> LifeShown:
    """An order's whole life: what was bought, what came of it, and when."""
    return LifeShown.of(await finding.tell_life(db, caller, code=code))


@get("/events/{event_id:uuid}/orders.csv", opt=BOOKS)
async def export_csv(
    event_id: FromPath[UUID], db: Db, caller: By, writers: Given[Writers], locale: Given[str]
) -> Response[bytes]:
    """All orders of an event as CSV."""
    event, rows = await finding.list_for_books(db, caller, event_id=event_id)
    return _file(event, rows, writers.csv, "csv", locale)


@get("/events/{event_id:uuid}/orders.xlsx", opt=BOOKS)
async def export_xlsx(
    event_id: FromPath[UUID], db: Db, caller: By, writers: Given[Writers], locale: Given[str]
) -> Response[bytes]:
    """All orders of an event as an Excel workbook."""
    event, rows = await finding.list_for_books(db, caller, event_id=event_id)
    return _file(event, rows, writers.xlsx, "xlsx", locale)


def _file(
    event: Event, rows: list[ExportRow], writer: TableWriter, extension: str, locale: str
) -> Response[bytes]:
    table = Table(
        title=texts("export.title", locale=locale),
        headings=[texts(f"export.{name}", locale=locale) for name in _COLUMNS],
        kinds=list(_COLUMNS.values()),
        rows=[_cells(event, row, locale) for row in rows],
    )
    return Response(
        writer.write(table, event.zone),
        media_type=writer.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{event.slug}-orders.{extension}"',
            "Cache-Control": "no-store",
        },
    )


def _cells(event: Event, row: ExportRow, locale: str) -> list[Any]:
    name = _name(event, row.ticket_type_id)
    return [
        row.order_code, texts(f"order_state.{row.state}", locale=locale),
        texts(f"channel.{row.channel}", locale=locale),
        texts(f"tender.{row.tender}", locale=locale) if row.tender else None,
        row.buyer_name, row.buyer_email, row.buyer_phone, row.placed_at, row.paid_at,
        name.of(locale) if name else str(row.ticket_type_id), row.quantity, row.unit_price_minor,
        row.quantity * row.unit_price_minor, row.refunded_quantity, row.currency, row.fiscal_codes,
    ]  # fmt: skip


def _name(event: Event | None, id: UUID) -> LocalText | None:
    return event.type_name(id) if event else None
