"""PostgreSQL of one machine: who may read what, and that data outlive the server."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from brama.embedded.ports import free_port
from brama.embedded.postgres import THROWAWAY, Postgres, PostgresFailed


@pytest.fixture(scope="module")
def server(machine_folder: Path) -> Iterator[Postgres]:
    server = Postgres(
        machine_folder / "shared",
        port=free_port(),
        password="o'clock \\ é",
        settings=THROWAWAY,
        log=machine_folder / "log",
    )
    server.prepare()
    server.start()
    server.wait_ready()
    server.create_database("brama")
    yield server
    server.stop()


async def test_a_service_works_in_its_own_schema(server: Postgres) -> None:
    connection = await asyncpg.connect(server.create_role_and_schema("sales", "it's", database="brama"))
    await connection.execute("create table hold (id int)")
    where = await connection.fetchval("select schemaname from pg_tables where tablename = 'hold'")
    await connection.close()
    assert where == "sales"


async def test_a_service_cannot_read_anothers_table(server: Postgres) -> None:
    owner = await asyncpg.connect(server.create_role_and_schema("payments", "a", database="brama"))
    await owner.execute("create table payment (id int)")
    stranger = await asyncpg.connect(server.create_role_and_schema("fiscal", "b", database="brama"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stranger.fetch("select id from payments.payment")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stranger.execute("create table payments.mine (id int)")
    await owner.close()
    await stranger.close()


@pytest.mark.parametrize(
    "statement", ["create table public.t (id int)", "create schema mine", "create role x"]
)
async def test_a_service_makes_nothing_outside_its_schema(server: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(server.create_role_and_schema("delivery", "a", database="brama"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_a_service_cannot_enter_the_administrators_database(server: Postgres) -> None:
    server.create_role_and_schema("catalogue", "a", database="brama")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(server.dsn("postgres", user="catalogue", password="a"))


async def test_a_wrong_password_is_refused(server: Postgres) -> None:
    server.create_role_and_schema("identity", "right", database="brama")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.dsn("brama", user="identity", password="wrong"))


def test_granting_twice_sets_the_password_anew(server: Postgres) -> None:
    server.create_role_and_schema("analytics", "first", database="brama")
    assert ":second@" in server.create_role_and_schema("analytics", "second", database="brama")


@pytest.mark.parametrize("name", ["sales; drop schema x", "Sales", "", 'a"b'])
def test_an_odd_name_is_refused(server: Postgres, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        server.create_role_and_schema(name, "x", database="brama")


def test_a_statement_that_fails_tells_the_servers_words(server: Postgres) -> None:
    with pytest.raises(PostgresFailed, match='relation "nothing" does not exist'):
        server.query("select 1 from nothing")


def test_letters_beyond_latin_change_case(server: Postgres) -> None:
    assert server.query("select lower('ЇЖАК') || upper('ґанок')") == "їжакҐАНОК"


def test_data_outlive_the_server(machine_folder: Path) -> None:
    def started() -> Postgres:
        server = Postgres(machine_folder / "outliving", port=free_port(), password="x", settings=THROWAWAY)
        server.prepare()
        server.start()
        server.wait_ready()
        return server

    first = started()
    first.query("create table kept (word text); insert into kept values ('так')")
    first.stop()
    assert not first.is_ready()
    second = started()
    assert second.query("select word from kept") == "так"
    second.stop()


def test_a_server_that_an_interrupted_run_left_behind_is_stopped(machine_folder: Path) -> None:
    left = Postgres(machine_folder / "left", port=free_port(), password="x", settings=THROWAWAY)
    left.prepare()
    process = left.start()
    left.wait_ready()
    Postgres(machine_folder / "left", port=free_port(), password="x", settings=THROWAWAY).prepare()
    assert process.wait(10) == 0
    left.stop()
