"""Things that happen by time; what came due during a downtime is done once, at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from brama.kernel import kernel_store as store
from brama.kernel.clock import Clock
from brama.kernel.database import Database, DatabaseUnreachable
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger

log = get_logger()
LEASE = timedelta(seconds=10)


class Schedule:
    """`run(due_at)` every so often; of several replicas one runs it.

    `run` opens its own transactions, none stays open around it, and it may take as long as it needs. It must
    bear being called again for the same `due_at`: after a crash another replica does, once the lease is over.
    """

    def __init__(self, name: str, every: timedelta, run: Callable[[datetime], Awaitable[object]]) -> None:
        self.name, self.every, self.run = name, every, run
        self.is_known = False

    def next_after(self, due_at: datetime, now: datetime) -> datetime:
        """The first beat of the rhythm after `now`: beats that were missed are not made up one by one."""
        missed = (now - due_at) // self.every
        return due_at + self.every * (missed + 1)


class LeaseLost(Exception):
    """The lease could not be renewed in time: another replica may be at it by now."""


async def run_due(db: Database, clock: Clock, schedule: Schedule, *, lease: timedelta = LEASE) -> bool:
    """Run a schedule if its time has come and no other replica is at it; answers whether it was run.

    Raises:
        LeaseLost: the run was stopped and has no outcome; whoever has the lease next runs it again.
    """
    now = clock.now()
    if not schedule.is_known:
        async with db.transaction() as tx:
            await store.add_schedule(tx, schedule.name, now)
        schedule.is_known = True
    held = _Lease(db, clock, schedule.name, lease)
    due_at = await held.take(now)
    if due_at is None:
        return False
    try:
        error = await _failure_of(schedule, held, due_at)
        await held.end(schedule.next_after(due_at, now), now, error)
    except (LeaseLost, asyncio.CancelledError):
        await held.give_back()
        raise
    return True


async def _failure_of(schedule: Schedule, held: "_Lease", due_at: datetime) -> str | None:
    """What went wrong with the run, for the row; the next beat tries again."""
    try:
        await held.during(schedule.run(due_at))
    except LeaseLost:
        raise
    except Exception as failure:  # the edge
        log.error("schedule.failed", schedule=schedule.name, exc_info=True)
        return f"{type(failure).__name__}: {failure}"
    return None


class _Lease:
    """The right to run a schedule. Renewed at each third of its length, which is in the service's clock."""

    def __init__(self, db: Database, clock: Clock, name: str, length: timedelta) -> None:
        self._db, self._clock, self._name, self._length = db, clock, name, length
        self._id: UUID = new_id()
        self._until = clock.now()

    async def take(self, now: datetime) -> datetime | None:
        """Since when the schedule is due; None if it is not, or another replica is at it."""
        self._until = now + self._length
        async with self._db.transaction() as tx:
            due = await store.lease_due_schedule(tx, self._name, now, self._id, self._until)
        return due.due_at if due else None

    async def during(self, work: Awaitable[object]) -> None:
        """Do the work and keep the lease meanwhile. A lease that is lost stops the work first."""
        third = self._length / 3
        working = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({working}, timeout=third.total_seconds()))[0]:
                if not await self._renew(third) and self._clock.now() + third >= self._until:
                    raise LeaseLost(self._name)
            working.result()
        finally:
            if working.cancel():
                await asyncio.wait({working})

    async def _renew(self, patience: timedelta) -> bool:
        """Whether the lease is ours for its whole length again; a database that is away may come back.

        Raises:
            LeaseLost: another replica has it.
        """
        until = self._clock.now() + self._length
        try:
            async with asyncio.timeout(patience.total_seconds()), self._db.transaction() as tx:
                is_ours = await store.renew_schedule_lease(tx, self._name, self._id, until)
        except (DatabaseUnreachable, TimeoutError):
            return False
        if not is_ours:
            raise LeaseLost(self._name)
        self._until = until
        return True

    async def end(self, next_due_at: datetime, ran_at: datetime, error: str | None) -> None:
        """Write down the outcome.

        Raises:
            LeaseLost: another replica runs it again, and writes down its own.
        """
        async with self._db.transaction() as tx:
            if not await store.put_schedule_run(tx, self._name, self._id, next_due_at, ran_at, error):
                raise LeaseLost(self._name)

    async def give_back(self) -> None:
        """Let another replica begin at once; where that cannot be said, it waits for the lease's end."""
        with suppress(DatabaseUnreachable):
            async with self._db.transaction() as tx:
                await store.release_schedule(tx, self._name, self._id)
