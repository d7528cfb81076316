"""A service as a test sees it: its web side, its database, what it hears and says; nothing mocked inside."""

import importlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec
import pytest
import pytest_asyncio

from brama.kernel.config import CommonConfig
from brama.kernel.database import Database
from brama.kernel.facts import Envelope, Fact
from brama.kernel.ids import new_id
from brama.kernel.outbox import enclosed
from brama.kernel.runtime import Kernel, Running, keep_partitions
from brama.kernel.tokens import AccessClaims, TokenGrant, expiry, sign
from tests.support.clock import MovableClock
from tests.support.database import empty, service_url
from tests.support.keys import IDENTITY_KEY, MASTER_KEY, TRUST_KEYS, first_keys

F = TypeVar("F", bound=Fact)
ORIGIN = "http://localhost:8700"


class App:
    """A running service without its bus."""

    def __init__(self, running: Running, clock: MovableClock) -> None:
        self.running, self.clock = running, clock
        self.service, self.kernel, self.db = running.service, running.kernel, running.kernel.db
        transport = httpx.ASGITransport(app=running.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def hear(self, fact: Fact) -> bool:
        """Deliver a fact as the bus would; False when it was heard before."""
        return await self.running.inbox.apply(msgspec.json.decode(enclosed(fact), type=Envelope))

    async def said(self, kind: type[F]) -> list[F]:
        """The facts of one kind in the outbox, in order."""
        async with self.db.reading() as tx:
            rows = await tx.raw.fetch(
                "select envelope from outbox where subject = $1 order by position", kind.SUBJECT
            )
        envelopes = [msgspec.json.decode(row["envelope"], type=Envelope) for row in rows]
        return [msgspec.json.decode(envelope.fact, type=kind) for envelope in envelopes]

    def as_staff(
        self,
        role: str,
        organiser_id: UUID,
        *,
        staff_id: UUID | None = None,
        name: str = "Оксана Коваль",
        version: int = 1,
    ) -> dict[str, str]:
        """Headers of a person with a role."""
        claims = AccessClaims(
            kind="staff", sub=staff_id or new_id(), name=name, av=version, sid=new_id(),
            grants=[TokenGrant(organiser_id, role)], **self._life(),
        )  # fmt: skip
        return {"Authorization": f"Bearer {sign(claims, IDENTITY_KEY)}"}

    def as_device(
        self, organiser_id: UUID, *, event_ids: list[UUID], gate_ids: list[UUID], device_id: UUID | None = None,
        name: str = "Північ 1",
    ) -> dict[str, str]:  # fmt: skip
        """Headers of a paired gate device."""
        claims = AccessClaims(
            kind="device", sub=device_id or new_id(), name=name, organiser_id=organiser_id,
            event_ids=event_ids, gate_ids=gate_ids, **self._life(),
        )  # fmt: skip
        return {"Authorization": f"Bearer {sign(claims, IDENTITY_KEY)}"}

    def creating(self, headers: dict[str, str] | None = None, key: str | None = None) -> dict[str, str]:
        """Headers with an idempotency key, a fresh one unless given."""
        return {**(headers or {}), "Idempotency-Key": key or str(new_id())}

    async def run_schedule(self, name: str) -> None:
        """Let a schedule's time come."""
        for schedule in self.service.schedules:
            if schedule.name == name:
                await schedule.run(self.clock.now())
                return
        raise LookupError(name)

    async def run_workers(self) -> int:
        """Let every worker finish what there is to do; answers how much it was."""
        done = 0
        for worker in self.service.workers:
            while count := await worker.step():
                done += count
        return done

    def _life(self) -> Any:
        issued, expires = expiry(self.clock.now(), timedelta(hours=1))
        return {"iat": issued, "exp": expires}


async def running_app(service: str, folder: Path, **overrides: Any) -> App:
    """A service over this worker's database, emptied."""
    wiring = importlib.import_module(f"brama.services.{service}.wiring")
    for spoken in ("identity", "sales"):
        importlib.import_module(f"brama.contracts.{spoken}")
    url = await service_url(service)
    common: dict[str, Any] = {
        "database_url": url, "nats_url": "nats://127.0.0.1:4", "http_port": 1, "public_origin": ORIGIN,
        "master_key": MASTER_KEY, "trust_keys": TRUST_KEYS, "first_keys": first_keys(service),
        "private_blobs": str(folder / "private"), "public_blobs": str(folder / "public"),
    }  # fmt: skip
    config: CommonConfig = wiring.CONFIG(**{**common, **overrides})
    db = await Database.connect(url, schema=service, size=12)
    await empty(db, service)
    clock = MovableClock()
    await keep_partitions(db, clock.now())
    kernel = Kernel.of(service, config, db, clock)
    running = Running(kernel, wiring.build(kernel, config))
    for start in running.service.on_start:
        await start()
    return App(running, clock)


async def stopped(app: App) -> None:
    """Let go of everything."""
    await app.client.aclose()
    for stop in app.service.on_stop:
        await stop()
    await app.db.close()


def app_fixture(service: str, **overrides: Any) -> Any:
    """A fixture: the service as a test sees it. A callable override is called with the test's folder."""

    @pytest_asyncio.fixture(name="app")
    async def app(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[App]:
        given = {name: value(tmp_path) if callable(value) else value for name, value in overrides.items()}
        application = await running_app(service, tmp_path, **given)
        yield application
        await stopped(application)

    return app
