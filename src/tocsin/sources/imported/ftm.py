"""FollowTheMoney data as listings: one for each person, organisation, vessel or aircraft, with what is linked to it.

Sanctions, addresses, documents, wallets and ties are entities of their own in that vocabulary; they become values of the
listing they belong to. A schema or property that is not known is reported.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tocsin.model import (
    CountryValue,
    DateValue,
    Fact,
    Identifier,
    Listing,
    Measure,
    Name,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.model.listing import CountryRole, NameRole, Quality
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.imported import ftm_words as words
from tocsin.sources.imported.dates import parse_date, parse_span
from tocsin.sources.imported.description import IDENTIFIER_KINDS, Description
from tocsin.sources.imported.ftm_read import FtmEntity, FtmValue, read_entities, read_statements
from tocsin.sources.imported.making import GENDERS, make_place
from tocsin.sources.imported.records import refuse
from tocsin.sources.imported.scopes import tidy

_SPACES = re.compile(r"\s")


def parse_ftm(file: RawFile, described: Description, *, is_statements: bool) -> Parsed:
    """The listings of a FollowTheMoney file. `ListRefused` when it is none, or has no thing that can be listed."""
    external = 0
    if is_statements:
        entities, external = read_statements(file)
    else:
        entities = read_entities(file)
    reading = _Reading(entities, described)
    listings = tuple(reading.make_listing(e) for e in entities.values() if e.schema in words.KIND_OF)
    if not listings:
        raise refuse(file, "it has no person, organisation, vessel or aircraft", reason="empty")
    named = tuple(x for x in listings if x.names)
    if len(named) < len(listings):
        reading.odd["entities without a name"] += len(listings) - len(named)
    notes = (f"External statements, which are only proposals, were left aside: {external:,}.",) if external else ()
    return Parsed(
        listings=named, published_at=None, records=dict(Counter(e.schema for e in entities.values())),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(reading.odd.items())), notes=notes,
    )


class _Reading:
    """Making listings of entities that know each other by id."""

    def __init__(self, entities: dict[str, FtmEntity], described: Description) -> None:
        self._entities, self._about = entities, described.list
        self.odd: Counter[str] = Counter()
        self._linked: dict[str, list[FtmEntity]] = defaultdict(list)
        for entity in entities.values():
            self._link(entity)

    def _link(self, entity: FtmEntity) -> None:
        """Put an entity under the thing that it belongs to."""
        edge = words.EDGES.get(entity.schema)
        if edge is not None:
            owners = entity.get(edge[0])
        elif entity.schema == "Sanction":
            owners = entity.get("entity")
        elif entity.schema in words.DOCUMENTS or entity.schema == "CryptoWallet":
            owners = entity.get("holder")
        elif entity.schema == "Address" or entity.schema in words.KIND_OF or entity.schema in words.PASSED_SCHEMATA:
            return
        else:
            self.odd[f"{entity.schema} (a schema that is not read)"] += 1
            return
        for owner in owners:
            self._linked[owner.text].append(entity)
        if not any(owner.text in self._entities for owner in owners):
            self.odd[f"{entity.schema} of nobody in the file"] += 1

    def make_listing(self, entity: FtmEntity) -> Listing:
        linked = self._linked.get(entity.id, [])
        self._count_unknown(entity, (*words.NAMES, *words.COUNTRIES, *words.IDENTIFIERS, *words.FACTS, *words.DATES))
        measures, listed_on, references = _make_sanctions(linked)
        facts = [Fact(key=key, text=tidy(v.text), origin=_origin(name, v))
                 for name, key in words.FACTS.items() for v in entity.get(name)]
        genders = [GENDERS.get(v.text.casefold()) for v in entity.get("gender")]
        return Listing(
            list_key=self._about.key, authority=self._about.authority, ref=_SPACES.sub("_", entity.id),
            kind=words.KIND_OF[entity.schema], names=self._names(entity),
            births=self._dates(entity, "births", facts), deaths=self._dates(entity, "deaths", facts),
            birth_places=tuple(
                make_place(tidy(v.text), _origin("birthPlace", v), is_birth=True) for v in entity.get("birthPlace")
            ),
            addresses=tuple(self._addresses(entity)), countries=tuple(self._countries(entity)),
            gender=genders[0] if len(genders) == 1 else None,
            identifiers=(*self._identifiers(entity, linked), *references), measures=measures, facts=tuple(facts),
            relations=tuple(self._relations(entity, linked)), listed_on=listed_on,
        )

    def _names(self, entity: FtmEntity) -> tuple[Name, ...]:
        """The primary name is the entity's caption where that is one of its names, else its first name."""
        found: dict[str, Name] = {}
        for property_name, (role, quality) in words.NAMES.items():
            for value in entity.get(property_name):
                text = tidy(value.text)
                if any(c.isalnum() for c in text):
                    found.setdefault(text, _name(text, role, quality, _origin(property_name, value)))
        if not found and any(c.isalnum() for c in entity.caption):
            found[entity.caption] = _name(tidy(entity.caption), "alias", "strong", Origin(field="caption"))
        names = [*found.values()]
        of_name = [n for n in names if n.origin.field == "name"] or names
        first = next((n for n in of_name if n.text == tidy(entity.caption)), of_name[0] if of_name else None)
        if first is None:
            return ()
        head = Name(text=first.text, role="primary", quality=first.quality, script=first.script, origin=first.origin)
        return (head, *(_in_script(n, head.script) for n in names if n is not first))

    def _dates(self, entity: FtmEntity, field: str, facts: list[Fact]) -> tuple[DateValue, ...]:
        exact = entity.extra.get(field)
        if isinstance(exact, list):  # an export of ours, of dates for which the vocabulary has no form
            spans = [(text, parse_span(text)) for text in exact if isinstance(text, str)]
            if all(span for _, span in spans):
                return tuple(DateValue(span=s, origin=Origin(field=f"tocsin.{field}")) for _, s in spans if s)
        found = []
        for name, target in words.DATES.items():
            for value in entity.get(name) if target == field else ():
                span = parse_span(value.text)
                if span is None:
                    self.odd[f"{entity.schema}.{name}: no date"] += 1
                    facts.append(Fact(key=name, text=value.text, origin=_origin(name, value)))
                else:
                    found.append(DateValue(span=span, origin=_origin(name, value, str(span))))
        return tuple(found)

    def _countries(self, entity: FtmEntity) -> Iterator[CountryValue]:
        for name, role in words.COUNTRIES.items():
            for value in entity.get(name):
                made: CountryRole = role  # type: ignore[assignment]  # the table's words are roles
                yield CountryValue(role=made, text=value.text, code=find_country(value.text), origin=_origin(name, value))

    def _addresses(self, entity: FtmEntity) -> Iterator[Place]:
        told = set()
        for link in entity.get("addressEntity"):
            address = self._entities.get(link.text)
            if address is None:
                self.odd[f"{entity.schema}.addressEntity of nobody in the file"] += 1
                continue
            place = _place(address)
            told.update({address.first("full") or "", str(place)})
            yield place
        for value in entity.get("address"):
            if value.text not in told:
                yield make_place(tidy(value.text), _origin("address", value), is_birth=False)

    def _identifiers(self, entity: FtmEntity, linked: list[FtmEntity]) -> tuple[Identifier, ...]:
        """Numbers of the entity itself, with what documents of the same number add, and those documents' own."""
        found: dict[str, Identifier] = {}
        for name, kind in words.IDENTIFIERS.items():
            for value in entity.get(name):
                label = name if name in words.LABELLED else None
                made = Identifier(kind=kind, number=tidy(value.text), label=label, origin=_origin(name, value))
                found.setdefault(made.number, made)
        for other in linked:
            for made in self._documents(other):
                known = found.get(made.number)
                if known is None:
                    found[made.number] = made
                else:
                    found[made.number] = Identifier(
                        kind=known.kind, number=known.number, origin=known.origin, label=made.label or known.label,
                        country=made.country, issued=made.issued, expires=made.expires,
                    )
        return tuple(found.values())

    def _documents(self, other: FtmEntity) -> Iterator[Identifier]:
        if other.schema == "CryptoWallet":
            for value in (*other.get("publicKey"), *other.get("cryptoAddress")):
                origin = Origin(field="CryptoWallet.publicKey")
                yield Identifier(kind="wallet", number=value.text, label=other.first("currency"), origin=origin)
        if other.schema not in words.DOCUMENTS:
            return
        for value in (*other.get("number"), *other.get("passportNumber")):
            said = other.first("type")
            kind = said if said in IDENTIFIER_KINDS else words.DOCUMENTS[other.schema]
            country = other.first("country")
            yield Identifier(
                kind=kind, number=tidy(value.text), label=None if said == kind else said,
                country=find_country(country) if country else None, issued=parse_date(other.first("startDate") or ""),
                expires=parse_date(other.first("endDate") or ""), origin=_origin(f"{other.schema}.number", value),
            )

    def _relations(self, entity: FtmEntity, linked: list[FtmEntity]) -> Iterator[Relation]:
        for other in linked:
            edge = words.EDGES.get(other.schema)
            if edge is None:
                continue
            role = next((r for name in words.ROLES if (r := other.first(name))), edge[2])
            for value in other.get(edge[1]):
                target = self._entities.get(value.text)
                caption = (target.caption or target.first("name") or value.text) if target else value.text
                origin = Origin(field=f"{other.schema}.{edge[1]}")
                yield Relation(kind=role, target=caption, ref=_SPACES.sub("_", value.text), origin=origin)
        for name in ("parent", "owner", "operator"):
            for value in entity.get(name):
                target = self._entities.get(value.text)
                caption = (target.caption or target.first("name") or value.text) if target else value.text
                yield Relation(kind=name, target=caption, ref=_SPACES.sub("_", value.text), origin=_origin(name, value))

    def _count_unknown(self, entity: FtmEntity, known: tuple[str, ...]) -> None:
        plain = {*known, "gender", "birthPlace", "address", *words.LINKS, *words.PASSED_OVER}
        for name in entity.properties.keys() - plain:
            self.odd[f"{entity.schema}.{name}"] += len(entity.properties[name])


def _name(text: str, role: str, quality: str, origin: Origin) -> Name:
    made_role: NameRole = "former" if role == "former" else "alias"
    made_quality: Quality = "weak" if quality == "weak" else "strong"
    return Name(text=text, role=made_role, quality=made_quality, script=script_of(text), origin=origin)


def _in_script(name: Name, primary: str) -> Name:
    """An alias in letters other than the primary name's is the name in its original script, unless it is a weak one."""
    if primary != "Latn" or name.script in ("Latn", "Zyyy") or name.role != "alias" or name.quality == "weak":
        return name
    return Name(text=name.text, role="original_script", quality=name.quality, script=name.script, origin=name.origin)


def _origin(field: str, value: FtmValue, made: str | None = None) -> Origin:
    text = value.original or (value.text if (made or tidy(value.text)) != value.text else None)
    return Origin(field=field, text=text)


def _place(address: FtmEntity) -> Place:
    country = address.first("country")
    parts = {"street": "street", "city": "city", "region": "region", "postcode": "postalCode"}
    made = {name: address.first(prop) for name, prop in parts.items()}
    full = address.first("full")
    if full and not any(made.values()):
        place = make_place(tidy(full), Origin(field="Address.full"), is_birth=False)
        code = place.country or (find_country(country) if country else None)
        return Place(origin=place.origin, street=place.street, country=code, country_text=place.country_text)
    return Place(
        origin=Origin(field="Address.full", text=full), street=made["street"], city=made["city"], region=made["region"],
        postcode=made["postcode"], country=find_country(country) if country else None,
        note=address.first("remarks"),
    )


def _make_sanctions(
    linked: list[FtmEntity],
) -> tuple[tuple[Measure, ...], PartialDate | None, tuple[Identifier, ...]]:
    """Programmes, the day of listing, and references on the UN's list, out of a thing's sanctions."""
    measures, days, references = [], [], []
    for other in linked:
        if other.schema != "Sanction":
            continue
        days += [d for v in other.get("listingDate") if (d := parse_date(v.text))]
        origin = Origin(field="Sanction.program")
        programme = other.first("program") or other.first("programId") or other.first("authority")
        if programme:
            since = parse_date(other.first("startDate") or "")
            ground = other.first("reason") or other.first("provisions")
            measures.append(Measure(programme=tidy(programme), ground=ground, since=since, origin=origin))
        references += [
            Identifier(kind="un_ref", number=v.text, origin=_origin("Sanction.unscId", v)) for v in other.get("unscId")
        ]
    return tuple(measures), min(days, key=lambda d: d.earliest, default=None), tuple(dict.fromkeys(references))
