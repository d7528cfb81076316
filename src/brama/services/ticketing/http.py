"""The HTTP side of ticketing: tickets for who bought them and for staff, as data, paper and calendar."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.types import ControllerRouterHandler
from msgspec.structs import replace

from brama.contracts.ticketing import TicketState
from brama.kernel.access import ACCESS, PUBLIC, Caller, allow
from brama.kernel.idempotency import creates
from brama.kernel.problem import NotFound, Problem
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.ticketing import errors, store
from brama.services.ticketing.domain import Event
from brama.services.ticketing.keys import KeyCabinet
from brama.services.ticketing.links import Links, pdf_path
from brama.services.ticketing.operations import changing, reading, rotating
from brama.services.ticketing.operations.reading import Door
from brama.services.ticketing.printing import Press
from brama.shared import qr
from brama.shared.calendar_file import CalendarEvent, Status, calendar_file
from brama.shared.roles import Role

PROBLEMS: dict[type[Problem], int] = {
    errors.TicketingError: 400,
    errors.TicketRevoked: 409,
    errors.RefundUnderWay: 409,
    errors.NothingToPrint: 410,
    errors.KeysUsedUp: 409,
}
_READERS = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE)
OrderToken = Annotated[str | None, HeaderParameter(name="X-Order-Token")]
_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
# An SVG is a document: opened by itself it may run nothing.
_SVG = {**_PRIVATE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
_PDF = "application/pdf"


class TicketOut(msgspec.Struct, frozen=True):
    """A ticket. `code` is the exact text inside the QR; `pdf_url` works for some minutes by itself."""

    id: UUID
    code: str
    state: TicketState
    reason: str | None
    holder: str | None
    ticket_type: str
    ticket_type_id: UUID
    event_id: UUID
    pdf_url: str
    web_url: str


class BlockIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a ticket is to be kept out; gates show it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TicketStateOut(msgspec.Struct, frozen=True):
    """A ticket's state after it was changed."""

    id: UUID
    state: TicketState
    reason: str | None


class EventKeyOut(msgspec.Struct, frozen=True):
    """The number of the key that signs an event's new tickets."""

    event_id: UUID
    key_number: int


@get("/orders/{code:str}/tickets", opt=PUBLIC)
async def list_tickets(
    code: FromPath[str], token: OrderToken, caller: By, door: Given[Door], db: Db, clock: Time, links: Given[Links],
    locale: Given[str],
) -> Response[Page]:  # fmt: skip
    """The tickets of an order; none until its payment was heard of."""
    order = await door.order(code, token, _reader(caller))
    tickets = await reading.tickets_of(db, order) if order else []
    pdf_url = links.pdf(order.code, clock.now()) if order else ""
    items = [
        TicketOut(
            ticket.id, ticket.code, ticket.state, ticket.reason, ticket.holder, ticket.type_name.of(locale),
            ticket.ticket_type_id, ticket.event_id, pdf_url, links.web(ticket.order_code, locale, token),
        )
        for ticket in tickets
    ]  # fmt: skip
    return Response(page(items, None), headers=_PRIVATE)


@get("/orders/{code:str}/tickets.pdf", opt=PUBLIC)
async def order_pdf(
    code: FromPath[str], token: OrderToken, caller: By, door: Given[Door], db: Db, clock: Time, links: Given[Links],
    press: Given[Press], access: FromQuery[str | None] = None,
) -> Response[bytes]:  # fmt: skip
    """All living tickets of an order on paper."""
    if access is not None and links.opens(pdf_path(code), access, clock.now()):
        order = await reading.find_order(db, code)
    else:
        order = await door.issued_order(code, token, _reader(caller))
    if order is None:
        raise NotFound()
    return _paper(await press.order_pdf_bytes(order), f"brama-{order.code}.pdf")


@get("/tickets/{file:str}", opt=PUBLIC)
async def one_pdf(
    file: FromPath[str], token: OrderToken, caller: By, door: Given[Door], db: Db, press: Given[Press]
) -> Response[bytes]:
    """`{id}.pdf`: one ticket on paper."""
    ticket = await reading.get_ticket(db, _ticket_id(file))
    order = await door.issued_order(ticket.order_code, token, _reader(caller))
    data = await press.ticket_pdf_bytes(order, ticket)
    return _paper(data, f"brama-{order.code}-{ticket.line + 1}.{ticket.place + 1}.pdf")


@get("/tickets/{ticket_id:uuid}/qr.svg", opt=PUBLIC)
async def code_svg(
    ticket_id: FromPath[UUID], token: OrderToken, caller: By, door: Given[Door], db: Db
) -> Response[str]:
    """The ticket's QR code for a lit screen."""
    ticket = await reading.get_ticket(db, ticket_id)
    await door.order(ticket.order_code, token, _reader(caller))
    return Response(qr.svg(ticket.code, qr.SCREEN), media_type="image/svg+xml", headers=_SVG)


@get("/orders/{code:str}/event.ics", opt=PUBLIC)
async def event_ics(
    code: FromPath[str], token: OrderToken, caller: By, door: Given[Door], db: Db, links: Given[Links]
) -> Response[bytes]:
    """The order's event for a calendar, in the buyer's language."""
    order = await door.issued_order(code, token, _reader(caller))
    async with db.reading() as tx:
        event = await store.get_event(tx, order.event_id)
    file = calendar_file(_calendar_entry(event, order.locale, links.event(event.slug, order.locale)))
    headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


@post("/tickets/{ticket_id:uuid}/block", opt=allow(Role.OWNER, Role.MANAGER), status_code=200)
async def block(
    ticket_id: FromPath[UUID], data: JSONBody[BlockIn], caller: By, db: Db, clock: Time
) -> TicketStateOut:
    """Keep a ticket out of the gate."""
    ticket = await changing.block_ticket(db, clock, caller, ticket_id, reason=data.reason)
    return TicketStateOut(ticket.id, ticket.state, ticket.reason)


@post("/tickets/{ticket_id:uuid}/unblock", opt=allow(Role.OWNER, Role.MANAGER), status_code=200)
async def unblock(ticket_id: FromPath[UUID], caller: By, db: Db, clock: Time) -> TicketStateOut:
    """Let a blocked ticket in again."""
    ticket = await changing.unblock_ticket(db, clock, caller, ticket_id)
    return TicketStateOut(ticket.id, ticket.state, ticket.reason)


@post("/events/{event_id:uuid}/rotate_key", opt=allow(Role.OWNER) | creates(), status_code=200)
async def rotate(
    event_id: FromPath[UUID], caller: By, db: Db, clock: Time, cabinet: Given[KeyCabinet]
) -> EventKeyOut:
    """Sign new tickets of an event with its next key."""
    event = await rotating.rotate_key(db, clock, cabinet, caller, event_id)
    return EventKeyOut(event.id, event.key_number)


def _reader(caller: Caller) -> Caller:
    """The caller with the roles that may read tickets; the routes are public for holders of a token."""
    return replace(caller, roles=_READERS[ACCESS].roles)


def _ticket_id(file: str) -> UUID:
    try:
        return UUID(file.removesuffix(".pdf")) if file.endswith(".pdf") else UUID("")
    except ValueError:
        raise NotFound() from None


def _paper(data: bytes, name: str) -> Response[bytes]:
    headers = {**_PRIVATE, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type=_PDF, headers=headers)


def _calendar_entry(event: Event, locale: str, url: str) -> CalendarEvent:
    where = [event.venue.name.of(locale), event.venue.address.of(locale)]
    return CalendarEvent(
        uid=f"{event.id}@brama", sequence=event.version, title=event.title.of(locale),
        description=event.description.of(locale), starts_at=event.starts_at, ends_at=event.ends_at,
        zone=event.time_zone, location=", ".join(filter(None, where)), url=url, locale=locale,
        changed_at=event.changed_at,
        status=Status.CANCELLED if event.state == "cancelled" else Status.CONFIRMED,
    )  # fmt: skip


ROUTES: list[ControllerRouterHandler] = [
    list_tickets, order_pdf, one_pdf, code_svg, event_ics, block, unblock, rotate,
]  # fmt: skip
