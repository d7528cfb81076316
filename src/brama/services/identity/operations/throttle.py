"""Attempts at secrets: few at a time, and after too many failures none for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.metrics import counter
from brama.kernel.problem import TooManyRequests
from brama.services.identity import errors, store
from brama.services.identity.domain.throttle import Limit, network_of

# A limit is checked before a failure is recorded: this bounds by how much a burst can overrun it.
_AT_ONCE = 2
_failures = counter("brama_identity_wrong_secrets_total", "Wrong passwords, codes and pairing codes")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits by account and by network address; None: not limited."""

    account: Limit
    address: Limit | None


class Throttle:
    """Counts failures in the database, so that every replica and a restart know them."""

    def __init__(self, db: Database, clock: Clock, limits: Limits) -> None:
        self._db, self._clock, self._limits = db, clock, limits
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def attempt(self, *, account: str | None = None, address: str | None = None) -> AsyncIterator[None]:
        """Try a secret inside; a `WrongSecret` that is raised counts against account and address.

        An account is whatever stands for one, known or not.

        Raises:
            TooManyRequests: too many failures lately.
        """
        counted = self._counted(account, address)
        async with self._turns:
            await self._ensure_calm(counted)
            try:
                yield
            except errors.WrongSecret:
                await self._note_failure([key for _, key in counted])
                raise

    async def forget(self, *, account: str) -> None:
        """The right secret was given: earlier failures of the account don't count any more."""
        async with self._db.transaction() as tx:
            await store.forget_failures(tx, self._limits.account.key(account))

    def _counted(self, account: str | None, address: str | None) -> list[tuple[Limit, bytes]]:
        network = network_of(address) if address else None
        subjects = ((self._limits.account, account), (self._limits.address, network))
        return [(limit, limit.key(subject)) for limit, subject in subjects if limit and subject]

    async def _ensure_calm(self, counted: list[tuple[Limit, bytes]]) -> None:
        now = self._clock.now()
        async with self._db.reading() as tx:
            for limit, key in counted:
                filling = await store.nth_latest_failure(tx, key, limit.since(now), limit.failures - 1)
                wait_s = limit.wait_s(filling, now=now)
                if wait_s is not None:
                    raise TooManyRequests(retry_after_s=wait_s)

    async def _note_failure(self, keys: list[bytes]) -> None:
        async with self._db.transaction() as tx:
            for key in keys:
                await store.add_failure(tx, key, self._clock.now())
        _failures.inc()
