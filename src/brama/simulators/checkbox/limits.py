"""The API's request limit."""

import time
from collections import deque

from brama.simulators.checkbox.errors import ApiError

REQUESTS = 15
WINDOW_S = 10.0


class Limit:
    """At most 15 requests in any 10 seconds for one register (its licence, else its token)."""

    def __init__(self, *, unlimited: bool) -> None:
        self._unlimited = unlimited
        self._seen: dict[str, deque[float]] = {}

    def count(self, who: str) -> None:
        """Note a request.

        Raises:
            ApiError: 429, it was one too many; it is not counted.
        """
        if self._unlimited:
            return
        now = time.monotonic()
        seen = self._seen.setdefault(who, deque())
        while seen and seen[0] <= now - WINDOW_S:
            seen.popleft()
        if len(seen) >= REQUESTS:
            raise ApiError(429, "base.too_many_requests", "Забагато запитів")
        seen.append(now)
