"""People and their roles over HTTP."""

from uuid import UUID

import msgspec
from litestar import delete, get, put

from brama.kernel.access import Caller, allow
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.web import Page, page
from brama.services.identity.http.fields import DEFAULT_PAGE, PageSize, cut
from brama.services.identity.operations import staff
from brama.shared.roles import Role


class RoleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another role for a colleague."""

    organiser_id: UUID
    role: Role


@get("/staff", opt=allow(Role.OWNER, Role.MANAGER))
async def list_staff(
    organiser_id: UUID,
    caller: Caller,
    db: Database,
    after: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE,
) -> Page:
    """The people of an organiser."""
    found = await staff.list_colleagues(
        db, caller=caller, organiser_id=organiser_id, after=after, limit=limit + 1
    )
    items, more = cut(found, limit)
    return page(items, items[-1].id if more else None)


@put("/staff/{staff_id:uuid}/roles", opt=allow(Role.OWNER), status_code=204)
async def change_role(staff_id: UUID, data: RoleChange, caller: Caller, db: Database, clock: Clock) -> None:
    """Give a colleague another role; in force at once."""
    await staff.change_role(
        db, clock, caller=caller, staff_id=staff_id, organiser_id=data.organiser_id, role=data.role
    )


@delete("/staff/{staff_id:uuid}/roles", opt=allow(Role.OWNER), status_code=204)
async def remove_role(staff_id: UUID, organiser_id: UUID, caller: Caller, db: Database, clock: Clock) -> None:
    """Take a colleague's role; whoever has none left is signed out everywhere at once."""
    await staff.change_role(db, clock, caller=caller, staff_id=staff_id, organiser_id=organiser_id, role=None)


ROUTES = [list_staff, change_role, remove_role]
