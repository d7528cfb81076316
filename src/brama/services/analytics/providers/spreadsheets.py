"""Tables as CSV (RFC 4180) and as Excel workbooks."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from brama.services.analytics.domain import safe_cell
from brama.services.analytics.ports import Cell, Table


class CsvWriter:
    """Comma-separated, UTF-8 with the mark by which Excel recognises it; no cell can run as a formula."""

    content_type = "text/csv; charset=utf-8"

    def write(self, table: Table, zone: ZoneInfo) -> bytes:
        """The whole file, times on the clock of `zone`."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.headings)
        for row in table.rows:
            writer.writerow(
                [self._text(kind, cell, zone) for kind, cell in zip(table.kinds, row, strict=True)]
            )
        return b"\xef\xbb\xbf" + file.getvalue().encode()

    @staticmethod
    def _text(kind: str, cell: Cell, zone: ZoneInfo) -> str:
        if cell is None:
            return ""
        if isinstance(cell, datetime):
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        if kind == "money" and isinstance(cell, int):
            return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02}"
        return str(cell) if isinstance(cell, int) else safe_cell(str(cell))


class WorkbookWriter:
    """An .xlsx workbook: texts stay texts, sums are numbers, times are the venue's."""

    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, table: Table, zone: ZoneInfo) -> bytes:
        """The whole file, times on the clock of `zone`."""
        file = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet(table.title[:31])
            formats = {
                "head": book.add_format({"bold": True, "bottom": 1}),
                "money": book.add_format({"num_format": "#,##0.00"}),
                "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            }
            sheet.write_row(0, 0, table.headings, formats["head"])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(table.headings) - 1, 18)
            for number, row in enumerate(table.rows, start=1):
                local = [cell.astimezone(zone) if isinstance(cell, datetime) else cell for cell in row]
                for column, (kind, cell) in enumerate(zip(table.kinds, local, strict=True)):
                    self._put(sheet, (number, column), kind, cell, formats)
        return file.getvalue()

    @staticmethod
    def _put(sheet: Any, place: tuple[int, int], kind: str, cell: Cell, formats: dict[str, Any]) -> None:
        if cell is None:
            return
        if isinstance(cell, datetime):
            sheet.write_datetime(*place, cell.replace(tzinfo=None), formats["time"])
        elif kind == "money" and isinstance(cell, int):
            sheet.write_number(*place, Decimal(cell).scaleb(-2), formats["money"])
        elif isinstance(cell, int):
            sheet.write_number(*place, cell)
        else:
            sheet.write_string(*place, str(cell))
