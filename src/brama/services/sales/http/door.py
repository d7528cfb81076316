"""The door: tills and sales for cash or by terminal."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from brama.kernel.access import Caller, allow
from brama.kernel.idempotency import creates
from brama.kernel.money import Money
from brama.kernel.problem import FieldError, ValidationFailed
from brama.kernel.texts import Texts
from brama.kernel.web import By, Db, Given, Page, page
from brama.services.sales import store
from brama.services.sales.domain.inventory import Wanted
from brama.services.sales.http.shapes import (
    DoorOrderIn,
    DoorOrderOut,
    Limit,
    TillCloseIn,
    TillIn,
    TillOut,
    door_buyer,
    lines_out,
)
from brama.services.sales.links import Links
from brama.services.sales.operations import door
from brama.services.sales.operations.orders import OrderDesk
from brama.shared.roles import Role

_texts = Texts.of("brama.services.sales")
_SELLERS = allow(Role.OWNER, Role.MANAGER, Role.BOX_OFFICE)
_READERS = allow(Role.OWNER, Role.MANAGER, Role.BOX_OFFICE, Role.ACCOUNTANT)


@post("/tills", opt=_SELLERS | creates())
async def open_till(
    data: JSONBody[TillIn], caller: By, desk: Given[OrderDesk], locale: Given[str]
) -> TillOut:
    """Begin a till's work."""
    if data.float.minor < 0:
        raise ValidationFailed([FieldError("/float/minor", _texts("field.float", locale=locale))])
    till = await door.open_till(
        desk, caller, organiser_id=await _organiser(data, caller, desk, locale), event_id=data.event_id,
        name=data.name.strip(), float_minor=data.float.minor, currency=data.float.currency,
    )  # fmt: skip
    return TillOut.of(till)


async def _organiser(data: TillIn, caller: Caller, desk: OrderDesk, locale: str) -> UUID:
    """The organiser that is named, the event's, or the only one that the caller sells for."""
    if data.organiser_id is not None:
        return data.organiser_id
    if data.event_id is not None:
        async with desk.db.reading() as tx:
            return (await store.get_event(tx, data.event_id)).organiser_id
    own = caller.organisers()
    if len(own) != 1:
        raise ValidationFailed([FieldError("/organiser_id", _texts("field.organiser", locale=locale))])
    return own[0]


@get("/tills", opt=_READERS)
async def list_tills(
    caller: By,
    db: Db,
    closed: FromQuery[bool] = False,
    limit: Limit = 50,
    after: FromQuery[UUID | None] = None,
) -> Page:
    """The tills of the caller's organisers, the latest opened first; closed ones when asked for."""
    async with db.reading() as tx:
        tills = await store.tills_of_organisers(tx, caller.organisers(), closed, after, limit)
    return page([TillOut.of(till) for till in tills], tills[-1].id if len(tills) == limit else None)


@post("/tills/{till_id:uuid}/close", opt=_SELLERS, status_code=200)
async def close_till(
    till_id: FromPath[UUID], data: JSONBody[TillCloseIn], caller: By, desk: Given[OrderDesk]
) -> TillOut:
    """End a till's work: the cash was counted."""
    return TillOut.of(await door.close_till(desk, caller, till_id, counted_minor=data.counted.minor))


@post("/door_orders", opt=_SELLERS | creates())
async def sell(
    data: JSONBody[DoorOrderIn], caller: By, desk: Given[OrderDesk], links: Given[Links], locale: Given[str]
) -> DoorOrderOut:
    """Sell at the door: the order is paid at once."""
    wanted = [
        Wanted(
            ticket_type_id=line.ticket_type_id, quantity=line.quantity,
            expected_price_minor=line.expected_unit_price.minor if line.expected_unit_price else None,
        )
        for line in data.lines
    ]  # fmt: skip
    order = await door.sell_at_door(
        desk, caller, event_id=data.event_id, till_id=data.till_id, wanted=wanted, tender=data.tender,
        received_minor=data.received.minor if data.received else None, buyer=door_buyer(data, locale),
    )  # fmt: skip
    change = (order.cash_received_minor or order.total_minor) - order.total_minor
    return DoorOrderOut(
        order.code, order.token, order.state, Money(order.total_minor, order.currency),
        Money(change, order.currency), order.tender or data.tender, lines_out(order), links.order(order),
    )  # fmt: skip


CONTROLLERS = [open_till, list_tills, close_till, sell]
