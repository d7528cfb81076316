"""Refunds that staff ask for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from brama.contracts.sales import RefundedTicket
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.services.sales import facts, store
from brama.services.sales.domain import refunds as domain
from brama.services.sales.domain.orders import Order
from brama.services.sales.domain.refunds import Refund
from brama.services.sales.operations.money import close_refund
from brama.services.sales.operations.orders import OrderDesk, add_refund


async def request_refund(
    desk: OrderDesk,
    caller: Caller,
    code: str,
    *,
    ticket_ids: Sequence[UUID],
    reason: str,
    confirm_admitted: bool,
) -> Refund:
    """Send back the money of some tickets of an order, or of all that are left.

    The tickets are blocked, the provider returns the money, then they die; free tickets die at once.

    Raises:
        NotFound: no such order at an organiser of the caller.
        OrderNotPaid, TicketsNotIssued, TicketUnknown, TicketAdmitted: see `domain.refunds`.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        order = await store.lock_order(tx, code)
        caller.within(order.organiser_id)
        tickets = await store.tickets_of_order(tx, code)
        earlier = await store.refunds_of_order(tx, code)
        chosen = domain.tickets_to_refund(order, tickets, earlier, ticket_ids, confirmed=confirm_admitted)
        refund = _requested(order, chosen, reason, caller, now)
        await add_refund(tx, refund)
        await _begin(tx, desk, order, refund, now)
        await outbox.say(
            tx,
            facts.action(
                caller, order.organiser_id, "refund.requested", "order", code, now,
                amount_minor=str(refund.amount_minor), tickets=str(len(chosen)), reason=reason,
            ),
        )  # fmt: skip
    return refund


def _requested(
    order: Order, tickets: list[RefundedTicket], reason: str, caller: Caller, now: datetime
) -> Refund:
    return Refund(
        id=new_id(), order_code=order.code, payment_id=order.payment_id or new_id(), state="requested",
        tickets=tickets, amount_minor=domain.amount_of(tickets), reason=reason, requested_by=caller.name,
        requested_at=now, is_of_order=True, failure=None,
    )  # fmt: skip


async def _begin(tx: Transaction, desk: OrderDesk, order: Order, refund: Refund, now: datetime) -> None:
    """Ask payments to return the money; where there is none to return, the refund is done at once."""
    if refund.amount_minor == 0:
        await store.put_refund_state(tx, refund.id, "done", None)
        await close_refund(tx, desk, order, refund)
    else:
        await outbox.say(tx, facts.refund_requested(order, refund, now))
