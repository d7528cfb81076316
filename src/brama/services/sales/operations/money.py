"""What sales makes of money that payments tell of."""

from datetime import datetime
from uuid import UUID

from brama.contracts import payments
from brama.kernel import outbox
from brama.kernel.database import Transaction
from brama.kernel.inbox import NotYet
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.sales import facts, store
from brama.services.sales.domain import orders as domain
from brama.services.sales.domain import refunds as refund_domain
from brama.services.sales.domain.orders import Order
from brama.services.sales.domain.refunds import Refund
from brama.services.sales.operations.orders import (
    OrderDesk,
    add_refund,
    move_places,
    pay,
    put_state,
    return_money,
    return_waiting_money,
)

log = get_logger()
_stray = counter("brama_sales_stray_money_total", "Money that no order could use, sent back", ("reason",))


async def note_payment(
    tx: Transaction, fact: payments.PaymentFact, state: str, valid_until: datetime | None
) -> bool:
    """Keep what payments said; False when something newer is known."""
    kept = await store.put_payment(
        tx, fact.payment_id, fact.order_code, fact.aggregate_version, state, fact.provider, fact.amount_minor,
        valid_until,
    )  # fmt: skip
    return kept > 0


async def use_payment(tx: Transaction, desk: OrderDesk, fact: payments.PaymentConfirmed) -> None:
    """Pay the order with confirmed money, or send back what it cannot use.

    Lock order: the order's row, then its ticket types by id.
    """
    order = await store.lock_order_if_known(tx, fact.order_code)
    if order is None:
        raise NotYet(f"order of payment {fact.payment_id}")
    if not await note_payment(tx, fact, "confirmed", None):
        return
    use = domain.use_of_payment(order, fact.amount_minor)
    if use == "revive":
        use = "pays" if await _revive(tx, desk, order) else "return"
    if use == "pays":
        await _pay_with(tx, desk, order, fact)
    elif use == "waits":
        await store.put_payment_use(tx, fact.payment_id, "waits")
        log.warning("payment.short", order_code=order.code, amount_minor=fact.amount_minor)
    else:
        await _send_back(tx, desk, order, fact, fact.amount_minor, reason=_why(order))
        await store.put_payment_use(tx, fact.payment_id, "returned")


async def _pay_with(tx: Transaction, desk: OrderDesk, order: Order, fact: payments.PaymentConfirmed) -> None:
    now = desk.clock.now()
    await store.put_payment_use(tx, fact.payment_id, "pays")
    order = domain.paid(order, payment_id=fact.payment_id, tender="online", now=now)
    await pay(tx, desk, order, fact.card)
    surplus = fact.amount_minor - order.total_minor
    if surplus > 0:
        await _send_back(tx, desk, order, fact, surplus, reason="surplus")
    await return_waiting_money(tx, desk, order, reason="paid_by_another")


async def _revive(tx: Transaction, desk: OrderDesk, order: Order) -> bool:
    """Hold an expired order's places again, if they are all free."""
    taken = domain.quantities(order.lines)
    types = await store.lock_types(tx, sorted(taken))
    event = await store.get_event(tx, order.event_id)
    if not event.is_on_sale(desk.clock.now()) or any(kind.left < taken[kind.id] for kind in types):
        return False
    await move_places(tx, desk, order, sold=0, held=1)
    log.info("order.revived", order_code=order.code)
    return True


async def _send_back(
    tx: Transaction,
    desk: OrderDesk,
    order: Order,
    fact: payments.PaymentConfirmed,
    minor: int,
    *,
    reason: str,
) -> None:
    await return_money(tx, desk, order, fact.payment_id, minor, reason)
    _stray.labels(reason).inc()
    log.warning("money.returned", order_code=order.code, amount_minor=minor, reason=reason)


def _why(order: Order) -> str:
    return {"expired": "late", "cancelled": "order_cancelled"}.get(order.state, "paid_twice")


async def finish_refund(tx: Transaction, desk: OrderDesk, fact: payments.RefundCompleted) -> None:
    """The money is back: the tickets die for good and their places are on sale again."""
    order = await store.lock_order_if_known(tx, fact.order_code)
    if order is None:
        raise NotYet(f"order of refund {fact.refund_id}")
    refund = await store.get_refund(tx, fact.refund_id)
    if refund is None:
        if not fact.is_external:
            raise NotYet(f"refund {fact.refund_id}")
        refund = await _external(tx, desk, order, fact)
    if refund.state == "done":
        return
    await store.put_refund_state(tx, refund.id, "done", None)
    if refund.is_of_order:
        await close_refund(tx, desk, order, refund)


async def close_refund(tx: Transaction, desk: OrderDesk, order: Order, refund: Refund) -> None:
    """Apply a refund of the order's price, whose row says `done`, to the order and to its places."""
    refunds = await store.refunds_of_order(tx, order.code)
    order = refund_domain.after_refund(order, refunds, refund)
    freed: dict[UUID, int] = {}
    for ticket in refund.tickets:
        freed[ticket.ticket_type_id] = freed.get(ticket.ticket_type_id, 0) + 1
    await store.lock_types(tx, sorted(freed))
    await store.move_counts(tx, list(freed), [-count for count in freed.values()], [0] * len(freed))
    await put_state(tx, order)
    await outbox.say(tx, facts.order_refunded(order, desk.links, refund, desk.clock.now()))
    desk.availability.touch(tx, order.event_id)


async def _external(tx: Transaction, desk: OrderDesk, order: Order, fact: payments.RefundCompleted) -> Refund:
    """A reversal that nobody here asked for: a charge-back, or a refund in the provider's own cabinet."""
    tickets = await store.tickets_of_order(tx, order.code)
    earlier = await store.refunds_of_order(tx, order.code)
    is_of_order = order.was_paid and order.payment_id == fact.payment_id
    dead = (
        refund_domain.tickets_of_reversal(order, tickets, earlier, fact.amount_minor) if is_of_order else []
    )
    refund = Refund(
        id=fact.refund_id,
        order_code=order.code,
        payment_id=fact.payment_id,
        state="requested",
        tickets=dead,
        amount_minor=fact.amount_minor,
        reason="external",
        requested_by="",
        requested_at=desk.clock.now(),
        is_of_order=is_of_order,
        failure=None,
    )
    await add_refund(tx, refund)
    log.warning("refund.external", order_code=order.code, amount_minor=fact.amount_minor, tickets=len(dead))
    return refund


async def fail_refund(tx: Transaction, fact: payments.RefundFailed) -> None:
    """The money stays; the refund can be asked for again."""
    if await store.get_refund(tx, fact.refund_id) is None:
        raise NotYet(f"refund {fact.refund_id}")
    await store.put_refund_state(tx, fact.refund_id, "failed", fact.reason)
