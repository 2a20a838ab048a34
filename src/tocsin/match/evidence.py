"""Evidence beyond names, for or against: births, places, countries, gender, numbers, addresses and ways to reach someone.

Each comparison gives log-odds to add and a reason to show; the sizes stand in `evidence_table.py`, the sentences in
`sentences.py`. What one side does not state says nothing. Of several stated values the best counts, since a list gives
every value that was ever reported.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tocsin.match.births import weigh_births
from tocsin.match.evidence_table import LOGITS
from tocsin.match.identifiers import COMPARE, find_keys, has_numbers, iter_asked, weigh_identifiers, weigh_numbers
from tocsin.match.places import countries_of, weigh_addresses, weigh_birth_places, weigh_countries
from tocsin.match.weighing import Evidence, Finding, make_evidence
from tocsin.model import REFERENCES, DateSpan, Entity, Identifier, Place, Query

__all__ = [
    "Evidence", "MissingEvidence", "missing_evidence", "weigh_addresses", "weigh_birth_places", "weigh_births",
    "weigh_countries", "weigh_evidence", "weigh_gender", "weigh_identifiers", "weigh_numbers",
]


class MissingEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What an entity states and a query did not: `field` of the query, and the listed `value` that would add most.

    `support` is the log-odds that this value would add if asked, 0 or more; `against` the lowest that a contradicting
    one could, 0 where nothing contradicts.
    """

    field: str
    value: str
    support: float
    against: float


def weigh_evidence(query: Query, entity: Entity) -> tuple[Evidence, ...]:
    """All that the query and the entity both state beyond names, one finding a comparison, in a fixed order."""
    found = [
        weigh_births(query.births, births_of(entity)) if query.births else None,
        weigh_birth_places(query.birth_places, _birth_places_of(entity)) if query.birth_places else None,
        weigh_countries(query.countries, countries_of(entity)) if query.countries else None,
        weigh_gender(query.gender, _genders_of(entity)),
        weigh_addresses(query.addresses, _addresses_of(entity)) if query.addresses else None,
    ]
    found += weigh_numbers(query, _identifiers_of(entity)) if has_numbers(query) else ()
    return tuple(e for e in found if e is not None)


def asks_names_only(query: Query) -> bool:
    """Whether nothing is asked beyond names, so that `weigh_evidence` finds nothing whatever the entity states."""
    more = query.births or query.birth_places or query.countries or query.addresses
    return not more and query.gender is None and not has_numbers(query)


def most_support(query: Query) -> float:
    """The most log-odds that anything beyond names could add to a candidate of this query."""
    if find_keys(query):
        return CERTAIN
    asked = {
        "birth": query.births, "birth_place": query.birth_places, "country": query.countries, "address": query.addresses,
    }
    return sum(MOST[field] for field, values in asked.items() if values)


CERTAIN = 100.0  # numbers may prove whatever the names say: every candidate is looked at
MOST: dict[str, float] = {}
for _code, _logit in LOGITS.items():
    _field = _code.partition(".")[0]
    MOST[_field] = max(MOST.get(_field, 0.0), _logit)


def weigh_gender(query: str | None, candidate: set[str]) -> Evidence | None:
    """A stated gender that the list contradicts; agreement says nothing."""
    if query is None or not candidate or query in candidate:
        return None
    return make_evidence(Finding("gender.other", query, ", ".join(sorted(candidate))))


def missing_evidence(query: Query, entity: Entity) -> tuple[MissingEvidence, ...]:
    """What could still be asked about this entity, that which would change most first; empty when nothing is left.

    >>> missing_evidence(Query(names=("A B",)), Entity(id="x", caption="A B", kind="person", listings=()))
    ()
    """
    found = [m for m in (*_missing_facts(query, entity), *_missing_numbers(query, entity)) if m.support or m.against]
    return tuple(sorted(found, key=lambda m: (m.against - m.support, m.field)))


def _missing_facts(query: Query, entity: Entity) -> Iterable[MissingEvidence]:
    births = births_of(entity)
    if births and not query.births:
        yield _find_most("births", [(str(b), weigh_births([b], births)) for b in births], LOGITS["birth.other"])
    if not query.birth_places and (places := _birth_places_of(entity)):
        asked = [(str(p), weigh_birth_places([str(p)], places)) for p in places]
        yield _find_most("birth_places", asked, LOGITS["birth_place.abroad"])
    if not query.countries and (countries := countries_of(entity)):
        codes = [(c, weigh_countries([c], countries)) for c in sorted(countries)]
        yield _find_most("countries", codes, LOGITS["country.other"])
    genders = _genders_of(entity)
    if len(genders) == 1 and query.gender is None:
        yield MissingEvidence(field="gender", value=min(genders), support=0.0, against=LOGITS["gender.other"])
    if not query.addresses and (addresses := _addresses_of(entity)):
        yield _find_most("addresses", [(str(p), weigh_addresses([str(p)], addresses)) for p in addresses], 0.0)


def _missing_numbers(query: Query, entity: Entity) -> Iterable[MissingEvidence]:
    asked = {a.kind if a.kind in COMPARE else "identifier" for a in iter_asked(query)}
    listed = _identifiers_of(entity)
    for field in ("identifiers", "emails", "phones", "websites", "wallets"):
        if field[:-1] in asked:
            continue
        values = []
        for one in (i for i in listed if (f"{i.kind}s" if i.kind in COMPARE else "identifiers") == field):
            text = f"{one.kind}:{one.number}" if field == "identifiers" else one.number
            found = weigh_numbers(msgspec.structs.replace(Query(), **{field: (text,)}), [one])
            values.append((text, max(found, key=lambda e: e.logit, default=None)))
        if values:
            single = any(i.kind in ("imo", "lei") for i in listed) and field == "identifiers"
            yield _find_most(field, values, LOGITS["identifier.unequal"] if single else 0.0)


def _find_most(field: str, values: Iterable[tuple[str, Evidence | None]], against: float) -> MissingEvidence:
    """The listed value that adds most when asked; of equals the first in the order of text."""
    support, value = min((-max(e.logit, 0.0) if e else 0.0, text) for text, e in values)
    return MissingEvidence(field=field, value=value, support=-support, against=against)


def births_of(entity: Entity) -> list[DateSpan]:
    """All dates of birth that the listings give."""
    return [v.span for x in entity.listings for v in x.births]


def _birth_places_of(entity: Entity) -> list[Place]:
    return [p for x in entity.listings for p in x.birth_places]


def _addresses_of(entity: Entity) -> list[Place]:
    return [p for x in entity.listings for p in x.addresses]


def _genders_of(entity: Entity) -> set[str]:
    return {x.gender for x in entity.listings if x.gender}


def _identifiers_of(entity: Entity) -> list[Identifier]:
    return [i for x in entity.listings for i in x.identifiers if i.kind not in REFERENCES]
