"""Access tokens, and the keys that sign them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from brama.kernel import kernel_store, outbox
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.keys import KeyPair, KeyRing
from brama.kernel.problem import Unavailable
from brama.kernel.tokens import ISSUER, AccessClaims, TokenGrant, expiry, sign
from brama.services.identity import facts, store
from brama.services.identity.domain.devices import Device
from brama.services.identity.domain.people import Staff, StaffRole

PURPOSE = "access"


class AccessToken(msgspec.Struct, frozen=True):
    """A signed token and the moment it is over."""

    text: str
    expires_at: datetime


class AccessTokens:
    """Makes access tokens with the key of the day."""

    def __init__(self, ring: KeyRing, *, staff_for: timedelta, device_for: timedelta) -> None:
        self._ring, self._staff_for, self._device_for = ring, staff_for, device_for

    async def for_staff(
        self, tx: Connection, staff: Staff, roles: list[StaffRole], *, session_id: UUID, now: datetime
    ) -> AccessToken:
        """A token with a person's roles as they are now."""
        issued_at, over_at = expiry(now, self._staff_for)
        claims = AccessClaims(
            kind="staff",
            sub=staff.id,
            name=staff.name,
            iat=issued_at,
            exp=over_at,
            av=staff.authority_version,
            sid=session_id,
            grants=[TokenGrant(organiser_id=role.organiser_id, role=role.role.value) for role in roles],
        )
        return await self._signed(tx, claims, now)

    async def for_device(self, tx: Connection, device: Device, *, now: datetime) -> AccessToken:
        """A token with a device's scope."""
        issued_at, over_at = expiry(now, self._device_for)
        claims = AccessClaims(
            kind="device",
            sub=device.id,
            name=device.name,
            iat=issued_at,
            exp=over_at,
            organiser_id=device.organiser_id,
            event_ids=device.event_ids,
            gate_ids=device.gate_ids,
        )
        return await self._signed(tx, claims, now)

    async def _signed(self, tx: Connection, claims: AccessClaims, now: datetime) -> AccessToken:
        key = await self._ring.current(tx, PURPOSE, now)
        if key is None:
            raise Unavailable()
        return AccessToken(sign(claims, key), datetime.fromtimestamp(claims.exp, UTC))


class KeyLife(msgspec.Struct, frozen=True, kw_only=True):
    """How long a key signs, and how long before that it is published."""

    signs_for: timedelta
    ahead: timedelta


async def rotate_keys(db: Database, clock: Clock, ring: KeyRing, life: KeyLife) -> None:
    """See to it that a key can sign now, and that its successor is published in time.

    The settings' first key is taken over once. A key is trusted a little longer than it signs, so that its
    last tokens end in peace.
    """
    now = clock.now()
    async with db.transaction() as tx:
        await store.lock_keys(tx)
        await ring.import_first(tx, PURPOSE, now)
        newest = next(iter(await ring.all(tx, PURPOSE)), None)
        if newest is None:
            await _publish_key(tx, ring, life, starts_at=now, now=now)
        elif now >= newest.not_before + life.signs_for - life.ahead:
            starts_at = max(newest.not_before + life.signs_for, now + life.ahead)
            await _publish_key(tx, ring, life, starts_at=starts_at, now=now)


async def public_keys(db: Database, clock: Clock, ring: KeyRing) -> list[KeyPair]:
    """The keys whose tokens may still be good, or will be."""
    async with db.reading() as tx:
        return [key for key in await ring.all(tx, PURPOSE) if key.not_after > clock.now()]


async def _publish_key(
    tx: Transaction, ring: KeyRing, life: KeyLife, *, starts_at: datetime, now: datetime
) -> None:
    key = await ring.create(tx, PURPOSE, not_before=starts_at, life=life.signs_for + life.ahead, now=now)
    await kernel_store.put_trusted_key(
        tx, ISSUER, key.key_id, PURPOSE, key.public_key, key.not_before, key.not_after
    )
    await outbox.say(tx, facts.key_published(key, now))
