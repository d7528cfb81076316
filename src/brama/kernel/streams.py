"""Server-sent events: resumable, with heartbeats as real events, closed when the service stops."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar.response import Stream

from brama.kernel.clock import Clock

HEARTBEAT_S = 10.0
_TRUST_FOR_S = 1.0


class StreamEvent(msgspec.Struct, frozen=True):
    """One event; `id` is the cursor from which a reader resumes."""

    event: str
    data: Any
    id: str | None = None

    def encoded(self) -> bytes:
        """As text/event-stream."""
        head = f"id: {self.id}\n" if self.id is not None else ""
        return f"{head}event: {self.event}\ndata: ".encode() + msgspec.json.encode(self.data) + b"\n\n"


class Bell:
    """Rings for everybody who waits at that moment; a lost ring costs one poll."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_s: float) -> None:
        """Until the next ring, or the time is over."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            pass


def event_stream(
    events: AsyncIterator[StreamEvent | None],
    *,
    stopping: asyncio.Event,
    clock: Clock,
    until: datetime | None = None,
    is_trusted: Callable[[], Awaitable[bool]],
) -> Stream:
    """An endless answer. The iterator yields None (at least every second or so) when there is nothing new.

    Ends when the service stops or `until` (the token's expiry) has come: the reader connects again. Ends, too,
    within two seconds of the reader's losing its rights (`is_trusted`), and then nobody lets it in again.
    """
    return Stream(
        _encoded(_while_trusted(events, is_trusted, clock), stopping, clock, until),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _while_trusted(
    events: AsyncIterator[StreamEvent | None], is_trusted: Callable[[], Awaitable[bool]], clock: Clock
) -> AsyncIterator[StreamEvent | None]:
    asked = clock.now()
    async for event in events:
        now = clock.now()
        if (now - asked).total_seconds() >= _TRUST_FOR_S:
            if not await is_trusted():
                return
            asked = now
        yield event


async def _encoded(
    events: AsyncIterator[StreamEvent | None], stopping: asyncio.Event, clock: Clock, until: datetime | None
) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    last = clock.now()
    async for event in events:
        now = clock.now()
        if stopping.is_set() or (until is not None and now >= until):
            return
        if event is not None:
            last = now
            yield event.encoded()
        elif (now - last).total_seconds() >= HEARTBEAT_S:
            last = now
            yield StreamEvent("heartbeat", {"at": now}).encoded()
