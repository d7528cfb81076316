"""Venues over HTTP."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from brama.kernel.idempotency import creates
from brama.kernel.web import By, Db, Given, Page, Time, etag, page
from brama.services.catalogue import domain, operations
from brama.services.catalogue.domain.entries import VenueEdit, VenueEntry
from brama.services.catalogue.http.common import READERS, WRITERS, Limit, answered_in, organisers_asked_for
from brama.services.catalogue.http.shapes import VenueView, venue_view


@post("/venues", opt=WRITERS | creates())
async def create_venue(
    data: JSONBody[VenueEntry], db: Db, clock: Time, caller: By, locale: Given[str]
) -> Response[VenueView]:
    """Add a place for events."""
    with answered_in(locale):
        return _answer(await operations.create_venue(db, clock, caller, data), status=201)


@get("/venues", opt=READERS)
async def list_venues(
    db: Db,
    caller: By,
    organiser_id: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """Venues, newest first."""
    among = organisers_asked_for(caller, organiser_id)
    found = await operations.list_venues(db, among, after=after, limit=limit + 1)
    more = found[limit - 1].id if len(found) > limit else None
    return page([venue_view(each) for each in found[:limit]], more)


@get("/venues/{venue_id:uuid}", opt=READERS)
async def read_venue(venue_id: FromPath[UUID], db: Db, caller: By) -> Response[VenueView]:
    """One venue."""
    return _answer(await operations.read_venue(db, caller, venue_id))


@patch("/venues/{venue_id:uuid}", opt=WRITERS)
async def edit_venue(
    venue_id: FromPath[UUID],
    data: JSONBody[VenueEdit],
    db: Db,
    clock: Time,
    caller: By,
    locale: Given[str],
    if_match: Given[int | None],
) -> Response[VenueView]:
    """Change a venue; its events to come change with it."""
    with answered_in(locale):
        venue = await operations.edit_venue(db, clock, caller, venue_id, data, expected_version=if_match)
    return _answer(venue)


def _answer(venue: domain.Venue, *, status: int = 200) -> Response[VenueView]:
    return Response(venue_view(venue), status_code=status, headers={"ETag": etag(venue.version)})


ROUTES = [create_venue, list_venues, read_venue, edit_venue]
