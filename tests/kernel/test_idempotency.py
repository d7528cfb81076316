"""Creating requests happen once, whatever comes between."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from brama.kernel import kernel_store
from brama.kernel.database import Database
from brama.kernel.idempotency import KEPT_H
from brama.kernel.ids import new_id
from tests.kernel.signing import staff
from tests.support.clock import MovableClock


async def _post(
    client: httpx.AsyncClient, name: str, key: str | None, path: str = "things", **headers: str
) -> httpx.Response:
    given = {"Idempotency-Key": key} if key is not None else {}
    return await client.post(path, json={"name": name}, headers={**given, **headers})


async def _things(db: Database) -> list[str]:
    async with db.reading() as tx:
        return [row["name"] for row in await tx.raw.fetch("select name from thing order by name")]


async def _said(db: Database) -> int:
    async with db.reading() as tx:
        return await kernel_store.count_unsent(tx)


async def test_a_repeated_request_answers_as_before_and_does_nothing(
    client: httpx.AsyncClient, db: Database
) -> None:
    first = await _post(client, "lamp", "key-1")
    second = await _post(client, "lamp", "key-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["etag"] == first.headers["etag"] == '"1"'
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "set-cookie" in first.headers
    assert "set-cookie" not in second.headers
    assert (await _things(db), await _said(db)) == (["lamp"], 1)


async def test_another_body_under_the_same_key_is_a_conflict(client: httpx.AsyncClient, db: Database) -> None:
    await _post(client, "lamp", "key-1")
    answer = await _post(client, "table", "key-1")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency_conflict")
    assert await _things(db) == ["lamp"]


async def test_a_key_is_required_and_of_bearable_length(client: httpx.AsyncClient, db: Database) -> None:
    for key in (None, "", "x" * 201):
        answer = await _post(client, "lamp", key)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency_key_required")
    assert (await _post(client, "lamp", "x" * 200)).status_code == 201
    assert (await _post(client, "own", None, "own")).status_code == 400
    assert (await _post(client, "own", "mine", "own")).json() == {"key": "mine"}


async def test_many_at_once_with_one_key_do_it_once(client: httpx.AsyncClient, db: Database) -> None:
    answers = await asyncio.gather(*(_post(client, "lamp", "key-1") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 5
    assert (await _things(db), await _said(db)) == (["lamp"], 1)


async def test_a_refused_request_changes_nothing_and_leaves_its_key_free(
    client: httpx.AsyncClient, db: Database
) -> None:
    await _post(client, "lamp", "key-1")
    refused = await _post(client, "lamp", "key-2")
    assert (refused.status_code, refused.json()["name"]) == (409, "lamp")
    async with db.transaction() as tx:
        await tx.raw.execute("delete from thing")
    again = await _post(client, "lamp", "key-2")
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers


async def test_a_broken_handler_leaves_nothing_behind(client: httpx.AsyncClient, db: Database) -> None:
    broken = await _post(client, "breaks", "key-1")
    assert broken.status_code == 500
    assert (await _things(db), await _said(db)) == ([], 0)
    assert (await _post(client, "sound", "key-1")).status_code == 201


async def test_a_crash_before_the_commit_leaves_the_key_free(client: httpx.AsyncClient, db: Database) -> None:
    crashed = await _post(client, "crash", "key-1")
    assert crashed.status_code == 503
    assert crashed.headers["retry-after"]
    assert (await _things(db), await _said(db)) == ([], 0)
    assert (await _post(client, "sound", "key-1")).status_code == 201
    assert await _things(db) == ["sound"]


async def test_keys_of_different_people_and_routes_do_not_meet(
    client: httpx.AsyncClient, db: Database, clock: MovableClock
) -> None:
    organiser_id = new_id()
    for name in ("Оля", "Ігор"):
        headers = staff(clock, organiser_id, "owner", name=name)
        answer = await _post(client, "lamp", "key-1", f"kept/{organiser_id}", **headers)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers
    assert (await _post(client, "lamp", "key-1")).status_code == 201
    assert await _things(db) == ["lamp", "lamp-Ігор", "lamp-Оля"]


async def test_who_may_not_gets_no_kept_answer(
    client: httpx.AsyncClient, db: Database, clock: MovableClock
) -> None:
    organiser_id = new_id()
    path = f"kept/{organiser_id}"
    me = new_id()
    as_owner = staff(clock, organiser_id, "owner", staff_id=me)
    assert (await _post(client, "lamp", "key-1", path, **as_owner)).status_code == 201
    demoted = staff(clock, organiser_id, "inspector", staff_id=me)
    assert (await _post(client, "lamp", "key-1", path, **demoted)).status_code == 403
    await _raise_authority(db, me, version=5)
    assert (await _post(client, "lamp", "key-1", path, **as_owner)).status_code == 401
    assert (await _post(client, "lamp", "key-1", path)).status_code == 401


async def _raise_authority(db: Database, staff_id: UUID, *, version: int) -> None:
    async with db.transaction() as tx:
        await kernel_store.put_authority(tx, staff_id, version, "Оля", True, [])


async def test_kept_answers_are_sealed_and_forgotten_after_two_days(
    client: httpx.AsyncClient, db: Database, clock: MovableClock
) -> None:
    await _post(client, "a-readable-name", "key-1")
    rows: list[Any]
    async with db.reading() as tx:
        rows = await tx.raw.fetch("select answer, body_hash from idempotency")
    assert len(rows) == 1
    assert b"a-readable-name" not in rows[0]["answer"]
    async with db.transaction() as tx:
        kept = timedelta(hours=KEPT_H)
        assert await kernel_store.drop_idempotency_keys(tx, clock.now() + timedelta(hours=47) - kept) == 0
        assert await kernel_store.drop_idempotency_keys(tx, clock.now() + timedelta(hours=49) - kept) == 1
