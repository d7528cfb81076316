"""The people of an organiser and their roles."""

from uuid import UUID

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.problem import Forbidden
from brama.services.identity import errors, store
from brama.services.identity.domain import people
from brama.services.identity.domain.people import Colleague
from brama.services.identity.operations import audit
from brama.services.identity.operations.authority import announce_authority
from brama.shared.roles import Role


async def list_colleagues(
    db: Database, *, caller: Caller, organiser_id: UUID, after: UUID | None, limit: int
) -> list[Colleague]:
    """A page of an organiser's people, the newest account first."""
    caller.within(organiser_id)
    async with db.reading() as tx:
        return await store.colleagues(tx, organiser_id, after, limit)


async def change_role(
    db: Database, clock: Clock, *, caller: Caller, staff_id: UUID, organiser_id: UUID, role: Role | None
) -> None:
    """Give a colleague another role, or none: then they don't work for the organiser any more.

    Raises:
        Forbidden: the caller is not the owner (any more).
        StaffNotFound: they don't work there. New people are invited.
        LastOwner: nobody would be owner any more.
    """
    caller.within(organiser_id)
    now = clock.now()
    async with db.transaction() as tx:
        await store.lock_organiser(tx, organiser_id)
        if await store.role_at(tx, organiser_id, caller.id) is not Role.OWNER:
            raise Forbidden()  # was the owner when the request came in, and is not any more
        before = await store.role_at(tx, organiser_id, staff_id)
        if before is None:
            raise errors.StaffNotFound()
        if before is role:
            return
        people.ensure_owner_remains(before, role, owners=await store.count_owners(tx, organiser_id))
        if role is None:
            await store.drop_role(tx, organiser_id, staff_id)
        else:
            await store.put_role(tx, staff_id, organiser_id, role, now)
        await announce_authority(tx, staff_id, now=now)
        action = "role.changed" if role else "role.removed"
        details = {"before": before.value} | ({"after": role.value} if role else {})
        actor = audit.actor_of(caller)
        await audit.record(
            tx, actor, action, ("staff", staff_id), organiser_id=organiser_id, now=now, **details
        )
