import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from brama.kernel.money import Money
from brama.shared import order_token
from brama.shared.order_token import BadToken, OrderClaims

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {"sales-1": KEY.public_key()}
CLAIMS = OrderClaims(
    purpose="order",
    subject="BRM7K2QX91TD",
    event_id=UUID("019ac000-0000-7000-8000-000000000001"),
    event_number=1204,
    organiser_id=UUID("019ac000-0000-7000-8000-000000000002"),
    total_minor=80_000,
    currency="UAH",
    expires_at=datetime(2026, 12, 5, 13, tzinfo=UTC),
    nonce=bytes(range(16)),
)
TOKEN = order_token.issue(CLAIMS, KEY, "sales-1")


def forged(header: dict[str, Any], payload: bytes | None = None, key: Any = None) -> str:
    """A token that somebody signed with our key, or with `key`, under another header."""
    return jws.serialize_compact(
        header, payload or msgspec.json.encode(CLAIMS), key or OKPKey(KEY, KEY), algorithms=[header["alg"]]
    )


def header(**change: Any) -> dict[str, Any]:
    return {"alg": "Ed25519", "kid": "sales-1", "typ": order_token.TYPE, **change}


def refused(token: str) -> bool:
    try:
        order_token.read(token, KEYS, "order")
    except BadToken:
        return True
    return False


def test_a_bad_token_does_not_say_why() -> None:
    foreign = order_token.issue(CLAIMS, KEY, "sales-2")
    for token in ("", "a.b.c", TOKEN[:-3] + "AAA", foreign):
        with pytest.raises(BadToken, match=r"^bad order token$") as caught:
            order_token.read(token, KEYS, "order")
        assert caught.value.__cause__ is None


def test_what_was_issued_is_read_back() -> None:
    assert order_token.read(TOKEN, KEYS, "order") == CLAIMS
    assert CLAIMS.total == Money(80_000, "UAH")
    assert len(TOKEN) < 500


def test_an_order_of_years_ago_still_opens() -> None:
    old = msgspec.structs.replace(CLAIMS, expires_at=datetime(1999, 1, 1, tzinfo=UTC))
    assert order_token.read(order_token.issue(old, KEY, "sales-1"), KEYS, "order") == old


def test_a_hold_token_opens_no_order() -> None:
    hold = order_token.issue(msgspec.structs.replace(CLAIMS, purpose="hold"), KEY, "sales-1")
    assert order_token.read(hold, KEYS, "hold").purpose == "hold"
    assert refused(hold)


def test_an_unknown_key_is_refused() -> None:
    assert refused(order_token.issue(CLAIMS, KEY, "sales-2"))


def test_another_key_under_a_known_name_is_refused() -> None:
    assert refused(order_token.issue(CLAIMS, Ed25519PrivateKey.generate(), "sales-1"))


def test_the_public_key_as_a_shared_secret_is_refused() -> None:
    secret = OctKey.import_key(KEY.public_key().public_bytes_raw())
    assert refused(forged(header(alg="HS256"), key=secret))


def test_no_algorithm_is_refused() -> None:
    head, payload, _ = TOKEN.split(".")
    none = base64.urlsafe_b64encode(json.dumps(header(alg="none")).encode()).decode().rstrip("=")
    assert refused(f"{none}.{payload}.")
    assert refused(f"{head}.{payload}.")


@pytest.mark.parametrize(
    "change", [{"typ": "JWT"}, {"typ": "brama-staff+jwt"}, {"kid": "x"}, {"cty": "json"}]
)
def test_a_token_of_another_kind_under_our_own_key_is_refused(change: dict[str, Any]) -> None:
    assert not refused(forged(header()))
    assert refused(forged(header(**change)))


@pytest.mark.parametrize(
    "change",
    [{"tot": "80000"}, {"jti": "AAAA"}, {"exp": "2026-12-05T13:00:00"}, {"pur": "gift"}, {"more": 1}],
)
def test_claims_of_another_shape_are_refused(change: dict[str, Any]) -> None:
    claims = json.loads(msgspec.json.encode(CLAIMS)) | change
    assert refused(forged(header(), json.dumps(claims).encode()))


@given(
    st.text()
    | st.text("abcdefABC019-_.=", max_size=400)
    | st.binary().map(lambda data: data.decode("latin-1"))
)
def test_every_text_is_refused_in_one_way(text: str) -> None:
    assert refused(text)


# The last letter of the signature has bits that mean nothing: two spellings of one signature.
@given(st.integers(0, len(TOKEN) - 2), st.characters())
def test_every_changed_letter_is_refused(at: int, letter: str) -> None:
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    assert refused(changed) == (changed != TOKEN)


@given(st.integers(0, len(TOKEN)), st.characters())
def test_every_added_letter_is_refused(at: int, letter: str) -> None:
    assert refused(TOKEN[:at] + letter + TOKEN[at:])
