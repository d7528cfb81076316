"""What PostgreSQL's plan of a statement tells about its result: which columns may be null."""

import re
from collections.abc import Iterator
from typing import Any

_COLUMN = re.compile(r"^\(?(?:(?P<alias>[a-z_][\w]*|\"[^\"]+\")\.)?(?P<column>[a-z_][\w]*)\)?$")
_EMPTY_AGGREGATE = re.compile(r"^\(?(sum|max|min|avg|array_agg|jsonb_agg|json_agg|string_agg)\(")
_PARTITION = re.compile(r"_\d+$")

Plan = dict[str, Any]


class Nullness:
    """Of one statement's plan (`explain (verbose, generic_plan, format json)`).

    `not_null`: for each table of the schema, its columns that are declared not null.
    """

    def __init__(self, plan: Plan, not_null: dict[str, set[str]], columns: dict[str, set[str]]) -> None:
        self._plan, self._not_null, self._columns = plan, not_null, columns
        self._tables = dict(_tables(plan))
        self._padded = set(_padded(plan))
        self._filters = " ".join(_filters(plan))

    def may_be_null(self, position: int) -> bool:
        """Whether the column at `position` may be null; False where the plan does not tell."""
        outputs = self._plan.get("Output", [])
        if position >= len(outputs):
            return False
        return self._is_nullable(outputs[position])

    def _is_nullable(self, expression: str) -> bool:
        if _EMPTY_AGGREGATE.match(expression):
            return self._is_plain_aggregate()
        found = _COLUMN.match(expression)
        if found is None:
            return False
        table = self._table_of(found["alias"])
        if table is None or found["column"] not in self._columns[table]:
            return False
        if (found["alias"] or "") in self._padded:
            return True
        return found["column"] not in self._not_null[table] and not self._is_filtered(found["column"])

    def _table_of(self, alias: str | None) -> str | None:
        if alias is None:
            return next(iter(self._tables.values())) if len(self._tables) == 1 else None
        return self._tables.get(alias.strip('"'))

    def _is_filtered(self, column: str) -> bool:
        """A condition that no null passes: the planner shows it in a filter or an index condition."""
        return bool(re.search(rf"\b{column}\b\)?(::\w+)? (IS NOT NULL|=|<|>|<=|>=) ", self._filters))

    def _is_plain_aggregate(self) -> bool:
        return self._plan["Node Type"] == "Aggregate" and self._plan.get("Strategy") == "Plain"


def _walk(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _walk(child)


def _tables(plan: Plan) -> Iterator[tuple[str, str]]:
    for node in _walk(plan):
        if "Relation Name" in node:
            table = _PARTITION.sub("", node["Relation Name"])
            yield node["Alias"], table
            yield _PARTITION.sub("", node["Alias"]), table


def _padded(plan: Plan) -> Iterator[str]:
    """Aliases on the side of an outer join that is filled with nulls."""
    for node in _walk(plan):
        sides = {"Left": ("Inner",), "Right": ("Outer",), "Full": ("Inner", "Outer")}.get(
            node.get("Join Type", ""), ()
        )
        for child in node.get("Plans", []):
            if child.get("Parent Relationship") in sides:
                yield from (inner["Alias"] for inner in _walk(child) if "Alias" in inner)


def _filters(plan: Plan) -> Iterator[str]:
    for node in _walk(plan):
        for name in ("Filter", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter"):
            if name in node:
                yield str(node[name]) + " "
