"""Things that happen by time; what came due during a downtime is done once, at once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from brama.kernel import kernel_store as store
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.log import get_logger

log = get_logger()


class Schedule:
    """`run(due_at)` every so often; of several replicas one runs it.

    The run's own transactions are apart from the lock that keeps other replicas away, so `run` must bear
    being called again for the same `due_at` after a crash.
    """

    def __init__(self, name: str, every: timedelta, run: Callable[[datetime], Awaitable[object]]) -> None:
        self.name, self.every, self.run = name, every, run
        self.is_known = False

    def next_after(self, due_at: datetime, now: datetime) -> datetime:
        """The first beat of the rhythm after `now`: beats that were missed are not made up one by one."""
        missed = (now - due_at) // self.every
        return due_at + self.every * (missed + 1)


async def run_due(db: Database, clock: Clock, schedule: Schedule) -> bool:
    """Run a schedule if its time has come and no other replica is at it."""
    now = clock.now()
    if (
        not schedule.is_known
    ):  # committed by itself, or another replica's first beat would wait for ours to end
        async with db.transaction() as tx:
            await store.add_schedule(tx, schedule.name, now)
        schedule.is_known = True
    async with db.transaction() as tx:
        due = await store.lock_due_schedule(tx, schedule.name, now)
        if due is None:
            return False
        error = None
        try:
            await schedule.run(due.due_at)
        except Exception as failure:  # the edge: the next beat tries again, and the row says what went wrong
            log.error("schedule.failed", schedule=schedule.name, exc_info=True)
            error = f"{type(failure).__name__}: {failure}"
        await store.put_schedule_run(tx, schedule.name, schedule.next_after(due.due_at, now), now, error)
    return True
