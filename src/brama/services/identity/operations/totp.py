"""The second factor: an authenticator app."""

from datetime import datetime
from uuid import UUID

import msgspec
import pyotp

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.secrets import Sealer
from brama.services.identity import errors, store
from brama.services.identity.domain import totp
from brama.services.identity.domain.people import Staff
from brama.services.identity.operations import audit
from brama.services.identity.operations.throttle import Throttle

ISSUER = "Brama"


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app has to know; shown once."""

    secret: str
    uri: str


def matching_step(sealer: Sealer, staff: Staff, code: str, *, now: datetime) -> int | None:
    """The step that the person's code stands for, None if it is wrong or was used."""
    if staff.totp_secret is None:
        return None
    secret = sealer.open(staff.totp_secret, _context(staff.id)).decode()
    return totp.accepted_step(secret, code, now=now, last_step=staff.totp_last_step)


async def begin_totp(db: Database, sealer: Sealer, *, staff_id: UUID) -> Enrolment:
    """Give a new secret; it counts once a code of it was confirmed. Beginning again voids the earlier one.

    Raises:
        TotpAlreadyOn: remove the old one first.
    """
    secret = pyotp.random_base32()
    async with db.transaction() as tx:
        staff = await store.lock_staff(tx, staff_id)
        if staff.has_totp:
            raise errors.TotpAlreadyOn()
        await store.put_totp(tx, staff_id, sealer.seal(secret.encode(), _context(staff_id)), None, 0)
    return Enrolment(secret, totp.enrolment_uri(secret, email=staff.email, issuer=ISSUER))


async def confirm_totp(
    db: Database,
    clock: Clock,
    sealer: Sealer,
    throttle: Throttle,
    *,
    caller: Caller,
    staff_id: UUID,
    code: str,
) -> None:
    """Ask for codes from now on.

    Raises:
        TotpNotBegun: there is no secret to confirm.
        TotpAlreadyOn: it was confirmed before.
        TotpCodeWrong: this is no code of the secret.
        TooManyRequests: too many wrong codes lately.
    """
    now = clock.now()
    async with throttle.attempt(account=str(staff_id)), db.transaction() as tx:
        staff = await store.lock_staff(tx, staff_id)
        if staff.has_totp:
            raise errors.TotpAlreadyOn()
        if staff.totp_secret is None:
            raise errors.TotpNotBegun()
        step = matching_step(sealer, staff, code, now=now)
        if step is None:
            raise errors.TotpCodeWrong()
        await store.put_totp(tx, staff_id, staff.totp_secret, now, step)
        actor = audit.actor_of(caller)
        await audit.record_everywhere(tx, actor, "totp.enabled", ("staff", staff_id), now=now)


async def remove_totp(db: Database, clock: Clock, *, caller: Caller, staff_id: UUID) -> None:
    """Ask for no code any more; without one nothing changes."""
    now = clock.now()
    async with db.transaction() as tx:
        staff = await store.lock_staff(tx, staff_id)
        await store.put_totp(tx, staff_id, None, None, 0)
        if staff.has_totp:
            actor = audit.actor_of(caller)
            await audit.record_everywhere(tx, actor, "totp.disabled", ("staff", staff_id), now=now)


def _context(staff_id: UUID) -> str:
    return f"totp:{staff_id}"
