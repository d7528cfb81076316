"""PostgreSQL: a pool, transactions, and what happens after their commit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
import msgspec

from brama.kernel.problem import Unavailable

UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)

# U+0000 may stand in JSON and in addresses, but never in PostgreSQL's text.
_UNSTORABLE_TEXT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)


class DatabaseUnreachable(Unavailable):
    """The database does not answer just now."""


def is_unstorable(error: Exception) -> bool:
    """Whether a value that came from outside fits no column: U+0000 in a text, a number beyond 64 bits."""
    if isinstance(error, (*_UNSTORABLE_TEXT, asyncpg.NumericValueOutOfRangeError)):
        return True
    return isinstance(error, asyncpg.DataError) and "out of int" in str(error)  # asyncpg, before it sends


class Connection:
    """What queries run on. `raw` is asyncpg's own connection, for `store` rooms only."""

    def __init__(self, raw: Any) -> None:
        self.raw: asyncpg.Connection[Any] = raw


class Transaction(Connection):
    """All or nothing. Registered callbacks run once it is committed, never otherwise."""

    def __init__(self, raw: Any, database: "Database") -> None:
        super().__init__(raw)
        self.database = database
        self._after_commit: list[Callable[[], None]] = []

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` after the commit; the same one only once."""
        if callback not in self._after_commit:
            self._after_commit.append(callback)

    def committed(self) -> None:
        """Run what was registered; the database calls this."""
        for callback in self._after_commit:
            callback()


_joined: ContextVar[Transaction | None] = ContextVar("joined_transaction", default=None)


class Database:
    """A service's own schema."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self.on_said: Callable[[], None] = lambda: None

    @classmethod
    async def connect(cls, url: str, *, schema: str, size: int) -> "Database":
        """Open the pool; connections are made when first needed."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            init=_prepare,
            command_timeout=30,
            server_settings={"search_path": schema, "application_name": schema},
        )
        return cls(pool)

    async def close(self) -> None:
        """Close every connection; those in use get 5 s."""
        try:
            await asyncio.wait_for(self._pool.close(), 5)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction of its own, or a savepoint in the one that the request already runs in.

        Raises:
            DatabaseUnreachable: no connection, or it broke; nothing was committed, unless the break came
                with the commit itself: repeat with the same idempotency key.
        """
        joined = _joined.get()
        if joined is not None:
            async with joined.raw.transaction():
                yield joined
            return
        async with self._connection() as raw:
            tx = Transaction(raw, self)
            async with raw.transaction():
                yield tx
        tx.committed()

    @asynccontextmanager
    async def shared_transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that every `transaction()` inside joins: one request, one commit."""
        async with self.transaction() as tx:
            token = _joined.set(tx)
            try:
                yield tx
            finally:
                _joined.reset(token)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection for single reads, each seeing its own moment."""
        joined = _joined.get()
        if joined is not None:
            yield joined
            return
        async with self._connection() as raw:
            yield Connection(raw)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire(timeout=5) as raw:
                yield raw
        except UNREACHABLE as error:
            raise DatabaseUnreachable() from error
        except TimeoutError as error:
            raise DatabaseUnreachable() from error


async def _prepare(raw: "asyncpg.Connection[Any]") -> None:
    for name in ("json", "jsonb"):
        await raw.set_type_codec(
            name, schema="pg_catalog", format="text", encoder=_to_json, decoder=lambda text: text
        )


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
