"""Writes `vectors/gate.json`: the verdicts and signatures that a gate device must agree with.

Run it after a change of the rules or of the signed entry: `python -m tests.admission.make_vectors`.
"""

import hashlib
import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.kernel.secrets import to_base64url
from brama.services.admission.domain.entries import signed_bytes
from brama.services.admission.domain.evaluation import Question, evaluate
from brama.services.admission.domain.merging import Presence, merge
from brama.services.admission.domain.records import Scan
from brama.shared.outcomes import Verdict
from brama.shared.ticket_code import Genuine, Payload
from tests.admission.test_domain import LIST, NOW, OTHER_LIST, TYPE, a_list, a_scan, a_ticket, an_event

FILE = Path(__file__).parent / "vectors" / "gate.json"
EPOCH = datetime(2024, 1, 1, tzinfo=NOW.tzinfo)
HOUR = timedelta(hours=1)
OTHER_TYPE = UUID(int=77)

STATES = ("valid", "blocked", "transferred", "revoked/refunded", "revoked/cancelled", "revoked/reissued")
EVENTS = ("published", "cancelled")
WINDOWS = ((-2, 2), (1, 2), (-2, 0))
KINDS = ("entry", "exit")
RULES = tuple(itertools.product((False, True), repeat=2))
HISTORIES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "nobody came": [],
    "came": [("entry", {})],
    "came and left": [("entry", {}), ("exit", {})],
    "came twice, left once": [("entry", {}), ("entry", {}), ("exit", {})],
    "came and was undone": [("entry", {}), ("undo", {"acted": Verdict.DENY})],
    "was refused": [("entry", {"acted": Verdict.DENY})],
    "came by another list": [("entry", {"check_in_list_id": OTHER_LIST})],
}


def document() -> dict[str, Any]:
    """The whole file."""
    return {
        "about": "What a gate device decides and signs, as the server does. Times in ms since 1970.",
        "now": _ms(NOW),
        "list_id": str(LIST),
        "type_id": str(TYPE),
        "decisions": [*_alone(), *_with_history()],
        "entries": _entries(),
    }


def _alone() -> list[dict[str, Any]]:
    """The order of the questions, with nobody inside."""
    grid = itertools.product(STATES, EVENTS, WINDOWS, (0, 1), (TYPE, OTHER_TYPE), KINDS)
    return [
        _decision(state, event, window, revision, type_id, kind, (False, False), "nobody came")
        for state, event, window, revision, type_id, kind in grid
    ]


def _with_history() -> list[dict[str, Any]]:
    """The rules of a list, with what came before."""
    grid = itertools.product(KINDS, RULES, HISTORIES)
    return [
        _decision("valid", "published", WINDOWS[0], 0, TYPE, kind, rules, history)
        for kind, rules, history in grid
    ]


def _decision(
    state: str, event: str, window: tuple[int, int], revision: int, type_id: UUID, kind: Any,
    rules: tuple[bool, bool], history: str,
) -> dict[str, Any]:  # fmt: skip
    """A case: a code of revision 0, a ticket that may have a newer one, and what the server says."""
    word, _, reason = state.partition("/")
    rows = a_list(allow_multiple_entries=rules[0], allow_entry_after_exit=rules[1])
    ticket = a_ticket(revision=revision, state=word, reason=reason or None, ticket_type_id=type_id)
    from_h, until_h = (int((NOW + hours * HOUR - EPOCH) / HOUR) for hours in window)
    payload = Payload(
        event_number=12, key_id=1, ticket_id=bytes(8), product=1, valid_from_h=from_h, valid_until_h=until_h
    )
    scans = [
        a_scan(n, n - 100, kind=done, **more) for n, (done, more) in enumerate(HISTORIES[history], start=1)
    ]
    presence = merge(scans, ticket, {LIST: rows}).lists.get(LIST, Presence())
    outcome = evaluate(
        Question(
            kind=kind, reading=Genuine(payload), event=an_event(state=event), ticket=ticket,
            check_in_list=rows, presence=presence, now=NOW,
        )
    )  # fmt: skip
    return {
        "kind": kind,
        "event_state": event,
        "ticket": {
            "state": word,
            "reason": reason or None,
            "revision": revision,
            "ticket_type_id": str(type_id),
        },
        "valid_from": _ms(NOW + window[0] * HOUR),
        "valid_until": _ms(NOW + window[1] * HOUR),
        "allow_multiple_entries": rules[0],
        "allow_entry_after_exit": rules[1],
        "scans": [_scan(scan) for scan in scans],
        "inside": presence.inside,
        "outcome": outcome,
    }


def _scan(scan: Scan) -> dict[str, Any]:
    return {
        "scan_id": str(scan.scan_id),
        "list_id": str(scan.check_in_list_id),
        "kind": scan.kind,
        "acted": scan.acted,
        "at": scan.logical_ms,
    }


def _entries() -> dict[str, Any]:
    """Entries with every kind of text that JSON writers disagree on, signed by a key for tests only."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"brama test device").digest())
    texts = (
        'BR1:0 $%*+-./:"\\',
        "Ґанок, їжак, 🎟",
        "tab\t line\n\r\b\f nul\x00 esc\x1b del\x7f",
        "\u2028\u2029/<>&",
    )
    return {
        "public_key": to_base64url(key.public_key().public_bytes_raw()),
        "private_key": to_base64url(key.private_bytes_raw()),
        "cases": [_entry(key, number, text) for number, text in enumerate(texts, start=1)],
    }


def _entry(key: Ed25519PrivateKey, number: int, text: str) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "scan_id": str(UUID(int=number)),
        "device_seq": number,
        "code": text,
        "check_in_list_id": str(LIST),
        "gate_id": str(UUID(int=5)),
        "kind": "refuse" if number % 2 else "entry",
        "scanned_at": NOW.isoformat().replace("+00:00", "Z"),
        "clock_offset_ms": -number,
        "hlc": f"{_ms(NOW):013d}-000{number}-gate",
        "verdict": "deny",
        "outcome": "unreadable",
        "basis": {"online": False, "cursor": 2**40 + number},
        **({"reason": text} if number % 2 else {}),
    }
    message = signed_bytes(raw)
    signature = to_base64url(key.sign(message))
    return {"entry": {**raw, "signature": signature}, "message": to_base64url(message)}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def text() -> str:
    """The file's content."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
