"""The public shop: holds, orders, and coming back to them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec.structs import replace

from brama.kernel.access import ACCESS, PUBLIC, Caller, allow, bears
from brama.kernel.database import Database
from brama.kernel.idempotency import creates
from brama.kernel.problem import NotFound
from brama.kernel.web import By, Db, Given
from brama.services.sales import errors, store
from brama.services.sales.domain.inventory import HoldRequest, Wanted
from brama.services.sales.domain.orders import Order
from brama.services.sales.http.shapes import (
    HoldIn,
    HoldOut,
    OrderIn,
    OrderOut,
    OrderPlacedOut,
    checked_buyer,
    checked_holders,
    order_out,
    placed_out,
)
from brama.services.sales.links import Links
from brama.services.sales.operations import holds, orders
from brama.services.sales.operations.holds import HoldDesk
from brama.services.sales.operations.orders import OrderDesk
from brama.shared import order_code
from brama.shared.roles import Role

# Staff may read any order of their organiser; a buyer needs the order's token.
_STAFF = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE)
_SELLERS = allow(Role.OWNER, Role.MANAGER, Role.BOX_OFFICE)
_ORDER_HEADER = "X-Order-Token"
_HOLD_HEADER = "X-Hold-Token"


@post("/holds", opt=PUBLIC | creates(own=True))
async def take_hold(
    data: JSONBody[HoldIn],
    hold_desk: Given[HoldDesk],
    links: Given[Links],
    caller: By,
    idempotency_key: Given[str],
    locale: Given[str],
) -> Response[HoldOut]:
    """Hold places for some minutes."""
    if data.voucher is not None:
        raise errors.VoucherUnknown()
    request = HoldRequest(
        event_id=data.event_id,
        lines=[
            Wanted(
                ticket_type_id=line.ticket_type_id, quantity=line.quantity,
                expected_price_minor=line.expected_unit_price.minor if line.expected_unit_price else None,
            )
            for line in data.lines
        ],
        principal=caller.principal, idempotency_key=idempotency_key,
    )  # fmt: skip
    taken = await hold_desk.take(request)
    return Response(HoldOut.of(taken.hold, links, locale), headers=_replayed(taken.is_replay))


def _replayed(is_replay: bool) -> dict[str, str]:
    return {"Idempotent-Replayed": "true"} if is_replay else {}


@get("/holds/{hold_id:uuid}", opt=PUBLIC | bears(_HOLD_HEADER))
async def show_hold(
    hold_id: FromPath[UUID], request: Request[Any, Any, Any], db: Db, links: Given[Links], locale: Given[str]
) -> HoldOut:
    """What is held, and the order that came of it."""
    hold = await holds.get_hold(db, hold_id, request.headers.get(_HOLD_HEADER, ""))
    async with db.reading() as tx:
        order = await store.order_of_hold(tx, hold.id)
    return HoldOut.of(hold, links, locale, order)


@delete("/holds/{hold_id:uuid}", opt=PUBLIC | bears(_HOLD_HEADER))
async def give_back(hold_id: FromPath[UUID], request: Request[Any, Any, Any], desk: Given[OrderDesk]) -> None:
    """Give the places back."""
    await holds.release_hold(desk.db, desk.availability, hold_id, request.headers.get(_HOLD_HEADER, ""))


@post("/orders", opt=PUBLIC | creates())
async def place(
    data: JSONBody[OrderIn], desk: Given[OrderDesk], links: Given[Links], locale: Given[str]
) -> OrderPlacedOut:
    """Turn a hold into an order."""
    order = await orders.place_order(
        desk,
        hold_id=data.hold_id,
        hold_token=data.hold_token,
        buyer=checked_buyer(data.buyer, locale),
        holders=checked_holders(data.holders, locale),
    )
    return placed_out(order, links)


@get("/orders/{code:str}", opt=PUBLIC | bears(_ORDER_HEADER))
async def show_order(
    code: FromPath[str], request: Request[Any, Any, Any], db: Db, links: Given[Links], caller: By
) -> OrderOut:
    """An order with its payments, receipts and refunds: for whoever has its token, and for staff."""
    order = await _readable(db, code, request, caller)
    async with db.reading() as tx:
        return order_out(
            order,
            await store.payments_of_order(tx, order.code),
            await store.receipts_of_order(tx, order.code),
            await store.refunds_of_order(tx, order.code),
            links,
        )


@post("/orders/{code:str}/cancel", opt=PUBLIC | bears(_ORDER_HEADER), status_code=200)
async def cancel(
    code: FromPath[str],
    request: Request[Any, Any, Any],
    desk: Given[OrderDesk],
    links: Given[Links],
    caller: By,
) -> OrderPlacedOut:
    """Cancel an order that waits for its money."""
    order = await _readable(desk.db, code, request, caller, _SELLERS)
    by_staff = caller.kind == "staff"
    cancelled = await orders.cancel_order(desk, order.code, None, reason="staff" if by_staff else "buyer")
    return placed_out(cancelled, links)


async def _readable(
    db: Database, code: str, request: Request[Any, Any, Any], caller: Caller, staff: dict[str, Any] = _STAFF
) -> Order:
    canonical = order_code.canonical(code)
    if canonical is None:
        raise NotFound()
    token = request.headers.get(_ORDER_HEADER)
    if token is not None:
        return await orders.get_order(db, canonical, token)
    async with db.reading() as tx:
        order = await store.get_order(tx, canonical)
    _as_staff(caller, staff).within(order.organiser_id)
    return order


def _as_staff(caller: Caller, staff: dict[str, Any]) -> Caller:
    """The caller with the roles that may read orders; everybody else has none, and sees nothing."""
    if caller.kind != "staff":
        raise NotFound()
    return replace(caller, roles=staff[ACCESS].roles)


CONTROLLERS = [take_hold, show_hold, give_back, place, show_order, cancel]
