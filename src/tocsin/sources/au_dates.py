"""Dates as the Australian list writes them: many in one cell, in many spellings, day before month.

"a) 14/10/1974; b) 1975", "Between 1963 to 1968", "c. 1957 or 14 March 1942", "19/03/1967; alt DOB: 19/11/1956",
"Approximately 1962-1963", "14 Mar 1974 >> 13 Apr 1974". What stands between the dates and is no mark becomes a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tocsin.model import DateSpan, PartialDate

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_M = rf"(?:{'|'.join(MONTHS)})[a-z]*"
# First match wins at each place. The names of groups end in the number of the spelling.
_SPELLINGS = (
    r"(?P<y0>\d{4})-(?P<m0>\d{1,2})-(?P<d0>\d{1,2})",
    r"(?P<m6>\d{1,2})/(?P<y6>(?:19|20)\d{2})",
    r"(?P<d1>\d{1,2})\s?[/.]\s?(?P<m1>\d{1,2})\s?[/.]?\s?(?P<y1>\d{4}|\d{2})",
    rf"(?P<d2>\d{{1,2}})[\s.-]*(?P<m2>{_M})\.?[\s,-]*(?P<y2>\d{{4}}|\d{{2}}(?!\s+(?:\d|{_M})))",
    rf"(?P<m3>{_M})\.?\s+(?P<d3>\d{{1,2}}),\s+(?P<y3>\d{{4}})",
    rf"(?P<y4>\d{{4}}),\s+(?P<d4>\d{{1,2}})\s+(?P<m4>{_M})",
    rf"(?P<m5>{_M})\.?,?\s+(?P<y5>\d{{4}})",
    r"(?P<y7>\d{4})",
)
DATE = rf"(?<!\w)(?:{'|'.join(_SPELLINGS)})(?!\w)"
_DATE = re.compile(DATE, re.IGNORECASE)
_MONTHS_OF = re.compile(rf"between\s+({_M})\.?\s+and\s+({_M})\.?\s+(\d{{4}})", re.IGNORECASE)
_TO = re.compile(r"\s*(?:to|until|-|–)\s*", re.IGNORECASE)
_TO_YEAR = re.compile(r"\s*[-–/]\s*")
_AND = re.compile(r"\s*(?:and|to|-|–)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from)\W*$", re.IGNORECASE)
_CIRCA = re.compile(r"(?:\b(?:approximately|approx|circa|about|around|c|ca)\b\.?)\W*(?:between\W*|from\W*)?$", re.IGNORECASE)
_MARKS = re.compile(
    r"(?<![\w])[a-k]\)|\b(?:approximately|approx|circa|between|from|about|alt\.?(?:ernative)?\s+dob|alt|or|and|dob|c|ca)\b\.?:?"
    r"|>>|[;,.:]", re.IGNORECASE,
)
_HIJRI = re.compile(r"^\W*hijri", re.IGNORECASE)
EARLIEST = 1850  # no one listed was born before; a year of 1402 is one of another calendar


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One date of a cell, and the words that stand with it."""

    span: DateSpan | None
    note: str | None = None


def find_dates(text: str) -> tuple[Found, ...]:
    """All dates of a cell in its order. One without a span has a date's form and cannot be read; its note is its words."""
    text = " ".join(text.split())
    months = _MONTHS_OF.search(text)
    if months:
        return (*find_dates(text[: months.start()]), _between_months(months), *find_dates(text[months.end() :]))
    pieces = list(_scan(text))
    notes = _find_notes(text, [place for _, place in pieces])
    return tuple(
        Found(span=span, note=note if span else text[start:end])
        for (span, (start, end)), note in zip(pieces, notes, strict=True)
    )


def parse_date(text: str) -> PartialDate | None:
    """One date and nothing else, or `None`."""
    match = _DATE.fullmatch(text.strip())
    try:
        return _read(match) if match else None
    except ValueError:
        return None


def find_full_dates(text: str) -> Iterator[tuple[int, PartialDate]]:
    """Each date with a day in a running text about listings, with where it starts; the first of them were made in 2001."""
    for match in _DATE.finditer(text):
        try:
            date = _read(match, century=2000)
        except ValueError:
            continue
        if date.day:
            yield match.start(), date


def _scan(text: str) -> Iterator[tuple[DateSpan | None, tuple[int, int]]]:
    """Each date or interval with its place; `None` for what has a date's form and is on no calendar of ours."""
    matches = list(_DATE.finditer(text))
    at = 0
    while at < len(matches):
        first = last = matches[at]
        before = text[: first.start()]
        following = matches[at + 1] if at + 1 < len(matches) else None
        if following and _is_interval(before, text[first.end() : following.start()], first, following):
            last = following
            at += 1
        at += 1
        span = _make_span(first, last, circa=bool(_CIRCA.search(before)), after=text[last.end() :])
        yield span, (first.start(), last.end())


def _is_interval(before: str, gap: str, first: re.Match[str], last: re.Match[str]) -> bool:
    if first["y7"] and last["y7"] and _TO_YEAR.fullmatch(gap):
        return True
    return bool(_TO.fullmatch(gap) or (_BETWEEN.search(before) and _AND.fullmatch(gap)))


def _make_span(first: re.Match[str], last: re.Match[str], *, circa: bool, after: str) -> DateSpan | None:
    try:
        span = DateSpan(first=_read(first), last=_read(last), circa=circa)
    except ValueError:
        return None
    return None if span.first.year < EARLIEST or _HIJRI.search(after) else span


def _read(match: re.Match[str], *, century: int = 1900) -> PartialDate:
    number = next(n for n in range(len(_SPELLINGS)) if match[f"y{n}"])
    groups = match.groupdict()
    year, month, day = (groups.get(f"{part}{number}") for part in "ymd")
    assert year is not None
    return PartialDate(
        year=int(year) if len(year) == 4 else century + int(year), month=_month(month) if month else None,
        day=int(day) if day else None,
    )


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text[:3].lower()) + 1


def _between_months(match: re.Match[str]) -> Found:
    first, last = (PartialDate(year=max(int(match[3]), 1), month=_month(match[n])) for n in (1, 2))
    is_read = first.year >= EARLIEST and first.earliest <= last.latest
    return Found(span=DateSpan(first=first, last=last) if is_read else None, note=None if is_read else match[0])


def _find_notes(text: str, places: list[tuple[int, int]]) -> list[str | None]:
    """The words after each date up to the next; those before the first go to the first."""
    ends = [*(start for start, _ in places[1:]), len(text)][: len(places)]
    gaps = [[text[end:until]] for (_, end), until in zip(places, ends, strict=True)]
    if gaps:
        gaps[0].insert(0, text[: places[0][0]])
    return ["; ".join(filter(None, map(_words, group))) or None for group in gaps]


def _words(gap: str) -> str:
    """What a gap says besides marks; empty when that is nothing."""
    said = any(c.isalnum() for c in _MARKS.sub(" ", gap))
    return " ".join(gap.split()).strip(" ;,.()") if said else ""
