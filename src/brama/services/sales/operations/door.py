"""The door: tills, and orders that are paid where they are made."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from brama.contracts import sales as said
from brama.contracts.common import Buyer, Tender
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.problem import NotFound
from brama.services.sales import errors, facts, store
from brama.services.sales.domain import inventory
from brama.services.sales.domain import orders as domain
from brama.services.sales.domain.inventory import Event, HeldLine, HoldRequest, TicketType, Wanted
from brama.services.sales.domain.orders import Order, Till
from brama.services.sales.operations.orders import OrderDesk, add
from brama.shared import order_code


async def open_till(
    desk: OrderDesk,
    caller: Caller,
    *,
    organiser_id: UUID,
    event_id: UUID | None,
    name: str,
    float_minor: int,
    currency: str,
) -> Till:
    """Begin a till's work with some cash in it.

    Raises:
        NotFound: no such event of that organiser, or the organiser is not the caller's.
    """
    now = desk.clock.now()
    caller.within(organiser_id)
    async with desk.db.transaction() as tx:
        if event_id is not None and (await store.get_event(tx, event_id)).organiser_id != organiser_id:
            raise NotFound()
        till = Till(
            id=new_id(), organiser_id=organiser_id, event_id=event_id, name=name, version=1,
            float_minor=float_minor, currency=currency, opened_by=caller.name, opened_at=now, closed_at=None,
            counted_minor=None,
        )  # fmt: skip
        await store.add_till(
            tx, till.id, organiser_id, event_id, name, till.version, float_minor, currency, caller.name, now
        )
        await outbox.say(
            tx,
            facts.till_opened(till, now),
            facts.action(caller, organiser_id, "till.opened", "till", str(till.id), now, name=name),
        )
    return till


async def close_till(desk: OrderDesk, caller: Caller, till_id: UUID, *, counted_minor: int) -> Till:
    """End a till's work: the cash was counted. Closing a closed till changes nothing.

    Raises:
        NotFound: no such till at an organiser of the caller.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        till = await store.lock_till(tx, till_id)
        caller.within(till.organiser_id)
        if till.closed_at is not None:
            return till
        await store.close_till(tx, till_id, now, counted_minor)
        expected = till.float_minor + await store.till_cash(tx, till_id)
        till = await store.get_till(tx, till_id)
        await outbox.say(
            tx,
            facts.till_closed(till, expected, caller.name, now),
            facts.action(
                caller, till.organiser_id, "till.closed", "till", str(till_id), now,
                expected_minor=str(expected), counted_minor=str(counted_minor),
            ),
        )  # fmt: skip
    return till


async def sell_at_door(
    desk: OrderDesk,
    caller: Caller,
    *,
    event_id: UUID,
    till_id: UUID,
    wanted: Sequence[Wanted],
    tender: Tender,
    received_minor: int | None,
    buyer: Buyer,
) -> Order:
    """Sell and take the money in one go: a paid order, for which tickets and receipt follow.

    The sale window of the shop does not bind the door; the event's end does. Lock order: the till is only
    read; the ticket types by id.

    Raises:
        NotFound: no such event or till at an organiser of the caller.
        TillClosed, ReceivedTooLittle, EventNotOnSale, QuantityInvalid, LimitExceeded, SoldOut.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        event = await store.get_event(tx, event_id)
        caller.within(event.organiser_id)
        await _open_till_for(tx, event, till_id)
        kinds = await store.lock_types(tx, sorted({line.ticket_type_id for line in wanted}))
        types = {kind.id: kind for kind in kinds}
        lines = _granted(event, types, wanted, now)
        cash_minor = _cash(tender, received_minor, inventory.total_minor(lines))
        order = _door_order(
            desk, event, types, lines, buyer, till_id=till_id, tender=tender, caller=caller,
            received_minor=cash_minor,
        )  # fmt: skip
        await _keep_sold(tx, desk, order, now)
    return order


async def _open_till_for(tx: Transaction, event: Event, till_id: UUID) -> None:
    till = await store.get_till(tx, till_id)
    if till.organiser_id != event.organiser_id or till.event_id not in (None, event.id):
        raise NotFound()
    if till.closed_at is not None:
        raise errors.TillClosed()


def _granted(
    event: Event, types: dict[UUID, TicketType], wanted: Sequence[Wanted], now: datetime
) -> list[HeldLine]:
    """What the door may sell: the shop's rules without its sale windows."""
    request = HoldRequest(event_id=event.id, lines=list(wanted), principal="door", idempotency_key="door")
    windowless = {key: replace(kind, sale_from=None, sale_until=None) for key, kind in types.items()}
    return inventory.grant(event, windowless, request, now)


def _cash(tender: Tender, received_minor: int | None, total_minor: int) -> int | None:
    """The cash that was handed over, where it was counted; a terminal takes the exact sum."""
    if tender != "cash" or received_minor is None:
        return None
    if received_minor < total_minor:
        raise errors.ReceivedTooLittle(total_minor=total_minor)
    return received_minor


async def _keep_sold(tx: Transaction, desk: OrderDesk, order: Order, now: datetime) -> None:
    """Store a paid order, count its places as sold, tell of it.

    Placed and paid are told at once, but with one version after the other for whoever hears them.
    """
    await add(tx, order)
    taken = domain.quantities(order.lines)
    await store.move_counts(tx, list(taken), list(taken.values()), [0] * len(taken))
    await outbox.say(
        tx,
        facts.of_order(said.OrderPlaced, replace(order, version=1), desk.links, now),
        facts.order_paid(order, desk.links, now, None),
    )
    desk.availability.touch(tx, order.event_id)


def _door_order(
    desk: OrderDesk, event: Event, types: dict[UUID, TicketType], lines: list[HeldLine], buyer: Buyer, *,
    till_id: UUID, tender: Tender, caller: Caller, received_minor: int | None,
) -> Order:  # fmt: skip
    now, code, total = desk.clock.now(), order_code.new(event.number), inventory.total_minor(lines)
    claims = domain.claims("order", code, event, total_minor=total, expires_at=now)
    return Order(
        code=code,
        hold_id=None,
        event_id=event.id,
        event_number=event.number,
        organiser_id=event.organiser_id,
        version=2,
        channel="door",
        state="paid",
        buyer=buyer,
        lines=domain.order_lines(lines, types, []),
        total_minor=total,
        refunded_minor=0,
        currency=event.currency,
        token=desk.signer.token(claims),
        placed_at=now,
        expires_at=now,
        paid_at=now,
        payment_id=new_id(),
        tender="free" if total == 0 else tender,
        till_id=till_id,
        sold_by=caller.name,
        cash_received_minor=received_minor,
    )
