"""What sales keeps of the other services' facts."""

from uuid import UUID

from brama.contracts import admission, catalogue, fiscal, identity, ticketing
from brama.kernel.database import Transaction
from brama.services.sales import store
from brama.services.sales.operations.availability import AvailabilityDesk


async def keep_organiser(tx: Transaction, fact: identity.OrganiserChanged) -> None:
    """The organiser's name."""
    await store.put_organiser(tx, UUID(fact.aggregate_id), fact.aggregate_version, fact.name)


async def keep_event(tx: Transaction, availability: AvailabilityDesk, fact: catalogue.EventFact) -> None:
    """An event and its ticket types; an older version than the known one changes nothing."""
    kept = await store.put_event(
        tx,
        fact.event_id,
        fact.event_number,
        fact.organiser_id,
        fact.aggregate_version,
        fact.state,
        fact.slug,
        fact.title,
        fact.starts_at,
        fact.ends_at,
        fact.time_zone,
        fact.currency,
    )
    if not kept:
        return
    await store.lock_types_of_events(tx, [fact.event_id])
    for kind in fact.ticket_types:
        await store.put_ticket_type(
            tx, kind.id, fact.event_id, kind.name, kind.price_minor, kind.quantity, kind.sale_from,
            kind.sale_until, kind.max_per_order, kind.position,
        )  # fmt: skip
    await store.withdraw_ticket_types(tx, fact.event_id, [kind.id for kind in fact.ticket_types])
    if fact.state != "draft":
        availability.touch(tx, fact.event_id)


async def keep_tickets(tx: Transaction, fact: ticketing.TicketsFact) -> None:
    """The tickets of an order and their state."""
    for ticket in sorted(fact.tickets, key=lambda ticket: ticket.ticket_id):
        await store.put_ticket(
            tx, ticket.ticket_id, fact.order_code, ticket.ticket_type_id, ticket.version, ticket.state
        )


async def keep_admission(tx: Transaction, fact: admission.ScanFact, *, is_admitted: bool) -> None:
    """Whether somebody has gone in with a ticket: its money does not go back without asking."""
    if fact.ticket_id is not None:
        await store.put_admission(tx, fact.ticket_id, is_admitted, fact.scanned_at)


async def keep_receipt(tx: Transaction, fact: fiscal.ReceiptFact) -> None:
    """A fiscal receipt, registered or failed."""
    is_registered = isinstance(fact, fiscal.ReceiptRegistered)
    await store.put_receipt(
        tx, fact.receipt_id, fact.order_code, fact.aggregate_version, fact.kind,
        "registered" if is_registered else "failed",
        fact.fiscal_code if isinstance(fact, fiscal.ReceiptRegistered) else None,
        fact.url if isinstance(fact, fiscal.ReceiptRegistered) else None,
    )  # fmt: skip
