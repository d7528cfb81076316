"""Gate devices: what they may scan, and how they prove who they are."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from brama.contracts.common import LocalText
from brama.services.identity import errors

PAIRING_CODE_LENGTH = (
    8  # Crockford characters: 40 bits, guessed at most a few dozen times before the code is over
)
PUBLIC_KEY_BYTES = 32
_PROOF_DOMAIN = b"brama.device.token.v1\0"


class Gate(msgspec.Struct, frozen=True):
    """A place where tickets are scanned."""

    id: UUID
    name: str


class CheckInList(msgspec.Struct, frozen=True):
    """A list that a device may admit from."""

    id: UUID
    name: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the catalogue's event: enough to bound a device's rights."""

    id: UUID
    organiser_id: UUID
    number: int
    title: LocalText
    state: str
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    gates: list[Gate]
    check_in_lists: list[CheckInList]


class TicketKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that proves an event's tickets; base64url without padding."""

    event_number: int
    key_number: int
    public_key: str


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A phone at a gate: invited by a pairing code, then known by its key, until it is revoked."""

    id: UUID
    organiser_id: UUID
    name: str
    event_ids: list[UUID]
    gate_ids: list[UUID]
    public_key: bytes | None
    pairing_expires_at: datetime
    paired_at: datetime | None
    revoked_at: datetime | None
    seen_at: datetime | None
    version: int
    created_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether it has rights now."""
        return self.paired_at is not None and self.revoked_at is None

    def state(self, now: datetime) -> Literal["waiting", "lapsed", "paired", "revoked"]:
        """One word for people; `lapsed`: nobody used the pairing code in time."""
        if self.revoked_at is not None:
            return "revoked"
        if self.paired_at is not None:
            return "paired"
        return "waiting" if now < self.pairing_expires_at else "lapsed"


def scope_of(event_ids: list[UUID], gate_ids: list[UUID], events: list[Event]) -> UUID:
    """The one organiser to whom the events and gates of a device belong.

    Raises:
        EventNotFound: an event is not known.
        EventsOfSeveralOrganisers: they don't belong together.
        GateNotFound: a gate is at none of the events.
    """
    if {event.id for event in events} != set(event_ids):
        raise errors.EventNotFound()
    organisers = {event.organiser_id for event in events}
    if len(organisers) != 1:
        raise errors.EventsOfSeveralOrganisers()
    if not set(gate_ids) <= {gate.id for event in events for gate in event.gates}:
        raise errors.GateNotFound()
    return organisers.pop()


def ensure_proof(
    device: Device, signed_at_text: str, signature: bytes, *, now: datetime, skew: timedelta
) -> datetime:
    """Check that a device signed for a new access token just now; gives the moment it named.

    The text that was signed is the one that was sent, whatever way a device writes its times.

    Raises:
        DeviceProofInvalid: another key, another text, a time too far off, or no time at all.
    """
    signed_at = _moment(signed_at_text)
    if device.public_key is None or abs(now - signed_at) > skew:
        raise errors.DeviceProofInvalid()
    message = _PROOF_DOMAIN + device.id.bytes + signed_at_text.encode()
    try:
        Ed25519PublicKey.from_public_bytes(device.public_key).verify(signature, message)
    except InvalidSignature:
        raise errors.DeviceProofInvalid() from None
    return signed_at


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise errors.DeviceProofInvalid() from None
    if moment.tzinfo is None:
        raise errors.DeviceProofInvalid()
    return moment
