"""What analytics needs of the outside world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

Cell = str | int | float | datetime | None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet of an export: headings, the kind of each column, rows."""

    title: str
    headings: Sequence[str]
    kinds: Sequence[str]
    """text, number, money (minor units) or time (aware), one per column"""
    rows: Sequence[Sequence[Cell]]


class TableWriter(Protocol):
    """Writes a table as a file that accountants open."""

    content_type: str

    def write(self, table: Table) -> bytes:
        """The whole file."""
        ...
