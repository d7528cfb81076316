"""Passwords by argon2id (RFC 9106)."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Hashing takes memory and a core: more at once than this would only slow everybody down.
_AT_ONCE = 2


class Argon2Passwords:
    """argon2id outside the event loop, two at a time."""

    def __init__(self, *, memory_kib: int, passes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        async with self._turns:
            is_right = await asyncio.to_thread(self._matches, password_hash or self._decoy, password)
        return is_right and password_hash is not None

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)
