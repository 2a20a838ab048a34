"""A workbook (.xlsx) as rows of text. It is a zip archive of XML, and is checked as one first.

Three things are bounded before the reader of workbooks sees a byte: what the archive unpacks to, the document types in its
XML, and how far out its cells lie (one cell at the last corner of a sheet would be made a table of seventeen thousand
million). A cell becomes text: a whole number without its ".0", a date as YYYY-MM-DD.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import msgspec
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.sources.base import RawFile, refused
from tocsin.sources.files import unpack_bytes

ZIP = b"PK\x03\x04"
MAX_UNPACKED = 256 * 1024 * 1024  # the state of 2024 unpacks to 6.6 MB
MAX_ROWS, MAX_COLUMNS = 200_000, 100
MAX_CELL = 100_000
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_ROW, _CELL = re.compile(r"[0-9]{1,9}"), re.compile(r"([A-Za-z]{1,7})([0-9]{1,9})")


class Sheet(msgspec.Struct, frozen=True):
    """A sheet's name and rows. Rows have one length; `rows[0]` is row `first` of the sheet."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    first: int


class Book(msgspec.Struct, frozen=True):
    """All sheets, hidden ones too, and when the publisher last saved the workbook (docProps/core.xml, dcterms:modified)."""

    sheets: tuple[Sheet, ...]
    saved_at: dt.datetime | None


def read_book(file: RawFile, title: str) -> Book:
    """The workbook's sheets as text. `ListRefused`, with the list's `title`, for what is no .xlsx, and for one that is too
    large or damaged."""
    parts = check_book(file.data, title)
    return Book(sheets=_read_sheets(file.data, title), saved_at=_find_saved(parts.get("core.xml")))


def check_book(data: bytes, title: str) -> dict[str, bytes]:
    """The files of a workbook that can be read safely, by base name; errors as `read_book`."""
    _check_head(data, title)
    parts = _unpack(data, title)
    if "workbook.xml" not in parts:
        raise refused(title, "different_document", "expected an .xlsx workbook, found another archive")
    for name, part in parts.items():
        _check_part(name, part, title)
    return parts


def _check_head(data: bytes, title: str) -> None:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise refused(title, "empty", "the file is empty")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        what = "expected an .xlsx workbook, found one of the old .xls form or an encrypted one"
        raise refused(title, "different_document", what)
    if not data.startswith(ZIP):
        reason = "error_page" if _HTML.search(head) or head.startswith((b"{", b"[")) else "different_document"
        raise refused(title, reason, "expected an .xlsx workbook, found a web page, text or another kind of file")


def _unpack(data: bytes, title: str) -> dict[str, bytes]:
    """The archive's files by base name, bounded by what really comes out of it, whatever its directory says."""
    try:
        files = unpack_bytes("workbook.zip", data, max_bytes=MAX_UNPACKED)
    except ListRefused as error:
        if error.reason == "too_large":
            what = f"the workbook unpacks to more than {MAX_UNPACKED:,} bytes, or to 300 times its size"
            raise refused(title, "too_large", what) from error
        end = data.rfind(b"PK\x05\x06")  # the record that ends an archive, of 22 bytes at least
        reason = "malformed" if 0 <= end <= len(data) - 22 else "truncated"
        raise refused(title, reason, "the workbook is damaged or breaks off") from error
    # Parts of one base name (the relations of different parts) are checked together.
    parts: dict[str, bytes] = {}
    for file in files:
        parts[file.name] = parts[file.name] + b"\n" + file.data if file.name in parts else file.data
    return parts


def _check_part(name: str, data: bytes, title: str) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(title, "malformed", f"{name} in the workbook has a document type or is no UTF-8")
    if b"sheetData" in data:
        _check_cells(name, data, title)


def _check_cells(name: str, data: bytes, title: str) -> None:
    """That no filled cell lies further out than a list has rows and columns. Empty ones, only formatted, may."""
    row = column = 0
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), events=("end",), tag=("{*}row", "{*}c"), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False,
        ):
            parent = element.getparent()
            if etree.QName(element).localname == "row":
                element.clear()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
                row, column = row + 1, 0
                continue
            row = _number(parent.get("r") if parent is not None else None, row)
            column, row = _place(element.get("r"), column + 1, row)
            if len(element) and (row > MAX_ROWS or column > MAX_COLUMNS):
                raise refused(title, "too_large", f"{name} has a cell beyond row {MAX_ROWS:,} or column {MAX_COLUMNS}")
    except etree.XMLSyntaxError as error:
        raise refused(title, "malformed", f"{name} in the workbook is not well-formed XML at line {error.lineno}") from error


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and _ROW.fullmatch(text) else otherwise


def _place(text: str | None, column: int, row: int) -> tuple[int, int]:
    """The column and row that "B12" names; those given where a cell does not say."""
    cell = _CELL.fullmatch(text or "")
    if cell is None:
        return column, row
    number = 0
    for letter in cell[1].upper():
        number = number * 26 + ord(letter) - 64
    return number, int(cell[2])


def _read_sheets(data: bytes, title: str) -> tuple[Sheet, ...]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return tuple(_read_sheet(name, book.get_sheet_by_name(name), title) for name in book.sheet_names)
    except (KeyboardInterrupt, SystemExit, MemoryError, ListRefused):
        raise
    except BaseException as error:  # a panic of the native reader is no Exception
        raise refused(title, "malformed", f"the workbook cannot be read ({type(error).__name__})") from error


def _read_sheet(name: str, sheet: Any, title: str) -> Sheet:
    rows = sheet.to_python(skip_empty_area=True)
    start = sheet.start
    return Sheet(name, tuple(tuple(_as_text(cell, title) for cell in row) for row in rows), start[0] + 1 if start else 1)


def _as_text(cell: object, title: str) -> str:
    """A cell as it is meant: 2.0 is "2", a date is "1962-02-03", without white space around."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = str(cell).replace("_x000D_", " ").strip()  # how a workbook writes a carriage return
    if len(text) > MAX_CELL:
        raise refused(title, "malformed", f"a cell has {len(text):,} letters, expected at most {MAX_CELL:,}")
    return text


def _find_saved(core: bytes | None) -> dt.datetime | None:
    found = re.search(rb"<dcterms:modified[^>]*>([^<]{1,40})<", core or b"")
    try:
        moment = dt.datetime.fromisoformat(found[1].decode().strip()) if found else None
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC) if moment else None
    except (ValueError, OverflowError):
        return None
