"""What identity keeps of the others' facts, for the scope of devices."""

from brama.contracts.catalogue import EventFact
from brama.contracts.ticketing import TicketKeyPublished
from brama.kernel.database import Transaction
from brama.kernel.inbox import NotYet
from brama.services.identity import store
from brama.services.identity.domain.devices import CheckInList, Gate


async def keep_event(tx: Transaction, fact: EventFact) -> None:
    """Keep an event as it was last told."""
    if fact.organiser_id is None or fact.event_number is None:
        raise ValueError("an event without organiser or number")
    gates = [Gate(gate.id, gate.name) for gate in fact.gates]
    lists = [CheckInList(item.id, item.name) for item in fact.check_in_lists]
    await store.put_event(
        tx, fact.event_id, fact.organiser_id, fact.event_number, fact.title, fact.state, fact.starts_at,
        fact.ends_at, fact.doors_at, fact.time_zone, gates, lists, fact.aggregate_version,
    )  # fmt: skip


async def keep_ticket_key(tx: Transaction, fact: TicketKeyPublished) -> None:
    """Keep a public ticket key.

    Raises:
        NotYet: the event, which says whose key it is, has not been heard of.
    """
    if fact.event_number is None:
        raise ValueError("a ticket key without its event's number")
    organiser_id = fact.organiser_id or await store.organiser_of_event(tx, fact.event_id)
    if organiser_id is None:
        raise NotYet(f"event {fact.event_number} unknown")
    await store.put_ticket_key(
        tx, fact.event_number, fact.key_number, organiser_id, fact.public_key, fact.aggregate_version
    )
