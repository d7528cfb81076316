"""Work that goes on beside requests: loops that are woken, catch errors at their edge and never give up."""

import asyncio
from collections.abc import Awaitable, Callable

from brama.kernel.correlation import correlated
from brama.kernel.database import DatabaseUnreachable
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger

log = get_logger()
_LONGEST_PAUSE_S = 5.0


class Worker:
    """Runs `step` until it has nothing more to do, then sleeps until woken or `idle_s` has passed.

    `step` answers how much it did; 0 ends the round. After an error it pauses 0.1 s, twice as long after
    each further one, 5 s at most.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[int]], idle_s: float = 1.0) -> None:
        self.name, self.step, self.idle_s = name, step, idle_s
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something to do; safe to call from the loop's own thread only."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        failures = 0
        while True:
            self._woken.clear()
            try:
                with correlated(str(new_id())):
                    while await self.step():
                        pass
                failures = 0
                await self._sleep(self.idle_s)
            except Exception as error:  # the edge of the process: logged, then tried again
                failures += 1
                pause = min(0.1 * 2**failures, _LONGEST_PAUSE_S)
                if isinstance(error, DatabaseUnreachable):
                    log.warning(
                        "worker.waiting", worker=self.name, reason="database unreachable", pause_s=pause
                    )
                else:
                    log.error("worker.failed", worker=self.name, pause_s=pause, exc_info=True)
                await asyncio.sleep(pause)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            pass
