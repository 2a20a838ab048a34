"""The values of a listing as rows, each with the place that it was read from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tocsin.model import Listing, Origin


class Value(msgspec.Struct, frozen=True):
    """One value: what kind it is, its text, the field of the record it was read from, the text as published.

    `original` is empty when `text` is the published text, character for character. Kinds: name, weak name, birth,
    death, birth_place, address, measure; the role of a country, the kind of an identifier or relation, the key of a fact.
    """

    kind: str
    text: str
    field: str
    original: str | None


def iter_values(listing: Listing) -> Iterator[Value]:
    """All values of a listing that have an origin, in the order of the listing."""
    for kind, text, origin in _texts(listing):
        yield Value(kind, text, origin.field, origin.text)


def _texts(listing: Listing) -> Iterator[tuple[str, str, Origin]]:
    for name in listing.names:
        yield "weak name" if name.quality == "weak" else "name", name.text, name.origin
    for kind, dates in (("birth", listing.births), ("death", listing.deaths)):
        for date in dates:
            yield kind, str(date.span), date.origin
    for kind, places in (("birth_place", listing.birth_places), ("address", listing.addresses)):
        for place in places:
            yield kind, str(place), place.origin
    for country in listing.countries:
        yield country.role, country.code or country.text, country.origin
    for identifier in listing.identifiers:
        yield identifier.kind, identifier.number, identifier.origin
    for measure in listing.measures:
        yield "measure", f"{measure.programme}: {measure.ground}" if measure.ground else measure.programme, measure.origin
    for fact in listing.facts:
        yield fact.key, fact.text, fact.origin
    for relation in listing.relations:
        yield relation.kind, relation.target, relation.origin
