"""Dates as a mapping says that they are written: `DD/MM/YYYY`, `D Mon YYYY`, and always ISO 8601 and EDTF.

A date whose day and month could change places is never guessed: without a format that says so it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tocsin.errors import BadInput
from tocsin.model import DateSpan, PartialDate

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}
_TOKENS = {
    "YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{2})", "DD": r"(?P<day>\d{2})", "M": r"(?P<month>\d{1,2})",
    "D": r"(?P<day>\d{1,2})", "Mon": r"(?P<word>[A-Za-z]{3})[A-Za-z]*\.?",
}
_TOKEN = re.compile(r"YYYY|MM|DD|Mon|M|D")
_LETTER = re.compile(r"[A-Za-z]")
_CIRCA = re.compile(r"^(?:circa|ca?\.|approx(?:imately|\.)?|about)\s*", re.IGNORECASE)
_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")


@lru_cache(maxsize=256)
def compile_format(text: str) -> re.Pattern[str]:
    """The pattern of a format. `BadInput` for one without a year, with other letters, or with a part twice."""
    rest = _TOKEN.sub("", text)
    tokens = _TOKEN.findall(text)
    names = [("M" if t in ("MM", "M", "Mon") else t[0]) for t in tokens]
    if "YYYY" not in tokens or _LETTER.search(rest) or len(set(names)) < len(names):
        raise BadInput(
            f"The mapping: '{text[:40]}' is no format of a date; expected YYYY, MM or M, DD or D and Mon, such as "
            "DD/MM/YYYY or D Mon YYYY. Nothing was imported."
        )
    pieces = []
    at = 0
    for found in _TOKEN.finditer(text):
        pieces += [re.escape(text[at:found.start()]), _TOKENS[found[0]]]
        at = found.end()
    return re.compile("".join(pieces) + re.escape(text[at:]))


def parse_span(text: str, formats: Sequence[str] = ()) -> DateSpan | None:
    """When something was; `None` for a text that none of the formats fits or that is no day of the calendar."""
    plain = _CIRCA.sub("", text.strip())
    circa = plain != text.strip()
    for written in formats:
        found = compile_format(written).fullmatch(plain)
        date = _make_date(found) if found else None
        if date is not None:
            return DateSpan.at(date, circa=circa)
    try:
        span = DateSpan.parse(_TIMED.sub(r"\1", plain))
    except ValueError:
        return None
    return DateSpan(first=span.first, last=span.last, circa=circa or span.circa)


def parse_date(text: str, formats: Sequence[str] = ()) -> PartialDate | None:
    """As `parse_span`, for one date."""
    span = parse_span(text, formats)
    return span.first if span is not None and not span.is_range else None


def make_date(year: str | None, month: str | None, day: str | None) -> PartialDate | None:
    """A date from its parts; nothing, zero and "00" are no month and no day."""
    try:
        numbers = [int(part) if part and int(part) else None for part in (year, month, day)]
        if numbers[0] is None:
            return None
        if numbers[1] is None:
            return PartialDate(year=numbers[0])
        return PartialDate(year=numbers[0], month=numbers[1], day=numbers[2])
    except ValueError:
        return None


def _make_date(found: re.Match[str]) -> PartialDate | None:
    parts = found.groupdict()
    word = parts.get("word")
    month = str(MONTHS.get(word.lower(), 99)) if word else parts.get("month")
    return make_date(parts["year"], month, parts.get("day"))
