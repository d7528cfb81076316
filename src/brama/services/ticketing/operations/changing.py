"""Tickets after their issue: blocked while money may go back, released, revoked; by facts and by staff."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from brama.contracts import payments, sales
from brama.contracts import ticketing as said
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.inbox import NotYet
from brama.services.ticketing import domain, facts, store
from brama.services.ticketing.domain import Order, Ticket
from brama.services.ticketing.errors import RefundUnderWay, TicketRevoked

F = TypeVar("F", bound=said.TicketsFact)


async def block_for_refund(tx: Transaction, clock: Clock, fact: sales.RefundRequested) -> None:
    """Keep the tickets of a refund out of the gate, and say so even if they were: payments waits for it."""
    if not fact.ticket_ids:
        return
    order, tickets = await _locked(tx, fact.order_code)
    chosen = [ticket for ticket in tickets if ticket.id in set(fact.ticket_ids)]
    after = [domain.block_for_refund(ticket, fact.refund_id) for ticket in chosen]
    await _put(tx, chosen, after)
    await _say(tx, said.TicketsBlocked, order, after, clock.now(), fact.refund_id)


async def release_from_refund(tx: Transaction, clock: Clock, fact: payments.RefundFailed) -> None:
    """The money stays: the tickets that this refund blocked live again."""
    locked = await _locked_if_known(tx, fact.order_code)
    if locked is None:  # money of an order that never had tickets
        return
    order, tickets = locked
    chosen = [ticket for ticket in tickets if ticket.refund_id == fact.refund_id]
    after = [domain.release_from_refund(ticket, fact.refund_id) for ticket in chosen]
    await _put(tx, chosen, after)
    if after:
        await _say(tx, said.TicketsUnblocked, order, after, clock.now(), fact.refund_id)


async def revoke_refunded(tx: Transaction, clock: Clock, fact: sales.OrderRefunded) -> None:
    """The money is back: the tickets are dead."""
    if not fact.tickets:
        return
    order, tickets = await _locked(tx, fact.order_code)
    dead = {ticket.ticket_id for ticket in fact.tickets}
    chosen = [ticket for ticket in tickets if ticket.id in dead and ticket.state != "revoked"]
    after = [domain.revoke(ticket, domain.REFUNDED) for ticket in chosen]
    await _put(tx, chosen, after)
    if after:
        await _say(tx, said.TicketsRevoked, order, after, clock.now(), fact.refund_id)


async def block_ticket(db: Database, clock: Clock, caller: Caller, ticket_id: UUID, *, reason: str) -> Ticket:
    """Staff keep a ticket out of the gate. Repeating it changes the reason.

    Raises:
        NotFound: no such ticket at an organiser of the caller.
        TicketRevoked: it is dead.
    """
    return await _by_staff(
        db, clock, caller, ticket_id, said.TicketsBlocked, "ticket.blocked",
        lambda ticket: domain.changed(ticket, blocked_reason=reason), reason=reason,
    )  # fmt: skip


async def unblock_ticket(db: Database, clock: Clock, caller: Caller, ticket_id: UUID) -> Ticket:
    """Staff let a ticket that they blocked in again.

    Raises:
        NotFound: no such ticket at an organiser of the caller.
        TicketRevoked: it is dead.
        RefundUnderWay: its money is on its way back.
    """

    def unblocked(ticket: Ticket) -> Ticket:
        if ticket.refund_id is not None:
            raise RefundUnderWay()
        return domain.changed(ticket, blocked_reason=None)

    return await _by_staff(db, clock, caller, ticket_id, said.TicketsUnblocked, "ticket.unblocked", unblocked)


async def _by_staff(
    db: Database,
    clock: Clock,
    caller: Caller,
    ticket_id: UUID,
    kind: type[F],
    what: str,
    change: Callable[[Ticket], Ticket],
    **details: str,
) -> Ticket:
    async with db.transaction() as tx:
        order = await store.lock_order_of_ticket(tx, ticket_id)
        caller.within(order.organiser_id)
        ticket = await store.get_ticket(tx, ticket_id)
        if ticket.revoked_reason is not None:
            raise TicketRevoked(reason=ticket.revoked_reason)
        after = change(ticket)
        if after != ticket:
            now = clock.now()
            await _put(tx, [ticket], [after])
            await _say(tx, kind, order, [after], now, None)
            trail = facts.action(
                caller, order.organiser_id, what, "ticket", str(after.id), order.event_number, now,
                order_code=order.code, **details,
            )  # fmt: skip
            await outbox.say(tx, trail)
    return after


async def _locked(tx: Transaction, code: str) -> tuple[Order, list[Ticket]]:
    locked = await _locked_if_known(tx, code)
    if locked is None:
        raise NotYet(f"tickets of order {code}")
    return locked


async def _locked_if_known(tx: Transaction, code: str) -> tuple[Order, list[Ticket]] | None:
    order = await store.find_and_lock_order(tx, code)
    return None if order is None else (order, await store.tickets_of_order(tx, code))


async def _put(tx: Transaction, before: Sequence[Ticket], after: Sequence[Ticket]) -> None:
    for old, new in zip(before, after, strict=True):
        if new != old:
            await store.put_ticket_state(
                tx, new.id, new.version, new.refund_id, new.blocked_reason, new.revoked_reason
            )


async def _say(
    tx: Transaction,
    kind: type[F],
    order: Order,
    tickets: Sequence[Ticket],
    now: datetime,
    refund_id: UUID | None,
) -> None:
    version = await store.next_order_version(tx, order.code)
    await outbox.say(tx, facts.of_tickets(kind, order, version, tickets, now, refund_id=refund_id))
