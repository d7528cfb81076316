"""Every named statement is prepared on the migrated schema and compared with what its rows become."""

import enum
import importlib
import json
import types
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from brama.kernel.database import _prepare
from brama.kernel.queries import Execute, ExecuteMany, Queries, Query, Value, parse
from tests.architecture.parts import ALL, BUILT, SOURCES, modules_of
from tests.architecture.plans import Nullness
from tests.support.database import service_url

# What PostgreSQL's types arrive as; a struct's field has to be one of these.
ARRIVES_AS: dict[str, tuple[Any, ...]] = {
    "bool": (bool,),
    "int2": (int,),
    "int4": (int,),
    "int8": (int,),
    "float4": (float,),
    "float8": (float,),
    "numeric": (Decimal,),
    "text": (str,),
    "varchar": (str,),
    "bpchar": (str,),
    "name": (str,),
    "uuid": (UUID,),
    "bytea": (bytes,),
    "date": (date,),
    "time": (time,),
    "timestamptz": (datetime,),
    "interval": (timedelta,),
    "void": (type(None),),
}
# A generic plan cannot be asked for with the extended protocol that asyncpg speaks, but from within.
PLAN_OF = """
create or replace function pg_temp.plan_of(statement text) returns json language plpgsql as $$
declare plan json;
begin
    execute 'explain (verbose, generic_plan, format json) ' || statement into plan;
    return plan;
end $$"""
_MADE_AT_ONCE = "`made_at is not null` in the condition, and put_reconciliation writes them all together"
_TOLD_WITH_IT = "identity and sales say every fact of these aggregates with their organiser"
# Columns that are declared nullable and are not null in these answers, each with its reason.
NEVER_NULL_BECAUSE: dict[tuple[str, str], dict[str, str]] = {
    ("payments", "reconciliations_of_organisers"): dict.fromkeys(
        ("checked", "unanswered", "captured_minor", "captured_there_minor", "returned_minor",
         "returned_there_minor", "differences", "made_at"), _MADE_AT_ONCE,
    ),
    ("admission", "get_device"): {"organiser_id": _TOLD_WITH_IT},
    ("analytics", "get_order"): {"organiser_id": _TOLD_WITH_IT},
}  # fmt: skip


def _queries(service: str) -> list[Query]:
    modules_of(f"brama.services.{service}")
    importlib.import_module("brama.kernel.kernel_store")
    packages = ("brama.kernel", f"brama.services.{service}")
    return [q for q in Query.registry if q.package in packages or q.package.startswith(packages[1] + ".")]


def _plain(kind: Any) -> tuple[Any, bool]:
    """A type without its optional part and its new name; and whether None is allowed."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        is_optional = len(rest) < len(get_args(kind))
        if len(rest) == 1:
            return _plain(rest[0])[0], is_optional
        return kind, is_optional
    return kind, kind is Any


def _accepts(kind: Any, column: Any) -> bool:
    """Whether a value of the column's type becomes the field's type."""
    kind, _ = _plain(kind)
    if kind is Any:
        return True
    origin = get_origin(kind)
    if column.name in ("json", "jsonb"):
        is_struct = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        return is_struct or kind in (dict, list) or origin in (dict, list, tuple, Union, types.UnionType)
    if column.kind == "array":
        element = get_args(kind)[0] if origin is list else None
        return origin is list and not _is_enum(element) and _arrives(element, column.name.removesuffix("[]"))
    return _arrives(kind, column.name)


def _arrives(kind: Any, name: str) -> bool:
    kind, _ = _plain(kind)
    if get_origin(kind) is Literal:
        kind = type(get_args(kind)[0])
    if _is_enum(kind):
        kind = int if issubclass(kind, int) else str
    return kind in ARRIVES_AS.get(name, ())


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


@pytest_asyncio.fixture(params=BUILT)
async def schema(request: pytest.FixtureRequest) -> AsyncIterator["Schema"]:
    service: str = request.param
    raw = await asyncpg.connect(await service_url(service), server_settings={"search_path": service})
    await _prepare(raw)
    yield Schema(service, raw, *await _columns(raw, service))
    await raw.close()


async def _columns(raw: Any, service: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    rows = await raw.fetch(
        """select c.relname as table, a.attname as column, a.attnotnull as is_not_null
           from pg_attribute a join pg_class c on c.oid = a.attrelid
           where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0""",
        service,
    )
    not_null: dict[str, set[str]] = {row["table"]: set() for row in rows}
    columns: dict[str, set[str]] = {row["table"]: set() for row in rows}
    for row in rows:
        columns[row["table"]].add(row["column"])
        if row["is_not_null"]:
            not_null[row["table"]].add(row["column"])
    return not_null, columns


class Schema:
    """A service's migrated schema, to prepare statements on."""

    def __init__(
        self, service: str, raw: Any, not_null: dict[str, set[str]], columns: dict[str, set[str]]
    ) -> None:
        self.service, self.raw = service, raw
        self._not_null, self._columns = not_null, columns

    async def nullness(self, sql: str) -> Nullness:
        await self.raw.execute(PLAN_OF)
        plan = await self.raw.fetchval("select pg_temp.plan_of($1)", sql)
        return Nullness(json.loads(plan)[0]["Plan"], self._not_null, self._columns)

    async def complaints(self, query: Query) -> list[str]:
        """What is wrong with a statement and the struct that receives its rows."""
        where = f"{query.package} {query.name}"
        try:
            prepared = await self.raw.prepare(query.sql)
        except asyncpg.PostgresError as error:
            return [f"{where}: {error}"]
        if isinstance(query, Execute | ExecuteMany):
            return []
        wanted = _wanted(query)
        given = {column.name: (at, column.type) for at, column in enumerate(prepared.get_attributes())}
        if wanted is None:
            wanted = {next(iter(given)): query.into}
        found = [f"{where}: column {name} is not selected" for name in wanted.keys() - given.keys()]
        found += [f"{where}: column {name} is selected for nothing" for name in given.keys() - wanted.keys()]
        nullness = await self.nullness(query.sql)
        for name in wanted.keys() & given.keys():
            at, column = given[name]
            if not _accepts(wanted[name], column):
                found.append(f"{where}: {name} is {column.name}, which does not become {wanted[name]}")
            is_excused = name in NEVER_NULL_BECAUSE.get((self.service, query.name), {})
            if not _plain(wanted[name])[1] and not is_excused and nullness.may_be_null(at):
                found.append(f"{where}: {name} may be null, but {wanted[name]} allows no None")
        return found


def _wanted(query: Query) -> dict[str, Any] | None:
    """The receiving struct's fields; None for a single value."""
    kind = query.into
    if isinstance(query, Value) or not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return None
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


async def test_every_statement_fits_the_schema_and_the_struct_that_receives_it(schema: Schema) -> None:
    queries = _queries(schema.service)
    assert queries
    complaints = [line for query in queries for line in await schema.complaints(query)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("package", ["brama.kernel", *(f"brama.services.{name}" for name in BUILT)])
def test_no_named_statement_is_unused(package: str) -> None:
    modules_of(package) if package != "brama.kernel" else importlib.import_module("brama.kernel.kernel_store")
    used = {q.name for q in Query.registry if q.package == package or q.package.startswith(package + ".")}
    folder = SOURCES.joinpath(*package.split(".")[1:])
    written = [name for file in sorted(folder.rglob("*.sql")) if file.parent.name != "migrations"
               for name in parse(file.read_text("utf-8"))]  # fmt: skip
    assert len(written) == len(set(written)), f"a name stands twice in {package}"
    assert not set(written) - used, f"{package}: nobody calls {sorted(set(written) - used)}"


class Row(msgspec.Struct):
    """What the statements below are read into."""

    name: str
    error: str
    due_at: datetime


class Columns(msgspec.Struct):
    """One column."""

    name: int


@pytest.mark.parametrize(
    ("sql", "into", "complaint"),
    [
        ("select name, due_at from schedule", Row, "error is not selected"),
        ("select name, error, due_at, ran_at from schedule", Row, "ran_at is selected for nothing"),
        ("select name, error, due_at from schedule", Row, "error may be null"),
        ("select name from schedule", Columns, "name is text"),
        ("select s.name, d.error, s.due_at from schedule s left join dead_letter d on d.subject = s.name", Row,
         "error may be null"),
        ("select max(due_at) from schedule", datetime, "may be null"),
        ("select sum(version) from authority", int, "may be null"),
        ("select nothing from schedule", Columns, "does not exist"),
        ("select fact_id from inbox", str, "is uuid"),
    ],
)  # fmt: skip
async def test_the_comparison_finds_what_it_is_for(sql: str, into: Any, complaint: str) -> None:
    service = BUILT[0]
    raw = await asyncpg.connect(await service_url(service), server_settings={"search_path": service})
    try:
        schema = Schema(service, raw, *await _columns(raw, service))
        known = len(Query.registry)
        query = Queries("tests", {"tried": sql}).all(into, "tried")
        del Query.registry[known:]
        assert complaint in "\n".join(await schema.complaints(query))
    finally:
        await raw.close()


def test_all_services_are_here() -> None:
    """The other tests of this folder look at the services that exist: this one says that none is missing."""
    assert tuple(ALL) == BUILT, f"without a wiring room: {sorted(set(ALL) - set(BUILT))}"
