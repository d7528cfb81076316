"""Gate devices: paired by a code, known by their key, revoked for good."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from brama.kernel import kernel_store, outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.ids import new_code, new_id, normalise_code
from brama.services.identity import errors, facts, store
from brama.services.identity.domain import devices
from brama.services.identity.domain.audit import Actor
from brama.services.identity.domain.devices import Device, Event, TicketKey
from brama.services.identity.domain.people import Organiser
from brama.services.identity.domain.sessions import hash_secret
from brama.services.identity.operations import audit
from brama.services.identity.operations.throttle import Throttle
from brama.services.identity.operations.tokens import AccessToken, AccessTokens


class DeviceSheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that a device has to know to work."""

    device: Device
    organiser: Organiser
    events: list[Event]
    keys: list[TicketKey]


async def add_device(
    db: Database,
    clock: Clock,
    *,
    caller: Caller,
    organiser_id: UUID | None,
    name: str,
    event_ids: list[UUID],
    gate_ids: list[UUID],
    life: timedelta,
) -> tuple[Device, str]:
    """Make a device that waits for its pairing; answers it with the code, which is kept as a hash only.

    Raises:
        EventNotFound: an event is unknown, or not the organiser's.
        EventsOfSeveralOrganisers: they don't belong together.
        GateNotFound: a gate is at none of the events.
    """
    now, code, device_id = clock.now(), new_code(devices.PAIRING_CODE_LENGTH), new_id()
    mine = {grant.organiser_id for grant in caller.grants}
    async with db.transaction() as tx:
        known = await store.events_by_id(tx, event_ids)
        owner_id = devices.scope_of(
            event_ids, gate_ids, [event for event in known if event.organiser_id in mine]
        )
        if organiser_id not in (None, owner_id):
            raise errors.EventNotFound()
        caller.within(owner_id)
        await store.add_device(
            tx, device_id, owner_id, name, event_ids, gate_ids, hash_secret(code), now + life, now
        )
        await audit.record(
            tx, audit.actor_of(caller), "device.added", ("device", device_id),
            organiser_id=owner_id, now=now, name=name,
        )  # fmt: skip
        return await store.get_device(tx, device_id), code


async def pair_device(
    db: Database,
    clock: Clock,
    tokens: AccessTokens,
    throttle: Throttle,
    *,
    code: str,
    public_key: bytes,
    address: str,
) -> tuple[DeviceSheet, AccessToken]:
    """Bind a device to the key that it made; the code works once.

    Raises:
        PairingCodeInvalid: the code is wrong, used or over.
        PublicKeyInvalid: these are not 32 bytes.
        TooManyRequests: too many wrong codes from this address lately.
    """
    if len(public_key) != devices.PUBLIC_KEY_BYTES:
        raise errors.PublicKeyInvalid()
    now = clock.now()
    async with throttle.attempt(address=address), db.transaction() as tx:
        waiting = await store.lock_device_by_code(tx, hash_secret(normalise_code(code)))
        if waiting is None or waiting.state(now) != "waiting":
            raise errors.PairingCodeInvalid()
        version = await store.mark_paired(tx, waiting.id, public_key, now)
        await outbox.say(tx, facts.device_paired(waiting, public_key, version, now))
        await audit.record(
            tx, Actor("device", waiting.id, waiting.name), "device.paired", ("device", waiting.id),
            organiser_id=waiting.organiser_id, now=now,
        )  # fmt: skip
        sheet = await _sheet(tx, waiting.id)
        return sheet, await tokens.for_device(tx, sheet.device, now=now)


async def renew_device_token(
    db: Database,
    clock: Clock,
    tokens: AccessTokens,
    *,
    device_id: UUID,
    signed_at_text: str,
    signature: bytes,
    skew: timedelta,
) -> AccessToken:
    """Give a device a new access token for a signature of just now, which works once.

    Raises:
        DeviceProofInvalid: another key or text, a clock too far off, used before, or no such device.
        DeviceRevoked: it is the device, and it lost its rights.
    """
    now = clock.now()
    async with db.transaction() as tx:
        device = await store.find_device(tx, device_id)
        if device is None:
            raise errors.DeviceProofInvalid()
        signed_at = devices.ensure_proof(device, signed_at_text, signature, now=now, skew=skew)
        await store.add_device_proof(tx, device_id, signed_at)
        if not device.is_active:
            raise errors.DeviceRevoked()
        await store.mark_seen(tx, device_id, now)
        return await tokens.for_device(tx, device, now=now)


async def list_devices(
    db: Database, *, caller: Caller, organiser_id: UUID, after: UUID | None, limit: int
) -> list[Device]:
    """A page of an organiser's devices, the latest first."""
    caller.within(organiser_id)
    async with db.reading() as tx:
        return await store.devices_of(tx, organiser_id, after, limit)


async def revoke_device(db: Database, clock: Clock, *, caller: Caller, device_id: UUID) -> None:
    """Take a device's rights for good; doing so again changes nothing. Its tokens are refused at once."""
    now = clock.now()
    async with db.transaction() as tx:
        device = await store.lock_device(tx, device_id)
        caller.within(device.organiser_id)
        if device.revoked_at is not None:
            return
        await _revoke(tx, device, now)
        await audit.record(
            tx, audit.actor_of(caller), "device.revoked", ("device", device_id),
            organiser_id=device.organiser_id, now=now, name=device.name,
        )  # fmt: skip


async def get_device_sheet(db: Database, *, device_id: UUID) -> DeviceSheet:
    """What a device has to know, as it is now."""
    async with db.reading() as tx:
        return await _sheet(tx, device_id)


async def _revoke(tx: Transaction, device: Device, now: datetime) -> None:
    version = await store.mark_revoked(tx, device.id, now)
    await kernel_store.put_revoked_device(tx, device.id, now)
    await outbox.say(tx, facts.device_revoked(device, version, now))


async def _sheet(tx: Connection, device_id: UUID) -> DeviceSheet:
    device = await store.get_device(tx, device_id)
    return DeviceSheet(
        device=device,
        organiser=await store.get_organiser(tx, device.organiser_id),
        events=await store.events_by_id(tx, device.event_ids),
        keys=await store.ticket_keys_of(tx, device.organiser_id),
    )
