"""A user's own labelled file: which of two shapes it has, and its cases as they were judged.

Pairs have columns `name1`, `name2`, `schema` and `is_match`. Screening rows have those of any customer file and `expected`:
the reference or id of the subject that must be found, several separated by ";", or nothing for a stranger.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from tocsin.errors import BadInput, UnreadableFile, suggest
from tocsin.model import Comparison, Entity, Hit, Kind, Query
from tocsin.screen.columns import fold_column
from tocsin.screen.reading import DELIMITERS, MAX_CELL, Options, find_format, read_delimiter
from tocsin.screen.rows import DateOrder, Row, make_query, parse_kind, split_several
from tocsin.screen.text import open_bytes, open_text

Shape = Literal["pairs", "rows"]
PAIRS = ("name1", "name2", "schema", "is_match")
TRUTHS = {
    **dict.fromkeys(("true", "1", "yes", "y", "t", "match"), True),
    **dict.fromkeys(("false", "0", "no", "n", "f", "no match"), False),
}
STRANGERS = frozenset({"", "none", "no", "-", "null", "n/a", "stranger", "false", "0"})
LEAST, MOST = 0.40, 100  # of a row, hits from this score are counted, and so many of them


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One case with what the scorer says. `is_match`: the pair is one, or the row is of a listed subject.

    `hits` are score and truth, of a pair its one score. `score` decides the case: of a listed row that of the right
    subject (0 when it is not among the hits), of a stranger's the best. `subject`, `caption` and `reasons` are of the hit
    that decided, or else of the best. With `error` nothing was judged, and it says why.
    """

    row: int
    id: str | None = None
    names: str = ""
    expected: str = ""
    is_match: bool = False
    hits: tuple[tuple[float, bool], ...] = ()
    score: float = 0.0
    subject: str | None = None
    caption: str | None = None
    reasons: str = ""
    error: str | None = None


class Compare(Protocol):
    """What scores two names: `match.compare_names`, or another engine's."""

    def __call__(self, query_name: str, candidate_name: str, /, *, kind: Kind | None = None) -> Comparison:
        """Score and reasons; `BadInput` for a name without a letter or digit."""
        ...


class Register(Protocol):
    """What finds hits and knows who is listed: an opened index."""

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        """Hits at or over `threshold`, best first, at most `limit`."""
        ...

    def find_entities(self, ref: str) -> tuple[Entity, ...]:
        """The subjects of that id or reference."""
        ...


def find_shape(path: str, options: Options = Options()) -> tuple[Shape, str]:  # noqa: B008 - frozen, so never changed
    """Which shape a file has, and of screening rows the column that says who is expected.

    `BadInput` when a column is missing, with the nearest there is; `UnreadableFile` when the file is none.
    """
    if path == "-":
        raise BadInput("Expected a file: its columns are looked at before it is read. Nothing was evaluated.")
    columns, is_csv = _read_columns(path, options)
    folded = {fold_column(column): column for column in columns}
    if {"name2", "is_match"} & folded.keys():
        _check_pairs(columns)
        if not is_csv:
            raise BadInput("Pairs are read from CSV only; expected a header and lines. Nothing was evaluated.")
        return "pairs", "is_match"
    if "expected" not in folded:
        _check_column("expected", columns, of=f"rows need it beside the name, pairs need {', '.join(PAIRS)}")
    return "rows", folded["expected"]


def _check_pairs(columns: Sequence[str]) -> None:
    for wanted in PAIRS:
        _check_column(wanted, columns, of=f"pairs need {', '.join(PAIRS)}")


def _check_column(wanted: str, columns: Sequence[str], *, of: str) -> None:
    if wanted not in columns:
        near = suggest(wanted, columns) if get_close_matches(wanted, columns, n=1, cutoff=0.6) else ""
        said = f"; {near}" if near else "."  # other columns are not repeated: without a header they are a person's data
        raise BadInput(f"Column '{wanted}' is missing: {of}{said} Nothing was evaluated.")


def _read_columns(path: str, options: Options) -> tuple[list[str], bool]:
    """The columns of a file, or the keys of its first object, and whether it is CSV."""
    if find_format(path, options.format) == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return list(pq.read_schema(path).names), False
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableFile(f"{Path(path).name}: expected a whole Parquet file. Nothing was evaluated.") from error
    try:
        with closing(open_bytes(path)) as raw:
            text = open_text(raw, Path(path).name, encoding=options.encoding)
            first = text.readline(MAX_CELL).lstrip("\ufeff")
    except (OSError, EOFError, UnicodeError, zlib.error) as error:
        raise UnreadableFile(f"{Path(path).name}: the first line cannot be read. Nothing was evaluated.") from error
    if first.lstrip().startswith("{"):
        try:
            return list(msgspec.json.decode(first, type=dict[str, object])), False
        except msgspec.MsgspecError as error:
            raise UnreadableFile(f"{Path(path).name}: expected one JSON object a line. Nothing was evaluated.") from error
    return _split_header(first, options)[0], True


def _split_header(line: str, options: Options) -> tuple[list[str], str]:
    """The columns of a CSV file's first line, and what separates them."""
    delimiter = read_delimiter(options.delimiter) or max(DELIMITERS, key=line.count)
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])], delimiter
    except csv.Error as error:
        raise UnreadableFile("The first line is no header; expected column names. Nothing was evaluated.") from error


def judge_pairs(path: str, compare: Compare, options: Options = Options()) -> Iterator[Judged]:  # noqa: B008
    """Every pair of a CSV file. `UnreadableFile` where it breaks off, with the pair after which it does."""
    number = 0
    try:
        with closing(open_bytes(path)) as raw:
            text = open_text(raw, Path(path).name, encoding=options.encoding)
            columns, delimiter = _split_header(text.readline(MAX_CELL), options)
            _check_pairs(columns)
            rows = csv.DictReader(text, columns, restkey="", restval="", delimiter=delimiter)
            for number, row in enumerate(rows, start=1):
                yield _judge_pair(number, row, compare)
    except (OSError, EOFError, UnicodeError, csv.Error, zlib.error) as error:
        raise UnreadableFile(
            f"{Path(path).name}: not readable as CSV after pair {number}; expected UTF-8, or --encoding. No file was kept."
        ) from error


def _judge_pair(number: int, row: dict[str, str], compare: Compare) -> Judged:
    is_match = TRUTHS.get(row["is_match"].strip().lower())
    if is_match is None:
        return Judged(row=number, error=f"Pair {number}, is_match: expected true or false. It was left out.")
    try:
        kind = parse_kind(row["schema"])
    except ValueError:
        expected = "expected Person, Company, Organization, LegalEntity, Vessel or Airplane"
        return Judged(row=number, error=f"Pair {number}, schema: {expected}. It was left out.")
    try:
        found = compare(row["name1"], row["name2"], kind=kind)
    except BadInput as error:
        return Judged(row=number, error=f"Pair {number}: {error}")
    return Judged(
        row=number, names=row["name1"], expected=row["is_match"].strip(), is_match=is_match, hits=((found.score, is_match),),
        score=found.score, caption=row["name2"], reasons=" ".join(r.text for r in found.reasons if r.effect != "rule"),
    )


def judge_rows(
    rows: Iterable[Row], register: Register, *, expected: str, dates: DateOrder | None = None
) -> Iterator[Judged]:
    """Every screening row, whose column `expected` was carried along. A reference that nobody in force has is an error."""
    for row in rows:
        name = next(iter(row.values.get("id", ())), None)
        if row.fault is not None:
            yield Judged(row=row.number, id=name, error=f"Row {row.number}: {row.fault.text}. It was left out.")
            continue
        try:
            query, _ = make_query(row, dates=dates)
            yield _judge_row(row, name, query, register, expected)
        except BadInput as error:
            yield Judged(row=row.number, id=name, error=str(error))


def _judge_row(row: Row, name: str | None, query: Query, register: Register, column: str) -> Judged:
    refs = [r for text in row.values.get(column, ()) for r in split_several(text) if r.casefold() not in STRANGERS]
    wanted = {entity.id for ref in refs for entity in register.find_entities(ref)}
    if refs and not wanted:
        return Judged(
            row=row.number, id=name, expected="; ".join(refs),
            error=f"Row {row.number}, {column}: no subject in force has that reference. It was left out.",
        )
    hits = register.find_hits(query, threshold=LEAST, limit=MOST)
    right = [hit for hit in hits if hit.subject in wanted]
    deciding = (right if wanted else list(hits))[:1]
    shown: Hit | None = next(iter(deciding or hits), None)
    return Judged(
        row=row.number, id=name, names="; ".join(query.names), expected="; ".join(refs), is_match=bool(wanted),
        hits=tuple((hit.score, hit.subject in wanted) for hit in hits), score=deciding[0].score if deciding else 0.0,
        subject=shown.subject if shown else None, caption=shown.caption if shown else None,
        reasons=" ".join(r.text for r in shown.reasons if r.effect != "rule") if shown else "",
    )


