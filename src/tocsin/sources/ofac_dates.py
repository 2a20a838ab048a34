"""Dates as OFAC writes them: "1965", "Feb 1965", "14 Feb 1965", "circa 1965", "1965 to 1968", "circa 1965-1967"."""

from __future__ import annotations

import re

from tocsin.model import DateSpan, PartialDate

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}
_ONE = re.compile(r"(?:(?P<day>\d{1,2})\s+)?(?:(?P<month>[A-Za-z]{3})[a-z]*\.?\s+)?(?P<year>\d{4})")
_SLASHED = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
_CIRCA = re.compile(r"^(?:circa|c\.|ca\.|approximately|approx\.)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"^(?:between|from)\s+", re.IGNORECASE)
_TO = re.compile(r"\s+(?:to|and|or)\s+|\s*[-–]\s*", re.IGNORECASE)


def parse_date(text: str) -> PartialDate:
    """One date, perhaps without day or month; US order where it is written with slashes. `ValueError` if it is none."""
    match = _ONE.fullmatch(text.strip()) or _SLASHED.fullmatch(text.strip())
    if match is None:
        raise ValueError("no date as OFAC writes them")
    month_text = match["month"]
    month = None
    if month_text:
        month = int(month_text) if month_text.isdigit() else MONTHS.get(month_text[:3].lower())
        if month is None:
            raise ValueError("no month of that name")
    return PartialDate(year=int(match["year"]), month=month, day=int(match["day"]) if match["day"] else None)


def parse_span(text: str) -> DateSpan:
    """One date, approximate or not, or the interval between two. `ValueError` for anything else."""
    stripped = text.strip().rstrip(".")
    plain = _CIRCA.sub("", stripped)
    circa = plain != stripped
    ends = [_CIRCA.sub("", end) for end in _TO.split(_BETWEEN.sub("", plain))]
    if len(ends) == 1:
        return DateSpan.at(parse_date(ends[0]), circa=circa)
    if len(ends) != 2:
        raise ValueError("more than two dates")
    return DateSpan(first=parse_date(ends[0]), last=parse_date(ends[1]), circa=circa or "circa" in plain.lower())
