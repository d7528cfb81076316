"""An open stream ends when its reader loses its rights: nobody goes on listening with a stolen phone."""

import asyncio
from collections.abc import AsyncIterator

from brama.kernel.streams import StreamEvent, event_stream
from tests.support.clock import MovableClock


async def test_a_stream_ends_within_two_seconds_of_losing_trust() -> None:
    clock, trusted, seen = MovableClock(), [True], 0

    async def is_trusted() -> bool:
        return trusted[0]

    async def events() -> AsyncIterator[StreamEvent | None]:
        for number in range(100):
            clock.advance(seconds=0.6)
            yield StreamEvent("scan", {"number": number}, str(number))

    stream = event_stream(events(), stopping=asyncio.Event(), clock=clock, is_trusted=is_trusted)
    async for piece in stream.iterator:  # type: ignore[union-attr]
        seen += b"event: scan" in bytes(piece)  # type: ignore[arg-type]
        if seen == 10:
            trusted[0] = False
    assert 10 <= seen <= 13
