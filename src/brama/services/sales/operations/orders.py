"""From a hold to a paid order, or to its places going back on sale."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from brama.contracts import sales as said
from brama.contracts.common import Buyer, CardFacts
from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.ids import new_id
from brama.kernel.problem import NotFound
from brama.services.sales import errors, facts, store
from brama.services.sales.domain import orders as domain
from brama.services.sales.domain.inventory import Hold
from brama.services.sales.domain.orders import Order
from brama.services.sales.domain.refunds import Refund
from brama.services.sales.links import Links
from brama.services.sales.operations.availability import AvailabilityDesk
from brama.services.sales.operations.holds import is_same, opened
from brama.services.sales.signer import Signer
from brama.shared import order_code

_EXPIRED_AT_ONCE = 100


class OrderDesk:
    """What every operation on orders needs at hand."""

    def __init__(
        self, db: Database, clock: Clock, signer: Signer, links: Links, availability: AvailabilityDesk, *,
        order_for_s: int, payment_grace_s: int,
    ) -> None:  # fmt: skip
        self.db, self.clock, self.signer, self.links, self.availability = (
            db,
            clock,
            signer,
            links,
            availability,
        )
        self.order_for, self.payment_grace = (
            timedelta(seconds=order_for_s),
            timedelta(seconds=payment_grace_s),
        )


async def place_order(
    desk: OrderDesk, *, hold_id: UUID, hold_token: str, buyer: Buyer, holders: Sequence[str | None]
) -> Order:
    """Turn a hold into an order that waits for its money; a free one is paid at once.

    Repeating the call with the same hold gives the same order.

    Raises:
        NotFound: no such hold, or not this token's.
        HoldExpired: the places went back on sale before the buyer confirmed.
        EventNotOnSale: the event was cancelled, or ended, while they were held.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        hold = opened(await store.lock_hold(tx, hold_id), hold_token)
        if hold.state == "ordered":
            return await _order_of(tx, hold)
        if not hold.is_live(now):
            raise errors.HoldExpired(hold_id=str(hold.id))
        order = await _new_order(tx, desk, hold, buyer, holders)
        await store.put_hold_states(tx, [hold.id], "ordered")
        await add(tx, order)
        await outbox.say(tx, facts.of_order(said.OrderPlaced, order, desk.links, now))
        if order.total_minor == 0:
            order = await pay(tx, desk, domain.paid(order, payment_id=new_id(), tender="free", now=now))
    return order


async def _order_of(tx: Connection, hold: Hold) -> Order:
    order = await store.order_of_hold(tx, hold.id)
    if order is None:
        raise errors.HoldExpired(hold_id=str(hold.id))
    return order


async def _new_order(
    tx: Transaction, desk: OrderDesk, hold: Hold, buyer: Buyer, holders: Sequence[str | None]
) -> Order:
    now = desk.clock.now()
    event = await store.get_event(tx, hold.event_id)
    if not event.is_on_sale(now):
        raise errors.EventNotOnSale()
    types = {kind.id: kind for kind in await store.types_of_event(tx, hold.event_id)}
    code, expires_at = order_code.new(event.number), max(hold.expires_at, now + desk.order_for)
    claims = domain.claims("order", code, event, total_minor=hold.total_minor, expires_at=expires_at)
    return domain.order_from(
        hold, event, buyer, domain.order_lines(hold.lines, types, holders), code=code,
        token=desk.signer.token(claims), now=now, expires_at=expires_at,
    )  # fmt: skip


async def add(tx: Transaction, order: Order) -> None:
    """Keep a new order, whatever its state."""
    await store.add_order(
        tx, order.code, order.hold_id, order.event_id, order.event_number, order.organiser_id, order.version,
        order.channel, order.state, order.buyer, order.lines, order.total_minor, order.refunded_minor,
        order.currency, order.token, order.placed_at, order.expires_at, order.paid_at, order.payment_id,
        order.tender, order.till_id, order.sold_by, order.cash_received_minor,
    )  # fmt: skip


async def put_state(tx: Transaction, order: Order) -> None:
    """Keep what changed of an order whose row is locked."""
    await store.put_order_state(
        tx, order.code, order.version, order.state, order.refunded_minor, order.paid_at, order.payment_id,
        order.tender,
    )  # fmt: skip


async def pay(tx: Transaction, desk: OrderDesk, order: Order, card: CardFacts | None = None) -> Order:
    """Keep a paid order: its held places are sold, everybody hears of it.

    Lock order: the order's row is locked, then its ticket types by id.
    """
    await move_places(tx, desk, order, sold=1, held=-1)
    await put_state(tx, order)
    await outbox.say(tx, facts.order_paid(order, desk.links, desk.clock.now(), card))
    return order


async def move_places(tx: Transaction, desk: OrderDesk, order: Order, *, sold: int, held: int) -> None:
    """Move the order's places between sold, held and free, in steps of its quantities."""
    taken = domain.quantities(order.lines)
    await store.lock_types(tx, sorted(taken))
    await store.move_counts(
        tx,
        list(taken),
        [sold * count for count in taken.values()],
        [held * count for count in taken.values()],
    )
    desk.availability.touch(tx, order.event_id)


async def cancel_order(desk: OrderDesk, code: str, token: str | None, *, reason: str) -> Order:
    """Cancel an order that waits for its money; its places are free at once.

    Money that comes later is returned by itself. `token` None: the caller's right was checked already.

    Raises:
        NotFound: no such order, or not this token's.
        OrderNotPending: it is paid, or over.
    """
    async with desk.db.transaction() as tx:
        order = await store.lock_order(tx, code)
        if token is not None and not is_same(order.token, token):
            raise NotFound()
        if order.state != "pending":
            raise errors.OrderNotPending(state=order.state)
        return await _cancel(tx, desk, order, reason)


async def cancel_orders_of_event(tx: Transaction, desk: OrderDesk, event_id: UUID) -> None:
    """An event will not happen: what waits for money is cancelled, and money that comes later goes back."""
    for order in await store.lock_pending_orders_of_event(tx, event_id):
        await _cancel(tx, desk, order, "event_cancelled")


async def _cancel(tx: Transaction, desk: OrderDesk, order: Order, reason: str) -> Order:
    now, order = desk.clock.now(), domain.moved(order, "cancelled")
    await move_places(tx, desk, order, sold=0, held=-1)
    await put_state(tx, order)
    await outbox.say(tx, facts.of_order(said.OrderCancelled, order, desk.links, now, reason=reason))
    await return_waiting_money(tx, desk, order, reason="order_cancelled")
    return order


async def expire_orders(desk: OrderDesk) -> int:
    """Put the places of orders whose time is over back on sale; answers how many orders that were.

    An order with an open payment keeps its places until that payment ends or its grace is over.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        due = await store.lock_due_orders(tx, now, now - desk.payment_grace, _EXPIRED_AT_ONCE)
        touched = sorted({line.ticket_type_id for order in due for line in order.lines})
        await store.lock_types(tx, touched)
        for order in (domain.moved(order, "expired") for order in due):
            await move_places(tx, desk, order, sold=0, held=-1)
            await put_state(tx, order)
            await outbox.say(tx, facts.of_order(said.OrderExpired, order, desk.links, now))
            await return_waiting_money(tx, desk, order, reason="order_expired")
    return len(due)


async def return_waiting_money(tx: Transaction, desk: OrderDesk, order: Order, *, reason: str) -> None:
    """Short payments that waited for the rest have nothing to wait for any more."""
    for payment in await store.payments_of_order(tx, order.code):
        if payment.state == "confirmed" and payment.use == "waits":
            await return_money(tx, desk, order, payment.id, payment.amount_minor, reason)


async def return_money(
    tx: Transaction, desk: OrderDesk, order: Order, payment_id: UUID, amount_minor: int, reason: str
) -> None:
    """Send money back that belongs to no paid order: surplus, late, short or double."""
    now = desk.clock.now()
    refund = Refund(
        id=new_id(), order_code=order.code, payment_id=payment_id, state="requested", tickets=[],
        amount_minor=amount_minor, reason=reason, requested_by="", requested_at=now, is_of_order=False,
        failure=None,
    )  # fmt: skip
    await add_refund(tx, refund)
    await outbox.say(tx, facts.refund_requested(order, refund, now))


async def add_refund(tx: Transaction, refund: Refund) -> None:
    """Keep a refund before anybody hears of it."""
    await store.add_refund(
        tx,
        refund.id,
        refund.order_code,
        refund.payment_id,
        refund.state,
        refund.tickets,
        refund.amount_minor,
        refund.reason,
        refund.requested_by,
        refund.requested_at,
        refund.is_of_order,
        refund.failure,
    )


async def get_order(db: Database, code: str, token: str) -> Order:
    """The order that a token opens.

    Raises:
        NotFound: no such order, or not this token's.
    """
    async with db.reading() as tx:
        order = await store.get_order(tx, code)
    if not is_same(order.token, token):
        raise NotFound()
    return order
