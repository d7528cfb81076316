"""Runs one service: pool, bus, relay, inbox, schedules, workers and web side, until told to stop."""

import asyncio
import importlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop
from litestar import Litestar, Response, get
from litestar.types import ControllerRouterHandler

from brama import __version__
from brama.kernel import config as settings
from brama.kernel import kernel_store as store
from brama.kernel import log as logs
from brama.kernel.access import PUBLIC, Gatekeeper
from brama.kernel.answers import Answers
from brama.kernel.blobs import Blobs
from brama.kernel.bus import BUS_ERRORS, Bus
from brama.kernel.clock import Clock, SystemClock
from brama.kernel.config import CommonConfig
from brama.kernel.database import Database, DatabaseUnreachable
from brama.kernel.facts import Fact
from brama.kernel.idempotency import KEPT_H, Idempotency
from brama.kernel.inbox import Heard, Inbox
from brama.kernel.keys import KeyRing, TrustedKeys
from brama.kernel.migrations import migrations_of
from brama.kernel.problem import Problem
from brama.kernel.relay import Relay
from brama.kernel.schedule import Schedule, run_due
from brama.kernel.secrets import Sealer
from brama.kernel.texts import Texts
from brama.kernel.trust import trust_heard
from brama.kernel.web import Callers, Edge, build_app, measures
from brama.kernel.worker import Worker

log = logs.get_logger()

SERVICES = (
    "identity", "catalogue", "publishing", "sales", "payments",
    "ticketing", "delivery", "fiscal", "admission", "analytics",
)  # fmt: skip

_OUTBOX_DAYS, _INBOX_DAYS, _AHEAD_DAYS = 30, 35, 3


@dataclass
class Kernel:
    """What the runtime gives to a service's composition root."""

    service: str
    config: CommonConfig
    db: Database
    bus: Bus
    clock: Clock
    blobs: Blobs
    sealer: Sealer
    keys: KeyRing
    trusted: TrustedKeys
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, service: str, config: CommonConfig, db: Database, clock: Clock) -> "Kernel":
        """The kernel of a service over its database."""
        sealer = Sealer(config.master_key)
        return cls(
            service=service, config=config, db=db, clock=clock, sealer=sealer,
            bus=Bus(config.nats_url, service), blobs=Blobs(config.private_blobs, config.public_blobs),
            keys=KeyRing(sealer, config), trusted=TrustedKeys(db, config),
        )  # fmt: skip


@dataclass
class Service:
    """What a composition root makes: everything that the runtime has to run."""

    name: str
    routes: Sequence[ControllerRouterHandler]
    problems: dict[type[Problem], int]
    heard: Heard = field(default_factory=dict)
    schedules: Sequence[Schedule] = ()
    workers: Sequence[Worker] = ()
    dependencies: dict[str, Any] = field(default_factory=dict)
    on_start: Sequence[Callable[[], Awaitable[None]]] = ()
    on_stop: Sequence[Callable[[], Awaitable[None]]] = ()


class Status(msgspec.Struct, frozen=True):
    """How a service is."""

    name: str
    version: str
    state: str
    unsent: int | None
    unheard: int | None
    dead_letters: int | None


class Running:
    """A service at work."""

    def __init__(self, kernel: Kernel, service: Service) -> None:
        self.kernel, self.service = kernel, service
        self.relay = Relay(service.name, kernel.db, kernel.bus, kernel.clock)
        self.inbox = Inbox(service.name, kernel.db, kernel.bus, kernel.clock, trust_heard(service.heard))
        self.is_ready = False
        kernel.db.on_said = self.relay.worker.wake
        self.web = self._web_side()
        self.app = Edge(self.web)

    def _web_side(self) -> Litestar:
        kernel, service = self.kernel, self.service
        return build_app(
            service.name,
            routes=service.routes,
            answers=Answers(Texts.of(f"brama.services.{service.name}"), service.problems),
            middleware=[
                Callers(Gatekeeper(kernel.db, kernel.trusted), kernel.clock),
                Idempotency(kernel.db, kernel.sealer, kernel.clock),
            ],
            db=kernel.db,
            clock=kernel.clock,
            dependencies=service.dependencies,
            health=[*self._health(), measures],
        )

    def _health(self) -> list[Any]:
        @get("/health/live", opt=PUBLIC, include_in_schema=False)
        async def live() -> dict[str, str]:
            return {"state": "live"}

        @get("/health/ready", opt=PUBLIC, include_in_schema=False)
        async def ready() -> Response[Status]:
            status = await self.status()
            return Response(status, status_code=200 if status.state == "ready" else 503)

        return [live, ready]

    async def status(self) -> Status:
        """Ready when the database answers; the bus may be away, facts wait in the outbox meanwhile."""
        unsent = dead = unheard = None
        state = "ready" if self.is_ready else "starting"
        try:
            async with self.kernel.db.reading() as tx:
                unsent, dead = await store.count_unsent(tx), await store.count_dead_letters(tx)
        except (DatabaseUnreachable, OSError):
            state = "failing"
        try:
            if self.kernel.bus.is_connected:
                unheard = await self.inbox.backlog()
        except BUS_ERRORS:
            unheard = None
        return Status(self.service.name, __version__, state, unsent, unheard, dead)

    async def run(self) -> None:
        """Everything beside requests; until cancelled."""
        await self._wait_for_database()
        await keep_partitions(self.kernel.db, self.kernel.clock.now())
        for start in self.service.on_start:
            await start()
        self.is_ready = True
        log.info("service.ready")
        async with asyncio.TaskGroup() as tasks:
            for worker in self.service.workers:
                tasks.create_task(worker.run())
            for schedule in [*self.service.schedules, *self._upkeep()]:
                tasks.create_task(self._keep(schedule))
            tasks.create_task(self._on_the_bus())

    async def _on_the_bus(self) -> None:
        await self.kernel.bus.connect()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.relay.worker.run())
            tasks.create_task(self.inbox.run())

    async def _keep(self, schedule: Schedule) -> None:
        async def step() -> int:
            await run_due(self.kernel.db, self.kernel.clock, schedule)
            return 0

        await Worker(
            f"schedule:{schedule.name}", step, idle_s=min(schedule.every.total_seconds(), 60.0)
        ).run()

    def _upkeep(self) -> list[Schedule]:
        db, clock = self.kernel.db, self.kernel.clock

        async def partitions(_: datetime) -> None:
            await keep_partitions(db, clock.now())

        async def old_keys(_: datetime) -> None:
            async with db.transaction() as tx:
                await store.drop_idempotency_keys(tx, clock.now() - timedelta(hours=KEPT_H))

        return [
            Schedule("keep_partitions", timedelta(hours=6), partitions),
            Schedule("drop_idempotency_keys", timedelta(hours=1), old_keys),
        ]

    async def _wait_for_database(self) -> None:
        """Until the database answers and every migration that this code needs has run."""
        needed = {(m.package, m.name) for m in migrations_of(self.service.name, "pre")}
        while True:
            try:
                async with self.kernel.db.reading() as tx:
                    rows = await tx.raw.fetch("select package, name from migration")
                if needed <= {(row["package"], row["name"]) for row in rows}:
                    return
                log.info("service.waiting", reason="migrations have not run")
            except DatabaseUnreachable:
                log.info("service.waiting", reason="the database does not answer")
            except Exception as error:  # no migration table yet, or a server that is starting
                log.info("service.waiting", reason=f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.3)


async def keep_partitions(db: Database, now: datetime) -> None:
    """Make the days ahead, drop the days that are over."""
    today = now.date()
    async with db.transaction() as tx:
        for offset in range(-1, _AHEAD_DAYS + 1):
            await store.make_partition(tx, "outbox", today + timedelta(days=offset))
            await store.make_partition(tx, "inbox", today + timedelta(days=offset))
        await store.drop_partitions(tx, "outbox", today - timedelta(days=_OUTBOX_DAYS))
        await store.drop_partitions(tx, "inbox", today - timedelta(days=_INBOX_DAYS))


class _Server(uvicorn.Server):
    """uvicorn that tells endless answers to end before it waits for them."""

    def __init__(self, server_config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(server_config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


def build(service: str, path: Path) -> tuple[CommonConfig, Callable[[Kernel], Service]]:
    """A service's settings and composition root."""
    for spoken in ("identity", "sales"):  # every service hears their keys, see kernel.trust
        importlib.import_module(f"brama.contracts.{spoken}")
    wiring = importlib.import_module(f"brama.services.{service}.wiring")
    config = settings.load(path, service, wiring.CONFIG)
    return config, lambda kernel: wiring.build(kernel, config)


def serve(service: str, settings_path: Path) -> None:
    """Run a service in this process until SIGTERM or SIGINT.

    Raises:
        BadSettings: the settings cannot be used.
    """
    config, compose = build(service, settings_path)
    logs.set_up(service, level=config.log_level)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(service, config, compose))


async def _serve(service: str, config: CommonConfig, compose: Callable[[Kernel], Service]) -> None:
    db = await Database.connect(config.database_url, schema=service, size=config.database_pool)
    kernel = Kernel.of(service, config, db, SystemClock())
    running = Running(kernel, compose(kernel))
    server = _Server(
        uvicorn.Config(
            running.app, host=config.http_host, port=config.http_port, loop="none", http="httptools",
            lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=3, server_header=False,
            date_header=False, proxy_headers=False,
        ),
        kernel.stopping,
    )  # fmt: skip
    work = asyncio.create_task(running.run())
    work.add_done_callback(lambda _: setattr(server, "should_exit", True))
    await server.serve()
    work.cancel()
    outcome = (await asyncio.gather(work, return_exceptions=True))[0]
    for stop in running.service.on_stop:
        await stop()
    await kernel.bus.close()
    await db.close()
    if isinstance(
        outcome, Exception
    ):  # not a cancellation: something gave up, and the supervisor starts anew
        raise outcome


__all__ = ["SERVICES", "Fact", "Kernel", "Running", "Service", "build", "serve"]
