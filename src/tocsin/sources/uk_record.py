"""One UK record, gathered from its XML element or its CSV rows, made a listing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from tocsin.model import (
    CountryValue,
    DateValue,
    Fact,
    Listing,
    Measure,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.model.listing import CountryRole, NameRole, PartKind, Quality
from tocsin.names.scripts import script_of
from tocsin.sources.uk_identifiers import make_identifiers
from tocsin.sources.uk_tables import (
    FREE_TEXTS,
    GROUPS,
    INDICATORS,
    KINDS,
    NOT_GIVEN,
    REGIMES,
    SINGLE,
    SOURCES_OF_DESIGNATION,
)
from tocsin.sources.uk_values import clean, find_code, parse_date, parse_span

Form = Literal["xml", "csv"]
GENDERS: dict[str, Literal["male", "female"]] = {"male": "male", "female": "female"}
FACTS = ("title", "position", "entity_type", "vessel_type", "tonnage", "length", "comment", "reasons")
RELATIONS = {
    "parent": "Parent company", "subsidiary": "Subsidiary", "owner": "Current owner/operator",
    "former_owner": "Previous owner/operator",
}
COUNTRY_ROLES: dict[str, CountryRole] = {"nationality": "nationality", "flag": "flag", "former_flag": "former_flag"}
PART_KINDS: tuple[PartKind, ...] = ("given", "other", "other", "other", "other", "family")
_SHIP_NAME = re.compile(r'IMO ?\d{7}\s*\("?(.+?)"?\)')  # 'IMO 9000001 ("EXAMPLE")'
_REGION = re.compile(
    r"^(?:the )?(?:autonomous )?republic of |^oblast |"
    r"\b(?:province|oblast|region|governorate|krai|district|prefecture|autonomous okrug|republic)$", re.IGNORECASE,
)


class Tally(msgspec.Struct):
    """What was noticed over all records of a file: oddities that were handled, and words that no table knows."""

    notes: Counter[str] = msgspec.field(default_factory=Counter)
    unknown: Counter[str] = msgspec.field(default_factory=Counter)
    kinds: Counter[str] = msgspec.field(default_factory=Counter)


class UkRecord:
    """The values of one Unique ID, by group and in the order first met; what comes twice is kept once."""

    def __init__(self, form: Form, tally: Tally) -> None:
        self.form, self.tally = form, tally
        self._values: dict[str, dict[tuple[str, ...], None]] = {}
        self.imposed: dict[str, None] = {}  # elements of SanctionsImposedIndicators that are true

    def add(self, key: str, values: tuple[str, ...]) -> None:
        """Values of one group, cleaned by `clean`; "N/A" and the like count as nothing."""
        if key not in FREE_TEXTS:
            given = tuple("" if v.casefold() in NOT_GIVEN else v for v in values)
            if given != values:
                self.tally.notes["values left out that only say that nothing is known (N/A, Unknown)"] += 1
            values = given
        if any(values):
            self._values.setdefault(key, {})[values] = None

    def get(self, key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(self._values.get(key, ()))

    def texts(self, key: str) -> tuple[str, ...]:
        """The values of a group of one member."""
        return tuple(values[0] for values in self._values.get(key, ()))

    def find_first(self, key: str) -> str | None:
        return next(iter(self.texts(key)), None)

    def origin(self, key: str, values: tuple[str, ...] | None = None, *, text: str | None = None) -> Origin:
        """Where values stand: the path of the element, or the columns, that are not empty."""
        item, tags, columns = GROUPS[key]
        labels = tags if self.form == "xml" else columns
        field = "+".join(label for label, value in zip(labels, values or labels, strict=True) if value)
        if self.form == "xml":
            field = f"{item}/{field}" if field else item
        return Origin(field=field, text=text)

    def build(self, list_key: str) -> Listing:
        kind_text = self.find_first("kind") or ""
        kind = KINDS.get(kind_text.lower(), "unknown")
        if kind == "unknown":
            self.tally.unknown[f"{self.origin('kind').field} (unknown word)"] += 1
        self.tally.kinds[kind_text.capitalize() if kind != "unknown" else "Other"] += 1
        since = self._date("designated")
        updated = self._date("updated")
        names = self._names(is_person=kind == "person")
        self.tally.notes["records without a name"] += not names
        births, birth_facts = self._births("birth" if kind != "vessel" else "built")
        identifiers, id_facts = make_identifiers(self)
        gender, gender_facts = self._gender()
        return Listing(
            list_key=list_key, authority="UK", ref=self.find_first("unique_id") or "", kind=kind, names=names,
            births=births, birth_places=tuple(self._birth_places()), addresses=tuple(self._addresses()),
            countries=tuple(self._countries()), gender=gender, identifiers=identifiers,
            measures=tuple(self._measures(since)),
            facts=(*self._facts(), *gender_facts, *birth_facts, *id_facts), relations=tuple(self._relations()),
            listed_on=since, updated_on=(updated,) if updated else (),
        )

    def _date(self, key: str) -> PartialDate | None:
        text = self.find_first(key)
        date = parse_date(text) if text else None
        self.tally.notes[f"dates in {self.origin(key).field} that could not be read"] += bool(text) and date is None
        return date

    def _names(self, *, is_person: bool) -> tuple[Name, ...]:
        """The primary name first; a second one of that type is an alias, as are variations, whose note says so."""
        found = sorted(self._latin_names(is_person=is_person), key=lambda n: n.role != "primary")
        extra = [n for n in found[1:] if n.role == "primary"]
        self.tally.notes["further primary names of one record, kept as aliases"] += len(extra)
        named = (
            n if n is found[0] or n.role != "primary" else msgspec.structs.replace(n, role="alias", note="Primary name")
            for n in found
        )
        return (*named, *self._original_names())

    def _latin_names(self, *, is_person: bool) -> Iterator[Name]:
        for values in self.get("name"):
            *parts, type_text, strength = values
            whole = " ".join(part for part in parts if part)
            if not whole:
                self.tally.notes["names without a word, left out"] += 1
                continue
            role, note = self._role(type_text)
            ship = _SHIP_NAME.fullmatch(whole)
            text = ship[1].strip() if ship else whole
            labelled = tuple(NamePart(kind=k, text=t) for k, t in zip(PART_KINDS, parts, strict=True) if t)
            yield Name(
                text=text, role=role, quality=self._quality(strength), script=script_of(text), note=note,
                parts=labelled if is_person and len(labelled) > 1 else (),
                origin=self.origin("name", (*parts, "", ""), text=None if text == whole else whole),
            )

    def _role(self, type_text: str) -> tuple[NameRole, str | None]:
        word = type_text.casefold()
        if word == "primary name":
            return "primary", None
        if word == "primary name variation":
            return "alias", "Primary name variation"
        if word != "alias":
            self.tally.unknown[f"{self.origin('name', ('',) * 6 + ('x', '')).field} (unknown word)"] += 1
        return "alias", None

    def _quality(self, strength: str) -> Quality:
        word = strength.casefold()
        if word and not word.startswith(("good quality", "low quality")):
            self.tally.unknown[f"{self.origin('name', ('',) * 7 + ('x',)).field} (unknown word)"] += 1
        return "weak" if word.startswith("low quality") else "strong"

    def _original_names(self) -> Iterator[Name]:
        """Names of the element for other scripts. The publisher files accented Latin names there too: aliases."""
        for values in self.get("original"):
            text, script_type, language = values
            if not text:
                self.tally.notes["original-script names without a name, left out"] += 1
                continue
            script = script_of(text)
            yield Name(
                text=text, role="alias" if script == "Latn" else "original_script", quality="strong", script=script,
                note=", ".join(part for part in (language, script_type) if part) or None,
                origin=self.origin("original", (text, "", "")),
            )

    def _births(self, key: str) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
        """Dates of birth, of building for a ship; as facts those that are no dates, and a ship's on what is none."""
        births: list[DateValue] = []
        facts: list[Fact] = []
        for text in self.texts(key):
            span = parse_span(text)
            if span is None:
                self.tally.notes["dates of birth or building that are no dates, kept as text"] += 1
                facts.append(Fact(key="birth_text" if key == "birth" else "built", text=text, origin=self.origin(key)))
            else:
                births.append(DateValue(span=span, origin=self.origin(key, text=None if text == str(span) else text)))
        other = "built" if key == "birth" else "birth"
        facts += [Fact(key=f"{other}_text", text=text, origin=self.origin(other)) for text in self.texts(other)]
        return tuple(births), tuple(facts)

    def _birth_places(self) -> Iterator[Place]:
        for values in self.get("birth_place"):
            town, country = values
            yield Place(
                origin=self.origin("birth_place", values), city=town or None,
                country=find_code(country) if country else None, country_text=country or None,
            )

    def _addresses(self) -> Iterator[Place]:
        """Lines 1 to 5 are the street; line 6 is the city, or where it names a province the region, and 5 the city."""
        for values in self.get("address"):
            *lines, postcode, country = values
            *street, fifth, sixth = lines
            city, region = sixth, ""
            if _REGION.search(sixth):
                city, region = ("" if _REGION.search(fifth) else fifth), sixth
            if city != fifth or not fifth:
                street.append(fifth)
            yield Place(
                origin=self.origin("address", values), street=", ".join(part for part in street if part) or None,
                city=city or None, region=region or None, postcode=postcode or None,
                country=find_code(country) if country else None, country_text=country or None,
            )

    def _countries(self) -> Iterator[CountryValue]:
        for key, role in COUNTRY_ROLES.items():
            for whole in self.texts(key):
                pieces = [p for p in (clean(p) for p in re.split(r"[;,/]", whole)) if p]
                is_list = find_code(whole) is None and len(pieces) > 1 and all(find_code(p) for p in pieces)
                for text in pieces if is_list else [whole]:
                    origin = self.origin(key, text=None if text == whole else whole)
                    yield CountryValue(role=role, text=text, code=find_code(text), origin=origin)

    def _gender(self) -> tuple[Literal["male", "female"] | None, tuple[Fact, ...]]:
        """The gender where the record gives one; as facts two that contradict, and other words."""
        texts = self.texts("gender")
        known = {GENDERS[t.lower()] for t in texts if t.lower() in GENDERS}
        self.tally.unknown[f"{self.origin('gender').field} (unknown word)"] += sum(t.lower() not in GENDERS for t in texts)
        if len(known) == 1 and len(texts) == 1:
            return known.pop(), ()
        return None, tuple(Fact(key="gender", text=t, origin=self.origin("gender")) for t in texts)

    def _measures(self, since: PartialDate | None) -> Iterator[Measure]:
        for title in self.texts("regime"):
            programme = REGIMES.get(re.sub(r"^the ", "", title.replace("’", "'"), flags=re.IGNORECASE))
            if programme is None:
                self.tally.unknown[f"{self.origin('regime').field} (unknown regime)"] += 1
            yield Measure(programme=programme or title, ground=title, since=since, origin=self.origin("regime", text=title))
        self.tally.notes["records without a regime"] += not self.texts("regime")

    def _facts(self) -> Iterator[Fact]:
        for key in FACTS:
            for text in self.texts(key):
                yield Fact(key=key, text=text, origin=self.origin(key))
        for whole in self.texts("source"):
            for word in (clean(w) for w in whole.split("|")):
                if word not in SOURCES_OF_DESIGNATION:
                    self.tally.unknown[f"{self.origin('source').field} (unknown word)"] += 1
                origin = self.origin("source", text=None if word == whole else whole)
                yield Fact(key="designation_source", text=word, origin=origin)
        yield from self._imposed()
        for key in SINGLE:
            for text in self.texts(key)[1:]:
                self.tally.notes[f"records that give {self.origin(key).field} in two ways; the second is a fact"] += 1
                yield Fact(key=f"other_{key}", text=text, origin=self.origin(key))

    def _imposed(self) -> Iterator[Fact]:
        """The measures of SanctionsImposed, and those that only the indicators name: the two say the same else."""
        named: set[str] = set()
        for whole in self.texts("measures"):
            for text in filter(None, (clean(t) for t in whole.split("|"))):
                named.add(_fold(text))
                origin = self.origin("measures", text=None if text == whole else whole)
                yield Fact(key="sanctions_imposed", text=text, origin=origin)
        for tag in self.imposed:
            if _fold(tag) not in named:
                self.tally.notes[f"measures that only {INDICATORS} names"] += 1
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).capitalize()
                yield Fact(key="sanctions_imposed", text=words, origin=Origin(field=f"{INDICATORS}/{tag}", text="true"))

    def _relations(self) -> Iterator[Relation]:
        for key, kind in RELATIONS.items():
            for whole in self.texts(key):
                for target in filter(None, (clean(t) for t in whole.split(";"))):
                    origin = self.origin(key, text=None if target == whole else whole)
                    yield Relation(kind=kind, target=target, origin=origin)


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())
