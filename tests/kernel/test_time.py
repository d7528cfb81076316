"""What happens by time: schedules that catch up, workers that never give up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from brama.kernel.database import Database
from brama.kernel.schedule import LEASE, LeaseLost, Schedule, run_due
from brama.kernel.worker import Worker
from tests.kernel.small import eventually, same_schema
from tests.support.clock import MovableClock

EVERY = timedelta(minutes=10)


class Diary:
    """Notes when something was due."""

    def __init__(self) -> None:
        self.entries: list[datetime] = []

    async def write(self, due_at: datetime) -> None:
        self.entries.append(due_at)


async def _row(db: Database) -> Any:
    async with db.reading() as tx:
        return await tx.raw.fetchrow("select * from schedule where name = 'tidy'")


async def test_a_schedule_runs_at_once_and_then_by_its_rhythm(db: Database, clock: MovableClock) -> None:
    diary = Diary()
    schedule = Schedule("tidy", EVERY, diary.write)
    assert await run_due(db, clock, schedule)
    assert not await run_due(db, clock, schedule)
    clock.advance(minutes=9)
    assert not await run_due(db, clock, schedule)
    clock.advance(minutes=2)
    assert await run_due(db, clock, schedule)
    assert diary.entries[1] - diary.entries[0] == EVERY


async def test_what_came_due_during_a_downtime_is_done_once_and_the_rhythm_stays(
    db: Database, clock: MovableClock
) -> None:
    diary = Diary()
    schedule = Schedule("tidy", EVERY, diary.write)
    await run_due(db, clock, schedule)
    clock.advance(hours=5, minutes=3)
    assert await run_due(
        db, clock, Schedule("tidy", EVERY, diary.write)
    )  # another process, after the downtime
    assert not await run_due(db, clock, schedule)
    assert len(diary.entries) == 2
    assert (await _row(db))["due_at"] == diary.entries[0] + 31 * EVERY


async def test_of_two_replicas_one_runs_it(db: Database, clock: MovableClock) -> None:
    diary, is_running, may_end = Diary(), asyncio.Event(), asyncio.Event()

    async def slow(due_at: datetime) -> None:
        is_running.set()
        await may_end.wait()
        await diary.write(due_at)

    first = asyncio.create_task(run_due(db, clock, Schedule("tidy", EVERY, slow)))
    await is_running.wait()
    assert not await asyncio.wait_for(run_due(db, clock, Schedule("tidy", EVERY, diary.write)), 5)
    may_end.set()
    assert await first
    assert len(diary.entries) == 1


async def test_a_run_that_fails_is_noted_and_the_next_beat_tries_again(
    db: Database, clock: MovableClock
) -> None:
    async def fail(due_at: datetime) -> None:
        raise RuntimeError("no luck")

    assert await run_due(db, clock, Schedule("tidy", EVERY, fail))
    assert (await _row(db))["error"] == "RuntimeError: no luck"
    clock.advance(minutes=11)
    diary = Diary()
    assert await run_due(db, clock, Schedule("tidy", EVERY, diary.write))
    assert (await _row(db))["error"] is None
    assert diary.entries


class Slow:
    """A run that lasts until it is told to end."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.was_stopped = asyncio.Event(), asyncio.Event(), False

    async def run(self, due_at: datetime) -> None:
        self.begun.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_stopped = True
            raise


async def _begin(
    db: Database, clock: MovableClock, slow: Slow, lease: timedelta = LEASE
) -> asyncio.Task[bool]:
    task = asyncio.create_task(run_due(db, clock, Schedule("tidy", EVERY, slow.run), lease=lease))
    await slow.begun.wait()
    return task


async def test_no_transaction_is_open_while_a_schedule_runs(db: Database, clock: MovableClock) -> None:
    slow = Slow()
    task = await _begin(db, clock, slow)
    async with db.reading() as tx:
        waiting = await tx.raw.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and application_name = 'alpha' and state like 'idle in transaction%'"
        )
    slow.may_end.set()
    assert await task
    assert waiting == 0


async def test_after_a_crash_another_replica_runs_it_again_once_the_lease_is_over(
    db: Database, clock: MovableClock
) -> None:
    slow, diary, crashing = Slow(), Diary(), await same_schema("alpha")
    task = await _begin(crashing, clock, slow)
    due_at = (await _row(db))["due_at"]
    await crashing.close()  # from here on this replica can tell nobody anything
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert not await run_due(db, clock, Schedule("tidy", EVERY, diary.write))
    clock.advance(seconds=1)
    assert await run_due(db, clock, Schedule("tidy", EVERY, diary.write))
    assert diary.entries == [due_at]


async def test_a_run_longer_than_its_lease_keeps_it(db: Database, clock: MovableClock) -> None:
    slow, diary, lease = Slow(), Diary(), timedelta(seconds=1.5)
    task = await _begin(db, clock, slow, lease)

    async def is_renewed() -> bool:
        return bool((await _row(db))["leased_until"] > clock.now() + lease * 0.6)

    for _ in range(3):
        clock.advance(seconds=1)
        await eventually(is_renewed, within_s=5)
        assert not await run_due(db, clock, Schedule("tidy", EVERY, diary.write))
    slow.may_end.set()
    assert await task
    assert not diary.entries
    assert (await _row(db))["lease"] is None


async def test_who_stops_in_order_gives_the_lease_back_at_once(db: Database, clock: MovableClock) -> None:
    slow, diary = Slow(), Diary()
    task = await _begin(db, clock, slow)
    due_at = (await _row(db))["due_at"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert slow.was_stopped
    assert await run_due(db, clock, Schedule("tidy", EVERY, diary.write))
    assert diary.entries == [due_at]


async def test_who_cannot_renew_its_lease_stops_before_another_may_begin(
    db: Database, clock: MovableClock
) -> None:
    slow, lease = Slow(), timedelta(seconds=3)
    cut_off = await same_schema("alpha")
    task = await _begin(cut_off, clock, slow, lease)
    await cut_off.close()
    clock.advance(seconds=1)
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(task, 5)
    assert slow.was_stopped
    assert clock.now() < (await _row(db))["leased_until"]


async def test_who_lost_its_lease_stops_and_leaves_the_other_alone(db: Database, clock: MovableClock) -> None:
    slow, other = Slow(), Slow()
    first = await _begin(db, clock, slow, timedelta(seconds=3))
    clock.advance(seconds=3)  # the first one overslept
    second = await _begin(db, clock, other)
    theirs = (await _row(db))["lease"]
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(first, 5)
    assert slow.was_stopped
    assert (await _row(db))["lease"] == theirs
    other.may_end.set()
    assert await second


async def test_an_outcome_after_the_lease_does_not_count(db: Database, clock: MovableClock) -> None:
    slow, other = Slow(), Slow()
    first = await _begin(db, clock, slow)
    clock.advance(seconds=LEASE.total_seconds())
    second = await _begin(db, clock, other)
    slow.may_end.set()
    with pytest.raises(LeaseLost):
        await first
    assert (await _row(db))["ran_at"] is None
    other.may_end.set()
    assert await second
    assert (await _row(db))["ran_at"] is not None


@pytest_asyncio.fixture
async def at_work() -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks: list[asyncio.Task[None]] = []
    yield tasks
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_worker_goes_on_until_nothing_is_left_and_wakes_when_called(
    at_work: list[asyncio.Task[None]],
) -> None:
    left, rounds = 3, 0

    async def step() -> int:
        nonlocal left, rounds
        rounds += 1
        left, done = max(0, left - 1), min(left, 1)
        return done

    worker = Worker("tests", step, idle_s=60)
    at_work.append(asyncio.create_task(worker.run()))
    await asyncio.sleep(0.05)
    assert (left, rounds) == (0, 4)
    left = 1
    worker.wake()
    await asyncio.sleep(0.05)
    assert (left, rounds) == (0, 6)


async def test_a_worker_looks_by_itself_when_nobody_wakes_it(at_work: list[asyncio.Task[None]]) -> None:
    rounds = 0

    async def step() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    at_work.append(asyncio.create_task(Worker("tests", step, idle_s=0.02).run()))

    async def is_looking() -> bool:
        return rounds >= 3

    await eventually(is_looking, within_s=2)


async def test_a_worker_survives_its_failures(at_work: list[asyncio.Task[None]]) -> None:
    attempts = 0

    async def step() -> int:
        nonlocal attempts
        attempts += 1
        if attempts <= 2:
            raise RuntimeError("again")
        return 0

    at_work.append(asyncio.create_task(Worker("tests", step, idle_s=60).run()))

    async def is_through() -> bool:
        return attempts == 3

    await eventually(is_through, within_s=3)
    await asyncio.sleep(0.05)
    assert attempts == 3
    assert not at_work[0].done()


@pytest.mark.parametrize("late_min", [0, 1, 9, 10, 11, 605])
def test_the_next_beat_is_the_first_one_to_come(late_min: int, clock: MovableClock) -> None:
    due_at = clock.now()
    now = due_at + timedelta(minutes=late_min)
    following = Schedule("tidy", EVERY, Diary().write).next_after(due_at, now)
    assert now < following <= now + EVERY
    assert (following - due_at) % EVERY == timedelta()
