"""Customer files to rows: CSV, JSON Lines and Parquet, one row at a time, however long the file is.

A fault of one row is that row's; a fault after which rows could not be told apart ends the reading with its place.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, cast

import msgspec

from tocsin.errors import BadInput, UnreadableFile, suggest
from tocsin.model.receipt import FileReading
from tocsin.screen.columns import PLANS, SEVERAL, Plan, make_plan
from tocsin.screen.results import RowFault
from tocsin.screen.rows import DateOrder, Row, split_several
from tocsin.screen.text import find_encoding, open_bytes, open_text, peek

Format = Literal["csv", "jsonl", "parquet"]
FORMATS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".parquet": "parquet", ".pq": "parquet",
}
DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 16_000_000    # characters of one CSV cell or JSON line; what is longer is no table
BATCH = 2_000            # rows of Parquet taken at once
DAMAGES = (UnicodeError, EOFError, OSError, zlib.error)  # what reading a damaged file may raise


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file. `mapping` is field to column; `ignore` names columns that are knowingly not screened; `carry`
    columns that must be there and whose values a row keeps under their own names. `called` is how messages name the file,
    where it is kept under another name."""

    format: Format | None = None
    mapping: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    called: str | None = None


def describe_reading(options: Options, dates: DateOrder | None) -> FileReading:
    """How a file is read, for its receipt."""
    return FileReading(
        format=options.format, mapping=options.mapping, ignore=options.ignore, encoding=options.encoding,
        delimiter=options.delimiter, dates=dates,
    )


def make_options(reading: FileReading | None) -> Options:
    """How a file is to be read again, by its receipt; its format is found anew where its name said it."""
    if reading is None:
        return Options()
    return Options(
        format=cast("Format | None", reading.format), mapping=reading.mapping, ignore=reading.ignore,
        encoding=reading.encoding, delimiter=reading.delimiter,
    )


def find_format(path: str, given: str | None = None) -> Format | None:
    """The format that was said, or that the file's name says; `None` when neither does. `BadInput` for another word."""
    if given is not None:
        if given not in ("csv", "jsonl", "parquet"):
            raise BadInput(f"There is no format '{given}'; {suggest(given, ('csv', 'jsonl', 'parquet'))}")
        return FORMATS[f".{given}"]
    name = Path(path).name.lower().removesuffix(".gz")
    return FORMATS.get(Path(name).suffix)


def read_rows(path: str, options: Options = Options()) -> Iterator[Row]:  # noqa: B008 - frozen, so never changed
    """The rows of a file, "-" for standard input.

    The header is checked before the first row is given: `BadInput` for columns that cannot be used, `UnreadableFile` for
    a file that is missing, empty, or not what it says it is, or for one that breaks off (with the row).
    """
    found = find_format(path, options.format)
    if found == "parquet":
        yield from _read_parquet(path, options)
        return
    with _open_table(path, options) as (kind, text, name, file):
        rows = _read_jsonl(text, options) if kind == "jsonl" else _read_csv(text, name, options)
        yield from _guard(rows, name, file)


def read_columns(path: str, options: Options = Options()) -> tuple[str, ...]:  # noqa: B008 - frozen, so never changed
    """The names of a file's columns; of JSON Lines the keys of its first object. `UnreadableFile` as `read_rows`."""
    if find_format(path, options.format) == "parquet":
        return _read_parquet_columns(path, options)
    with _open_table(path, options) as (kind, text, name, file):
        try:
            first = next((line for line in iter(lambda: text.readline(MAX_CELL), "") if line.strip()), "")
        except DAMAGES as error:
            raise _tell_damage(error, name, file, 0) from error
        if kind == "csv":
            return tuple(_read_header(first, read_delimiter(options.delimiter) or max(DELIMITERS, key=first.count), name))
        try:
            return tuple(msgspec.json.decode(first, type=dict[str, Any]))
        except (msgspec.MsgspecError, RecursionError):
            return ()


@contextmanager
def _open_table(path: str, options: Options) -> Iterator[tuple[Format, IO[str], str, BinaryIO]]:
    """A file that is text: which of the two formats it has, its text, its name and its bytes."""
    found = find_format(path, options.format)
    name = _name(path, options)
    with closing(open_bytes(path, called=options.called)) as file:
        head = peek(file)
        if head.startswith(b"PAR1"):
            raise UnreadableFile(f"{name}: this is Parquet; say so with --format parquet. Nothing was screened.")
        start = head.decode(find_encoding(head), "ignore").lstrip("\ufeff \t\r\n")
        found = found or ("jsonl" if start.startswith("{") else "csv")
        if found == "jsonl" and start.startswith("["):
            raise UnreadableFile(f"{name}: this is one JSON array; expected one object a line. Nothing was screened.")
        yield found, open_text(file, name, encoding=options.encoding), name, file


def _guard(rows: Iterator[Row], name: str, file: BinaryIO) -> Iterator[Row]:
    """Rows as they come; a fault of the bytes under them is told with the row after which it stands."""
    number = 0
    try:
        for row in rows:
            number = row.number
            yield row
    except DAMAGES as error:
        raise _tell_damage(error, name, file, number) from error


def _tell_damage(error: Exception, name: str, file: BinaryIO, number: int) -> UnreadableFile:
    if isinstance(error, UnicodeError):
        return UnreadableFile(
            f"{name}: not {getattr(error, 'encoding', 'readable')} text{_find_byte(error, file)}, after row {number}; "
            "expected one encoding throughout. Give the right one with --encoding, such as cp1252. No output file was kept."
        )
    return UnreadableFile(f"{name}: the file breaks off or is damaged after row {number}. No output file was kept.")


def _find_byte(error: UnicodeError, file: BinaryIO) -> str:
    """Where the undecodable byte stands, counted from 1; empty where the stream cannot say."""
    if not isinstance(error, UnicodeDecodeError):
        return ""
    try:
        return f" at byte {file.tell() - len(error.object) + error.start + 1:,}"
    except OSError:  # a pipe
        return ""


def _read_csv(text: IO[str], name: str, options: Options) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    first = text.readline(MAX_CELL)
    delimiter = read_delimiter(options.delimiter) or max(DELIMITERS, key=first.count)
    header = _read_header(first, delimiter, name)
    if not header:
        raise UnreadableFile(f"{name}: the first line is empty; expected a header with column names. Nothing was screened.")
    plan = make_plan(header, mapping=options.mapping, ignore=options.ignore, carry=options.carry)
    reader = csv.reader(_read_lines(text, name), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            if "unexpected end" in str(error) or "larger than field limit" in str(error):
                raise UnreadableFile(
                    f"{name}, row {number}: a quotation mark is opened and not closed, or a cell has over {MAX_CELL:,} "
                    "characters, so that later rows cannot be told apart. No output file was kept."
                ) from error
            yield _make_fault(number, "bad_row", "quotation marks are not closed properly")
            continue
        if cells:
            number += 1
            yield _make_csv_row(number, header, cells, plan)


def read_delimiter(given: str | None) -> str | None:
    r"""The one character that was asked for; "tab" and "\t" mean the tab. `BadInput` for what cannot separate cells."""
    delimiter = {"tab": "\t", "\\t": "\t"}.get((given or "").lower(), given)
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0 ' or delimiter.isalnum()):
        raise BadInput("The delimiter: expected one character such as ';' or '|', or the word tab. Nothing was screened.")
    return delimiter


def _read_header(line: str, delimiter: str, name: str) -> list[str]:
    """Column names; one without a name is called "column N", so that it can be mapped or ignored. None: empty line."""
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise UnreadableFile(
            f"{name}: the first line is no header (its quotation marks are not closed). Nothing was screened."
        ) from error
    header = [cell.strip() for cell in cells]
    return [cell or f"column {n}" for n, cell in enumerate(header, start=1)] if any(header) else []


def _read_lines(text: IO[str], name: str) -> Iterator[str]:
    """Lines of a length that memory can hold, whatever the file claims to be."""
    while line := text.readline(MAX_CELL):
        if len(line) >= MAX_CELL:
            raise UnreadableFile(
                f"{name}: a line has over {MAX_CELL:,} characters; expected a table. No output file was kept."
            )
        yield line


def _make_csv_row(number: int, header: Sequence[str], cells: Sequence[str], plan: Plan) -> Row:
    if len(cells) != len(header):
        word = "few" if len(cells) < len(header) else "many"
        return _make_fault(number, f"too_{word}_fields", f"expected {len(header)} fields, found {len(cells)}")
    return make_row(number, dict(zip(header, cells, strict=True)), plan)


def make_row(number: int, record: Mapping[str, Any], plan: Plan) -> Row:
    """A row from a record, by the plan of its columns; a value of a kind that no column has is the row's fault."""
    values: dict[str, tuple[str, ...]] = {}
    for column, field in plan.fields.items():
        try:
            texts = _to_texts(record.get(column))
        except ValueError:
            return _make_fault(number, "bad_value", f"column '{column}' holds no text or number")
        if field in SEVERAL:
            texts = [part for text in texts for part in split_several(text)]
        if texts:
            values[field] = (*values.get(field, ()), *texts)
    return Row(number=number, values=values)


def _to_texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [text for item in value for text in _to_texts(item)]
    if isinstance(value, dt.date):
        return [value.isoformat()[:10]]
    if isinstance(value, float) and math.isnan(value):
        return []  # how data frames write that there is nothing
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]  # a year that a spreadsheet made a float of
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
        text.encode()  # half a surrogate pair is no text, and could not be written
        return [text] if text.strip() else []
    raise ValueError("an object")


def _read_jsonl(text: IO[str], options: Options) -> Iterator[Row]:
    plans: dict[tuple[str, ...], Plan] = {}
    number = 0
    while line := text.readline(MAX_CELL):
        if not line.strip():
            continue
        number += 1
        if len(line) >= MAX_CELL:
            raise UnreadableFile(f"Row {number} has over {MAX_CELL:,} characters; expected one object a line.")
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            yield _make_fault(number, "bad_json", "expected one JSON object a line")
            continue
        if not isinstance(record, dict):
            yield _make_fault(number, "bad_json", "expected a JSON object, found another value")
            continue
        if line.count(":") > len(record) and _has_doubled_key(line):
            yield _make_fault(number, "bad_json", "a key stands twice in the object")
            continue
        yield _make_jsonl_row(number, record, plans, options)


def _has_doubled_key(line: str) -> bool:
    """Whether an object names a key twice, of which a reader would keep one. Slow: asked only where it may be so."""
    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal doubled
        doubled = doubled or len({key for key, _ in pairs}) < len(pairs)

    json.loads(line, object_pairs_hook=look)
    return doubled


def _make_jsonl_row(
    number: int, record: dict[str, Any], plans: dict[tuple[str, ...], Plan], options: Options
) -> Row:
    """A JSON object's row. Keys may differ from line to line; an unknown one ends the run only where it comes first."""
    keys = tuple(record)
    if keys not in plans:
        if len(plans) >= PLANS:
            plans.pop(next(iter(plans)))
        mapping = {field: column for field, column in options.mapping.items() if column in record or not plans}
        ignore = tuple(c for c in options.ignore if c in record)
        try:
            carry = tuple(c for c in options.carry if c in record or not plans)
            plans[keys] = make_plan(keys, mapping=mapping, ignore=ignore, carry=carry)
        except BadInput as error:
            if not plans:
                raise
            return _make_fault(number, "unknown_field", str(error))
    return make_row(number, record, plans[keys])


def _read_parquet_columns(path: str, options: Options) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"{_name(path, options)}: not readable as Parquet; expected a whole Parquet file.") from error


def _read_parquet(path: str, options: Options) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source: BinaryIO | str = path
    if path == "-":
        source = io.BytesIO(open_bytes(path).read())  # its directory stands at the end, so it must be here whole
    elif not Path(path).is_file():
        raise UnreadableFile(f"{path}: there is no such file. Nothing was screened.")
    number = 0
    try:
        file = pq.ParquetFile(source)
        plan = make_plan(file.schema_arrow.names, mapping=options.mapping, ignore=options.ignore, carry=options.carry)
        for batch in file.iter_batches(batch_size=BATCH, columns=list(plan.fields)):
            for record in batch.to_pylist():
                number += 1
                yield make_row(number, record, plan)
    except BadInput:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise UnreadableFile(
            f"{_name(path, options)}: not readable as Parquet after row {number}; expected a whole Parquet file."
        ) from error


def _name(path: str, options: Options) -> str:
    """How messages name the file."""
    return options.called or ("standard input" if path == "-" else Path(path).name)


def _make_fault(number: int, code: str, said: str) -> Row:
    return Row(number=number, fault=RowFault(code=code, text=f"Row {number}: {said}. The row was not screened."))
