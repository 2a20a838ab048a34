"""Records out of bytes: rows of a table, objects of JSON Lines, documents of YAML. Each knows the place it was read from.

A table's columns are known beforehand, so that a mapping can be checked against them; of other records the paths are
known when all have been read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tocsin.errors import ListRefused, suggest
from tocsin.sources.base import RawFile
from tocsin.sources.imported.description import Layout
from tocsin.sources.imported.packs import is_tar, iter_members
from tocsin.sources.imported.plain import MAX_DEPTH, Budget, PlainFault, read_yaml
from tocsin.sources.xlsx import read_book

MAX_ROWS = 5_000_000
MAX_COLUMNS = 2_000
MAX_CELL = 1_000_000
MAX_BYTES = 2_000_000_000  # of the records of an archive; what is brought in is bounded by the settings
DELIMITERS = (",", ";", "\t", "|")
SUFFIXES = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
            ".json": "jsonl", ".yaml": "yaml", ".yml": "yaml", ".tar": "yaml", ".pack": "statements"}


class Record(msgspec.Struct, frozen=True):
    """One record: where it stands ("row 5", "ch-1.yaml"), and what it holds."""

    place: str
    tree: Mapping[str, Any]


class Table(msgspec.Struct, frozen=True):
    """Records to come, and the columns that all of them have; `None` where each has its own."""

    columns: tuple[str, ...] | None
    records: Iterator[Record]


def refuse(file: RawFile, what: str, *, reason: str = "malformed") -> ListRefused:
    """The refusal of a file; `what` names the place and what was expected, never what a record says."""
    return ListRefused(f"{file.name}: {what}. The state in force stays.", reason=reason)


def find_format(file: RawFile, layout: Layout) -> str:
    """The format that the description says, or the file's name."""
    suffix = "." + file.name.lower().rpartition(".")[2]
    found = layout.format or SUFFIXES.get(suffix)
    if found is None:
        raise refuse(file, "its name does not say what it is; say file.format in the mapping", reason="different_document")
    return found


def read_table(file: RawFile, layout: Layout) -> Table:
    """The records of a file. `ListRefused` for one that is not what it should be."""
    if not file.data.strip():
        raise refuse(file, "the file is empty", reason="empty")
    found = find_format(file, layout)
    if found == "csv":
        return _read_csv(file, layout)
    if found == "xlsx":
        return _read_xlsx(file, layout)
    return Table(None, _read_trees(file, layout, found))


def decode(file: RawFile, encoding: str | None = None) -> str:
    """Text of the encoding that was said, else UTF-8, else UTF-16 with its mark."""
    name = encoding or ("utf-16" if file.data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    try:
        return file.data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1:,} is not {name}; say file.encoding in the mapping if it is another, such as cp1252"
        raise refuse(file, what) from None
    except LookupError:
        raise refuse(file, f"there is no encoding '{name[:40]}'") from None


def _read_csv(file: RawFile, layout: Layout) -> Table:
    text = decode(file, layout.encoding)
    csv.field_size_limit(MAX_CELL)
    lines = io.StringIO(text, newline="")
    for _ in range(layout.header_row - 1):
        lines.readline()
    at = lines.tell()
    first = lines.readline()
    lines.seek(at)
    delimiter = {"tab": "\t", "\\t": "\t"}.get(layout.delimiter or "", layout.delimiter) or max(DELIMITERS, key=first.count)
    if len(delimiter) != 1:
        raise refuse(file, "the delimiter in the mapping: expected one character, or the word tab")
    rows = _guard_csv(csv.reader(lines, delimiter=delimiter, strict=True), file, layout.header_row)
    return _make_table(file, layout.header_row, rows)


def _guard_csv(reader: Iterator[list[str]], file: RawFile, first: int) -> Iterator[Sequence[str]]:
    number = first - 1
    while True:
        number += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise refuse(file, f"row {number:,}: quotation marks are not closed properly, or a cell is too long") from None


def _read_xlsx(file: RawFile, layout: Layout) -> Table:
    book = read_book(file, file.name)
    names = [sheet.name for sheet in book.sheets]
    if layout.sheet is not None and layout.sheet not in names:
        what = f"there is no sheet '{layout.sheet[:60]}'; {suggest(layout.sheet, names)}"
        raise refuse(file, what, reason="different_document")
    sheet = next(s for s in book.sheets if layout.sheet in (None, s.name))
    start = max(0, layout.header_row - sheet.first)
    return _make_table(file, sheet.first + start, iter(sheet.rows[start:]))


def _make_table(file: RawFile, first: int, rows: Iterator[Sequence[str]]) -> Table:
    header = tuple(cell.strip() for cell in next(rows, ()))
    columns = tuple(cell or f"column {n}" for n, cell in enumerate(header, start=1))
    if not any(header) or len(header) > MAX_COLUMNS:
        raise refuse(file, f"row {first}: expected a header with column names", reason="different_document")
    twice = next((c for c in columns if columns.count(c) > 1), None)
    if twice is not None:
        raise refuse(file, f"column '{twice[:60]}' stands twice in the header; expected each once")
    return Table(columns, _make_rows(file, first, columns, rows))


def _make_rows(file: RawFile, first: int, columns: tuple[str, ...], rows: Iterator[Sequence[str]]) -> Iterator[Record]:
    for number, cells in enumerate(rows, start=first + 1):
        if number > MAX_ROWS:
            raise refuse(file, f"more than {MAX_ROWS:,} rows", reason="too_large")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise refuse(file, f"row {number:,} has {len(cells)} cells, expected {len(columns)} as in the header")
        yield Record(f"row {number}", dict(zip(columns, cells, strict=True)))


def _read_trees(file: RawFile, layout: Layout, found: str) -> Iterator[Record]:
    for place, document in _iter_documents(file, layout, found):
        for number, tree in enumerate(_find_records(document, layout.records), start=1):
            if not isinstance(tree, dict):
                raise refuse(file, f"{place}: expected an object with keys, found another value")
            yield Record(place if layout.records is None else f"{place}, record {number}", tree)


def _iter_documents(file: RawFile, layout: Layout, found: str) -> Iterator[tuple[str, Any]]:
    if is_tar(file.data):
        budget = Budget()
        for member in iter_members(file, pattern=layout.members, max_bytes=MAX_BYTES):
            inner = "jsonl" if member.name.lower().endswith((".json", ".jsonl")) else "yaml"
            for place, document in _iter_plain(member, inner, budget):
                yield member.name if place == "document 1" else f"{member.name}, {place}", document
    else:
        yield from _iter_plain(file, found, Budget())


def _iter_plain(file: RawFile, found: str, budget: Budget) -> Iterator[tuple[str, Any]]:
    if found == "yaml":
        try:
            documents = read_yaml(file.data, budget)
        except PlainFault as error:
            raise refuse(file, str(error)) from None
        for number, document in enumerate(documents, start=1):
            records = document if isinstance(document, list) else [document]
            for at, record in enumerate(records, start=1):
                if record is not None:
                    yield (f"document {number}" if record is document else f"record {at}"), record
        return
    yield from iter_json(file)


def iter_json(file: RawFile) -> Iterator[tuple[str, Any]]:
    """The values of JSON Lines, of one array, or of one object. Numbers as they are written, too large ones refused."""
    data = file.data.removeprefix(b"\xef\xbb\xbf").strip()
    lines = data.split(b"\n")
    try:
        first = _decode_json(lines[0])
    except (ValueError, RecursionError):
        first = None
    if isinstance(first, dict):
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield f"line {number}", _decode_line(file, line, f"line {number:,}")
        return
    whole = _decode_line(file, data, "the document")
    for number, record in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        yield f"record {number}", record


def _decode_line(file: RawFile, line: bytes, place: str) -> Any:
    try:
        return _decode_json(line)
    except (ValueError, RecursionError):
        raise refuse(file, f"{place} is not JSON, or has more than {MAX_DEPTH} levels; expected one object") from None


def _decode_json(line: bytes) -> Any:
    value = msgspec.json.decode(line)
    _check_depth(value, 0)
    return value


def _check_depth(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    if isinstance(value, dict):
        for item in value.values():
            _check_depth(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_depth(item, depth + 1)


def _find_records(document: Any, path: str | None) -> Iterator[Any]:
    """The records in a document: itself, or what the path leads to, through lists on the way and at its end."""
    if path is None:
        yield document
        return
    found = [document]
    for step in path.split("."):
        found = [item[step] for item in found if isinstance(item, dict) and step in item]
        found = [x for item in found for x in (item if isinstance(item, list) else [item])]
    yield from found
