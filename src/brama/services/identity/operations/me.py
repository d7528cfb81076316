"""What a person does about their own account."""

from uuid import UUID

import msgspec

from brama.contracts.common import Locale
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.services.identity import errors, store
from brama.services.identity.domain import passwords as rules
from brama.services.identity.domain.people import Organiser, Staff, StaffRole
from brama.services.identity.operations import audit
from brama.services.identity.operations.throttle import Throttle
from brama.services.identity.ports import Passwords


class Account(msgspec.Struct, frozen=True):
    """A person with their roles and the organisers that these are at."""

    staff: Staff
    roles: list[StaffRole]
    organisers: list[Organiser]


async def get_account(db: Database, *, staff_id: UUID) -> Account:
    """The person's own account."""
    async with db.reading() as tx:
        return Account(
            await store.get_staff(tx, staff_id),
            await store.roles_of(tx, staff_id),
            await store.organisers_of(tx, staff_id),
        )


async def change_profile(
    db: Database, clock: Clock, *, caller: Caller, staff_id: UUID, name: str | None, locale: Locale | None
) -> None:
    """Change name or language; None leaves what is there. The next access token carries the new name."""
    now = clock.now()
    async with db.transaction() as tx:
        staff = await store.lock_staff(tx, staff_id)
        await store.put_profile(tx, staff_id, name or staff.name, locale or staff.locale)
        actor = audit.actor_of(caller)
        await audit.record_everywhere(tx, actor, "profile.changed", ("staff", staff_id), now=now)


async def change_password(
    db: Database,
    clock: Clock,
    passwords: Passwords,
    throttle: Throttle,
    *,
    caller: Caller,
    staff_id: UUID,
    current: str,
    new: str,
) -> None:
    """Set a new password and end the person's other sessions.

    Raises:
        PasswordWrong: `current` is not the password.
        PasswordLength, PasswordCommon: the new one is refused.
        TooManyRequests: too many wrong ones lately.
    """
    now = clock.now()
    async with db.reading() as reading:
        staff = await store.get_staff(reading, staff_id)
    async with throttle.attempt(account=str(staff_id)):
        if not await passwords.verify(staff.password_hash, current):
            raise errors.PasswordWrong()
    rules.ensure_acceptable(new, email=staff.email)
    password_hash = await passwords.hash(new)
    async with db.transaction() as tx:
        await store.lock_staff(tx, staff_id)
        await store.put_password(tx, staff_id, password_hash)
        await store.end_sessions_of(tx, staff_id, now, caller.session_id)
        actor = audit.actor_of(caller)
        await audit.record_everywhere(tx, actor, "password.changed", ("staff", staff_id), now=now)
