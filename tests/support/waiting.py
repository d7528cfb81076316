"""Waiting for what happens elsewhere."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], T | None], *, within_s: float = 15.0) -> T:
    """Look again and again until something is there.

    Raises:
        AssertionError: it did not come in time.
    """
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = await asyncio.to_thread(look)
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"it did not come within {within_s} s")
