"""A real PostgreSQL for tests: one database per worker, a schema per service, emptied before each test."""

import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest_asyncio

from brama.kernel.clock import SystemClock
from brama.kernel.database import Database
from brama.kernel.migrations import migrate
from brama.kernel.runtime import keep_partitions
from tests.support.postgres import test_server

_ready: dict[str, str] = {}
_KEPT = "('migration')"


async def service_url(service: str) -> str:
    """The address of this worker's database, with the service's schema migrated in it."""
    if service not in _ready:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        server = test_server()
        url = urlunsplit(urlsplit(server)._replace(path=f"/test_{worker}"))
        if not _ready:
            await _create_database(server, f"test_{worker}")
        raw = await asyncpg.connect(url)
        await raw.execute(f"create schema if not exists {service}")
        await raw.close()
        await migrate(service, url)
        await migrate(service, url, "post")
        _ready[service] = url
    return _ready[service]


async def _create_database(server: str, name: str) -> None:
    raw = await asyncpg.connect(server)
    try:
        await raw.execute(f"drop database if exists {name}")
        await raw.execute(f"create database {name}")
    finally:
        await raw.close()


async def empty(db: Database, schema: str) -> None:
    """Remove every row of a service's schema, and begin its sequences anew."""
    async with db.transaction() as tx:
        tables = await tx.raw.fetch(
            f"""select format('%I.%I', schemaname, tablename) as name from pg_tables
                where schemaname = $1 and tablename not in {_KEPT}""",
            schema,
        )
        await tx.raw.execute(f"truncate {', '.join(row['name'] for row in tables)} restart identity cascade")


def database_fixture(service: str) -> Any:
    """A fixture: the service's own Database, empty."""

    @pytest_asyncio.fixture(name="db")
    async def db() -> AsyncIterator[Database]:
        database = await Database.connect(await service_url(service), schema=service, size=12)
        await empty(database, service)
        await keep_partitions(database, SystemClock().now())
        yield database
        await database.close()

    return db
