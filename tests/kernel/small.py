"""Small services for the kernel's tests: a schema, a relay, an inbox; the bus and the database are real."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from subprocess import Popen
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from brama.embedded.nats import Nats
from brama.embedded.ports import free_port
from brama.kernel import kernel_store
from brama.kernel.bus import Bus
from brama.kernel.correlation import causation_id, correlation_id
from brama.kernel.database import Database, Transaction
from brama.kernel.facts import Envelope, Fact, fact
from brama.kernel.inbox import Heard, Inbox
from brama.kernel.migrations import migrations_of
from brama.kernel.outbox import say
from brama.kernel.relay import Relay
from brama.kernel.runtime import keep_partitions
from tests.support.clock import MovableClock
from tests.support.database import service_url

_OWN_TABLES = """
create table done (fact_id uuid not null, name text not null, correlation_id text, causation_id uuid);
create table thing (id uuid primary key, name text not null, constraint thing_once unique (name));
"""


@fact("alpha.thing.done.v1")
class ThingDone(Fact, frozen=True, kw_only=True):
    """Something was done in alpha."""

    name: str


@fact("beta.echo.made.v1")
class EchoMade(Fact, frozen=True, kw_only=True):
    """Beta answers what it heard."""

    name: str


def done(name: str, clock: MovableClock, *, version: int = 1) -> ThingDone:
    """A fact of alpha."""
    return ThingDone(aggregate_id=name, aggregate_version=version, occurred_at=clock.now(), name=name)


async def fresh_schema(name: str, own_tables: str = _OWN_TABLES) -> Database:
    """A schema with the kernel's tables and two of its own, anew."""
    url = await service_url("identity")
    raw = await asyncpg.connect(url)
    await raw.execute(f"drop schema if exists {name} cascade; create schema {name}; set search_path = {name}")
    for migration in migrations_of("identity", "pre"):
        if migration.package == "brama.kernel":
            await raw.execute(migration.sql)
    await raw.execute(own_tables)
    await raw.close()
    db = await Database.connect(url, schema=name, size=8)
    await keep_partitions(db, MovableClock().now())
    return db


async def same_schema(name: str) -> Database:
    """Another replica's pool on a schema that stands."""
    return await Database.connect(await service_url("identity"), schema=name, size=4)


class Broker:
    """A nats-server process that can be stopped, wiped and started again at its address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.nats = Nats(folder / "nats", port=free_port(), password="tests", log=folder / "nats.log")
        self._process: Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.nats.url

    async def start(self) -> None:
        self._process = self.nats.start()
        await eventually(lambda: asyncio.to_thread(self.nats.is_ready), within_s=20)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def wipe(self) -> None:
        """Lose everything that it stored; only while it is stopped."""
        shutil.rmtree(self.nats.folder / "jetstream")


class Small:
    """A service: what it heard is in its table `done`."""

    def __init__(self, name: str, db: Database, broker: Broker, clock: MovableClock) -> None:
        self.name, self.db, self.clock = name, db, clock
        self._broker = broker
        self.bus = Bus(broker.url, name)
        self.relay = Relay(name, db, self.bus, clock)
        db.on_said = self.relay.worker.wake
        self.inbox: Inbox | None = None

    def hears(self, heard: Heard) -> None:
        """Listen with these handlers once it is running."""
        self.inbox = Inbox(self.name, self.db, self.bus, self.clock, heard)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Small"]:
        """At work while the block lasts."""
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self.bus.close()

    async def _run(self) -> None:
        await self.bus.connect()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.relay.worker.run())
            if self.inbox is not None:
                tasks.create_task(self.inbox.run())

    async def say(self, *facts: Fact) -> None:
        async with self.db.transaction() as tx:
            await say(tx, *facts)

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        async with self.db.reading() as tx:
            return list(await tx.raw.fetch(sql, *args))

    async def heard(self) -> list[str]:
        """The names of what was applied, as often as it was."""
        return [row["name"] for row in await self.fetch("select name from done order by name")]

    async def has_heard(self, *names: str, within_s: float = 15) -> None:
        """Wait until exactly these were applied, each once."""

        async def is_so() -> bool:
            return await self.heard() == sorted(names)

        await eventually(is_so, within_s=within_s, otherwise=self.heard)

    async def unsent(self) -> int:
        async with self.db.reading() as tx:
            return await kernel_store.count_unsent(tx)

    async def dead(self) -> list[Any]:
        return await self.fetch("select * from dead_letter where not is_replayed order by failed_at")

    async def envelope(self, fact_id: UUID) -> Envelope:
        """A fact as it stands in the outbox."""
        [row] = await self.fetch("select envelope from outbox where fact_id = $1", fact_id)
        return msgspec.json.decode(row["envelope"], type=Envelope)


async def keep(tx: Transaction, fact: Any) -> None:
    """The handler of most tests: write the fact down with its chain."""
    await tx.raw.execute(
        "insert into done values ($1, $2, $3, $4)", fact.fact_id, fact.name, correlation_id(), causation_id()
    )


async def eventually(
    is_so: Callable[[], Awaitable[bool]], *, within_s: float = 15,
    otherwise: Callable[[], Awaitable[object]] | None = None,
) -> None:  # fmt: skip
    """Wait until it is so.

    Raises:
        AssertionError: it was not in time; `otherwise` tells what is there instead.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while not await is_so():
        if loop.time() > deadline:
            raise AssertionError(f"not within {within_s} s: {await otherwise() if otherwise else ''}")
        await asyncio.sleep(0.03)
