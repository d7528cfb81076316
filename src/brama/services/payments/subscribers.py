"""What payments hears, each fact one operation."""

from brama.contracts import sales, ticketing
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.payments import operations
from brama.services.payments.domain import OrderState
from brama.services.payments.operations import Desk


def heard(desk: Desk) -> Heard:
    """The handlers by fact."""

    async def order_placed(tx: Transaction, fact: sales.OrderPlaced) -> None:
        await operations.keep_order(desk, tx, fact, OrderState.PENDING)

    async def order_paid(tx: Transaction, fact: sales.OrderPaid) -> None:
        await operations.order_paid(desk, tx, fact)

    async def order_expired(tx: Transaction, fact: sales.OrderExpired) -> None:
        await operations.keep_order(desk, tx, fact, OrderState.EXPIRED)

    async def order_cancelled(tx: Transaction, fact: sales.OrderCancelled) -> None:
        await operations.keep_order(desk, tx, fact, OrderState.CANCELLED)

    async def refund_requested(tx: Transaction, fact: sales.RefundRequested) -> None:
        await operations.request_refund(desk, tx, fact)

    async def tickets_blocked(tx: Transaction, fact: ticketing.TicketsBlocked) -> None:
        await operations.tickets_blocked(desk, tx, fact)

    return {
        sales.OrderPlaced: order_placed,
        sales.OrderPaid: order_paid,
        sales.OrderExpired: order_expired,
        sales.OrderCancelled: order_cancelled,
        sales.RefundRequested: refund_requested,
        sales.TillOpened: operations.till_opened,
        sales.TillClosed: operations.till_closed,
        ticketing.TicketsBlocked: tickets_blocked,
    }
