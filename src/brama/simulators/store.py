"""A simulator's memory: JSON documents in one SQLite file, so that a restart forgets nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec


class Document(msgspec.Struct, kw_only=True):
    """Anything kept in a collection; `id` is unique within it."""

    id: str


class AlreadyThere(Exception):
    """A document with this id exists."""


class Setting(Document):
    """One named text, such as a signing key made at the first start."""

    text: str


T = TypeVar("T", bound=Document)


class Store:
    """One SQLite file in WAL mode; used from one event loop, so calls are short and synchronous."""

    def __init__(self, path: Path | str) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None)
        self._sql.execute("pragma journal_mode = wal")
        self._sql.execute("pragma synchronous = normal")
        self._sql.execute("pragma busy_timeout = 5000")
        self._sql.execute("create table if not exists file (id text primary key, data blob not null)")
        self._settings = self.collection("setting", Setting)

    def collection(self, name: str, kind: type[T], *, indexed: tuple[str, ...] = ()) -> "Collection[T]":
        """The collection of that name; fields in `indexed` can be searched with `find`."""
        return Collection(self._sql, name, kind, indexed)

    def setting(self, name: str, first: str) -> str:
        """The stored text of that name; `first` becomes it when there is none yet."""
        kept = self._settings.get(name)
        if kept is None:
            self._settings.save(Setting(id=name, text=first))
            return first
        return kept.text

    def change_setting(self, name: str, text: str) -> None:
        self._settings.save(Setting(id=name, text=text))

    def put_file(self, file_id: str, data: bytes) -> None:
        self._sql.execute("insert or replace into file (id, data) values (?, ?)", (file_id, data))

    def get_file(self, file_id: str) -> bytes | None:
        row = self._sql.execute("select data from file where id = ?", (file_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def clear_files(self) -> None:
        self._sql.execute("delete from file")

    @contextmanager
    def together(self) -> Iterator[None]:
        """All writes inside are kept, or none."""
        self._sql.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._sql.execute("rollback")
            raise
        self._sql.execute("commit")

    def close(self) -> None:
        self._sql.close()


class Collection(Generic[T]):
    """Documents of one kind, in the order in which they were first added."""

    def __init__(
        self,
        sql: sqlite3.Connection,
        name: str,
        kind: type[T],
        indexed: tuple[str, ...],
    ) -> None:
        self._sql, self._name, self._kind, self._indexed = sql, name, kind, indexed
        sql.execute(
            f"create table if not exists {name}"
            " (seq integer primary key autoincrement, id text not null unique, body text not null)"
        )
        for field in indexed:
            sql.execute(
                f"create index if not exists {name}_{field} on {name} (json_extract(body, '$.{field}'))"
            )

    def get(self, document_id: str) -> T | None:
        row = self._sql.execute(f"select body from {self._name} where id = ?", (document_id,)).fetchone()
        return None if row is None else self._read(row[0])

    def add(self, document: T) -> None:
        """Keep a new document.

        Raises:
            AlreadyThere: its id is taken.
        """
        try:
            self._sql.execute(
                f"insert into {self._name} (id, body) values (?, ?)",
                (document.id, self._written(document)),
            )
        except sqlite3.IntegrityError:
            raise AlreadyThere(document.id) from None

    def save(self, document: T) -> None:
        """Keep a document, new or changed; its place in the order stays."""
        self._sql.execute(
            f"insert into {self._name} (id, body) values (?, ?)"
            " on conflict (id) do update set body = excluded.body",
            (document.id, self._written(document)),
        )

    def find(self, field: str, value: str) -> list[T]:
        """Documents whose indexed field equals the value, newest first."""
        if field not in self._indexed:
            raise KeyError(field)
        rows = self._sql.execute(
            f"select body from {self._name} where json_extract(body, '$.{field}') = ? order by seq desc",
            (value,),
        )
        return [self._read(row[0]) for row in rows]

    def newest(self, limit: int = -1, offset: int = 0) -> list[T]:
        """Documents from the newest; a negative limit means all of them."""
        rows = self._sql.execute(
            f"select body from {self._name} order by seq desc limit ? offset ?",
            (limit, offset),
        )
        return [self._read(row[0]) for row in rows]

    def count(self) -> int:
        return int(self._sql.execute(f"select count(1) from {self._name}").fetchone()[0])

    def delete(self, document_id: str) -> None:
        self._sql.execute(f"delete from {self._name} where id = ?", (document_id,))

    def clear(self) -> None:
        self._sql.execute(f"delete from {self._name}")

    def _read(self, body: str) -> T:
        return msgspec.json.decode(body, type=self._kind)

    def _written(self, document: T) -> str:
        return msgspec.json.encode(document).decode()
