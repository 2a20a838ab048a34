"""What a file is taken for before it is screened: each column used, carried, ignored or refused, and of each field how many
values of the first rows are used as they stand, cleaned, or refused. It repeats no value, so that it can be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice

import msgspec

from tocsin.errors import BadInput, TocsinError
from tocsin.match import check_query
from tocsin.names.countries import get_country
from tocsin.screen.columns import COLUMNS, ColumnUse, describe_columns
from tocsin.screen.reading import Options, read_columns, read_rows
from tocsin.screen.rows import DateOrder, Row, make_query, parse_birth, parse_gender, parse_kind

LOOKED = 1_000  # rows
MOST_FAULTS = 20


class FieldUse(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one field in the rows that were looked at: `values` in all, of which `cleaned` are compared in another
    form than written ("14 Feb 1965" as 1965-02-14) and `refused` are left out, the first of them told in `told`."""

    field: str
    columns: tuple[str, ...]
    values: int
    cleaned: int
    refused: int
    told: str | None = None


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """`error` is why the file cannot be screened at all. `faults` name the first rows that will not be screened, of
    `unscreenable` among the first `rows`; `is_whole` where the file has no more."""

    columns: tuple[ColumnUse, ...]
    fields: tuple[FieldUse, ...]
    rows: int
    is_whole: bool
    unscreenable: int
    faults: tuple[str, ...]
    error: str | None = None


def understand(path: str, options: Options, *, dates: DateOrder | None = None) -> Understood:
    """What the file is taken for. `UnreadableFile` where not even its columns can be told."""
    columns = describe_columns(read_columns(path, options), mapping=options.mapping, ignore=options.ignore)
    count = _Count(columns, dates)
    try:
        for row in islice(read_rows(path, options), LOOKED + 1):
            count.add(row)
        error = None
    except TocsinError as problem:
        error = str(problem)
    return Understood(
        columns=columns, fields=tuple(count.tell()), rows=min(count.rows, LOOKED), is_whole=count.rows <= LOOKED,
        unscreenable=count.unscreenable, faults=tuple(count.faults), error=error,
    )


_WRITTEN: Mapping[str, Callable[[str], object]] = {  # fields whose values may be compared in another form
    "born": parse_birth, "country": get_country, "kind": parse_kind, "gender": parse_gender,
}


class _Count:
    def __init__(self, columns: tuple[ColumnUse, ...], dates: DateOrder | None) -> None:
        self.rows = self.unscreenable = 0
        self.faults: list[str] = []
        self._dates, self._columns = dates, columns
        self._values, self._cleaned, self._refused = Counter[str](), Counter[str](), Counter[str]()
        self._told: dict[str, str] = {}

    def add(self, row: Row) -> None:
        self.rows += 1
        if self.rows > LOOKED:
            return
        for field, texts in row.values.items():
            self._values[field] += len(texts)
            self._cleaned[field] += sum(self._is_cleaned(field, text) for text in texts)
        try:
            if row.fault is not None:
                raise BadInput(row.fault.text)
            query, warnings = make_query(row, dates=self._dates)
            check_query(query)
        except BadInput as error:
            self.unscreenable += 1
            if row.values.get("name"):
                self._refused["name"] += 1
                self._told.setdefault("name", str(error))
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(str(error))
            return
        for fault in warnings:
            self._refused[fault.field or ""] += 1
            self._told.setdefault(fault.field or "", fault.text)

    def tell(self) -> list[FieldUse]:
        columns = {field: tuple(c.column for c in self._columns if c.field == field) for field in COLUMNS}
        return [
            FieldUse(
                field=field, columns=its, values=self._values[field], cleaned=self._cleaned[field],
                refused=self._refused[field], told=self._told.get(field),
            )
            for field, its in columns.items() if its
        ]

    def _is_cleaned(self, field: str, text: str) -> bool:
        read = (lambda t: parse_birth(t, dates=self._dates)) if field == "born" else _WRITTEN.get(field)
        if read is None:
            return False
        try:
            return str(read(text)).casefold() != text.strip().casefold()
        except ValueError:
            return False
