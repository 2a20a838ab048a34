"""What the watchdog finds odd in one listing by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import msgspec

from tocsin.model import Listing, Name, PartialDate
from tocsin.names.countries import find_country
from tocsin.registry.watch_rules import (
    AMENDED_BEFORE_DAYS,
    COUNTRY_LETTERS,
    DIGITS,
    GRACE_DAYS,
    OLDEST_BIRTH,
    OTHER_DIGITS,
)
from tocsin.registry.watch_text import find_faults

_MONTH = r"(?:\d{1,2}|[A-Za-z]{3,9}\.?)"
_DATE = re.compile(rf"(?<!\d)(?:\d{{1,2}}[ ./-]{_MONTH}[ ./,-]+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}})(?!\d)")
_NUMBER = re.compile(r"\d{3,}")
BIRTH_TEXTS = frozenset({"birth_text", "date_text"})  # facts under which readers keep a birth that they cannot read
PROSE_NUMBERS = frozenset({"website", "email", "other_id", "wallet"})


class Case(msgspec.Struct, frozen=True):
    """One oddity: the rule that it meets, and the field that it was read from."""

    rule: str
    field: str


def find_cases(listing: Listing, *, day: dt.date) -> Iterator[Case]:
    """All oddities of a listing in a state of `day`; the same one may come more than once."""
    yield from _find_text_faults(listing)
    yield from _find_misplaced(listing)
    yield from _find_dates(listing, day)


def _find_text_faults(listing: Listing) -> Iterator[Case]:
    for field, text, prose in _iter_texts(listing):
        for rule in find_faults(text, prose=prose):
            yield Case(rule, field)


def _iter_texts(listing: Listing) -> Iterator[tuple[str, str, bool]]:
    """Each text with its field, and whether it is prose, in which punctuation is nobody's damage."""
    for name in listing.names:
        yield name.origin.field, name.text, False
        yield from ((name.origin.field, part.text, False) for part in name.parts)
    for place in (*listing.birth_places, *listing.addresses):
        texts = (place.street, place.city, place.region, place.postcode, place.country_text)
        yield from ((place.origin.field, text, False) for text in texts if text)
    for country in listing.countries:
        yield country.origin.field, country.text, False
    for number in listing.identifiers:
        yield number.origin.field, number.number, number.kind in PROSE_NUMBERS
    for fact in listing.facts:
        yield fact.origin.field, fact.text, True
    for relation in listing.relations:
        yield relation.origin.field, relation.target, False


def _find_misplaced(listing: Listing) -> Iterator[Case]:
    for name in listing.names:
        if _DATE.search(name.text):
            yield Case("column.date_as_name", name.origin.field)
        elif _is_number(name, listing.kind):
            yield Case("column.number_as_name", name.origin.field)
    first = listing.names[0] if listing.names else None
    if first is not None and listing.kind in ("person", "organization") and _is_country(first.text):
        yield Case("column.country_as_name", first.origin.field)
    for place in (*listing.birth_places, *listing.addresses):
        rules = {rule for text in (place.city, place.region) if text and (rule := _find_place_fault(text))}
        yield from (Case(rule, place.origin.field) for rule in rules)
        if place.country_text and _find_place_fault(place.country_text):
            yield Case("column.date_as_place", place.origin.field)
    for country in listing.countries:
        if _find_place_fault(country.text):
            yield Case("column.date_as_place", country.origin.field)
        if country.code is None:
            yield Case("column.unread_countries", country.origin.field)
    for fact in listing.facts:
        if fact.key in BIRTH_TEXTS:
            yield Case("column.country_as_date" if _is_country(fact.text) else "column.unread_births", fact.origin.field)


def _is_number(name: Name, kind: str) -> bool:
    digits = sum(c.isdecimal() for c in name.text)
    return digits >= DIGITS.get(kind, OTHER_DIGITS) and not any(c.isalpha() for c in name.text)


def _is_country(text: str) -> bool:
    return len(text) >= COUNTRY_LETTERS and find_country(text) is not None


def _find_place_fault(text: str) -> str | None:
    if _DATE.fullmatch(text):
        return "column.date_as_place"
    return "column.number_as_place" if _NUMBER.fullmatch(text) else None


def _find_dates(listing: Listing, day: dt.date) -> Iterator[Case]:
    last = day + dt.timedelta(days=GRACE_DAYS) if day < dt.date.max - dt.timedelta(days=GRACE_DAYS) else day
    for field, date in _iter_dates(listing):
        if date.earliest > last:
            yield Case("date.future", field)
    for birth in listing.births:
        if birth.span.first.year < OLDEST_BIRTH:
            yield Case("date.old", birth.origin.field)
        if listing.listed_on and birth.span.first.earliest > listing.listed_on.latest:
            yield Case("date.order", birth.origin.field)
        for death in listing.deaths:
            if death.span.last.latest < birth.span.first.earliest:
                yield Case("date.order", death.origin.field)
    if listing.listed_on and any(_is_long_before(u, listing.listed_on) for u in listing.updated_on):
        yield Case("date.order", "updated_on")
    yield from _find_document_dates(listing)


def _iter_dates(listing: Listing) -> Iterator[tuple[str, PartialDate]]:
    if listing.listed_on:
        yield "listed_on", listing.listed_on
    yield from (("updated_on", date) for date in listing.updated_on)
    yield from ((birth.origin.field, birth.span.first) for birth in listing.births)
    yield from ((number.origin.field, number.issued) for number in listing.identifiers if number.issued)


def _is_long_before(date: PartialDate, other: PartialDate) -> bool:
    return (other.earliest - date.latest).days > AMENDED_BEFORE_DAYS


def _find_document_dates(listing: Listing) -> Iterator[Case]:
    born = min((birth.span.first.earliest for birth in listing.births), default=None)
    for number in listing.identifiers:
        if number.issued is None:
            continue
        ends = number.expires is not None and number.expires.latest < number.issued.earliest
        if ends or (listing.kind == "person" and born is not None and number.issued.latest < born):
            yield Case("date.order", number.origin.field)
