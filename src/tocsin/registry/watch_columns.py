"""A listing as columns of text, and what happened to the columns between two states of a list.

A publisher's swapped, shifted or emptied columns leave every single value plausible; only beside the state before do
they show: the text of one column stands in another, in many listings at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from tocsin.model import Listing, Name

Columns = dict[str, frozenset[str]]
Key = tuple[str, str]  # authority, reference
T = TypeVar("T")


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Listings (`refs`) whose text went from one column to another, of so many that had the column."""

    column: str
    to: str
    refs: tuple[str, ...]
    of: int


class Emptied(msgspec.Struct, frozen=True, kw_only=True):
    """Listings (`refs`) that had something in the column and have nothing in it now, of so many that had it."""

    column: str
    refs: tuple[str, ...]
    of: int


def make_columns(listing: Listing) -> Columns:
    """The texts of a listing by column ("part.given", "birth place.city", "number.passport"); empty ones are absent."""
    found: dict[str, set[str]] = defaultdict(set)
    for column, text in _iter_texts(listing):
        found[column].add(text)
    return {column: frozenset(texts) for column, texts in found.items()}


def _iter_texts(listing: Listing) -> Iterator[tuple[str, str]]:
    for name in listing.names:
        yield f"name.{name.role}", name.text
        yield from _iter_parts(name)
    for what, places in (("birth place", listing.birth_places), ("address", listing.addresses)):
        for place in places:
            fields = {"street": place.street, "city": place.city, "region": place.region, "postcode": place.postcode,
                      "country": place.country_text or place.country}
            yield from ((f"{what}.{field}", text) for field, text in fields.items() if text)
    for what, dates in (("births", listing.births), ("deaths", listing.deaths)):
        yield from ((what, str(date.span)) for date in dates)
    yield from ((f"country.{country.role}", country.text) for country in listing.countries)
    yield from ((f"number.{number.kind}", number.number) for number in listing.identifiers)
    yield from (("measures", measure.programme) for measure in listing.measures)
    yield from ((f"fact.{fact.key}", fact.text) for fact in listing.facts)
    yield from (("relations", relation.target) for relation in listing.relations)
    yield from (("updated_on", str(day)) for day in listing.updated_on)
    if listing.listed_on:
        yield "listed_on", str(listing.listed_on)
    if listing.gender:
        yield "gender", listing.gender


def _iter_parts(name: Name) -> Iterator[tuple[str, str]]:
    """The labelled parts; those of one label are told apart by their place, as the UN's first to fourth names must be."""
    seen: Counter[str] = Counter()
    for part in name.parts:
        seen[part.kind] += 1
        number = seen[part.kind]
        yield f"part.{part.kind}{f' {number}' if number > 1 else ''}", part.text


def compare_columns(
    before: Mapping[Key, Listing], after: Mapping[Key, Listing]
) -> tuple[tuple[Moved, ...], tuple[Emptied, ...]]:
    """What moved between columns and what was emptied in the listings that both states have, most cases first."""
    had: Counter[str] = Counter()
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    emptied: dict[str, list[str]] = defaultdict(list)
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            continue
        columns = make_columns(old)
        had.update(columns.keys())
        if new is old or new == old:
            continue
        now = make_columns(new)
        changed = [column for column in columns if columns[column] != now.get(column)]
        for column in changed:
            if column not in now:
                emptied[column].append(old.ref)
        for column, to in _find_moves(columns, now, changed):
            moved[column, to].append(old.ref)
    return (
        tuple(Moved(column=a, to=b, refs=tuple(refs), of=had[a]) for (a, b), refs in _most_first(moved.items())),
        tuple(Emptied(column=column, refs=tuple(refs), of=had[column]) for column, refs in _most_first(emptied.items())),
    )


def _find_moves(old: Columns, new: Columns, changed: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Column pairs of which the second has now what the first had, and did not have it before."""
    places: dict[frozenset[str], list[str]] = defaultdict(list)
    for column, texts in new.items():
        if texts != old.get(column):
            places[texts].append(column)
    for column in changed:
        yield from ((column, to) for to in places.get(old[column], ()) if to != column)


def _most_first(items: Iterable[tuple[T, list[str]]]) -> list[tuple[T, list[str]]]:
    return sorted(items, key=lambda item: (-len(item[1]), str(item[0])))
