"""The code on a ticket: 24 signed bytes that a gate can judge without a network.

payload, big-endian                                        code = "BR1:" + base45(payload + signature)
offset  size  field
     0     1  version (high nibble, 1) and flags (low nibble; bit 0: live mode, others 0)
     1     1  key id: with the event number it names the signing key
     2     4  event number
     6     8  ticket id, random
    14     2  revision; an older one than the list's is revoked
    16     1  product number
    17     1  zone mask, bit n = zone n
    18     3  valid from, hours since 2024-01-01T00:00Z, inclusive
    21     3  valid until, the same hours, exclusive
    24    64  Ed25519 signature of DOMAIN + payload

Text: 4 + 132 letters, all alphanumeric to a QR code: version 6 at level M, version 8 at level Q.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from brama.shared import base45
from brama.shared.outcomes import Outcome

PREFIX: Final = "BR1:"
DOMAIN: Final = b"brama.ticket.v1\x00"
TIME_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)
VERSION: Final = 1
LIVE: Final = 0b0001

_PAYLOAD_BYTES: Final = 24
_SIGNATURE_BYTES: Final = 64
_SIZES: Final[dict[str, int]] = {
    "key_id": 1,
    "event_number": 4,
    "revision": 2,
    "product": 1,
    "zones": 1,
    "valid_from_h": 3,
    "valid_until_h": 3,
}
_CODE: Final = re.compile(f"{PREFIX}[0-9A-Z $%*+./:-]{{132}}")

KeyName: TypeAlias = tuple[int, int]
"""(event number, key id)"""


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket says of itself. No name, no price.

    Raises:
        ValueError: a field does not fit its bytes.
    """

    event_number: int
    key_id: int
    ticket_id: bytes
    revision: int = 0
    product: int = 0
    zones: int = 0
    valid_from_h: int = 0
    valid_until_h: int = 0
    live: bool = False

    def __post_init__(self) -> None:
        if len(self.ticket_id) != 8:
            raise ValueError("ticket_id is not 8 bytes")
        for name, size in _SIZES.items():
            if not 0 <= getattr(self, name) < 256**size:
                raise ValueError(f"{name} does not fit {size} bytes")

    @property
    def key_name(self) -> KeyName:
        """Names the key that must have signed this."""
        return self.event_number, self.key_id

    @property
    def valid_from(self) -> datetime:
        """The first moment of validity, UTC."""
        return TIME_EPOCH + timedelta(hours=self.valid_from_h)

    @property
    def valid_until(self) -> datetime:
        """The first moment after validity, UTC."""
        return TIME_EPOCH + timedelta(hours=self.valid_until_h)

    def packed(self) -> bytes:
        """The 24 bytes that are signed."""
        return b"".join(
            (
                bytes((VERSION << 4 | (LIVE if self.live else 0), self.key_id)),
                self.event_number.to_bytes(4, "big"),
                self.ticket_id,
                self.revision.to_bytes(2, "big"),
                bytes((self.product, self.zones)),
                self.valid_from_h.to_bytes(3, "big"),
                self.valid_until_h.to_bytes(3, "big"),
            )
        )


class TicketCode(msgspec.Struct, frozen=True):
    """A code of the right form. Its signature is not verified yet."""

    payload: Payload
    signature: bytes


class Unreadable(msgspec.Struct, frozen=True):
    """A text that is no ticket code of ours; `reason` is for logs: form, base45, version or flags."""

    reason: str


class Genuine(msgspec.Struct, frozen=True):
    """Signed by the event's own key. Nothing is said yet of revisions, time or earlier entries."""

    payload: Payload


class Refused(msgspec.Struct, frozen=True):
    """`outcome` is unreadable, unknown_key, counterfeit or wrong_event.

    `claimed` is what the code says of itself, None if unreadable: for the log, never to be believed
    unless the outcome is wrong_event.
    """

    outcome: Outcome
    claimed: Payload | None


def hour_from(at: datetime) -> int:
    """The hour of the time epoch in which the aware time `at` lies: validity begins no later than `at`."""
    return (at - TIME_EPOCH) // timedelta(hours=1)


def hour_until(at: datetime) -> int:
    """The hour of the time epoch at or after the aware time `at`: validity ends no earlier than `at`."""
    return -((TIME_EPOCH - at) // timedelta(hours=1))


def sign(payload: Payload, private_key: Ed25519PrivateKey) -> bytes:
    """The 64 bytes that prove the payload. The same payload and key always give the same signature."""
    return private_key.sign(DOMAIN + payload.packed())


def verify(code: TicketCode, public_key: Ed25519PublicKey) -> bool:
    """Whether the code's payload was signed by this key."""
    try:
        public_key.verify(code.signature, DOMAIN + code.payload.packed())
    except InvalidSignature:
        return False
    return True


def encode(payload: Payload, signature: bytes) -> str:
    """The exact text for the QR code.

    Raises:
        ValueError: the signature is not 64 bytes.
    """
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return PREFIX + base45.encode(payload.packed() + signature)


def parse(text: str | bytes) -> TicketCode | Unreadable:
    """Take a scanned text apart. Total: every text and every byte string gives an answer.

    Nothing is trimmed or corrected: base45 contains the space, and one ticket has one text.
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not _CODE.fullmatch(text):
        return Unreadable("form")
    data = base45.decode(text[len(PREFIX) :])
    if data is None:
        return Unreadable("base45")
    version, flags = divmod(data[0], 16)
    if version != VERSION:
        return Unreadable("version")
    if flags & ~LIVE:
        return Unreadable("flags")
    return TicketCode(_unpacked(data), data[_PAYLOAD_BYTES:])


def read(
    text: str | bytes, keys: Mapping[KeyName, Ed25519PublicKey], *, event_number: int
) -> Genuine | Refused:
    """Judge a scanned text as far as its signature goes, for a gate of the event `event_number`.

    `keys` are those of all the organiser's current events, so that a genuine ticket of another night is
    told from a forgery. Pure and total; the order is form, key, signature, event.
    """
    code = parse(text)
    if isinstance(code, Unreadable):
        return Refused(Outcome.UNREADABLE, None)
    key = keys.get(code.payload.key_name)
    if key is None:
        return Refused(Outcome.UNKNOWN_KEY, code.payload)
    if not verify(code, key):
        return Refused(Outcome.COUNTERFEIT, code.payload)
    if code.payload.event_number != event_number:
        return Refused(Outcome.WRONG_EVENT, code.payload)
    return Genuine(code.payload)


def _unpacked(data: bytes) -> Payload:
    return Payload(
        live=bool(data[0] & LIVE),
        key_id=data[1],
        event_number=int.from_bytes(data[2:6], "big"),
        ticket_id=data[6:14],
        revision=int.from_bytes(data[14:16], "big"),
        product=data[16],
        zones=data[17],
        valid_from_h=int.from_bytes(data[18:21], "big"),
        valid_until_h=int.from_bytes(data[21:24], "big"),
    )
