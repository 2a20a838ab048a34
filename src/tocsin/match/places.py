"""Places: countries, towns of birth and addresses, compared by folded words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from tocsin.match.evidence_words import GENERIC
from tocsin.match.slips import is_slip
from tocsin.match.weighing import Evidence, Finding, find_best, make_evidence
from tocsin.model import Entity, Place
from tocsin.names.countries import country_label, find_country
from tocsin.names.fold import fold_token, to_ascii

MAX_PLACE = 500
LEAST_WORD = 6     # letters of a word in which one slip is overlooked
LEAST_STREET = 2   # words of the street that must be met, and which part of the shorter address
STREET_SHARE = 0.6
_WORD = re.compile(r"[a-z0-9]+")


class Folded(NamedTuple):
    """A free text as compared: the words of its first part, all its words, and the countries it names."""

    head: frozenset[str]
    words: frozenset[str]
    countries: frozenset[str]


@lru_cache(maxsize=20_000)
def fold_place(text: str, country: str | None = None) -> Folded:
    """The words of a place, without generic ones, and its countries: `country`, or parts between commas that name one."""
    parts: list[frozenset[str]] = []
    countries = {country} if country else set()
    for part in re.split(r"[,;/()]", text[:MAX_PLACE]):
        code = find_country(part) if len(part.strip()) > 2 else None
        if code is not None:
            countries.add(code)
        elif words := _fold_words(part):
            parts.append(words)
    every: frozenset[str] = frozenset().union(*parts)
    return Folded(parts[0] if parts else every, every, frozenset(countries))


def _fold_words(text: str) -> frozenset[str]:
    plain = to_ascii(text).lower().replace("'", "")
    return frozenset(fold_token(word) for word in _WORD.findall(plain) if word not in GENERIC)


def _has_word(word: str, words: frozenset[str]) -> bool:
    return word in words or (
        len(word) >= LEAST_WORD and not word.isdigit() and any(len(w) >= LEAST_WORD and is_slip(word, w) for w in words)
    )


def weigh_birth_places(query: Iterable[str], candidate: Iterable[Place]) -> Evidence | None:
    """The best agreement between any stated place of birth on either side; `None` when one side names none."""
    listed = [(str(p), fold_place(str(p), p.country)) for p in candidate]
    findings = []
    for asked in query:
        folded = fold_place(asked)
        for text, place in listed:
            code = _compare_birth_places(folded, place)
            if code is not None:
                findings.append(Finding(code, asked, text))
    best = find_best(findings)
    return None if best is None else make_evidence(best)


def _compare_birth_places(asked: Folded, listed: Folded) -> str | None:
    countries = asked.countries and listed.countries
    if countries and not asked.countries & listed.countries:
        return "birth_place.abroad"
    if asked.words and listed.words:
        met = {w for w in asked.words if _has_word(w, listed.words)}
        back = {w for w in listed.words if _has_word(w, asked.words)}
        if (asked.head <= met and listed.head & back) or (listed.head <= back and asked.head & met):
            return "birth_place.same"
        return "birth_place.near" if met or back else "birth_place.other"
    return "birth_place.country" if countries else None


def weigh_addresses(query: Iterable[str], candidate: Iterable[Place]) -> Evidence | None:
    """The best agreement of any two addresses. Only ever for: people move, and lists give some addresses of many."""
    listed = [p for p in candidate if p.street or p.city]
    findings = []
    for asked in query:
        words = fold_place(asked).words
        for place in listed:
            code = _compare_addresses(words, place)
            if code is not None:
                findings.append(Finding(code, asked, str(place)))
    best = find_best(findings)
    return None if best is None else make_evidence(best)


def _compare_addresses(asked: frozenset[str], listed: Place) -> str | None:
    street, city = fold_place(listed.street or "").words, fold_place(listed.city or "").words
    street -= city
    in_city = bool(city) and all(_has_word(w, asked) for w in city)
    met = {w for w in street if _has_word(w, asked)}
    shorter = min(len(street), len(asked - city))
    named = any(not w.isdigit() for w in met)
    if named and len(met) >= LEAST_STREET and len(met) >= STREET_SHARE * shorter and (in_city or not city):
        return "address.same"
    return "address.city" if in_city else None


def countries_of(entity: Entity) -> frozenset[str]:
    """The codes of all countries that the listings tie a subject to."""
    codes = {c.code for x in entity.listings for c in x.countries if c.code}
    codes |= {p.country for x in entity.listings for p in (*x.birth_places, *x.addresses) if p.country}
    codes |= {i.country for x in entity.listings for i in x.identifiers if i.country}
    return frozenset(codes)


def weigh_countries(query: Iterable[str], candidate: frozenset[str]) -> Evidence | None:
    """A shared country speaks a little for, none shared somewhat against; ties are many and lists incomplete."""
    asked = tuple(sorted(set(query)))
    if not asked or not candidate:
        return None
    listed = ", ".join(country_label(c) for c in sorted(candidate))
    shared = [code for code in asked if code in candidate]
    if shared:
        return make_evidence(Finding("country.shared", shared[0], listed), asked=country_label(shared[0]))
    shown = ", ".join(country_label(c) for c in asked)
    return make_evidence(Finding("country.other", ", ".join(asked), listed), asked=shown)
