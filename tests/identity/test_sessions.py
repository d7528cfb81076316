"""Signing in, staying signed in, signing out."""

import asyncio
from typing import Any

import pytest
from argon2 import PasswordHasher

from brama.contracts.identity import IdentityKeyPublished
from brama.kernel.keys import TrustedKeys
from brama.kernel.tokens import verify
from tests.identity.club import API, PASSWORD, a_club, a_colleague, a_person_signed_in, sign_in
from tests.support.app import App, running_app, stopped

COOKIE = "__Host-brama"


async def refresh(app: App, token: str) -> Any:
    return await app.client.post(f"{API}/sessions/refresh", json={"refresh_token": token})


async def refresh_by_cookie(app: App, token: str, **headers: str) -> Any:
    given = {"Cookie": f"{COOKIE}={token}", "X-Brama-CSRF": "1", **headers}
    return await app.client.post(f"{API}/sessions/refresh", headers=given)


def cookie_of(answer: Any) -> str:
    return str(answer.headers["set-cookie"]).partition(f"{COOKIE}=")[2].partition(";")[0]


async def test_an_owner_signs_in_and_gets_a_short_token_with_the_roles(app: App) -> None:
    club = await a_club(app)
    answer = await sign_in(app, " Olena@NORA.example ")
    found = answer.json()
    assert answer.status_code == 201
    assert found["staff"]["roles"] == [{"organiser_id": str(club.id), "role": "owner"}]
    claims = await verify(found["access_token"], TrustedKeys(app.db, app.kernel.config), app.clock.now())
    assert (claims.sub, claims.exp - claims.iat, claims.av) == (club.owner.id, 300, 1)
    me = await app.client.get(f"{API}/me", headers={"Authorization": f"Bearer {found['access_token']}"})
    assert me.json()["email"] == "olena@nora.example"


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app: App) -> None:
    await a_club(app)
    wrong = await sign_in(app, "olena@nora.example", "not the password")
    unknown = await sign_in(app, "nobody@nora.example", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["type"].endswith("credentials_invalid")
    assert {**wrong.json(), "correlation_id": ""} == {**unknown.json(), "correlation_id": ""}


async def test_an_unknown_address_costs_a_hash_as_well(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_club(app)
    desk = app.service.dependencies["desk"]
    hasher, matches = desk.passwords._hasher, desk.passwords._matches
    checked: list[str] = []

    def noted(known: str, given: str) -> bool:
        checked.append(known)
        return bool(matches(known, given))

    monkeypatch.setattr(desk.passwords, "_matches", noted)
    await sign_in(app, "olena@nora.example", "not the password")
    await sign_in(app, "nobody@nora.example", "not the password")
    assert len(checked) == 2
    assert all(not hasher.check_needs_rehash(known) for known in checked)


async def test_after_ten_failures_even_the_right_password_has_to_wait(app: App) -> None:
    await a_club(app)
    for _ in range(10):
        assert (await sign_in(app, "olena@nora.example", "not the password")).status_code == 401
    refused = await sign_in(app, "olena@nora.example")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    app.clock.advance(seconds=901)
    assert (await sign_in(app, "olena@nora.example")).status_code == 201


async def test_a_burst_of_guesses_does_not_slip_under_the_limit(app: App) -> None:
    await a_club(app)
    answers = await asyncio.gather(*(sign_in(app, "olena@nora.example", f"guess {n}") for n in range(40)))
    assert sum(answer.status_code == 401 for answer in answers) <= 11


async def test_unknown_accounts_are_limited_alike(app: App) -> None:
    for _ in range(10):
        await sign_in(app, "nobody@nora.example", "not the password")
    assert (await sign_in(app, "nobody@nora.example", "not the password")).status_code == 429


async def test_one_address_cannot_try_many_accounts(app: App) -> None:
    await a_club(app)
    for n in range(50):
        await sign_in(app, f"guess{n}@nora.example", "not the password")
    assert (await sign_in(app, "olena@nora.example")).status_code == 429


async def test_what_a_client_writes_into_forwarded_for_does_not_hide_it(app: App) -> None:
    for n in range(50):
        body = {"email": f"guess{n}@nora.example", "password": "not the password"}
        headers = {"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"}
        await app.client.post(f"{API}/sessions", json=body, headers=headers)
    body = {"email": "another@nora.example", "password": "not the password"}
    same = await app.client.post(f"{API}/sessions", json=body, headers={"X-Forwarded-For": "203.0.113.7"})
    other = await app.client.post(f"{API}/sessions", json=body, headers={"X-Forwarded-For": "203.0.113.8"})
    assert (same.status_code, other.status_code) == (429, 401)


async def test_a_drill_has_no_limit_by_address(tmp_path: Any) -> None:
    app = await running_app("identity", tmp_path, drill=True, argon2_memory_kib=64, argon2_passes=1)
    for n in range(51):
        assert (await sign_in(app, f"guess{n}@nora.example", "wrong password")).status_code == 401
    await stopped(app)


async def test_a_refresh_token_buys_its_successor_once(app: App) -> None:
    club = await a_club(app)
    first = await refresh(app, club.owner.refresh_token)
    assert first.status_code == 201
    second = await refresh(app, first.json()["refresh_token"])
    assert second.status_code == 201
    assert len({club.owner.refresh_token, first.json()["refresh_token"], second.json()["refresh_token"]}) == 3


async def test_a_reused_refresh_token_ends_the_session(app: App) -> None:
    club = await a_club(app)
    successor = (await refresh(app, club.owner.refresh_token)).json()["refresh_token"]
    assert (await refresh(app, club.owner.refresh_token)).json()["type"].endswith("session_ended")
    assert (await refresh(app, successor)).status_code == 401
    assert "session.stolen" in [entry["action"] for entry in await trail(app)]


async def test_of_two_refreshes_at_once_one_wins_and_the_session_ends(app: App) -> None:
    club = await a_club(app)
    token = club.owner.refresh_token
    answers = await asyncio.gather(refresh(app, token), refresh(app, token))
    assert sorted(answer.status_code for answer in answers) == [201, 401]


async def test_a_session_ends_when_nobody_uses_it_for_twelve_hours(app: App) -> None:
    club = await a_club(app)
    app.clock.advance(hours=11.9)
    answer = await refresh(app, club.owner.refresh_token)
    assert answer.status_code == 201
    app.clock.advance(hours=12.1)
    assert (await refresh(app, answer.json()["refresh_token"])).status_code == 401


async def test_a_session_ends_after_thirty_days_however_busy(app: App) -> None:
    token = (await a_club(app)).owner.refresh_token
    for _ in range(65):
        app.clock.advance(hours=11)
        token = (await refresh(app, token)).json()["refresh_token"]
    app.clock.advance(hours=11)
    assert (await refresh(app, token)).status_code == 401


async def test_the_admin_gets_its_refresh_token_in_a_cookie_that_no_script_reads(app: App) -> None:
    await a_club(app)
    answer = await sign_in(app, "olena@nora.example", transport="cookie")
    cookie = answer.headers["set-cookie"]
    assert answer.json()["refresh_token"] is None
    assert cookie.startswith(f"{COOKIE}=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"path=/", "secure", "httponly", "samesite=strict"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    assert (await refresh_by_cookie(app, cookie_of(answer))).status_code == 201


async def test_the_cookie_alone_refreshes_nothing(app: App) -> None:
    await a_club(app)
    token = cookie_of(await sign_in(app, "olena@nora.example", transport="cookie"))
    bare = await app.client.post(f"{API}/sessions/refresh", headers={"Cookie": f"{COOKIE}={token}"})
    foreign = await refresh_by_cookie(app, token, Origin="https://evil.example")
    in_body = await refresh(app, token)
    assert [answer.status_code for answer in (bare, foreign)] == [403, 403]
    assert in_body.status_code == 401
    assert (await refresh_by_cookie(app, token, Origin="http://localhost:8700")).status_code == 201


async def test_two_tabs_may_refresh_with_one_cookie_within_ten_seconds(app: App) -> None:
    await a_club(app)
    token = cookie_of(await sign_in(app, "olena@nora.example", transport="cookie"))
    one, other = await asyncio.gather(refresh_by_cookie(app, token), refresh_by_cookie(app, token))
    assert (one.status_code, other.status_code) == (201, 201)
    app.clock.advance(seconds=11)
    assert (await refresh_by_cookie(app, token)).status_code == 401
    assert (await refresh_by_cookie(app, cookie_of(one))).status_code == 401


async def test_signing_out_ends_the_session_and_clears_the_cookie(app: App) -> None:
    club = await a_club(app)
    answer = await app.client.delete(f"{API}/sessions/current", headers=club.owner.headers)
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await refresh(app, club.owner.refresh_token)).status_code == 401


async def test_a_person_ends_their_own_sessions_only(app: App) -> None:
    club = await a_club(app)
    other = await a_colleague(app, club, "manager", "taras@nora.example")
    theirs = await app.client.get(f"{API}/sessions", headers=other.headers)
    session_id = theirs.json()["items"][0]["id"]
    assert theirs.json()["items"][0]["is_current"] is True
    refused = await app.client.delete(f"{API}/sessions/{session_id}", headers=club.owner.headers)
    assert refused.status_code == 404
    assert (await app.client.delete(f"{API}/sessions/{session_id}", headers=other.headers)).status_code == 204
    assert (await app.client.get(f"{API}/sessions", headers=other.headers)).json()["items"] == []


async def test_a_weaker_hash_is_renewed_at_the_next_sign_in(app: App) -> None:
    await a_club(app)
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    async with app.db.transaction() as tx:
        await tx.raw.execute("update staff set password_hash = $1", weak)
    assert (await sign_in(app, "olena@nora.example")).status_code == 201
    async with app.db.reading() as tx:
        assert "m=64" in await tx.raw.fetchval("select password_hash from staff")
    assert (await sign_in(app, "olena@nora.example")).status_code == 201


async def test_a_successor_key_is_published_before_it_signs(app: App) -> None:
    await a_club(app)
    published = await app.said(IdentityKeyPublished)
    assert len(published) == 1
    assert published[0].not_before > app.clock.now()
    await app.run_schedule("rotate_keys")
    assert len(await app.said(IdentityKeyPublished)) == 1
    app.clock.advance(days=8)
    person = await a_person_signed_in(app, "olena@nora.example")
    listed = (await app.client.get(f"{API}/keys")).json()["keys"]
    assert published[0].key_id in {key["kid"] for key in listed}
    assert published[0].public_key in {key["x"] for key in listed}
    assert (await app.client.get(f"{API}/me", headers=person.headers)).status_code == 200
    app.clock.advance(days=84)
    await app.run_schedule("rotate_keys")
    assert len(await app.said(IdentityKeyPublished)) == 2


async def test_old_sessions_and_failures_are_dropped(app: App) -> None:
    await a_club(app)
    await sign_in(app, "olena@nora.example", "not the password")
    app.clock.advance(days=31)
    await app.run_schedule("drop_leftovers")
    async with app.db.reading() as tx:
        for table in ("session", "refresh_token", "failed_attempt"):
            assert await tx.raw.fetchval(f"select count(*) from {table}") == 0


async def trail(app: App) -> list[dict[str, Any]]:
    person = await a_person_signed_in(app, "olena@nora.example", password=PASSWORD)
    me = (await app.client.get(f"{API}/me", headers=person.headers)).json()
    organiser_id = me["organisers"][0]["id"]
    found = await app.client.get(
        f"{API}/audit", params={"organiser_id": organiser_id}, headers=person.headers
    )
    return list(found.json()["items"])
