"""The log entry that a gate device signs, and how it is proven."""

import base64
import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from brama.services.admission.domain.records import Kind
from brama.shared.outcomes import Outcome, Verdict

DOMAIN = b"brama.scan.v1\x00"
_HLC_MS = re.compile(r"\d{13,15}(?=\D|$)")


class Basis(msgspec.Struct, frozen=True):
    """What a device knew when it decided: the feed's cursor, and whether the server answered it."""

    cursor: int
    online: bool


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scan as its device logged it.

    `scanned_at` is the device's wall clock; adding `clock_offset_ms` gives the server's time. `hlc` begins
    with the hybrid logical clock's milliseconds, 13 digits, so that texts sort as times do. `device_seq`
    counts the device's entries without a gap.
    """

    scan_id: UUID
    device_seq: int
    code: str
    check_in_list_id: UUID
    gate_id: UUID
    kind: Kind
    scanned_at: datetime
    clock_offset_ms: int
    hlc: str
    verdict: Verdict
    outcome: Outcome
    basis: Basis
    signature: str
    reason: str | None = None

    @property
    def happened_at(self) -> datetime:
        """When the scan happened, by the server's clock."""
        return self.scanned_at + timedelta(milliseconds=self.clock_offset_ms)

    @property
    def logical_ms(self) -> int:
        """Its place in time: the logical clock where it is readable, else the corrected wall clock."""
        match = _HLC_MS.match(self.hlc)
        return int(match.group()) if match else milliseconds(self.happened_at)


def milliseconds(at: datetime) -> int:
    """Unix milliseconds."""
    return int(at.timestamp() * 1000)


def signed_bytes(raw: dict[str, Any]) -> bytes:
    """What the device signs: DOMAIN, then the entry as JSON in UTF-8, keys sorted, no spaces, no signature.

    Numbers are whole, and texts are not escaped beyond what JSON requires: exactly what JavaScript's
    JSON.stringify writes of an object whose keys were sorted.
    """
    unsigned = {name: value for name, value in raw.items() if name != "signature"}
    text = json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return DOMAIN + text.encode("utf-8", "surrogatepass")


def is_signed_by(raw: dict[str, Any], public_key: str) -> bool:
    """Whether the entry was signed by this key (both in base64url). Total: garbage is simply not signed."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(public_key))
        key.verify(_decoded(str(raw.get("signature", ""))), signed_bytes(raw))
    except (InvalidSignature, ValueError, RecursionError):
        return False
    return True


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
