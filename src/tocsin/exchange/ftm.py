"""Listings as FollowTheMoney entities: one thing for each listing, and its sanctions, addresses, documents and ties.

What that vocabulary has no form for (an interval of birth dates, a date that is only approximate) stands beside it under
`tocsin`, which other readers leave aside; an interval's ends are birth dates too, so that others find it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.exchange.selection import Chosen
from tocsin.model import REFERENCES, DateValue, Identifier, Place, Relation
from tocsin.sources.imported.ftm_words import COUNTRY_PROPERTY, FACTS, PROPERTY_OF, SCHEMA_OF

_ID = re.compile(r"[^A-Za-z0-9_.-]")
_FACTS = {key: name for name, key in FACTS.items()}
_PERSONAL = frozenset({
    "position", "title", "education", "religion", "ethnicity", "political", "profession", "firstName", "secondName",
    "middleName", "lastName", "fatherName", "motherName", "nameSuffix", "appearance", "eyeColor", "hairColor", "height",
    "weight", "biography", "spokenLanguage",
})
_COMMON = frozenset({
    "notes", "description", "summary", "topics", "keywords", "sourceUrl", "program", "programId", "wikipediaUrl",
})
_LEGAL = frozenset({"legalForm", "status", "sector", "classification", "incorporationDate", "dissolutionDate"})
_DRIVEN = frozenset({"type", "model", "registrationDate", "amount", "currency"})
_FLOATING = frozenset({"tonnage", "grossRegisteredTonnage", "deadweightTonnage", "registrationPort", "pastTypes"})
# Which facts are a property of which schema; others become notes.
_FACTS_OF: dict[str, frozenset[str]] = {
    "Person": _COMMON | _PERSONAL | _LEGAL, "Organization": _COMMON | _LEGAL, "LegalEntity": _COMMON | _LEGAL,
    "Vessel": _COMMON | _DRIVEN | _FLOATING, "Airplane": _COMMON | _DRIVEN | {"manufacturer"},
}
Entity = dict[str, Any]
Key = tuple[str, str, str]  # list, authority, reference


def make_id(list_key: str, ref: str) -> str:
    """An id of the characters that FollowTheMoney ids have; one that had to be changed gets a digest behind it."""
    plain = _ID.sub("-", ref)
    tail = "" if plain == ref else "-" + hashlib.sha256(ref.encode()).hexdigest()[:8]
    return f"{list_key}-{plain}{tail}"


def iter_ftm(chosen: tuple[Chosen, ...]) -> Iterator[Entity]:
    """The entities of a selection, each listing's thing before what belongs to it."""
    ids: dict[Key, str] = {}
    taken: set[str] = set()
    for choice in chosen:
        x = choice.listing
        made = make_id(x.list_key, x.ref)
        made = f"{made}-{x.authority}" if made in taken else made  # one list may have a reference of each authority
        taken.add(made)
        ids[(x.list_key, x.authority, x.ref)] = made
    for choice in chosen:
        yield from _Making(choice, ids).make()


def make_things(choice: Chosen, ids: Mapping[Key, str]) -> tuple[Entity, tuple[Entity, ...]]:
    """The thing that one listing is, and what belongs to it. `ids` are those of its own and of all that it may name."""
    thing, *beside = _Making(choice, ids).make()
    return thing, tuple(beside)


class _Making:
    """The entities of one listing."""

    def __init__(self, choice: Chosen, ids: Mapping[Key, str]) -> None:
        self._x, self._subject, self._ids = choice.listing, choice.entity.id, ids
        self.id = ids[(self._x.list_key, self._x.authority, self._x.ref)]
        self.schema = SCHEMA_OF[self._x.kind]
        self._properties: dict[str, list[str]] = {}
        self._beside: list[Entity] = []

    def make(self) -> Iterator[Entity]:
        x = self._x
        extra: dict[str, Any] = {"list": x.list_key, "ref": x.ref, "subject": self._subject}
        self._add_names()
        extra.update(self._add_dates("births", x.births) | self._add_dates("deaths", x.deaths))
        self._add_places()
        self._add_countries()
        if x.gender and self.schema == "Person":
            self._put("gender", x.gender)
        for identifier in x.identifiers:
            self._add_identifier(identifier)
        self._add_facts()
        self._add_sanctions()
        for relation in x.relations:
            self._add_relation(relation)
        yield self._entity(self.id, self.schema, self._properties, caption=x.caption, target=True) | {"tocsin": extra}
        yield from self._beside

    def _entity(
        self, key: str, schema: str, properties: Mapping[str, list[str]], *, caption: str, target: bool = False
    ) -> Entity:
        return {
            "id": key, "caption": caption, "schema": schema, "properties": dict(properties), "referents": [],
            "datasets": [self._x.list_key], "target": target,
        }

    def _put(self, name: str, text: str | None) -> None:
        if text and text not in self._properties.setdefault(name, []):
            self._properties[name].append(text)

    def _add_beside(self, schema: str, word: str, properties: Mapping[str, str | None], *, caption: str) -> str:
        """An entity that belongs to the thing; its id is made of what it says."""
        said = {name: [text] for name, text in properties.items() if text}
        digest = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:12]
        key = f"{self.id}-{word}-{digest}"
        if all(entity["id"] != key for entity in self._beside):
            self._beside.append(self._entity(key, schema, said, caption=caption))
        return key

    def _add_names(self) -> None:
        told: set[str] = set()
        for name in sorted(self._x.names, key=lambda n: n.quality == "weak" and n.role != "primary"):
            if name.text in told:
                continue
            told.add(name.text)
            role = "name" if name.role == "primary" else "previousName" if name.role == "former" else "alias"
            self._put("weakAlias" if name.quality == "weak" and role != "name" else role, name.text)

    def _add_dates(self, field: str, dates: tuple[DateValue, ...]) -> dict[str, list[str]]:
        """Dates as properties where the schema has one; all of them beside it where one has no form there."""
        births = "birthDate" if self.schema == "Person" else "buildDate" if self._x.kind in ("vessel", "aircraft") else None
        name = births if field == "births" else "deathDate" if self.schema == "Person" else None
        for date in dates:
            for end in (date.span.first, date.span.last) if name else ():
                self._put(name or "", str(end))
        is_plain = name is not None and not any(d.span.is_range or d.span.circa for d in dates)
        return {} if not dates or is_plain else {field: [str(d.span) for d in dates]}

    def _add_places(self) -> None:
        for place in self._x.birth_places:
            self._put("birthPlace" if self.schema == "Person" else "notes", str(place))
        for place in self._x.addresses:
            self._put("addressEntity", self._add_address(place))
            self._put("address", str(place))

    def _add_address(self, place: Place) -> str:
        return self._add_beside("Address", "address", {
            "full": str(place), "street": place.street, "city": place.city, "region": place.region,
            "postalCode": place.postcode, "country": place.country, "remarks": place.note,
        }, caption=str(place))

    def _add_countries(self) -> None:
        table = COUNTRY_PROPERTY[self.schema]
        for country in self._x.countries:
            if country.code is None:
                self._put("notes", f"{country.role}: {country.text}")
            else:
                self._put(table.get(country.role, "country"), country.code)

    def _add_identifier(self, identifier: Identifier) -> None:
        if identifier.kind in REFERENCES:
            if identifier.kind != "un_ref":
                self._put("notes", f"{identifier.kind}: {identifier.number}")
            return
        if identifier.kind == "wallet":
            said = {"publicKey": identifier.number, "currency": identifier.label, "holder": self.id}
            self._add_beside("CryptoWallet", "wallet", said, caption=identifier.number)
            return
        name = PROPERTY_OF[self.schema].get(identifier.kind)
        if name:
            self._put(name, identifier.number)
        if not name or identifier.label or identifier.country or identifier.issued or identifier.expires:
            schema = "Passport" if identifier.kind == "passport" else "Identification"
            plain = None if schema == "Passport" else identifier.kind
            self._add_beside(schema, "document", {
                "number": identifier.number, "type": identifier.label or plain, "country": identifier.country,
                "startDate": str(identifier.issued) if identifier.issued else None,
                "endDate": str(identifier.expires) if identifier.expires else None, "holder": self.id,
            }, caption=identifier.number)

    def _add_facts(self) -> None:
        for fact in self._x.facts:
            name = _FACTS.get(fact.key)
            if name in _FACTS_OF[self.schema]:
                self._put(str(name), fact.text)
            else:
                self._put("notes", f"{fact.key}: {fact.text}")

    def _add_sanctions(self) -> None:
        x = self._x
        unsc = next((i.number for i in x.identifiers if i.kind == "un_ref"), x.ref if x.authority == "UN" else None)
        said = {
            "entity": self.id, "authority": x.authority, "authorityId": x.ref, "unscId": unsc,
            "listingDate": str(x.listed_on) if x.listed_on else None,
        }
        for measure in x.measures:
            since = str(measure.since) if measure.since else None
            each = {"program": measure.programme, "reason": measure.ground, "startDate": since}
            self._add_beside("Sanction", "sanction", said | each, caption=measure.programme)
        if not x.measures:
            self._add_beside("Sanction", "sanction", said, caption=x.authority)

    def _add_relation(self, relation: Relation) -> None:
        target = self._ids.get((self._x.list_key, self._x.authority, relation.ref or ""))
        if target is None or target == self.id:
            self._put("notes", f"{relation.kind}: {relation.target}")
        else:
            said = {"subject": self.id, "object": target, "role": relation.kind}
            self._add_beside("UnknownLink", "link", said, caption=relation.kind)
