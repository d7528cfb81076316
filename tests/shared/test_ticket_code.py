import json
from typing import Any

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from brama.shared import base45, qr
from brama.shared import ticket_code as tc
from brama.shared.outcomes import VERDICTS, Outcome, Verdict
from tests.shared import make_vectors
from tests.shared.make_vectors import EVENT, KEYS, TICKET, signed

PUBLIC = {name: secret.public_key() for name, secret in KEYS.items()}
GOOD = signed(TICKET, KEYS[EVENT, 1])
SIGNATURE_LEVEL = {Outcome.UNREADABLE, Outcome.UNKNOWN_KEY, Outcome.COUNTERFEIT, Outcome.WRONG_EVENT}

payloads = st.builds(
    tc.Payload,
    event_number=st.integers(0, 2**32 - 1),
    key_id=st.integers(0, 255),
    ticket_id=st.binary(min_size=8, max_size=8),
    revision=st.integers(0, 2**16 - 1),
    product=st.integers(0, 255),
    zones=st.integers(0, 255),
    valid_from_h=st.integers(0, 2**24 - 1),
    valid_until_h=st.integers(0, 2**24 - 1),
    live=st.booleans(),
)


def judged(text: str | bytes) -> tc.Genuine | tc.Refused:
    return tc.read(text, PUBLIC, event_number=EVENT)


@given(payloads, st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_read_back(payload: tc.Payload, seed: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    text = signed(payload, key)
    keys = {payload.key_name: key.public_key()}
    assert len(payload.packed()) == 24
    assert tc.read(text, keys, event_number=payload.event_number) == tc.Genuine(payload)
    assert tc.read(text.encode(), keys, event_number=payload.event_number) == tc.Genuine(payload)


@given(st.binary())
@example(b"")
@example(b"BR1:" + b"0" * 132)
@example(GOOD.encode() + b"\x00")
@example(GOOD.encode("utf-16"))
def test_every_byte_string_gives_an_outcome(data: bytes) -> None:
    answer = judged(data)
    assert isinstance(answer, tc.Refused)
    assert answer.outcome in SIGNATURE_LEVEL


@given(st.text() | st.text(base45.ALPHABET, min_size=132, max_size=132).map(lambda text: tc.PREFIX + text))
@example("\ud800")
@example(GOOD.replace("B", "В", 1))
def test_every_text_gives_an_outcome(text: str) -> None:
    answer = judged(text)
    assert isinstance(answer, tc.Refused)
    assert answer.outcome in SIGNATURE_LEVEL


@given(st.binary(min_size=88, max_size=88))
def test_every_well_formed_code_gives_an_outcome(data: bytes) -> None:
    assert isinstance(judged(tc.PREFIX + base45.encode(data)), tc.Refused)


def test_every_flipped_bit_is_detected() -> None:
    raw = TICKET.packed() + tc.sign(TICKET, KEYS[EVENT, 1])
    assert judged(tc.PREFIX + base45.encode(raw)) == tc.Genuine(TICKET)
    for bit in range(88 * 8):
        broken = bytearray(raw)
        broken[bit // 8] ^= 1 << bit % 8
        assert isinstance(judged(tc.PREFIX + base45.encode(bytes(broken))), tc.Refused), bit


@given(st.integers(0, 87), st.integers(1, 255))
def test_every_changed_byte_is_detected(at: int, change: int) -> None:
    raw = bytearray(TICKET.packed() + tc.sign(TICKET, KEYS[EVENT, 1]))
    raw[at] ^= change
    assert isinstance(judged(tc.PREFIX + base45.encode(bytes(raw))), tc.Refused)


@given(st.integers(0, len(GOOD) - 1), st.characters())
def test_every_changed_letter_is_detected(at: int, letter: str) -> None:
    changed = GOOD[:at] + letter + GOOD[at + 1 :]
    assert (judged(changed) == tc.Genuine(TICKET)) == (changed == GOOD)


@pytest.mark.parametrize("space", [" ", "\n", "\r\n", "\t", "\u00a0", "\x00"])
def test_codes_are_never_trimmed(space: str) -> None:
    assert judged(GOOD + space) == judged(space + GOOD) == tc.Refused(Outcome.UNREADABLE, None)


def test_two_spaces_inside_a_code_stay_two() -> None:
    texts = (
        signed(tc.Payload(event_number=EVENT, key_id=1, ticket_id=n.to_bytes(8, "big")), KEYS[EVENT, 1])
        for n in range(10_000)
    )
    text = next(text for text in texts if "  " in text)
    assert isinstance(judged(text), tc.Genuine)
    assert judged(text.replace("  ", " ")) == tc.Refused(Outcome.UNREADABLE, None)


def test_a_bad_signature_is_told_before_the_wrong_event() -> None:
    stranger = signed(tc.Payload(event_number=77, key_id=1, ticket_id=bytes(8)), KEYS[EVENT, 1])
    answer = judged(stranger)
    assert isinstance(answer, tc.Refused)
    assert answer.outcome is Outcome.COUNTERFEIT


@pytest.mark.parametrize(
    "field", [{"event_number": 2**32}, {"key_id": -1}, {"ticket_id": b"short"}, {"valid_until_h": 2**24}]
)
def test_a_payload_that_does_not_fit_is_never_made(field: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"event_number": 1, "key_id": 1, "ticket_id": bytes(8)}
    with pytest.raises(ValueError, match=r"fit|bytes"):
        tc.Payload(**{**whole, **field})


def test_hours_cover_the_whole_validity() -> None:
    at = tc.TIME_EPOCH.replace(year=2026, month=12, day=5, hour=15, minute=30)
    payload = tc.Payload(
        event_number=1, key_id=1, ticket_id=bytes(8),
        valid_from_h=tc.hour_from(at), valid_until_h=tc.hour_until(at),
    )  # fmt: skip
    assert payload.valid_from == at.replace(minute=0)
    assert payload.valid_until == at.replace(hour=16, minute=0)
    assert tc.hour_until(payload.valid_until) == payload.valid_until_h


@pytest.mark.parametrize("grade", [qr.SCREEN, qr.PRINT])
def test_a_code_fits_its_qr_and_an_independent_reader_reads_it(grade: qr.Grade) -> None:
    assert len(GOOD) == 136
    modules = qr.rows(GOOD, grade)
    assert len(modules) == 17 + 4 * grade.version
    found = zxingcpp.read_barcode(_drawn(modules))
    assert found is not None
    assert found.text == GOOD


def _drawn(modules: list[list[bool]]) -> Any:
    from PIL import Image

    side = len(modules) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark else 255)
    return image.resize((side * 4, side * 4), Image.Resampling.NEAREST)


VECTORS = json.loads(make_vectors.FILE.read_text("utf-8"))


def test_the_vectors_are_what_their_script_makes() -> None:
    assert json.loads(json.dumps(make_vectors.document())) == VECTORS


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_vectors_hold(case: dict[str, Any]) -> None:
    answer = judged(case["text"])
    if case["outcome"] is None:
        expected = {**case["payload"], "ticket_id": bytes.fromhex(case["payload"]["ticket_id"])}
        assert answer == tc.Genuine(tc.Payload(**expected))
    else:
        assert isinstance(answer, tc.Refused)
        assert answer.outcome == case["outcome"]


@given(st.binary())
def test_base45_is_its_own_inverse(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(base45.ALPHABET))
def test_one_value_has_one_base45_text(text: str) -> None:
    data = base45.decode(text)
    assert data is None or base45.encode(data) == text


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
)
def test_base45_agrees_with_the_examples_of_rfc_9285(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGW", "::", "A", "ab", ":::"])
def test_base45_refuses_what_rfc_9285_forbids(text: str) -> None:
    assert base45.decode(text) is None


def test_every_outcome_gives_a_verdict() -> None:
    assert set(VERDICTS) == set(Outcome)
    assert Outcome.COUNTERFEIT.verdict is Verdict.DENY
    assert Outcome.UNKNOWN_KEY.verdict is Verdict.ASK, "a device that is out of date never accuses a guest"
