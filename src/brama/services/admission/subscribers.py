"""What admission hears, each with the operation that learns it."""

from collections.abc import Awaitable, Callable

from brama.contracts import catalogue, identity, ticketing
from brama.kernel.database import Transaction
from brama.kernel.facts import Fact
from brama.kernel.inbox import Heard
from brama.kernel.worker import Worker
from brama.services.admission.operations import projections


def heard(newsroom: Worker) -> Heard:
    """The handlers; the newsroom is woken after each commit."""

    def then_wake(learn: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def hear(tx: Transaction, fact: Fact) -> None:
            await learn(tx, fact)
            tx.after_commit(newsroom.wake)

        return hear

    return {
        catalogue.EventPublished: then_wake(projections.learn_event),
        catalogue.EventChanged: then_wake(projections.learn_event),
        catalogue.EventCancelled: then_wake(projections.learn_event),
        ticketing.TicketKeyPublished: then_wake(projections.learn_key),
        ticketing.TicketsIssued: then_wake(projections.learn_tickets),
        ticketing.TicketsBlocked: then_wake(projections.learn_tickets),
        ticketing.TicketsUnblocked: then_wake(projections.learn_tickets),
        ticketing.TicketsRevoked: then_wake(projections.learn_tickets),
        identity.DevicePaired: then_wake(projections.learn_device),
        identity.DeviceRevoked: then_wake(projections.learn_revocation),
    }
