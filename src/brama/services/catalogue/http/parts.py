"""Ticket types, check-in lists and gates over HTTP. Each answer's ETag is the version of the whole event."""

from typing import TypeVar
from uuid import UUID

from litestar import Response, delete, patch, post
from litestar.params import FromPath, JSONBody

from brama.kernel.idempotency import creates
from brama.kernel.web import By, Db, Given, Time, etag
from brama.services.catalogue import domain, operations
from brama.services.catalogue.domain.entries import (
    CheckInListEdit,
    CheckInListEntry,
    GateEntry,
    TicketTypeEdit,
    TicketTypeEntry,
)
from brama.services.catalogue.http.common import WRITERS, answered_in
from brama.services.catalogue.http.shapes import (
    CheckInListView,
    GateView,
    TicketTypeView,
    check_in_list_view,
    gate_view,
    ticket_type_view,
)

View = TypeVar("View")


@post("/events/{event_id:uuid}/ticket_types", opt=WRITERS | creates())
async def add_ticket_type(
    event_id: FromPath[UUID],
    data: JSONBody[TicketTypeEntry],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
) -> Response[TicketTypeView]:
    """Add a kind of ticket."""
    with answered_in(locale):
        sheet, new = await operations.add_ticket_type(db, clock, caller, event_id, data)
    return _answer(ticket_type_view(new, sheet.event.currency), sheet, status=201)


@patch("/events/{event_id:uuid}/ticket_types/{ticket_type_id:uuid}", opt=WRITERS)
async def edit_ticket_type(
    event_id: FromPath[UUID],
    ticket_type_id: FromPath[UUID],
    data: JSONBody[TicketTypeEdit],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
    if_match: Given[int | None],
) -> Response[TicketTypeView]:
    """Change a kind of ticket; `If-Match`, where given, is the event's version."""
    with answered_in(locale):
        sheet, new = await operations.edit_ticket_type(
            db, clock, caller, event_id, ticket_type_id, data, expected_version=if_match
        )
    return _answer(ticket_type_view(new, sheet.event.currency), sheet)


@delete("/events/{event_id:uuid}/ticket_types/{ticket_type_id:uuid}", opt=WRITERS)
async def remove_ticket_type(
    event_id: FromPath[UUID], ticket_type_id: FromPath[UUID], db: Db, clock: Time, caller: By
) -> None:
    """Delete a draft's kind of ticket, archive a public event's."""
    await operations.remove_ticket_type(db, clock, caller, event_id, ticket_type_id)


@post("/events/{event_id:uuid}/check_in_lists", opt=WRITERS | creates())
async def add_check_in_list(
    event_id: FromPath[UUID],
    data: JSONBody[CheckInListEntry],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
) -> Response[CheckInListView]:
    """Add a check-in list."""
    with answered_in(locale):
        sheet, new = await operations.add_check_in_list(db, clock, caller, event_id, data)
    return _answer(check_in_list_view(new, sheet.ticket_types), sheet, status=201)


@patch("/events/{event_id:uuid}/check_in_lists/{list_id:uuid}", opt=WRITERS)
async def edit_check_in_list(
    event_id: FromPath[UUID],
    list_id: FromPath[UUID],
    data: JSONBody[CheckInListEdit],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
) -> Response[CheckInListView]:
    """Change a check-in list."""
    with answered_in(locale):
        sheet, new = await operations.edit_check_in_list(db, clock, caller, event_id, list_id, data)
    return _answer(check_in_list_view(new, sheet.ticket_types), sheet)


@delete("/events/{event_id:uuid}/check_in_lists/{list_id:uuid}", opt=WRITERS)
async def remove_check_in_list(
    event_id: FromPath[UUID], list_id: FromPath[UUID], db: Db, clock: Time, caller: By
) -> None:
    """Take a check-in list away; a public event keeps its last one."""
    await operations.remove_check_in_list(db, clock, caller, event_id, list_id)


@post("/events/{event_id:uuid}/gates", opt=WRITERS | creates())
async def add_gate(
    event_id: FromPath[UUID], data: JSONBody[GateEntry], db: Db, clock: Time, caller: By, locale: Given[str]
) -> Response[GateView]:
    """Add a gate."""
    with answered_in(locale):
        sheet, new = await operations.add_gate(db, clock, caller, event_id, data)
    return _answer(gate_view(new), sheet, status=201)


@patch("/events/{event_id:uuid}/gates/{gate_id:uuid}", opt=WRITERS)
async def edit_gate(
    event_id: FromPath[UUID],
    gate_id: FromPath[UUID],
    data: JSONBody[GateEntry],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
) -> Response[GateView]:
    """Rename a gate."""
    with answered_in(locale):
        sheet, new = await operations.edit_gate(db, clock, caller, event_id, gate_id, data)
    return _answer(gate_view(new), sheet)


@delete("/events/{event_id:uuid}/gates/{gate_id:uuid}", opt=WRITERS)
async def remove_gate(
    event_id: FromPath[UUID], gate_id: FromPath[UUID], db: Db, clock: Time, caller: By
) -> None:
    """Take a gate away; a public event keeps its last one."""
    await operations.remove_gate(db, clock, caller, event_id, gate_id)


def _answer(view: View, sheet: domain.Sheet, *, status: int = 200) -> Response[View]:
    return Response(view, status_code=status, headers={"ETag": etag(sheet.event.version)})


ROUTES = [
    add_ticket_type,
    edit_ticket_type,
    remove_ticket_type,
    add_check_in_list,
    edit_check_in_list,
    remove_check_in_list,
    add_gate,
    edit_gate,
    remove_gate,
]
