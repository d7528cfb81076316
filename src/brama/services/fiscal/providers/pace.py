"""Keeping below a registrar's limit of calls."""

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 10.0


class Pace:
    """At most so many calls in any 10 seconds for each name. In this process: replicas are told by 429."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: dict[str, deque[float]] = {}

    def wait_s(self, name: str, limit: int) -> float:
        """Seconds until another call is allowed; 0 when it is now."""
        made, now = self._made.setdefault(name, deque()), self._clock()
        while made and made[0] <= now - WINDOW_S:
            made.popleft()
        return 0.0 if len(made) < limit else made[len(made) - limit] + WINDOW_S - now

    def note(self, name: str) -> None:
        """A call is made now."""
        self._made.setdefault(name, deque()).append(self._clock())
