"""What analytics needs of the outside world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

Cell = str | int | datetime | None


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

    def write(self, table: Table, zone: ZoneInfo) -> bytes:
        """The whole file, times on the clock of `zone`."""
        ...


@dataclass(frozen=True)
class Writers:
    """The kinds of file that are offered."""

    csv: TableWriter
    xlsx: TableWriter
