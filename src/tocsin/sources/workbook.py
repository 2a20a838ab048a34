"""Lists that are published as spreadsheets (.xlsx, .xls): bytes to rows of text, and rows that know what was read of them.

Dates become "YYYY-MM-DD", whole numbers lose their ".0". Columns are found by their headings, never by their place; a column
that no rule asks for is reported, unless it is empty.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from tocsin.errors import ListRefused
from tocsin.sources.base import refused
from tocsin.sources.json_rows import Seen
from tocsin.sources.xlsx import check_book

MAX_BYTES = 64 * 1024 * 1024
MAX_CELLS = 4_000_000
MAX_ROW = 400
XLSX, XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*[<{\[]")


class Sheet(NamedTuple):
    """One sheet: its name and its rows, each as long as the widest, with "" for empty cells."""

    name: str
    rows: list[list[str]]


def read_workbook(data: bytes, title: str) -> tuple[Sheet, ...]:
    """All sheets. Line breaks inside cells are kept as "\\n", other white space is made one space.

    `ListRefused` for what is no whole workbook: `empty`, `error_page`, `truncated`, `malformed`, `too_large`.
    """
    _check(data, title)
    from python_calamine import CalamineWorkbook

    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if sum(map(len, rows)) > MAX_CELLS:
                raise refused(title, "too_large", f"more than {MAX_CELLS:,} cells on one sheet")
            sheets.append(Sheet(name, [[_text(cell) for cell in row] for row in rows]))
    except (KeyboardInterrupt, SystemExit, MemoryError, ListRefused):
        raise
    except BaseException:  # a panic of the native reader is no Exception
        raise refused(title, "malformed", "the file is a workbook that cannot be read") from None
    if not sheets:
        raise refused(title, "malformed", "the workbook has no sheets")
    return tuple(sheets)


def _check(data: bytes, title: str) -> None:
    if len(data) > MAX_BYTES:
        raise refused(title, "too_large", f"{len(data)} bytes; at most {MAX_BYTES} are read")
    if not data.strip():
        raise refused(title, "empty", "the file is empty")
    if _PAGE.match(data[:200]):
        raise refused(title, "error_page", "expected a workbook, found a web page, XML or JSON")
    if not data.startswith((XLSX, XLS)):
        raise refused(title, "different_document", "expected a workbook (.xlsx or .xls), found something else")
    if data.startswith(XLSX):
        check_book(data, title)


def _text(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    lines = (" ".join(line.split()) for line in str(cell).replace("_x000D_", "").splitlines())
    return "\n".join(line for line in lines if line)


def fold_heading(text: str) -> str:
    """A heading as columns are called by: lower case, words joined by "_", without what stands in brackets.

    >>> fold_heading("Date of Designation In Israel (DD/MM/YYYY)")
    'date_of_designation_in_israel'
    """
    plain = unicodedata.normalize("NFKC", re.sub(r"\([^)]*\)", " ", text)).casefold().replace("\u0307", "")
    return re.sub(r"[\W_]+", "_", plain).strip("_")


class Cells:
    """One row below a heading row. Asking for a column marks it as read for the whole table."""

    def __init__(self, values: Sequence[str], columns: dict[str, int], read: set[str]) -> None:
        self._values, self._columns, self._read = values, columns, read

    def find_text(self, column: str) -> str | None:
        """The text of a cell, its lines joined by spaces; `None` for an empty cell or a missing column."""
        text = self.find_lines(column)
        return None if text is None else " ".join(text.split("\n"))

    def find_lines(self, column: str) -> str | None:
        """The text of a cell with its line breaks."""
        self._read.add(column)
        at = self._columns.get(column)
        return (self._values[at] or None) if at is not None else None

    def get_columns(self) -> tuple[str, ...]:
        return tuple(self._columns)


class Table:
    """A sheet's rows under its heading row."""

    def __init__(self, sheet: Sheet, heading: int, name: Callable[[str], str]) -> None:
        """`heading` is the number of the heading row, `name` what a heading's column is called by."""
        self.sheet, self._first = sheet, heading + 1
        self.columns: dict[str, int] = {}
        self._read: set[str] = set()
        for at, text in enumerate(sheet.rows[heading][:MAX_ROW]):
            called = name(text) or f"column {at + 1}"
            self.columns.setdefault(called if called not in self.columns else f"{called} {at + 1}", at)

    def get_rows(self) -> Iterator[tuple[int, Cells]]:
        """Each row that is not empty, with its number in the sheet, counted from 1."""
        for number, values in enumerate(self.sheet.rows[self._first :], start=self._first + 1):
            if any(values):
                yield number, Cells(values, self.columns, self._read)

    def report_unread(self, seen: Seen, ignored: Collection[str]) -> None:
        """Count the filled cells of each column that no rule asked for."""
        for column, at in self.columns.items():
            if column not in self._read and column not in ignored:
                filled = sum(bool(row[at]) for row in self.sheet.rows[self._first :] if at < len(row))
                seen.unread[f"{self.sheet.name[:40]}/{column[:60]}"] += filled
        seen.unread = +seen.unread


def find_heading(sheet: Sheet, column: str, name: Callable[[str], str], *, within: int = 12) -> int | None:
    """The number of the row, among the first, in which a heading is called `column`."""
    for number, row in enumerate(sheet.rows[:within]):
        if any(name(text) == column for text in row[:MAX_ROW]):
            return number
    return None


def refuse_missing(title: str, table: Table, required: Collection[str]) -> None:
    """`ListRefused` when a column is missing that the reader cannot do without."""
    missing = [column for column in required if column not in table.columns]
    if missing:
        where = f"sheet '{table.sheet.name[:40]}'"
        raise refused(title, "different_document", f"{where}: the column '{missing[0]}' is missing")


__all__ = [
    "Cells", "ListRefused", "Sheet", "Table", "find_heading", "fold_heading", "read_workbook", "refuse_missing",
]  # fmt: skip
