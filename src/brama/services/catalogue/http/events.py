"""Events over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.idempotency import creates
from brama.kernel.problem import PreconditionRequired
from brama.kernel.web import By, Db, Given, Page, Time, etag, page
from brama.services.catalogue import domain, operations
from brama.services.catalogue.domain.entries import Cancellation, EventEdit, EventEntry
from brama.services.catalogue.http.common import READERS, WRITERS, Limit, answered_in, organisers_asked_for
from brama.services.catalogue.http.shapes import EventView, event_line, event_view

InState = Annotated[Literal["draft", "published", "cancelled"] | None, QueryParameter(name="state")]


@post("/events", opt=WRITERS | creates())
async def create_event(
    data: JSONBody[EventEntry], db: Db, clock: Time, caller: By, locale: Given[str]
) -> Response[EventView]:
    """Draft an event."""
    with answered_in(locale):
        sheet = await operations.create_event(db, clock, caller, data)
    return await _answer(sheet, db, clock, locale, status=201)


@get("/events", opt=READERS)
async def list_events(
    db: Db,
    caller: By,
    organiser_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """Events, the latest start first."""
    among = organisers_asked_for(caller, organiser_id)
    found = await operations.list_events(db, among, state=in_state, after=after, limit=limit + 1)
    more = found[limit - 1].id if len(found) > limit else None
    return page([event_line(each) for each in found[:limit]], more)


@get("/events/{event_id:uuid}", opt=READERS)
async def read_event(
    event_id: FromPath[UUID], db: Db, clock: Time, caller: By, locale: Given[str]
) -> Response[EventView]:
    """One event, whole, with what is missing for publishing."""
    sheet = await operations.read_event(db, caller, event_id)
    return await _answer(sheet, db, clock, locale)


@patch("/events/{event_id:uuid}", opt=WRITERS)
async def edit_event(
    event_id: FromPath[UUID],
    data: JSONBody[EventEdit],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
    if_match: Given[int | None],
) -> Response[EventView]:
    """Change an event's own fields; `If-Match` says which version was looked at."""
    if if_match is None:
        raise PreconditionRequired()
    with answered_in(locale):
        sheet = await operations.edit_event(db, clock, caller, event_id, data, expected_version=if_match)
    return await _answer(sheet, db, clock, locale)


@post("/events/{event_id:uuid}/publish", opt=WRITERS, status_code=200)
async def publish_event(
    event_id: FromPath[UUID], db: Db, clock: Time, caller: By, locale: Given[str]
) -> Response[EventView]:
    """Make an event public; its page stands within two seconds."""
    with answered_in(locale):
        sheet = await operations.publish_event(db, clock, caller, event_id)
    return await _answer(sheet, db, clock, locale)


@post("/events/{event_id:uuid}/cancel", opt=WRITERS, status_code=200)
async def cancel_event(
    event_id: FromPath[UUID],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
    data: JSONBody[Cancellation | None] = None,
) -> Response[EventView]:
    """Say that an event will not happen, and why, where somebody says why."""
    with answered_in(locale):
        sheet = await operations.cancel_event(db, clock, caller, event_id, data or Cancellation())
    return await _answer(sheet, db, clock, locale)


async def _answer(
    sheet: domain.Sheet, db: Database, clock: Clock, locale: str, *, status: int = 200
) -> Response[EventView]:
    organiser_id = sheet.event.organiser_id
    organisers = await operations.name_organisers(db, [organiser_id])
    view = event_view(sheet, organisers.get(organiser_id), locale=locale, now=clock.now())
    return Response(view, status_code=status, headers={"ETag": etag(sheet.event.version)})


ROUTES = [create_event, list_events, read_event, edit_event, publish_event, cancel_event]
