"""What publishing hears: each fact is kept, and marks the files that it changes."""

from collections.abc import Callable

from brama.contracts.catalogue import EventCancelled, EventChanged, EventFact, EventPublished
from brama.contracts.identity import OrganiserChanged
from brama.contracts.sales import AvailabilityChanged
from brama.kernel.clock import Clock
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.publishing import operations


def heard(clock: Clock, wake: Callable[[], None]) -> Heard:
    """The facts that change pages; `wake` calls the writer once they are committed."""

    async def on_event(tx: Transaction, fact: EventFact) -> None:
        await operations.hear_event(tx, fact, now=clock.now())
        tx.after_commit(wake)

    async def on_organiser(tx: Transaction, fact: OrganiserChanged) -> None:
        await operations.hear_organiser(tx, fact, now=clock.now())
        tx.after_commit(wake)

    async def on_availability(tx: Transaction, fact: AvailabilityChanged) -> None:
        await operations.hear_availability(tx, fact, now=clock.now())
        tx.after_commit(wake)

    return {
        EventPublished: on_event,
        EventChanged: on_event,
        EventCancelled: on_event,
        OrganiserChanged: on_organiser,
        AvailabilityChanged: on_availability,
    }
