"""The State Department's page of Foreign Terrorist Organizations as bytes, to the rows of its tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from lxml import etree, html

from tocsin.errors import ListRefused

MAX_BYTES = 20_000_000
MAX_TABLES, MAX_ROWS = 200, 5_000
HEADER_WITHIN = 3  # a heading may stand in the table, above its header
BREAKS = frozenset({"br", "p", "div", "li", "tr"})  # what ends a line inside a cell
Row = dict[str, str]
Columns = tuple[str, ...]


def refuse(reason: str, what: str) -> ListRefused:
    """A refusal of the whole file; `what` never quotes a row."""
    return ListRefused(
        f"US FTO page: {what}. The file was refused as a whole; the state in force stays. Next: open "
        "https://www.state.gov/foreign-terrorist-organizations/ in a browser, save the page, and give it with --from.",
        reason=reason,
    )


def read_page(data: bytes) -> Any:
    """The root element of an HTML page. `ListRefused` for anything else."""
    if len(data) > MAX_BYTES:
        raise refuse("too_large", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
    text = _decode(data).replace("\0", "")
    if not text.strip():
        raise refuse("empty", "the file is empty")
    if "<table" not in text.lower():
        raise refuse("error_page", "expected a page with tables, found none")
    if not text.rstrip().lower().endswith("</html>") and "</table" not in text.lower().rpartition("<table")[2]:
        raise refuse("truncated", "the file breaks off inside a table")
    try:
        return html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise refuse("malformed", "the page could not be read as HTML") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def find_tables(page: Any, wanted: Sequence[Columns], unread: Counter[str]) -> dict[Columns, list[Row]]:
    """The rows of each wanted table, told by its header, whichever order the columns have.

    Other tables, columns that nobody wanted and rows of another width are counted. `ListRefused`: `different_document` when
    a wanted table is missing, `malformed` when it is there twice.
    """
    found: dict[Columns, list[Row]] = {}
    for number, table in enumerate(page.iter("table"), start=1):
        if number > MAX_TABLES:
            raise refuse("too_large", f"more than {MAX_TABLES} tables")
        rows = [[_cell_text(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if len(rows) > MAX_ROWS:
            raise refuse("too_large", f"table {number} has more than {MAX_ROWS:,} rows")
        columns, header, body = _find_header(rows, wanted)
        if columns is None:
            unread["table without a known header"] += 1
            continue
        if columns in found:
            raise refuse("malformed", f"two tables have the columns {', '.join(columns)}")
        unread.update(f"column of {columns[0]}: {name[:40]}" for name in header if name not in columns)
        found[columns] = _read_rows(header, body, columns, unread)
    missing = [columns for columns in wanted if columns not in found]
    if missing:
        raise refuse("different_document", f"no table has the columns {', '.join(missing[0])}")
    return found


def _find_header(
    rows: Sequence[Sequence[str]], wanted: Sequence[Columns]
) -> tuple[Columns | None, list[str], list[list[str]]]:
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        header = [" ".join(text.casefold().split()).strip(" :*") for text in row]
        best = [columns for columns in wanted if set(columns) <= set(header)]
        if best:
            return max(best, key=len), header, [list(r) for r in rows[at + 1 :]]
    return None, [], []


def _read_rows(header: Sequence[str], body: Sequence[Sequence[str]], columns: Columns, unread: Counter[str]) -> list[Row]:
    rows: list[Row] = []
    for cells in body:
        if not any(text.strip() for text in cells):
            continue
        row = dict(zip(header, cells, strict=False))
        if len(cells) != len(header) or not all(row[name].strip() for name in columns):
            unread[f"row of {columns[0]} with a cell that is missing, empty or too many"] += 1
        else:
            rows.append(row)
    return rows


def _cell_text(cell: Any) -> str:
    """A cell's text with a line for each line that a browser shows."""
    parts: list[str] = []
    for event, node in etree.iterwalk(cell, events=("start", "end", "comment", "pi")):
        if event == "start" and isinstance(node.tag, str):
            parts += ["\n"] if node.tag in BREAKS and node is not cell else []
            parts.append(" ".join((node.text or "").split("\n")))
        elif event != "start" and node is not cell:
            parts += ["\n"] if node.tag in BREAKS else []
            parts.append(" ".join((node.tail or "").split("\n")))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
