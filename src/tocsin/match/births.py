"""Dates of birth: equal, equal as far as known, slipped, close, or contradicting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tocsin.match.evidence_table import CIRCA_YEARS, FAR_YEARS, NEAR_YEARS
from tocsin.match.sentences import BIRTHS
from tocsin.match.slips import is_digit_slip
from tocsin.match.weighing import Evidence, Finding, find_best, make_evidence
from tocsin.model import DateSpan, PartialDate


def weigh_births(query: Iterable[DateSpan], candidate: Iterable[DateSpan]) -> Evidence | None:
    """The best agreement between any stated date of birth on either side; `None` when one side states none."""
    listed = tuple(candidate)
    best = find_best(Finding(_compare_spans(a, b), str(a), str(b)) for a in query for b in listed)
    if best is None:
        return None
    return make_evidence(best, asked=show_span(DateSpan.parse(best.asked)), listed=show_span(DateSpan.parse(best.listed)))


def show_span(span: DateSpan) -> str:
    """A date as a person reads it: "about 1970 to 1973" and not `1970~/1973~`."""
    form = ("about_range" if span.circa else "range") if span.is_range else "about" if span.circa else "one"
    return BIRTHS[form].format(first=span.first, last=span.last)


def _compare_spans(asked: DateSpan, listed: DateSpan) -> str:
    first_a, last_a = _reach(asked)
    first_b, last_b = _reach(listed)
    if first_a <= last_b and first_b <= last_a:
        return _compare_meeting(asked, listed)
    if _is_swapped(asked.first, listed.first):
        return "birth.swapped"
    if _is_slip(asked, listed):
        return "birth.slip"
    gap = ((first_b - last_a) if first_b > last_a else (first_a - last_b)).days / 365.25
    if asked.first.year == listed.first.year or gap <= NEAR_YEARS:
        return "birth.near"
    return "birth.far" if gap <= FAR_YEARS else "birth.other"


def _compare_meeting(asked: DateSpan, listed: DateSpan) -> str:
    a, b = asked.first, listed.first
    if asked.is_range or listed.is_range:
        return "birth.range"
    if a == b and a.precision == "day":
        return "birth.new_year" if _is_new_year(a) else "birth.same"
    if asked.circa or listed.circa:
        return "birth.range"
    return "birth.month" if a.month and a.month == b.month else "birth.year"


def _reach(span: DateSpan) -> tuple[dt.date, dt.date]:
    margin = dt.timedelta(days=366 * CIRCA_YEARS if span.circa else 0)
    return _shift(span.first.earliest, -margin), _shift(span.last.latest, margin)


def _shift(day: dt.date, by: dt.timedelta) -> dt.date:
    try:
        return day + by
    except OverflowError:
        return dt.date.min if by < dt.timedelta(0) else dt.date.max


def _is_swapped(a: PartialDate, b: PartialDate) -> bool:
    return bool(a.year == b.year and a.day and b.day and a.day == b.month and a.month == b.day)


def _is_new_year(date: PartialDate) -> bool:
    return date.month == date.day == 1


def _is_slip(asked: DateSpan, listed: DateSpan) -> bool:
    """Whether two whole dates differ in one digit, or in two neighbouring digits of one part changed over.

    Two first days of January are no slip of one another: only their years were ever known.
    """
    a, b = asked.first, listed.first
    whole = a.day and b.day and not (asked.is_range or listed.is_range)
    if not whole or (_is_new_year(a) and _is_new_year(b)):
        return False
    parts_a, parts_b = str(a).split("-"), str(b).split("-")
    differing = [(x, y) for x, y in zip(parts_a, parts_b, strict=True) if x != y]
    return len(differing) == 1 and is_digit_slip(*differing[0])
