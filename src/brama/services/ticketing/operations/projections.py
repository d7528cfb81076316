"""What ticketing keeps of other services' facts."""

from uuid import UUID

from brama.contracts import catalogue, identity
from brama.kernel.database import Transaction
from brama.services.ticketing import store
from brama.services.ticketing.domain import Event, TicketType
from brama.services.ticketing.keys import KeyCabinet


async def keep_organiser(tx: Transaction, fact: identity.OrganiserChanged) -> None:
    """The organiser's name and mark."""
    await store.put_organiser(tx, UUID(fact.aggregate_id), fact.aggregate_version, fact.name, fact.mark)


async def keep_event(tx: Transaction, cabinet: KeyCabinet, fact: catalogue.EventFact) -> None:
    """An event as it stands; the first time it is public, it gets its keys."""
    known = await store.find_and_lock_event(tx, fact.event_id)
    kept = await store.put_event(
        tx, fact.event_id, fact.event_number, fact.organiser_id, fact.aggregate_version, fact.state,
        fact.slug, fact.title, fact.description, fact.venue, fact.starts_at, fact.ends_at, fact.doors_at,
        fact.time_zone, fact.currency, fact.age_limit, fact.poster_digest, _types(known, fact),
        fact.occurred_at,
    )  # fmt: skip
    if kept and fact.state != "draft":
        await cabinet.provide(tx, await store.get_event(tx, fact.event_id), fact.occurred_at)


def _types(known: Event | None, fact: catalogue.EventFact) -> list[TicketType]:
    """Every type ever heard of: one that is withdrawn may still be paid for."""
    types = {kind.id: kind for kind in known.ticket_types} if known else {}
    types |= {sheet.id: TicketType(sheet.id, sheet.product_number) for sheet in fact.ticket_types}
    return list(types.values())
