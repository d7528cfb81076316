"""What the kernel's tests share: a broker, and two small services at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from brama.kernel.database import Database
from tests.kernel.house import house
from tests.kernel.small import Broker, Small, fresh_schema
from tests.support.clock import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def db() -> AsyncIterator[Database]:
    """A schema with the kernel's tables."""
    database = await fresh_schema("alpha")
    yield database
    await database.close()


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker of its own for each test: some of them wipe it."""
    server = Broker(tmp_path)
    await server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def alpha(db: Database, broker: Broker, clock: MovableClock) -> Small:
    """Says."""
    return Small("alpha", db, broker, clock)


@pytest_asyncio.fixture
async def beta(broker: Broker, clock: MovableClock) -> AsyncIterator[Small]:
    """Hears."""
    database = await fresh_schema("beta")
    yield Small("beta", database, broker, clock)
    await database.close()


@pytest_asyncio.fixture
async def client(db: Database, clock: MovableClock) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the small web service."""
    async with house(db, clock) as http:
        yield http
