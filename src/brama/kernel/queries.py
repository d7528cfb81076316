"""Named SQL from files: the query's name is the function's name, native `$1` parameters, rows as structs.

A small loader of our own, because the usual one rewrites `[1:2]` and refuses `:word` in comments.
"""

import enum
import re
import types
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any, ClassVar, Generic, TypeVar, Union, get_args, get_origin

import asyncpg
import msgspec

from brama.kernel.database import Connection
from brama.kernel.problem import NotFound

T = TypeVar("T")
_NAME = re.compile(r"^-- name:\s*(\w+)\s*$", re.MULTILINE)
Violations = dict[str, type[Exception]]


class Query:
    """A statement of a service's `sql/` folder and what its rows become; every one is checked by a test."""

    registry: ClassVar[list["Query"]] = []

    def __init__(self, package: str, name: str, sql: str, into: Any, violations: Violations | None) -> None:
        self.package, self.name, self.sql, self.into = package, name, sql, into
        self._violations = violations or {}
        Query.registry.append(self)

    def _translated(self, error: asyncpg.IntegrityConstraintViolationError) -> Exception:
        problem = self._violations.get(error.constraint_name or "")
        return problem() if problem else error


class Many(Query, Generic[T]):
    """A query for any number of rows."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._read = _reader(self.into)

    async def __call__(self, tx: Connection, *args: Any) -> list[T]:
        try:
            rows = await tx.raw.fetch(self.sql, *args)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error
        return [self._read(row) for row in rows]


class Maybe(Query, Generic[T]):
    """A query for one row or none."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._read = _reader(self.into)

    async def __call__(self, tx: Connection, *args: Any) -> T | None:
        try:
            row = await tx.raw.fetchrow(self.sql, *args)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error
        read: Callable[[Any], T] = self._read
        return None if row is None else read(row)


class One(Query, Generic[T]):
    """A query for exactly one row; none raises `missing`."""

    def __init__(self, *args: Any, missing: Callable[[], Exception]) -> None:
        super().__init__(*args)
        self._read = _reader(self.into)
        self._missing = missing

    async def __call__(self, tx: Connection, *args: Any) -> T:
        try:
            row = await tx.raw.fetchrow(self.sql, *args)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error
        if row is None:
            raise self._missing()
        read: Callable[[Any], T] = self._read
        return read(row)


class Value(Query, Generic[T]):
    """A query for the first column of the first row."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._convert = _converter(self.into)

    async def __call__(self, tx: Connection, *args: Any) -> T:
        try:
            value = await tx.raw.fetchval(self.sql, *args)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error
        result: T = self._convert(value) if self._convert and value is not None else value
        return result


class Execute(Query):
    """A statement whose count of rows matters."""

    async def __call__(self, tx: Connection, *args: Any) -> int:
        try:
            status = await tx.raw.execute(self.sql, *args)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


class ExecuteMany(Query):
    """A statement run once for each tuple of parameters."""

    async def __call__(self, tx: Connection, rows: Sequence[Sequence[Any]]) -> None:
        try:
            await tx.raw.executemany(self.sql, rows)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise self._translated(error) from error


class Queries:
    """The statements of one package, by name."""

    def __init__(self, package: str, statements: dict[str, str]) -> None:
        self._package, self._statements = package, statements

    @classmethod
    def of(cls, package: str, folder: str = "sql") -> "Queries":
        """Read every `.sql` file of the package's folder."""
        statements: dict[str, str] = {}
        for file in (resources.files(package) / folder).iterdir():
            if file.name.endswith(".sql"):
                statements.update(parse(file.read_text("utf-8")))
        return cls(package, statements)

    def many(self, name: str, violations: Violations | None = None) -> ExecuteMany:
        """Run the statement for each of many parameter tuples."""
        return ExecuteMany(self._package, name, self._statements[name], None, violations)

    def execute(self, name: str, violations: Violations | None = None) -> Execute:
        """Run the statement; answers how many rows it touched."""
        return Execute(self._package, name, self._statements[name], None, violations)

    def all(self, into: type[T], name: str, violations: Violations | None = None) -> Many[T]:
        """All rows."""
        return Many(self._package, name, self._statements[name], into, violations)

    def maybe(self, into: type[T], name: str, violations: Violations | None = None) -> Maybe[T]:
        """The row, or None."""
        return Maybe(self._package, name, self._statements[name], into, violations)

    def one(
        self,
        into: type[T],
        name: str,
        missing: Callable[[], Exception] = NotFound,
        violations: Violations | None = None,
    ) -> One[T]:
        """The row; `missing()` is raised when there is none."""
        return One(self._package, name, self._statements[name], into, violations, missing=missing)

    def value(
        self, into: Callable[..., T] | type[T], name: str, violations: Violations | None = None
    ) -> Value[T]:
        """The first column of the first row; None when there is no row."""
        return Value(self._package, name, self._statements[name], into, violations)


def parse(text: str) -> dict[str, str]:
    """The statements of a file, by the name in the comment above each."""
    pieces = _NAME.split(text)
    return {name: sql.strip().rstrip(";") for name, sql in zip(pieces[1::2], pieces[2::2], strict=True)}


def _reader(into: Any) -> Callable[[Any], Any]:
    """How a row becomes `into`: a struct by column names, or the first column's value."""
    if not (isinstance(into, type) and issubclass(into, msgspec.Struct)):
        convert = _converter(into)
        return lambda row: convert(row[0]) if convert and row[0] is not None else row[0]
    plain: list[str] = []
    converted: list[tuple[str, Callable[[Any], Any]]] = []
    hints = msgspec.structs.fields(into)
    for field in hints:
        convert = _converter(field.type)
        if convert is None:
            plain.append(field.name)
        else:
            converted.append((field.name, convert))

    def read(row: Any) -> Any:
        values = {name: row[name] for name in plain}
        for name, convert in converted:
            value = row[name]
            values[name] = None if value is None else convert(value)
        return into(**values)

    return read


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """How a column's value becomes the field's type; None where asyncpg's own value fits."""
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    origin = get_origin(kind)
    if (
        kind in (dict, list)
        or origin in (dict, list, tuple, set)
        or _is_struct(kind)
        or origin in (Union, types.UnionType)
    ):
        decode = msgspec.json.Decoder(kind).decode
        return lambda value: decode(value) if isinstance(value, str) else value
    return None


def _without_none(kind: Any) -> Any:
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        if len(rest) == 1:
            return _without_none(rest[0])
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
