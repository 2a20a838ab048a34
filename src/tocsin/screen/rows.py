"""One row to one query: names, dates, countries, kinds and identifiers as customer files write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Literal, TypeVar

import msgspec

from tocsin.errors import BadInput
from tocsin.match import check_query
from tocsin.model import DateSpan, Kind, PartialDate, Query
from tocsin.names.countries import get_country
from tocsin.screen.columns import ENOUGH
from tocsin.screen.details import DETAILS, EXPECTED_DETAILS, find_addresses, find_numbers, is_nothing, parse_detail
from tocsin.screen.results import RowFault

T = TypeVar("T")
DateOrder = Literal["day-first", "month-first"]

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("person", "individual", "natural person", "p", "i"), "person"),
    **dict.fromkeys(
        ("organization", "organisation", "company", "entity", "legalentity", "legal entity", "business", "o", "e", "c"),
        "organization",
    ),
    **dict.fromkeys(("vessel", "ship", "v"), "vessel"),
    **dict.fromkeys(("aircraft", "airplane", "plane", "a"), "aircraft"),
    **dict.fromkeys(("unknown", "thing"), "unknown"),
}
GENDERS: dict[str, str | None] = {
    **dict.fromkeys(("m", "male", "man"), "male"), **dict.fromkeys(("f", "female", "woman"), "female"),
    **dict.fromkeys(("x", "other", "unknown", "u", "diverse", "nonbinary", "non-binary"), None),  # lists state none of these
}
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_WORDED = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3})[a-z]*\.?\s+(\d{4})")
_UNPADDED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a file: its number from 1 and its values by field, or why it could not be read."""

    number: int
    values: dict[str, tuple[str, ...]] = {}
    fault: RowFault | None = None


def make_query(row: Row, *, dates: DateOrder | None = None) -> tuple[Query, tuple[RowFault, ...]]:
    """The query that a row asks, and what of its evidence could not be read (and is then not used).

    `BadInput` when the row has no name or identifier that can be screened; the message names row and field.
    """
    warnings: list[RowFault] = []
    born = _read_each(row, "born", lambda text: parse_birth(text, dates=dates), warnings)
    country = _read_each(row, "country", get_country, warnings)
    kind = _read_each(row, "kind", parse_kind, warnings)
    gender = _read_each(row, "gender", parse_gender, warnings)
    aliases = tuple(_read_each(row, "alias", read_alias, warnings))
    details = _read_details(row, warnings)
    query = Query(
        names=(*_names_of(row.values), *aliases), kind=kind[0] if kind else None, births=tuple(born),
        countries=tuple(country), identifiers=find_numbers(row.values), gender=gender[0] if gender else None,
        birth_places=details["birth_place"], addresses=details["address"], emails=details["email"], phones=details["phone"],
        websites=details["website"], wallets=details["wallet"],
    )
    try:
        check_query(query)
    except BadInput as error:
        raise BadInput(f"Row {row.number}, name: {error}") from error
    return query, tuple(warnings)


def _read_details(row: Row, warnings: list[RowFault]) -> dict[str, tuple[str, ...]]:
    stated = {field: tuple(t for t in row.values.get(field, ()) if not is_nothing(t)) for field in DETAILS}
    row = Row(number=row.number, values={**stated, "address": find_addresses(row.values)})
    return {field: tuple(_read_each(row, field, partial(parse_detail, field), warnings)) for field in DETAILS}


def _names_of(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The full name, or its parts joined in the order given, middle, family."""
    whole = [name for name in values.get("name", ()) if name.strip()]
    if not whole:
        parts = [part for field in ("given", "middle", "family") for part in values.get(field, ())]
        whole = [" ".join(filter(None, (p.strip() for p in parts)))] if any(p.strip() for p in parts) else []
    if not whole and not any(values.get(field) for field in ENOUGH):
        whole = [""]  # there is nothing to look for, and `check_query` says so
    return tuple(whole)


def read_alias(text: str) -> str:
    """The alias, if something can be looked for under it. `BadInput` says why not."""
    try:
        check_query(Query(names=(text,)))
    except BadInput as error:
        raise ValueError("no name") from error
    return text


def _read_each(row: Row, field: str, read: Callable[[str], T], warnings: list[RowFault]) -> list[T]:
    found: list[T] = []
    for text in row.values.get(field, ()):
        try:
            found.append(read(text))
        except ValueError as error:
            said = str(error) if isinstance(error, BadInput) else f"expected {EXPECTED[field]}"
            text = f"Row {row.number}, {field}: {said}. The row was screened without it."
            warnings.append(RowFault(code=f"bad_{field}", field=field, text=text.replace("..", ".")))
    return found


EXPECTED = {
    "born": "a date as YYYY, YYYY-MM, YYYY-MM-DD, DD/MM/YYYY or 14 Feb 1965 that exists in the calendar",
    "alias": "another name, with letters and of at most 1,000 characters",
    "country": "a country",
    "kind": f"one of {', '.join(sorted(set(KINDS.values())))}", "gender": "male, female or other",
    **EXPECTED_DETAILS,
}


def parse_birth(text: str, *, dates: DateOrder | None = None) -> DateSpan:
    """A date of birth as people write it. `ValueError` when it is none, or when day and month could change places.

    With `dates`, "03/04/1965" is read in that order; without, only when one of the two cannot be a month.
    """
    text = text.strip()
    if timed := _TIMED.fullmatch(text):
        text = timed.group(1)
    if unpadded := _UNPADDED.fullmatch(text):
        year, month, day = (int(g) for g in unpadded.groups())
        return DateSpan.at(PartialDate(year=year, month=month, day=day))
    if compact := _COMPACT.fullmatch(text):
        return DateSpan.at(PartialDate.parse("-".join(compact.groups())))
    if slashed := _SLASHED.fullmatch(text):
        first, second, year = (int(g) for g in slashed.groups())
        return DateSpan.at(_order(first, second, year, dates))
    if worded := _WORDED.fullmatch(text):
        day_text, name, year_text = worded.groups()
        number = _MONTHS.get(name.lower())
        if number is None:
            raise ValueError("no month of that name")
        return DateSpan.at(PartialDate(year=int(year_text), month=number, day=int(day_text) if day_text else None))
    return DateSpan.parse(text)


def _order(first: int, second: int, year: int, dates: DateOrder | None) -> PartialDate:
    if dates == "month-first" or (dates is None and second > 12):
        return PartialDate(year=year, month=first, day=second)
    if dates == "day-first" or first > 12 or first == second:
        return PartialDate(year=year, month=second, day=first)
    raise BadInput("day and month could change places; say --day-first or --month-first")


def parse_kind(text: str) -> Kind:
    """The kind of subject that a word in `KINDS` means. `ValueError` for any other."""
    kind = KINDS.get(text.strip().lower())
    if kind is None:
        raise ValueError("no kind of subject")
    return kind


def parse_gender(text: str) -> str | None:
    """"male" or "female", or `None` for one that lists do not state and that is not compared. `ValueError` otherwise."""
    word = text.strip().lower()
    if word not in GENDERS:
        raise ValueError("no gender")
    return GENDERS[word]


def split_several(text: str) -> Iterable[str]:
    """The values of a cell that holds several, separated by ";" or "|"."""
    return (part.strip() for part in re.split(r"[;|]", text) if part.strip())
