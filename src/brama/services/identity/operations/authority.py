"""A change of what a person may do: told to everybody, and in force here at once."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.kernel import kernel_store, outbox
from brama.kernel.database import Transaction
from brama.services.identity import facts, store


async def announce_authority(tx: Transaction, staff_id: UUID, *, now: datetime) -> None:
    """Raise the version of a person's authority after their roles changed.

    Access tokens of an older version are refused from now on; without any role the person's sessions end.
    """
    await store.raise_authority(tx, staff_id)
    staff = await store.get_staff(tx, staff_id)
    roles = await store.roles_of(tx, staff_id)
    if not roles:
        await store.end_sessions_of(tx, staff_id, now, None)
    fact = facts.authority_changed(staff, roles, now)
    await kernel_store.put_authority(
        tx, staff_id, fact.aggregate_version, fact.name, fact.is_active, msgspec.to_builtins(fact.grants)
    )
    await outbox.say(tx, fact)
