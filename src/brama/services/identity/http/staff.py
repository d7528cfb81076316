"""People and their roles over HTTP."""

from uuid import UUID

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody

from brama.kernel.access import allow
from brama.kernel.web import By, Db, Page, Time, page
from brama.services.identity.http.fields import DEFAULT_PAGE, PageSize, cut
from brama.services.identity.operations import staff
from brama.shared.roles import Role


class RoleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another role for a colleague."""

    organiser_id: UUID
    role: Role


@get("/staff", opt=allow(Role.OWNER, Role.MANAGER))
async def list_staff(
    organiser_id: FromQuery[UUID],
    caller: By,
    db: Db,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = DEFAULT_PAGE,
) -> Page:
    """The people of an organiser."""
    found = await staff.list_colleagues(
        db, caller=caller, organiser_id=organiser_id, after=after, limit=limit + 1
    )
    items, more = cut(found, limit)
    return page(items, items[-1].id if more else None)


@put("/staff/{staff_id:uuid}/roles", opt=allow(Role.OWNER), status_code=204)
async def change_role(
    staff_id: FromPath[UUID], data: JSONBody[RoleChange], caller: By, db: Db, clock: Time
) -> None:
    """Give a colleague another role; in force at once."""
    await staff.change_role(
        db, clock, caller=caller, staff_id=staff_id, organiser_id=data.organiser_id, role=data.role
    )


@delete("/staff/{staff_id:uuid}/roles", opt=allow(Role.OWNER), status_code=204)
async def remove_role(
    staff_id: FromPath[UUID], organiser_id: FromQuery[UUID], caller: By, db: Db, clock: Time
) -> None:
    """Take a colleague's role; whoever has none left is signed out everywhere at once."""
    await staff.change_role(db, clock, caller=caller, staff_id=staff_id, organiser_id=organiser_id, role=None)


ROUTES = [list_staff, change_role, remove_role]
