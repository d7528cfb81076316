"""A paid order becomes tickets, once; who bought with an e-mail gets their PDF named with them."""

import asyncio
import os
from datetime import timedelta
from typing import Final

from brama.contracts import sales
from brama.contracts import ticketing as said
from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlated, correlation_id
from brama.kernel.database import Database, Transaction
from brama.kernel.ids import new_id, normalise_code
from brama.kernel.inbox import NotYet
from brama.kernel.log import get_logger
from brama.kernel.worker import Worker
from brama.services.ticketing import domain, facts, store
from brama.services.ticketing.domain import Event, Order, Ticket
from brama.services.ticketing.keys import KeyCabinet
from brama.services.ticketing.printing import Press

log = get_logger()
_CLAIMED_FOR: Final = timedelta(seconds=30)
_DESKS: Final = 3


class Issuer:
    """Issues tickets and tells of them. `worker` prints for those who get an e-mail, then tells."""

    def __init__(
        self, db: Database, clock: Clock, cabinet: KeyCabinet, press: Press, *, print_batch: int
    ) -> None:
        self.db, self.clock, self.press = db, clock, press
        self._cabinet, self._print_batch = cabinet, print_batch
        # One sets a page while others read and store theirs; each needs a connection of the pool.
        self._desks = asyncio.Semaphore(_DESKS)
        self.worker = Worker("print", self.print_some)

    async def issue(self, tx: Transaction, fact: sales.OrderPaid) -> None:
        """Issue the tickets of a paid order. Issued once, however often the order is said to be paid.

        Raises:
            NotYet: the event, its organiser or the ticket type was not heard of.
        """
        event = await store.find_event(tx, fact.event_id)
        if event is None or event.state == "draft" or not fact.event_number:
            raise NotYet(f"event {fact.event_number}")
        order = _order_of(fact, event)
        is_new = await store.add_order(
            tx, order.code, normalise_code(order.code), order.event_id, order.event_number,
            order.organiser_id, order.locale, order.has_email, order.currency, order.correlation_id,
            order.issued_at,
        )  # fmt: skip
        if not is_new:
            return
        tickets = await self._signed(tx, order, event, fact)
        await store.add_tickets(tx, [_row(ticket) for ticket in tickets])
        if order.has_email:
            tx.after_commit(self.worker.wake)
        else:
            await self._tell(tx, order, None)

    async def _signed(
        self, tx: Transaction, order: Order, event: Event, fact: sales.OrderPaid
    ) -> list[Ticket]:
        key = await self._cabinet.current(tx, event)
        places = domain.places(fact.lines, fact.buyer.name)
        try:
            return domain.issue(order, event, places, key, new_id=new_id, random_bytes=os.urandom)
        except LookupError as unknown:
            raise NotYet(str(unknown)) from None

    async def print_some(self) -> int:
        """Print and tell of some orders; answers how many. Paper is made outside of any transaction."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            orders = await store.claim_untold(tx, now, now + _CLAIMED_FOR, self._print_batch)
        await asyncio.gather(*(self._print_and_tell(order) for order in orders))
        return len(orders)

    async def _print_and_tell(self, order: Order) -> None:
        async with self._desks:
            with correlated(order.correlation_id):
                digest = await self._printed(order)
                async with self.db.transaction() as tx:
                    await store.find_and_lock_order(tx, order.code)
                    await self._tell(tx, order, digest)

    async def _printed(self, order: Order) -> str | None:
        try:
            return await self.press.order_pdf(order)
        except Exception:  # a picture that cannot be set must not keep guests from their tickets
            log.error("tickets.not_printed", order_code=order.code, exc_info=True)
            return None

    async def _tell(self, tx: Transaction, order: Order, digest: str | None) -> None:
        now = self.clock.now()
        if not await store.put_told(tx, order.code, now):
            return
        tickets = await store.tickets_of_order(tx, order.code)
        version = await store.next_order_version(tx, order.code)
        await outbox.say(
            tx,
            facts.of_tickets(
                said.TicketsIssued, order, version, tickets, now, locale=order.locale, pdf_digest=digest
            ),
        )
        log.info("tickets.issued", order_code=order.code, count=len(tickets))


def _order_of(fact: sales.OrderPaid, event: Event) -> Order:
    return Order(
        code=fact.order_code, event_id=event.id, event_number=event.number, organiser_id=event.organiser_id,
        version=0, locale=fact.buyer.locale, has_email=bool(fact.buyer.email), currency=fact.currency,
        correlation_id=correlation_id(), issued_at=fact.paid_at, pdf_digest=None, pdf_of=None,
    )  # fmt: skip


def _row(ticket: Ticket) -> tuple[object, ...]:
    return (
        ticket.id, ticket.order_code, ticket.event_id, ticket.event_number, ticket.organiser_id, ticket.line,
        ticket.place, ticket.ticket_type_id, ticket.product_number, ticket.type_name, ticket.price_minor,
        ticket.holder, ticket.code_id, ticket.revision, ticket.version, ticket.code,
    )  # fmt: skip
