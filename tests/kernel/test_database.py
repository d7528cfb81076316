"""Transactions, named statements and migrations, on a real PostgreSQL."""

import asyncio
import enum
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from brama.kernel import migrations
from brama.kernel.database import Database, DatabaseUnreachable
from brama.kernel.ids import new_id
from brama.kernel.migrations import Migration, MigrationChanged, migrate
from brama.kernel.problem import NotFound, Problem
from brama.kernel.queries import Queries, Query, parse
from brama.kernel.runtime import keep_partitions
from tests.support.database import service_url


class NameTaken(Problem):
    """There is one of that name."""


class Colour(enum.StrEnum):
    """Of a thing."""

    RED = "red"


class Part(msgspec.Struct, frozen=True):
    """Of a document."""

    size: int


class Everything(msgspec.Struct, frozen=True):
    """A field of every kind that rows become."""

    id: UUID
    colour: Colour
    part: Part
    parts: list[Part]
    tags: list[str]
    maybe: Part | None
    at: datetime


SQL_FILE = """
-- Words before the first name belong to nobody.

-- name: add_thing
-- A comment with :colons, $5 and [1:2] stays a comment.
insert into thing (id, name) values ($1, $2);

-- name: find_thing
select name from thing where id = $1;

-- name: all_things
select name from thing order by name;

-- name: slice
select (array['a', 'b', 'c'])[1:2];

-- name: everything
select $1::uuid as id, 'red' as colour, '{"size": 1}'::jsonb as part, '[{"size": 2}]'::jsonb as parts,
       array['x', 'y'] as tags, null::jsonb as maybe, $2::timestamptz as at;

-- name: put_document
select $1::jsonb;
"""


@pytest.fixture
def sql() -> Any:
    known = len(Query.registry)
    yield Queries("tests", parse(SQL_FILE))
    del Query.registry[known:]


def test_statements_are_named_in_their_file() -> None:
    found = parse(SQL_FILE)
    assert list(found) == ["add_thing", "find_thing", "all_things", "slice", "everything", "put_document"]
    assert found["find_thing"] == "select name from thing where id = $1"
    assert ":colons, $5 and [1:2]" in found["add_thing"]


def test_a_name_that_no_file_has_is_an_error_at_import(sql: Queries) -> None:
    with pytest.raises(KeyError):
        sql.execute("nowhere")


async def test_statements_answer_as_they_were_declared(sql: Queries, db: Database) -> None:
    add = sql.execute("add_thing", violations={"thing_once": NameTaken})
    many, one, maybe = sql.many("add_thing"), sql.one(str, "find_thing"), sql.maybe(str, "find_thing")
    every, value = sql.all(str, "all_things"), sql.value(list, "slice")
    lamp = new_id()
    async with db.transaction() as tx:
        assert await add(tx, lamp, "lamp") == 1
        await many(tx, [(new_id(), "table"), (new_id(), "chair")])
        assert await every(tx) == ["chair", "lamp", "table"]
        assert (await one(tx, lamp), await maybe(tx, lamp), await maybe(tx, new_id())) == (
            "lamp",
            "lamp",
            None,
        )
        assert await value(tx) == ["a", "b"]
        with pytest.raises(NotFound):
            await one(tx, new_id())
    with pytest.raises(NameTaken):
        async with db.transaction() as tx:
            await add(tx, new_id(), "lamp")
    with pytest.raises(asyncpg.UniqueViolationError):  # one that nobody foresaw is not hidden
        async with db.transaction() as tx:
            await add(tx, lamp, "sofa")


async def test_a_row_becomes_a_struct(sql: Queries, db: Database) -> None:
    get = sql.one(Everything, "everything")
    thing_id, at = new_id(), datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    async with db.reading() as tx:
        found = await get(tx, thing_id, at)
    assert found == Everything(thing_id, Colour.RED, Part(1), [Part(2)], ["x", "y"], None, at)
    assert isinstance(found.colour, Colour)


async def test_a_struct_becomes_a_document(sql: Queries, db: Database) -> None:
    put = sql.value(Part, "put_document")
    async with db.reading() as tx:
        assert await put(tx, Part(7)) == Part(7)


async def _names(db: Database) -> list[str]:
    async with db.reading() as tx:
        return [row["name"] for row in await tx.raw.fetch("select name from thing order by name")]


async def _add(db: Database, name: str) -> None:
    async with db.transaction() as tx:
        await tx.raw.execute("insert into thing values ($1, $2)", new_id(), name)


async def test_what_is_registered_happens_after_the_commit_once_and_never_after_a_failure(
    db: Database,
) -> None:
    rung: list[list[str]] = []

    def ring() -> None:
        rung.append(["rung"])

    async with db.transaction() as tx:
        tx.after_commit(ring)
        tx.after_commit(ring)
        assert rung == []
    assert len(rung) == 1
    with pytest.raises(RuntimeError):
        async with db.transaction() as tx:
            tx.after_commit(ring)
            raise RuntimeError
    assert len(rung) == 1


async def test_transactions_inside_a_shared_one_commit_together(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.shared_transaction():
            await _add(db, "lamp")
            assert await _names(db) == ["lamp"]
            raise RuntimeError
    assert await _names(db) == []
    async with db.shared_transaction():
        await _add(db, "lamp")
        with pytest.raises(asyncpg.UniqueViolationError):
            await _add(db, "lamp")
        await _add(db, "table")  # the failed one was a savepoint
    assert await _names(db) == ["lamp", "table"]


async def test_requests_side_by_side_do_not_share_a_transaction(db: Database) -> None:
    async def one(name: str) -> None:
        async with db.shared_transaction():
            await _add(db, name)
            await asyncio.sleep(0.05)
            assert await _names(db) == [name]
            raise RuntimeError(name)

    outcomes = await asyncio.gather(one("a"), one("b"), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["a", "b"]
    assert await _names(db) == []


async def test_a_broken_connection_is_unreachable_and_the_next_one_works(db: Database) -> None:
    with pytest.raises(DatabaseUnreachable):
        async with db.transaction() as tx:
            await tx.raw.execute("select pg_terminate_backend(pg_backend_pid())")
    await _add(db, "after")
    assert await _names(db) == ["after"]


async def test_a_database_that_is_not_there_is_unreachable() -> None:
    absent = await Database.connect("postgresql://x:y@127.0.0.1:9/z", schema="x", size=1)
    with pytest.raises(DatabaseUnreachable):
        async with absent.reading():
            pass
    await absent.close()


@pytest_asyncio.fixture
async def empty_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["Shelf"]:
    url = await service_url("identity")
    raw = await asyncpg.connect(url)
    await raw.execute("drop schema if exists gamma cascade; create schema gamma; set search_path = gamma")
    shelf = Shelf(url, raw)
    monkeypatch.setattr(migrations, "migrations_of", lambda _service, phase: shelf.files[phase])
    yield shelf
    await raw.close()


class Shelf:
    """A schema and the migration files meant for it."""

    def __init__(self, url: str, raw: Any) -> None:
        self.url, self.raw = url, raw
        self.files: dict[str, list[Migration]] = {"pre": [], "post": []}

    def put(self, name: str, sql: str, phase: str = "pre") -> None:
        self.files[phase].append(Migration("tests", name, sql))

    async def migrate(self, phase: Any = "pre") -> list[str]:
        return await migrate("gamma", self.url, phase)

    async def tables(self) -> set[str]:
        rows = await self.raw.fetch("select tablename from pg_tables where schemaname = 'gamma'")
        return {row["tablename"] for row in rows} - {"migration"}


async def test_migrations_run_once_and_in_order(empty_schema: Shelf) -> None:
    empty_schema.put("0001_a", "create table a (x int)")
    empty_schema.put("0002_b", "alter table a add y int; create table b (x int)")
    assert await empty_schema.migrate() == ["0001_a", "0002_b"]
    assert await empty_schema.migrate() == []
    empty_schema.put("0003_c", "create table c (x int)")
    assert await empty_schema.migrate() == ["0003_c"]
    empty_schema.put("0004_end", "drop table b", "post")
    assert await empty_schema.migrate("post") == ["0004_end"]
    assert await empty_schema.tables() == {"a", "c"}


async def test_a_migration_that_ran_may_not_change(empty_schema: Shelf) -> None:
    empty_schema.put("0001_a", "create table a (x int)")
    await empty_schema.migrate()
    empty_schema.files["pre"] = []
    empty_schema.put("0001_a", "create table a (x bigint)")
    empty_schema.put("0002_b", "create table b (x int)")
    with pytest.raises(MigrationChanged, match="gamma: 0001_a"):
        await empty_schema.migrate()
    assert await empty_schema.tables() == {"a"}


async def test_a_migration_that_fails_leaves_nothing_and_may_be_mended(empty_schema: Shelf) -> None:
    empty_schema.put("0001_a", "create table a (x int)")
    empty_schema.put("0002_b", "create table b (x int); select broken")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await empty_schema.migrate()
    assert await empty_schema.tables() == {"a"}
    empty_schema.files["pre"].pop()
    empty_schema.put("0002_b", "create table b (x int)")
    assert await empty_schema.migrate() == ["0002_b"]


async def test_two_that_migrate_at_once_wait_for_each_other(empty_schema: Shelf) -> None:
    empty_schema.put("0001_a", "select pg_sleep(0.3); create table a (x int)")
    empty_schema.put("0002_b", "create table b (x int)")
    applied = await asyncio.gather(*(empty_schema.migrate() for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], ["0001_a", "0002_b"]]


async def test_old_days_of_outbox_and_inbox_are_dropped(db: Database) -> None:

    now = datetime.now(UTC)
    await keep_partitions(db, now - timedelta(days=40))
    await keep_partitions(db, now)
    async with db.reading() as tx:
        rows = await tx.raw.fetch(
            """select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent in ('outbox'::regclass, 'inbox'::regclass) and c.relname ~ '[0-9]{8}$'"""
        )
    days = {row["relname"] for row in rows}
    assert f"outbox_{now:%Y%m%d}" in days
    assert f"inbox_{now + timedelta(days=3):%Y%m%d}" in days
    assert min(days, key=lambda name: name[-8:])[-8:] >= f"{now - timedelta(days=35):%Y%m%d}"
