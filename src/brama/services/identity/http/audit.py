"""The audit trail over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import FromQuery, QueryParameter

from brama.kernel.access import allow
from brama.kernel.web import By, Db, Page, page
from brama.services.identity.http.fields import DEFAULT_PAGE, PageSize, cut
from brama.services.identity.operations import audit
from brama.shared.roles import Role


@get("/audit", opt=allow(Role.OWNER))
async def list_entries(
    organiser_id: FromQuery[UUID],
    caller: By,
    db: Db,
    actor_id: FromQuery[UUID | None] = None,
    action: Annotated[str | None, QueryParameter(name="action", max_length=60)] = None,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = DEFAULT_PAGE,
) -> Page:
    """Who did what at an organiser, the latest first."""
    found = await audit.list_entries(
        db,
        caller=caller,
        organiser_id=organiser_id,
        actor_id=actor_id,
        action=action,
        after=after,
        limit=limit + 1,
    )
    items, more = cut(found, limit)
    return page(items, items[-1].id if more else None)


ROUTES = [list_entries]
