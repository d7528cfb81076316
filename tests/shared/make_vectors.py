"""Writes `vectors/ticket_codes.json`, which every verifier of ticket codes, in any language, must agree with.

Run it after a change of the code's form: `python -m tests.shared.make_vectors`. Nothing in it is random.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.shared import base45
from brama.shared import ticket_code as tc

FILE = Path(__file__).parent / "vectors" / "ticket_codes.json"
change = msgspec.structs.replace
EVENT, OTHER_EVENT, FOREIGN_EVENT = 1_204, 77, 999_999


def key(name: str) -> Ed25519PrivateKey:
    """A key for tests only, from its name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"brama test key {name}".encode()).digest())


KEYS = {(EVENT, 1): key("1204/1"), (EVENT, 2): key("1204/2"), (OTHER_EVENT, 1): key("77/1")}
TICKET = tc.Payload(
    event_number=EVENT,
    key_id=1,
    ticket_id=bytes.fromhex("0123456789abcdef"),
    revision=3,
    product=2,
    zones=0b101,
    valid_from_h=25_645,
    valid_until_h=25_669,
)


def signed(payload: tc.Payload, by: Ed25519PrivateKey) -> str:
    """The code of a payload under a key."""
    return tc.encode(payload, tc.sign(payload, by))


def document() -> dict[str, Any]:
    """The whole file."""
    return {
        "about": "Ticket codes, version 1. Read each text with these keys at a gate of `event_number`.",
        "event_number": EVENT,
        "keys": [
            {
                "event_number": event,
                "key_id": key_id,
                "public_key": secret.public_key().public_bytes_raw().hex(),
                "private_key": secret.private_bytes_raw().hex(),
            }
            for (event, key_id), secret in KEYS.items()
        ],
        "cases": [*_genuine(), *_refused()],
    }


def _genuine() -> list[dict[str, Any]]:
    largest = tc.Payload(
        event_number=EVENT, key_id=2, ticket_id=b"\xff" * 8, revision=65_535, product=255, zones=255,
        valid_from_h=0, valid_until_h=2**24 - 1, live=True,
    )  # fmt: skip
    tickets = {
        "a ticket": TICKET,
        "the next key of the event": change(TICKET, key_id=2),
        "live mode": change(TICKET, live=True),
        "all zeros": tc.Payload(event_number=EVENT, key_id=1, ticket_id=bytes(8)),
        "the largest of everything": largest,
    }
    return [
        {
            "name": name,
            "text": signed(ticket, KEYS[ticket.key_name]),
            "outcome": None,
            "payload": {
                "event_number": ticket.event_number,
                "key_id": ticket.key_id,
                "ticket_id": ticket.ticket_id.hex(),
                "revision": ticket.revision,
                "product": ticket.product,
                "zones": ticket.zones,
                "valid_from_h": ticket.valid_from_h,
                "valid_until_h": ticket.valid_until_h,
                "live": ticket.live,
            },
        }
        for name, ticket in tickets.items()
    ]


def _refused() -> list[dict[str, Any]]:
    cases = {"wrong_event": _WRONG_EVENT, "unknown_key": _UNKNOWN_KEY, "counterfeit": _counterfeit()}
    cases["unreadable"] = _unreadable()
    return [
        {"name": name, "text": text, "outcome": outcome, "payload": None}
        for outcome, texts in cases.items()
        for name, text in texts.items()
    ]


OURS = KEYS[EVENT, 1]
SIGNATURE = tc.sign(TICKET, OURS)
RAW = TICKET.packed() + SIGNATURE
# The order of the curve's group.
_ORDER = 2**252 + 27742317777372353535851937790883648493

_WRONG_EVENT = {
    "another event of the organiser": signed(change(TICKET, event_number=OTHER_EVENT), KEYS[OTHER_EVENT, 1])
}
_UNKNOWN_KEY = {
    "an event without keys here": signed(change(TICKET, event_number=FOREIGN_EVENT), key("foreign")),
    "a key id without a key": signed(change(TICKET, key_id=9), OURS),
}


def _counterfeit() -> dict[str, str]:
    live = change(TICKET, live=True)
    # Valid only to a verifier that does not check the scalar's range.
    raised = RAW[:56] + (int.from_bytes(RAW[56:], "little") + _ORDER).to_bytes(32, "little")
    return {
        "signed by another event's key": signed(TICKET, KEYS[OTHER_EVENT, 1]),
        "signed by another key of the event": signed(TICKET, KEYS[EVENT, 2]),
        "signed without the domain": tc.encode(TICKET, OURS.sign(TICKET.packed())),
        "live mode stripped": tc.encode(TICKET, tc.sign(live, OURS)),
        "live mode added": tc.encode(live, SIGNATURE),
        "revision raised": tc.encode(change(TICKET, revision=4), SIGNATURE),
        "a bit of the ticket id flipped": _flipped(9, 0x01),
        "a bit of the signature flipped": _flipped(87, 0x10),
        "signature of zeros": tc.encode(TICKET, bytes(64)),
        "signature's scalar not reduced": _text(raised),
    }


def _unreadable() -> dict[str, str]:
    good = _text(RAW)
    return {
        "version 2": _flipped(0, 0x30),
        "an unknown flag": _flipped(0, 0x02),
        "a byte short": _text(RAW[:-1]),
        "a byte long": _text(RAW + bytes(1)),
        "a letter short": good[:-1],
        "a space before": " " + good,
        "a newline after": good + "\n",
        "small letters": good.lower(),
        "a letter outside the alphabet": good[:20] + "_" + good[21:],
        "a Cyrillic letter that looks Latin": good[:20] + "А" + good[21:],
        "a digit of another script": good[:20] + "٣" + good[21:],
        "three letters beyond two bytes": tc.PREFIX + ":::" + good[7:],
        "no prefix": good[4:],
        "another prefix": "BR2:" + good[4:],
        "a health certificate's prefix": "HC1:" + good[4:],
        "a link": "https://example.org/tickets/1",
        "empty": "",
    }


def _text(data: bytes) -> str:
    return tc.PREFIX + base45.encode(data)


def _flipped(at: int, bits: int) -> str:
    return _text(RAW[:at] + bytes((RAW[at] ^ bits,)) + RAW[at + 1 :])


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", "utf-8")
