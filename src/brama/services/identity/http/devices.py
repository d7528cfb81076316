"""Gate devices over HTTP."""

import binascii
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from brama.contracts.common import LocalText
from brama.kernel.access import PUBLIC, allow
from brama.kernel.idempotency import creates
from brama.kernel.secrets import from_base64url
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.identity import errors
from brama.services.identity.config import IdentityConfig
from brama.services.identity.domain.devices import CheckInList, Device, Event, Gate, TicketKey
from brama.services.identity.http.fields import DEFAULT_PAGE, Code, Name, PageSize, client_address, cut
from brama.services.identity.operations import devices
from brama.services.identity.operations.devices import DeviceSheet
from brama.services.identity.operations.sessions import SessionDesk
from brama.shared.roles import Role

Ids = Annotated[list[UUID], Meta(min_length=1, max_length=50)]


class NewDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A phone that will scan at some gates of some events; the organiser follows from the events."""

    organiser_id: UUID | None = None
    name: Name
    event_ids: Ids
    gate_ids: Ids


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`public_key` is 32 bytes of Ed25519 in base64url; its private half never leaves the device."""

    pairing_code: Code
    public_key: Annotated[str, Meta(max_length=64)]


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signature (base64url) over `brama.device.token.v1`, a zero byte, the id's 16 bytes, `signed_at`."""

    signed_at: Annotated[str, Meta(max_length=40)]
    signature: Annotated[str, Meta(max_length=128)]


class PairingView(msgspec.Struct, frozen=True):
    """How to pair the device; `pairing_url` is meant as a QR code."""

    id: UUID
    pairing_code: str
    pairing_url: str
    expires_at: datetime


class DeviceView(msgspec.Struct, frozen=True):
    """A device, as staff see it."""

    id: UUID
    name: str
    state: str
    event_ids: list[UUID]
    gate_ids: list[UUID]
    created_at: datetime
    paired_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None


class DeviceOrganiserView(msgspec.Struct, frozen=True):
    """For whom a device works."""

    id: UUID
    name: LocalText


class DeviceEventView(msgspec.Struct, frozen=True):
    """An event in a device's scope, with the gates of its scope."""

    id: UUID
    number: int
    title: LocalText
    state: str
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    gates: list[Gate]
    check_in_lists: list[CheckInList]

    @classmethod
    def of(cls, event: Event, device: Device) -> "DeviceEventView":
        """What the device sees of the event."""
        gates = [gate for gate in event.gates if gate.id in device.gate_ids]
        return cls(
            event.id, event.number, event.title, event.state, event.starts_at, event.ends_at, event.doors_at,
            event.time_zone, gates, event.check_in_lists,
        )  # fmt: skip


class DeviceSheetView(msgspec.Struct, frozen=True, kw_only=True):
    """All that a device has to know; `keys` prove the tickets of all the organiser's events."""

    device_id: UUID
    name: str
    organiser: DeviceOrganiserView
    events: list[DeviceEventView]
    keys: list[TicketKey]


class PairedView(DeviceSheetView, frozen=True, kw_only=True):
    """The same with the device's first access token."""

    access_token: str
    expires_at: datetime


class DeviceTokenView(msgspec.Struct, frozen=True):
    """A fresh access token."""

    access_token: str
    expires_at: datetime


@post("/devices", opt=allow(Role.OWNER, Role.MANAGER) | creates())
async def add_device(
    data: JSONBody[NewDevice], caller: By, db: Db, clock: Time, settings: Given[IdentityConfig]
) -> PairingView:
    """Make a device and its pairing code, which works once."""
    device, code = await devices.add_device(
        db,
        clock,
        caller=caller,
        organiser_id=data.organiser_id,
        name=data.name,
        event_ids=list(dict.fromkeys(data.event_ids)),
        gate_ids=list(dict.fromkeys(data.gate_ids)),
        life=timedelta(seconds=settings.pairing_for_s),
    )
    url = f"{settings.public_origin}/checkin/#pair={code}"
    return PairingView(device.id, code, url, device.pairing_expires_at)


@post("/devices/pair", opt=PUBLIC)
async def pair_device(
    data: JSONBody[Pairing], request: Request[Any, Any, Any], db: Db, clock: Time, desk: Given[SessionDesk]
) -> PairedView:
    """Turn a pairing code into a device's rights."""
    sheet, access = await devices.pair_device(
        db,
        clock,
        desk.tokens,
        desk.throttle,
        code=data.pairing_code,
        public_key=_bytes(data.public_key, errors.PublicKeyInvalid),
        address=client_address(request),
    )
    return PairedView(access_token=access.text, expires_at=access.expires_at, **_sheet(sheet))


@post("/devices/{device_id:uuid}/token", opt=PUBLIC)
async def renew_token(
    device_id: FromPath[UUID],
    data: JSONBody[Proof],
    db: Db,
    clock: Time,
    desk: Given[SessionDesk],
    settings: Given[IdentityConfig],
) -> DeviceTokenView:
    """A new access token for a device that proves who it is."""
    access = await devices.renew_device_token(
        db,
        clock,
        desk.tokens,
        device_id=device_id,
        signed_at_text=data.signed_at,
        signature=_bytes(data.signature, errors.DeviceProofInvalid),
        skew=timedelta(seconds=settings.device_skew_s),
    )
    return DeviceTokenView(access.text, access.expires_at)


@get("/devices", opt=allow(Role.OWNER, Role.MANAGER))
async def list_devices(
    organiser_id: FromQuery[UUID],
    caller: By,
    db: Db,
    clock: Time,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = DEFAULT_PAGE,
) -> Page:
    """The devices of an organiser."""
    found = await devices.list_devices(
        db, caller=caller, organiser_id=organiser_id, after=after, limit=limit + 1
    )
    items, more = cut(found, limit)
    now = clock.now()
    return page([_view(item, now) for item in items], items[-1].id if more else None)


@get("/devices/me", opt=allow(device=True))
async def get_own_sheet(caller: By, db: Db) -> DeviceSheetView:
    """What the calling device has to know, as it is now."""
    if caller.id is None:
        raise errors.DeviceNotFound()
    return DeviceSheetView(**_sheet(await devices.get_device_sheet(db, device_id=caller.id)))


@delete("/devices/{device_id:uuid}", opt=allow(Role.OWNER, Role.MANAGER), status_code=204)
async def revoke_device(device_id: FromPath[UUID], caller: By, db: Db, clock: Time) -> None:
    """Take a device's rights for good."""
    await devices.revoke_device(db, clock, caller=caller, device_id=device_id)


ROUTES = [add_device, pair_device, renew_token, list_devices, get_own_sheet, revoke_device]


def _bytes(text: str, otherwise: type[Exception]) -> bytes:
    try:
        return from_base64url(text.rstrip("="))
    except (binascii.Error, ValueError):
        raise otherwise() from None


def _view(device: Device, now: datetime) -> DeviceView:
    return DeviceView(
        device.id, device.name, device.state(now), device.event_ids, device.gate_ids, device.created_at,
        device.paired_at, device.seen_at, device.revoked_at,
    )  # fmt: skip


def _sheet(sheet: DeviceSheet) -> dict[str, Any]:
    return {
        "device_id": sheet.device.id,
        "name": sheet.device.name,
        "organiser": DeviceOrganiserView(sheet.organiser.id, sheet.organiser.name),
        "events": [DeviceEventView.of(event, sheet.device) for event in sheet.events],
        "keys": sheet.keys,
    }
