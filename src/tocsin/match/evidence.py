"""Evidence beyond names: dates of birth, countries, gender and identifiers, for or against.

Each comparison gives log-odds to add and a reason to show. What one side does not state says nothing. Of several stated
values the best counts, since a list gives every value that was ever reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from tocsin.match.index import normalise_identifier
from tocsin.model import DateSpan, Entity, Identifier, Query, Reason
from tocsin.names.countries import country_label

# log-odds; the reasons behind the sizes are in docs/matching.md
BIRTH_DAY, BIRTH_YEAR, BIRTH_RANGE, BIRTH_SWAPPED, BIRTH_NEAR = 2.5, 1.2, 0.6, 1.8, 0.0
BIRTH_FAR, BIRTH_OTHER = -1.5, -4.0
COUNTRY_SHARED, COUNTRY_OTHER = 0.4, -0.8
GENDER_OTHER = -2.5
IDENTIFIER = 6.0
NEAR_YEARS, FAR_YEARS = 1, 4     # birth years on lists are often off by one or two
CIRCA_YEARS = 3                  # how far "approximately" reaches on either side
BIRTHS: dict[str, str] = {
    "birth.same": "The date of birth is the same",
    "birth.year": "The dates of birth agree as far as both are known",
    "birth.near": "The years of birth are close",
    "birth.swapped": "The dates of birth agree with day and month changed over",
    "birth.far": "The dates of birth differ by some years",
    "birth.other": "The dates of birth contradict each other",
}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one comparison adds to the log-odds, and the line that explains it."""

    logit: float
    reason: Reason


def weigh_evidence(query: Query, entity: Entity) -> tuple[Evidence, ...]:
    """All that the query and the entity both state beyond names."""
    found = (
        weigh_births(query.births, [v.span for x in entity.listings for v in x.births]),
        weigh_countries(query.countries, _countries_of(entity)),
        weigh_gender(query.gender, {x.gender for x in entity.listings if x.gender}),
        weigh_identifiers(query.identifiers, [i for x in entity.listings for i in x.identifiers]),
    )
    return tuple(e for e in found if e is not None)


def weigh_births(query: Iterable[DateSpan], candidate: Iterable[DateSpan]) -> Evidence | None:
    """The best agreement between any stated date of birth on either side."""
    best: tuple[float, str, DateSpan, DateSpan] | None = None
    for asked in query:
        for listed in candidate:
            value, code = _compare_spans(asked, listed)
            if best is None or value > best[0]:
                best = (value, code, asked, listed)
    if best is None:
        return None
    value, code, asked, listed = best
    return _evidence(value, code, f"{BIRTHS[code]}: {asked} asked, {listed} listed.", str(asked), str(listed))


def _compare_spans(asked: DateSpan, listed: DateSpan) -> tuple[float, str]:
    first_a, last_a = _reach(asked)
    first_b, last_b = _reach(listed)
    if first_a <= last_b and first_b <= last_a:
        single = not (asked.is_range or listed.is_range)
        if single and asked.first == listed.first and asked.first.precision == "day":
            return BIRTH_DAY, "birth.same"
        return (BIRTH_RANGE if listed.is_range or listed.circa else BIRTH_YEAR), "birth.year"
    if _is_swapped(asked, listed):
        return BIRTH_SWAPPED, "birth.swapped"
    gap = ((first_b - last_a) if first_b > last_a else (first_a - last_b)).days / 365.25
    if asked.first.year == listed.first.year or gap <= NEAR_YEARS:
        return BIRTH_NEAR, "birth.near"
    return (BIRTH_FAR, "birth.far") if gap <= FAR_YEARS else (BIRTH_OTHER, "birth.other")


def _reach(span: DateSpan) -> tuple[dt.date, dt.date]:
    margin = dt.timedelta(days=366 * CIRCA_YEARS if span.circa else 0)
    return _shift(span.first.earliest, -margin), _shift(span.last.latest, margin)


def _shift(day: dt.date, by: dt.timedelta) -> dt.date:
    try:
        return day + by
    except OverflowError:
        return dt.date.min if by < dt.timedelta(0) else dt.date.max


def _is_swapped(asked: DateSpan, listed: DateSpan) -> bool:
    a, b = asked.first, listed.first
    return bool(a.year == b.year and a.day and b.day and a.day == b.month and a.month == b.day)


def _countries_of(entity: Entity) -> frozenset[str]:
    codes = {c.code for x in entity.listings for c in x.countries if c.code}
    codes |= {p.country for x in entity.listings for p in (*x.birth_places, *x.addresses) if p.country}
    codes |= {i.country for x in entity.listings for i in x.identifiers if i.country}
    return frozenset(codes)


def weigh_countries(query: Iterable[str], candidate: frozenset[str]) -> Evidence | None:
    """A shared country speaks a little for, none shared somewhat against; ties are many and lists incomplete."""
    asked = tuple(dict.fromkeys(query))
    if not asked or not candidate:
        return None
    shared = [code for code in asked if code in candidate]
    listed = ", ".join(country_label(c) for c in sorted(candidate))
    if shared:
        text = f"{country_label(shared[0])} is among the countries listed."
        return _evidence(COUNTRY_SHARED, "country.shared", text, shared[0], listed)
    text = f"No country asked ({', '.join(country_label(c) for c in asked)}) is among those listed ({listed})."
    return _evidence(COUNTRY_OTHER, "country.other", text, ", ".join(asked), listed)


def weigh_gender(query: str | None, candidate: set[str]) -> Evidence | None:
    """A stated gender that the list contradicts; agreement says nothing."""
    if query is None or not candidate or query in candidate:
        return None
    listed = ", ".join(sorted(candidate))
    text = f"The gender differs: {query} asked, {listed} listed."
    return _evidence(GENDER_OTHER, "gender.other", text, query, listed)


def weigh_identifiers(query: Iterable[str], candidate: Iterable[Identifier]) -> Evidence | None:
    """An equal document or registration number is near-proof; another number says nothing, people have several."""
    listed = {normalise_identifier(i.number): i for i in candidate}
    for number in query:
        met = listed.get(normalise_identifier(number))
        if met is not None and len(normalise_identifier(number)) >= 5:
            what = (met.label or met.kind).replace("_", " ")
            text = f"The number is that of a listed {what}."
            return _evidence(IDENTIFIER, "identifier.same", text, number, met.number)
    return None


def _evidence(logit: float, code: str, text: str, query: str, candidate: str) -> Evidence:
    effect = "for" if logit > 0 else "against" if logit < 0 else "neutral"
    return Evidence(logit=logit, reason=Reason(code=code, text=text, effect=effect, query=query, candidate=candidate))
