"""What a simulator will do later: webhooks, slow registrations, late answers. Survives a restart."""

import asyncio
import heapq
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from brama.simulators.store import Document, Store

AT_ONCE = 64  # deeds under way together; the rest wait their turn


class Job(Document):
    """A deed due at a moment (Unix seconds)."""

    due_at: float
    verb: str
    details: dict[str, Any]


Deed = Callable[[dict[str, Any]], Awaitable[None]]


class Agenda:
    """Runs each job at least once at or after its moment; one that raises is reported and dropped."""

    def __init__(self, store: Store) -> None:
        self._jobs = store.collection("job", Job)
        self._heap = [(job.due_at, job.id, job) for job in self._jobs.newest()]
        heapq.heapify(self._heap)
        self._deeds: dict[str, Deed] = {}
        self._wake = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def on(self, verb: str, deed: Deed) -> None:
        """Say who does the jobs of this verb."""
        self._deeds[verb] = deed

    def add(self, verb: str, after_s: float, **details: Any) -> None:
        job = Job(
            id=uuid.uuid4().hex,
            due_at=time.time() + after_s,
            verb=verb,
            details=details,
        )
        self._jobs.add(job)
        heapq.heappush(self._heap, (job.due_at, job.id, job))
        self._wake.set()

    def waiting(self) -> int:
        """How many jobs are not done yet."""
        return self._jobs.count()

    async def run(self) -> None:
        """Do what is due, for ever; cancel the task to stop. What is cut short is done again next time."""
        try:
            while True:
                await self._do_what_is_due()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _do_what_is_due(self) -> None:
        self._wake.clear()
        pause_s = self._heap[0][0] - time.time() if self._heap else None
        if pause_s is None or pause_s > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause_s)
            return
        await self._room.acquire()
        job = heapq.heappop(self._heap)[2]
        task = asyncio.create_task(self._do(job))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _do(self, job: Job) -> None:
        try:
            await self._deeds[job.verb](job.details)
        except Exception:  # the edge of a background task: nobody above could hear it
            traceback.print_exc()
        finally:
            self._room.release()
        self._jobs.delete(job.id)
