"""One OFAC record on its way to a listing: values are added as either reader meets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Identifier,
    Kind,
    Listing,
    Measure,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.model.listing import PartKind
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.ofac_dates import parse_date, parse_span
from tocsin.sources.ofac_tables import IDENTIFIERS, WALLET, find_ground, find_statement

KINDS: dict[str, Kind] = {"individual": "person", "entity": "organization", "vessel": "vessel", "aircraft": "aircraft"}
PART_KINDS: dict[str, PartKind] = {
    "First Name": "given", "Last Name": "family", "Middle Name": "middle", "Patronymic": "patronymic",
}
Role = Literal["primary", "alias", "former", "original_script"]
ROLES: dict[str, Role] = {"a.k.a.": "alias", "n.k.a.": "alias", "f.k.a.": "former"}
DATED = frozenset({"listing_date", "effective_date"})
SDN_LIST = "SDN List"  # OFAC's name of its main list; every other name is one of the non-SDN lists


class Gathered(msgspec.Struct, kw_only=True):
    """What was noticed over all records of one file: types that no table knows, dates that are none, dates of which
    the text says other days than the parts."""

    unknown: Counter[str] = msgspec.field(default_factory=Counter)
    bad_dates: int = 0
    unequal_dates: int = 0


class OfacRecord:
    """Collects the values of one record. `gathered` is shared by all records of a file."""

    def __init__(self, ref: str, kind: Kind, gathered: Gathered) -> None:
        self.ref, self.kind, self.gathered = ref, kind, gathered
        self.names: list[Name] = []
        self.births: list[DateValue] = []
        self.birth_places: list[Place] = []
        self.addresses: list[Place] = []
        self.countries: list[CountryValue] = []
        self.identifiers: list[Identifier] = []
        self.measures: list[Measure] = []
        self.facts: list[Fact] = []
        self.relations: list[Relation] = []
        self.gender: Literal["male", "female"] | None = None
        self.listed_on: PartialDate | None = None
        self.lists: list[tuple[str, PartialDate | None]] = []

    def add_name(
        self, family: str, given: str = "", *, role: Role, weak: bool = False, field: str, note: str | None = None,
        published: str | None = None, parts: Sequence[tuple[str, str]] = (),
    ) -> None:
        """A name in OFAC's two parts; written "Given FAMILY", with the `published` form in its origin ("FAMILY, Given").

        `parts` are the finer ones of some files, each with OFAC's word for it; there they stand in small letters, so that
        a lone one is kept too where it is written otherwise than the name.
        """
        family, given = " ".join(family.split()), " ".join(given.split())
        text = f"{given} {family}".strip()
        if not text:
            return
        made = tuple(NamePart(kind=PART_KINDS.get(kind, "other"), text=part) for kind, part in parts)
        if not made and given:
            made = (NamePart(kind="given", text=given), NamePart(kind="family", text=family))
        if len(made) == 1 and made[0].text == text:
            made = ()
        self.names.append(Name(
            text=text, role=role, quality="weak" if weak else "strong", script=script_of(text), parts=made, note=note,
            origin=Origin(field=field, text=published or (f"{family}, {given}" if given else None)),
        ))

    def add_birth(self, text: str, field: str, *, span: DateSpan | None = None, note: str | None = None) -> None:
        """A date of birth, from its text or else from its parts (`span`); what is no date is kept as text and counted."""
        try:
            read = parse_span(text)
        except ValueError:
            if span is None:
                self.gathered.bad_dates += 1
                self.add_fact("birth_text", text, field)
                return
            read = span
        if span and (read.first.earliest, read.last.latest) != (span.first.earliest, span.last.latest):
            self.gathered.unequal_dates += 1
        published = text or f"{read.first.earliest}/{read.last.latest}"
        self.births.append(DateValue(span=read, note=note, origin=Origin(field=field, text=published)))

    def add_country(self, role: Literal["nationality", "citizenship", "flag"], text: str, field: str) -> None:
        self.countries.append(CountryValue(role=role, text=text, code=find_country(text), origin=Origin(field=field)))

    def add_birth_place(self, text: str, field: str, *, note: str | None = None) -> None:
        """A place of birth, the country being what stands after the last comma, where it is one."""
        before, _, last = text.rpartition(",")
        country = find_country(last)
        self.birth_places.append(Place(
            origin=Origin(field=field, text=text), city=(before.strip() or None) if country else text, country=country,
            country_text=last.strip() if country else None, note=note,
        ))

    def add_programme(self, code: str, field: str, *, since: PartialDate | None = None) -> None:
        self.measures.append(Measure(programme=code, ground=find_ground(code), since=since, origin=Origin(field=field)))

    def add_fact(self, key: str, text: str, field: str) -> None:
        if text.strip():
            self.facts.append(Fact(key=key, text=text.strip(), origin=Origin(field=field)))

    def add_relation(self, kind: str, target: str, field: str, *, ref: str | None = None) -> None:
        self.relations.append(Relation(kind=kind, target=target.strip(), ref=ref, origin=Origin(field=field)))

    def add_list(self, name: str, date: PartialDate | None, field: str) -> None:
        """One of OFAC's lists on which the record stands, and since when."""
        if (name, date) not in self.lists:
            self.lists.append((name, date))
            self.add_fact("sanctions_list", f"{name} ({date})" if date else name, field)

    def add_id(
        self, label: str, number: str, field: str, *, country: str = "", issued: str = "", expires: str = "",
        note: str | None = None,
    ) -> None:
        """An entry of idList: an identifier, or one of the statements that OFAC keeps there too."""
        if label == "Gender":
            self._set_gender(number, field)
            return
        statement = find_statement(label)
        if statement is not None:
            self._add_statement(statement, label, number, field)
            return
        kind = "wallet" if label.startswith(WALLET) else IDENTIFIERS.get(label)
        if kind is None:
            self.gathered.unknown[label] += 1
        self.identifiers.append(Identifier(
            kind=kind or "other_id", number=_clean_number(kind, number), label=label,
            country=find_country(country) if country else None, note=note,
            issued=self._read_date(issued, field), expires=self._read_date(expires, field),
            origin=Origin(field=field, text=f"{number} ({country})" if country else None),
        ))

    def _add_statement(self, key: str, label: str, text: str, field: str) -> None:
        self.add_fact(key, f"{label} {text}" if key in DATED or key.startswith("eo1") else text, field)
        if key == "listing_date":
            date = self._read_date(text, field)
            if date and (self.listed_on is None or date.earliest < self.listed_on.earliest):
                self.listed_on = date
        elif key in ("former_flag", "other_flag"):
            role: Literal["flag", "former_flag"] = "former_flag" if key == "former_flag" else "flag"
            self.countries.append(
                CountryValue(role=role, text=text, code=find_country(text), origin=Origin(field=field))
            )

    def _set_gender(self, text: str, field: str) -> None:
        word = text.strip().lower()
        if word == "male":
            self.gender = "male"
        elif word == "female":
            self.gender = "female"
        else:
            self.add_fact("gender", text, field)

    def _read_date(self, text: str, field: str) -> PartialDate | None:
        if not text.strip():
            return None
        try:
            return parse_date(text)
        except ValueError:
            self.gathered.bad_dates += 1
            self.add_fact("date_text", text, field)
            return None

    def set_listed_on(self, *, sdn: bool) -> None:
        """Take the date of listing from the lists on which the record stands: the SDN list's, or the earliest other one."""
        own = [date for name, date in self.lists if date and (name == SDN_LIST) == sdn]
        dates = own or [date for _, date in self.lists if date]
        if dates:
            self.listed_on = min(dates, key=lambda d: d.earliest)

    def build(self, list_key: str) -> Listing:
        """The listing; names in the order met, the primary first."""
        names = sorted(self.names, key=lambda n: n.role != "primary")
        return Listing(
            list_key=list_key, authority="US", ref=self.ref, kind=self.kind, names=tuple(names), births=tuple(self.births),
            birth_places=tuple(self.birth_places), addresses=tuple(self.addresses), countries=tuple(self.countries),
            gender=self.gender, identifiers=tuple(self.identifiers), measures=tuple(self.measures),
            facts=tuple(self.facts), relations=tuple(self.relations), listed_on=self.listed_on,
        )


def _clean_number(kind: str | None, number: str) -> str:
    number = " ".join(number.split())
    return number.removeprefix("IMO").strip() if kind == "imo" else number
