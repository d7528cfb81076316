"""The press: tickets as PDFs, set in a thread beside the loop, kept by what they show."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from brama.kernel.blobs import Blobs
from brama.kernel.database import Database
from brama.kernel.money import Money
from brama.services.ticketing import domain, store
from brama.services.ticketing.domain import Event, Order, Organiser, Ticket
from brama.services.ticketing.errors import NothingToPrint
from brama.shared.ticket_pdf import TicketPage, ticket_pdf

_PDF = "application/pdf"


class Press:
    """Prints. Nothing here runs inside a transaction: a page takes about 10 ms."""

    def __init__(self, db: Database, blobs: Blobs) -> None:
        self._db, self._blobs = db, blobs

    async def order_pdf(self, order: Order) -> str:
        """The digest of the PDF with every living ticket of an order; printed anew only if it would differ.

        Raises:
            NothingToPrint: no ticket is alive.
        """
        return (await self._order_pdf(order))[0]

    async def order_pdf_bytes(self, order: Order) -> bytes:
        """The PDF itself.

        Raises:
            NothingToPrint: no ticket is alive.
        """
        return (await self._order_pdf(order))[1]

    async def ticket_pdf_bytes(self, order: Order, ticket: Ticket) -> bytes:
        """One ticket on one page, numbered within its order.

        Raises:
            NothingToPrint: it is dead.
        """
        event, tickets = await self._known(order)
        return await self._set(order, event, tickets, only=ticket.id)

    async def _order_pdf(self, order: Order) -> tuple[str, bytes]:
        event, tickets = await self._known(order)
        name = domain.print_name(tickets, event)
        if order.pdf_digest and order.pdf_of == name:
            kept = await self._blobs.get(order.pdf_digest)
            if kept is not None:  # else the store lost it, and it is printed again
                return order.pdf_digest, kept.data
        data = await self._set(order, event, tickets)
        digest = await self._blobs.put(data, _PDF)
        async with self._db.transaction() as tx:
            await store.put_pdf(tx, order.code, digest, name)
        return digest, data

    async def _known(self, order: Order) -> tuple[Event, list[Ticket]]:
        async with self._db.reading() as tx:
            return await store.get_event(tx, order.event_id), await store.tickets_of_order(tx, order.code)

    async def _set(
        self, order: Order, event: Event, tickets: Sequence[Ticket], *, only: UUID | None = None
    ) -> bytes:
        async with self._db.reading() as tx:
            organiser = await store.find_organiser(tx, order.organiser_id)
        poster = await self._blobs.get(event.poster_digest, public=True) if event.poster_digest else None
        pages = [
            _page(order, event, organiser, ticket, (number, len(tickets)), poster.data if poster else None)
            for number, ticket in enumerate(tickets, 1)
            if ticket.state != "revoked" and only in (None, ticket.id)
        ]
        if not pages:
            raise NothingToPrint()
        return await asyncio.to_thread(ticket_pdf, pages)


def _page(
    order: Order,
    event: Event,
    organiser: Organiser | None,
    ticket: Ticket,
    position: tuple[int, int],
    poster: bytes | None,
) -> TicketPage:
    locale = order.locale
    return TicketPage(
        code=ticket.code, number=position[0], total=position[1], order_code=order.code,
        event_title=event.title.of(locale), organiser=_mark(organiser, locale), starts_at=event.starts_at,
        ends_at=event.ends_at, doors_at=event.doors_at, zone=event.time_zone,
        venue=event.venue.name.of(locale), address=event.venue.address.of(locale),
        holder=ticket.holder or "—", ticket_type=ticket.type_name.of(locale),
        price=Money(ticket.price_minor, order.currency), age_limit=event.age_limit or None,
        entrance_note=None, locale=locale, poster_seed=event.id, poster=poster,
    )  # fmt: skip


def _mark(organiser: Organiser | None, locale: str) -> str:
    return (organiser.mark or organiser.name.of(locale)) if organiser else ""
