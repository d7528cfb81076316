"""What fiscal hears, each fact one operation."""

from brama.contracts import catalogue, identity, sales
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.fiscal import operations
from brama.services.fiscal.operations import Desk


def heard(desk: Desk) -> Heard:
    """The handlers by fact."""

    async def order_paid(tx: Transaction, fact: sales.OrderPaid) -> None:
        await operations.order_paid(desk, tx, fact)

    async def order_refunded(tx: Transaction, fact: sales.OrderRefunded) -> None:
        await operations.order_refunded(desk, tx, fact)

    async def till_opened(tx: Transaction, fact: sales.TillOpened) -> None:
        await operations.till_opened(desk, tx, fact)

    async def till_closed(tx: Transaction, fact: sales.TillClosed) -> None:
        await operations.till_closed(desk, tx, fact)

    return {
        identity.OrganiserChanged: operations.keep_organiser,
        catalogue.EventPublished: operations.keep_event,
        catalogue.EventChanged: operations.keep_event,
        catalogue.EventCancelled: operations.keep_event,
        sales.OrderPaid: order_paid,
        sales.OrderRefunded: order_refunded,
        sales.TillOpened: till_opened,
        sales.TillClosed: till_closed,
    }
