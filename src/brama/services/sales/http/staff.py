"""Staff and orders: the list, refunds, inventory."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from brama.contracts.common import LocalText
from brama.contracts.sales import AvailabilityState
from brama.kernel.access import allow
from brama.kernel.idempotency import creates
from brama.kernel.money import Money
from brama.kernel.problem import FieldError, NotFound, ValidationFailed
from brama.kernel.texts import Texts
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.sales import store
from brama.services.sales.domain.inventory import availability
from brama.services.sales.domain.orders import Order, OrderState
from brama.services.sales.http.shapes import Limit, RefundAccepted, RefundIn
from brama.services.sales.operations import refunds
from brama.services.sales.operations.orders import OrderDesk
from brama.shared import order_code
from brama.shared.roles import Role

_READERS = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE)
_texts = Texts.of("brama.services.sales")


class OrderRow(msgspec.Struct, frozen=True):
    """An order in a list."""

    code: str
    event_id: UUID
    state: str
    channel: str
    buyer_name: str
    quantity: int
    total: Money
    placed_at: datetime


class TypeStock(msgspec.Struct, frozen=True):
    """The counts of a ticket type."""

    ticket_type_id: UUID
    name: LocalText
    state: AvailabilityState
    price: Money
    capacity: int
    sold: int
    held: int
    left: int


@get("/orders", opt=_READERS)
async def list_orders(
    caller: By,
    db: Db,
    event_id: FromQuery[UUID | None] = None,
    order_state: Annotated[OrderState | None, QueryParameter(name="state")] = None,
    limit: Limit = 50,
    after: FromQuery[str | None] = None,
    *,
    locale: Given[str],
) -> Page:
    """Orders of the caller's organisers, the newest first."""
    placed_at, code = _cursor(after, locale)
    async with db.reading() as tx:
        rows = await store.orders_page(tx, caller.organisers(), event_id, order_state, placed_at, code, limit)
    last = rows[-1] if len(rows) == limit else None
    return page(
        [_row(order) for order in rows], f"{last.placed_at.isoformat()}~{last.code}" if last else None
    )


def _cursor(after: str | None, locale: str) -> tuple[datetime | None, str]:
    if after is None:
        return None, ""
    moment, _, code = after.partition("~")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), code
    except ValueError:
        raise ValidationFailed([FieldError("/query/after", _texts("field.after", locale=locale))]) from None


def _row(order: Order) -> OrderRow:
    return OrderRow(
        order.code, order.event_id, order.state, order.channel, order.buyer.name,
        sum(line.quantity for line in order.lines), Money(order.total_minor, order.currency), order.placed_at,
    )  # fmt: skip


@post("/orders/{code:str}/refunds", opt=allow(Role.OWNER, Role.MANAGER) | creates(), status_code=202)
async def refund(
    code: FromPath[str], data: JSONBody[RefundIn], caller: By, desk: Given[OrderDesk]
) -> RefundAccepted:
    """Send money back and let the tickets die."""
    canonical = order_code.canonical(code)
    if canonical is None:
        raise NotFound()
    requested = await refunds.request_refund(
        desk, caller, canonical, ticket_ids=data.ticket_ids, reason=data.reason,
        confirm_admitted=data.confirm_admitted,
    )  # fmt: skip
    return RefundAccepted(requested.id, requested.state)


@get("/events/{event_id:uuid}/stock", opt=_READERS)
async def stock(event_id: FromPath[UUID], caller: By, db: Db, clock: Time) -> list[TypeStock]:
    """What is sold, held and left of each ticket type, to the place."""
    async with db.reading() as tx:
        event = await store.get_event(tx, event_id)
        caller.within(event.organiser_id)
        types = await store.types_of_event(tx, event_id)
    return [
        TypeStock(
            kind.id, kind.name, availability(kind, clock.now(), event).state,
            Money(kind.price_minor, event.currency), kind.capacity, kind.sold, kind.held, kind.left,
        )
        for kind in types
    ]  # fmt: skip


CONTROLLERS = [list_orders, refund, stock]
