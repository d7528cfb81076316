"""Who may pass: nobody, unless the route says so and a token that is genuine, fresh and in force proves it."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import get

from brama.kernel import kernel_store
from brama.kernel.answers import Answers
from brama.kernel.clock import SystemClock
from brama.kernel.database import Database
from brama.kernel.ids import new_id
from brama.kernel.keys import KeyPair, public_bytes
from brama.kernel.secrets import to_base64url
from brama.kernel.texts import Texts
from brama.kernel.web import RouteIsOpen, build_app
from tests.kernel.signing import bearer, device, staff
from tests.support.clock import MovableClock
from tests.support.keys import IDENTITY_KEY, SALES_KEY

CLUB = new_id()


def _part(content: Any) -> str:
    return to_base64url(content if isinstance(content, bytes) else json.dumps(content).encode())


def _taken_apart(headers: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, claims, signature = headers["Authorization"].removeprefix("Bearer ").split(".")
    opened = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)]
    return opened[0], opened[1], signature


def _stranger(key_id: str) -> KeyPair:
    private = Ed25519PrivateKey.generate()
    now = SystemClock().now()
    return KeyPair(key_id, "access", private, public_bytes(private), now, now + timedelta(days=1))


async def _status(client: httpx.AsyncClient, headers: dict[str, str], path: str = "mine") -> int:
    return (await client.get(path, headers=headers)).status_code


def test_a_route_that_does_not_say_who_may_use_it_stops_the_start() -> None:
    @get("/open")
    async def forgotten() -> None:
        """Whoever wrote this forgot the guard."""

    with pytest.raises(RouteIsOpen, match="/api/house/v1/open"):
        build_app("house", routes=[forgotten], answers=Answers(Texts.of("brama.kernel"), {}), middleware=[],
                  db=None, clock=SystemClock(), dependencies={})  # type: ignore[arg-type]  # fmt: skip


async def test_a_genuine_token_passes_and_says_who_it_is(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    me = new_id()
    answer = await client.get("mine", headers=staff(clock, CLUB, "inspector", staff_id=me, name="Дем'яненко"))
    assert answer.json() == {"principal": f"staff:{me}", "name": "Дем'яненко"}


async def test_nobody_and_nonsense_are_told_to_sign_in(client: httpx.AsyncClient) -> None:
    for headers in ({}, bearer(""), bearer("a.b.c"), bearer("…"), bearer("e30.e30."), bearer("x" * 9000),
                    {"Authorization": "Basic b2x5YTpzZWNyZXQ="}):  # fmt: skip
        answer = await client.get(
            "mine", headers=[(name.encode(), value.encode()) for name, value in headers.items()]
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_role_counts_only_on_its_routes_and_at_its_organiser(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    books = f"books/{CLUB}"
    assert await _status(client, staff(clock, CLUB, "accountant"), books) == 200
    assert await _status(client, staff(clock, CLUB, "inspector"), books) == 403
    assert await _status(client, staff(clock, new_id(), "owner"), books) == 404
    assert await _status(client, {}, books) == 401
    assert await _status(client, device(clock, CLUB), books) == 403


async def test_a_device_passes_where_devices_may_and_only_at_its_organiser(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    assert await _status(client, device(clock, CLUB), f"gate/{CLUB}") == 200
    assert await _status(client, device(clock, new_id()), f"gate/{CLUB}") == 404
    assert await _status(client, staff(clock, CLUB, "manager"), f"gate/{CLUB}") == 403


async def test_a_token_ends(client: httpx.AsyncClient, clock: MovableClock) -> None:
    headers = staff(clock, CLUB, "owner", life_s=300)
    clock.advance(seconds=299)
    assert await _status(client, headers) == 200
    clock.advance(seconds=10)
    assert await _status(client, headers) == 401


async def test_a_token_of_an_unknown_or_borrowed_key_is_refused(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    unknown = staff(clock, CLUB, "owner", key=_stranger("STRANGER"))
    impostor = staff(clock, CLUB, "owner", key=_stranger(IDENTITY_KEY.key_id))
    of_sales = staff(clock, CLUB, "owner", key=SALES_KEY)
    for headers in (unknown, impostor, of_sales):
        assert await _status(client, headers) == 401


async def test_a_key_that_identity_published_is_trusted_without_a_restart(
    client: httpx.AsyncClient, clock: MovableClock, db: Database
) -> None:
    successor = _stranger("NEXTKEY0")
    headers = staff(clock, CLUB, "owner", key=successor)
    assert await _status(client, headers) == 401
    async with db.transaction() as tx:
        await kernel_store.put_trusted_key(
            tx, "identity", successor.key_id, "access", successor.public_key, successor.not_before,
            successor.not_after,
        )  # fmt: skip
    assert await _status(client, headers) == 200


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "EdDSA", "crv": "Ed448"},
        {"typ": "JWT"},
        {"kid": "OTHER"},
        {"kid": None},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(_stranger("x").public_key)}},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
    ],
    ids=lambda header: "-".join(header),
)
async def test_a_token_with_another_header_is_refused(
    client: httpx.AsyncClient, clock: MovableClock, header: dict[str, Any]
) -> None:
    head, claims, signature = _taken_apart(staff(clock, CLUB, "owner"))
    forged = _part({**head, **header})
    body = _part(claims)
    for seal in (signature, "", _hmac(f"{forged}.{body}")):
        assert await _status(client, bearer(f"{forged}.{body}.{seal}")) == 401


def _hmac(text: str) -> str:
    """The old trick: the public key taken for a shared secret."""
    return to_base64url(hmac.new(IDENTITY_KEY.public_key, text.encode(), hashlib.sha256).digest())


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"alg": "Ed25519", "kid": IDENTITY_KEY.key_id, "typ": "brama-access+jwt"}, 200),
        ({"alg": "Ed25519", "kid": IDENTITY_KEY.key_id, "typ": "brama-order+jwt"}, 401),
        ({"alg": "Ed25519", "kid": IDENTITY_KEY.key_id}, 401),
        ({"alg": "none", "kid": IDENTITY_KEY.key_id, "typ": "brama-access+jwt"}, 401),
        ({"alg": "Ed25519", "typ": "brama-access+jwt"}, 401),
    ],
    ids=["as it should be", "another kind", "no kind", "no algorithm", "no key"],
)
async def test_even_a_well_signed_token_must_be_of_the_right_kind(
    client: httpx.AsyncClient, clock: MovableClock, header: dict[str, Any], status: int
) -> None:
    _, claims, _ = _taken_apart(staff(clock, CLUB, "owner"))
    signed = f"{_part(header)}.{_part(claims)}"
    seal = to_base64url(IDENTITY_KEY.private.sign(signed.encode()))
    assert await _status(client, bearer(f"{signed}.{seal}")) == status


@pytest.mark.parametrize(
    "claims",
    [{"grants": [{"organiser_id": str(CLUB), "role": "owner"}]}, {"exp": 99999999999}, {"kind": "device"},
     {"sub": str(new_id())}],
    ids=lambda claims: next(iter(claims)),
)  # fmt: skip
async def test_a_token_whose_claims_were_changed_is_refused(
    client: httpx.AsyncClient, clock: MovableClock, claims: dict[str, Any]
) -> None:
    head, body, signature = _taken_apart(staff(clock, CLUB, "inspector"))
    assert await _status(client, bearer(f"{_part(head)}.{_part({**body, **claims})}.{signature}")) == 401


async def test_authority_that_was_heard_makes_older_tokens_stale(
    client: httpx.AsyncClient, clock: MovableClock, db: Database
) -> None:
    me = new_id()
    old, new = (staff(clock, CLUB, "owner", staff_id=me, version=version) for version in (3, 4))
    assert await _status(client, old) == 200
    await _authority(db, me, version=4, is_active=True)
    assert (await _status(client, old), await _status(client, new)) == (401, 200)
    await _authority(db, me, version=3, is_active=False)  # delivered late: older, so it changes nothing
    assert await _status(client, new) == 200
    await _authority(db, me, version=5, is_active=False)
    assert await _status(client, staff(clock, CLUB, "owner", staff_id=me, version=9)) == 401


async def _authority(db: Database, staff_id: Any, *, version: int, is_active: bool) -> None:
    async with db.transaction() as tx:
        await kernel_store.put_authority(tx, staff_id, version, "Оля", is_active, [])


async def test_a_revoked_device_is_refused_at_once(
    client: httpx.AsyncClient, clock: MovableClock, db: Database
) -> None:
    gate = new_id()
    headers = device(clock, CLUB, device_id=gate)
    assert await _status(client, headers, f"gate/{CLUB}") == 200
    async with db.transaction() as tx:
        await kernel_store.put_revoked_device(tx, gate, clock.now())
    assert await _status(client, headers, f"gate/{CLUB}") == 401


async def test_a_public_route_refuses_a_bad_token_rather_than_ignore_it(client: httpx.AsyncClient) -> None:
    assert await _status(client, {}, "things") == 200
    assert await _status(client, bearer("a.b.c"), "things") == 401


def test_tokens_tell_time_in_whole_seconds(clock: MovableClock) -> None:
    _, claims, _ = _taken_apart(staff(clock, CLUB, "owner"))
    assert isinstance(claims["exp"], int)
    assert claims["exp"] - claims["iat"] == 300
    assert abs(datetime.now().timestamp() - claims["iat"]) < 60  # noqa: DTZ005 - compared as Unix seconds
