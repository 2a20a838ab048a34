"""The fields of a record of the French register: each has a type (TypeChamp), values (Valeur), and a rule."""

from __future__ import annotations

import re
from collections.abc import Callable
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
)
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.base import refused
from tocsin.sources.json_rows import Row, Seen

TITLE = "France register of freezes"
KINDS: dict[str, Kind] = {"Personne physique": "person", "Personne morale": "organization", "Navire": "vessel"}
GENDERS: dict[str, Literal["male", "female"]] = {"masculin": "male", "féminin": "female", "feminin": "female"}
_CIRCA = re.compile(r"\b(vers|environ|circa|approximati\w*)\b", re.I)
_UN_REF = re.compile(r"\b([A-Z]{2,3}[ie])\s*\.\s*(\d{3})\b")
_EU_REF = re.compile(r"\b(?:EU|UE)\s*\.\s*(\d{1,6})\s*\.\s*(\d{1,3})\b", re.I)
# What brackets in the label of a legal ground call the regime: "(UE Ukraine intégrité territoriale - ...)".
_REGIME = re.compile(r"\(((?:UE|ONU|national)\b[^)]{2,120}?)(?:\s+-\s[^)]*)?\)", re.I)
# Words of an identification's label, or at its beginning -> kind; where none is met the text is a fact.
ID_KINDS = (
    (r"\b(?:omi|imo)\b", "imo"), (r"\b(?:swift|bic)\b", "bic"), (r"\bmmsi\b", "mmsi"),
    (r"\bfiscal\w*|\binn\b|\btva\b|\bimpôts?\b", "tax_id"),
    (r"\b(?:numéros?|n°) d['’](?:enregistrement|immatriculation)|\bogrn\b|\bpsrn\b|\bkpp\b", "registration"),
)
_NUMBER = re.compile(r"(?=.*\d)[\w./-]{4,40}")


class Record:
    """One record on its way to a listing: each value is added by the rule of its field's type."""

    def __init__(self, row: Row, number: int, seen: Seen) -> None:
        self.seen = seen
        ref, name = row.find_text("IdRegistre"), row.find_text("Nom")
        if ref is None or name is None:
            raise refused(TITLE, "malformed", f"record {number}: expected an IdRegistre and a Nom")
        self.ref, self.family = ref, name
        kind = KINDS.get(row.find_text("Nature") or "")
        if kind is None:
            seen.unread["Nature (unknown word)"] += 1
        self.kind: Kind = kind or "unknown"
        self.given: list[str] = []
        self.aliases: list[Name] = []
        self.births: list[DateValue] = []
        self.birth_places: list[Place] = []
        self.addresses: list[Place] = []
        self.countries: list[CountryValue] = []
        self.gender: Literal["male", "female"] | None = None
        self.identifiers: list[Identifier] = []
        self.measures: list[Measure] = []
        self.facts: list[Fact] = []
        for detail in row.get_rows("RegistreDetail"):
            self._add_field(detail)
        row.report_unread(())

    def _add_field(self, detail: Row) -> None:
        field = detail.find_text("TypeChamp") or "?"
        for value in detail.get_rows("Valeur"):
            rule = next((rule for key, rule in RULES if key in value), None)
            rule = FIELD_RULES.get(field, rule)
            if rule is None:
                self.seen.unread[f"TypeChamp {field[:40]} (no known key)"] += 1
            else:
                rule(self, value, field)
            value.report_unread(())
        detail.report_unread(())

    def add_number(self, kind: str, number: str, field: str, *, label: str | None = None, text: str | None = None) -> None:
        origin = Origin(field=field, text=text if text != number else None)
        self.identifiers.append(Identifier(kind=kind, number=number, label=label, origin=origin))

    def add_fact(self, key: str, text: str, field: str) -> None:
        self.facts.append(Fact(key=key, text=text, origin=Origin(field=field)))

    def build(self) -> Listing:
        given = " ".join(self.given)
        text = f"{given} {self.family}".strip()
        parts = (NamePart(kind="given", text=given), NamePart(kind="family", text=self.family)) if given else ()
        field = "PRENOM+Nom" if given else "Nom"
        name = Name(
            text=text, role="primary", quality="strong", script=script_of(text), parts=parts,
            origin=Origin(field=field, text=f"{self.family}, {given}" if given else None),
        )  # fmt: skip
        return Listing(
            list_key="fr_gels", authority="FR", ref=self.ref, kind=self.kind, names=(name, *self.aliases),
            births=tuple(self.births), birth_places=tuple(self.birth_places), addresses=tuple(self.addresses),
            countries=tuple(self.countries), gender=self.gender, identifiers=tuple(self.identifiers),
            measures=tuple(self.measures), facts=tuple(self.facts),
        )  # fmt: skip


def _find_comment(value: Row) -> str | None:
    """The remark beside a value, by whatever key that begins with "Commentaire"."""
    texts = [value.find_text(key) for key in value.get_keys() if key.startswith("Commentaire")]
    return "; ".join(filter(None, texts)) or None


def _add_given(record: Record, value: Row, _: str) -> None:
    text = value.find_text("Prenom")
    record.given += [text] if text else []


def _add_alias(record: Record, value: Row, field: str) -> None:
    text, note = value.find_text("Alias"), _find_comment(value)
    if text:
        script = script_of(text)
        record.aliases.append(Name(
            text=text, role="alias" if script in ("Latn", "Zyyy") else "original_script", quality="strong", script=script,
            origin=Origin(field=f"{field}/Alias"), note=note,
        ))  # fmt: skip


def _set_gender(record: Record, value: Row, field: str) -> None:
    text = (value.find_text("Sexe") or "").casefold()
    record.gender = GENDERS.get(text, record.gender)
    record.seen.unread[f"{field}/Sexe (unknown word)"] += bool(text) and text not in GENDERS


def _add_birth(record: Record, value: Row, field: str) -> None:
    year, month, day = (_positive(value.find_text(key)) for key in ("Annee", "Mois", "Jour"))
    note = _find_comment(value)
    given = "-".join(part for part in (year, month, day) if part)
    try:
        date = PartialDate(year=int(year or 0), month=int(month) if month else None, day=int(day) if month and day else None)
    except ValueError:
        record.add_fact("birth_text", "; ".join(filter(None, (given, note))) or "?", field)
        record.seen.notes["dates of birth that are no dates, kept as text"] += 1
        return
    circa = bool(note and _CIRCA.search(note))
    record.births.append(DateValue(span=DateSpan.at(date, circa=circa), origin=Origin(field=field, text=given), note=note))


def _positive(text: str | None) -> str | None:
    """The text, unless it is a zero, which stands for nothing."""
    return None if text is None or not text.strip("0") else text


def _make_place(value: Row, field: str, key: str) -> Place | None:
    text, country, note = value.find_text(key), value.find_text("Pays"), _find_comment(value)
    if not (text or country or note):
        return None
    code = find_country(country) if country else None
    where = {"city": text} if key == "Lieu" else {"street": text}
    return Place(origin=Origin(field=field), country=code, country_text=country, note=note, **where)


def _add_birth_place(record: Record, value: Row, field: str) -> None:
    place = _make_place(value, field, "Lieu")
    record.birth_places += [place] if place else []


def _add_address(record: Record, value: Row, field: str) -> None:
    place = _make_place(value, field, "Adresse")
    record.addresses += [place] if place else []


def _add_nationality(record: Record, value: Row, field: str) -> None:
    text, note = value.find_text("Pays"), _find_comment(value)
    if text:
        origin = Origin(field=f"{field}/Pays")
        record.countries.append(CountryValue(role="nationality", text=text, code=find_country(text), origin=origin))
    if note:
        record.add_fact("nationality_note", note, field)


def _add_title(record: Record, value: Row, field: str) -> None:
    for key, fact in (("Titre", "title"), ("Motifs", "designation_reason")):
        text = value.find_text(key)
        if text:
            record.add_fact(fact, text, f"{field}/{key}")
    note = _find_comment(value)
    if note:
        record.add_fact("comment", note, field)


def _add_ground(record: Record, value: Row, field: str) -> None:
    """FondementJuridique is the publisher's number of the text whose title is FondementJuridiqueLabel."""
    number, label = value.find_text("FondementJuridique"), value.find_text("FondementJuridiqueLabel")
    if label or number:
        met = _REGIME.search(label or "")
        programme = met[1].strip() if met else label or f"n° {number}"
        record.measures.append(Measure(programme=programme, ground=label, origin=Origin(field=field, text=label)))


def _add_reference(record: Record, value: Row, field: str) -> None:
    for key, kind in (("ReferenceUe", "eu_ref"), ("ReferenceOnu", "un_ref")):
        text = value.find_text(key)
        if text is None:
            continue
        refs = [f"EU.{a}.{b}" for a, b in _EU_REF.findall(text)] if kind == "eu_ref" else [
            f"{a}.{b}" for a, b in _UN_REF.findall(text)
        ]  # fmt: skip
        record.seen.notes[f"{key} of an unknown form, kept as published"] += not refs
        for ref in refs or [text]:
            record.add_number(kind, ref, f"{field}/{key}", text=text)
    note = _find_comment(value)
    if note:
        record.add_fact("reference_note", note, field)


def _add_identification(record: Record, value: Row, field: str) -> None:
    """A number where label and text say which, else a fact: the field also has forms of company, dates and places."""
    text, label = value.find_text("Identification"), _find_comment(value)
    whole = ": ".join(filter(None, (label, text)))
    if not whole.strip(" /:-"):
        return
    kind = next((kind for words, kind in ID_KINDS if re.search(words, whole, re.I)), None)
    number = (text or "").rpartition(":")[2].split(" ")[-1].strip(" ;,.") if text else ""
    plain = " ".join(w for w in (text or "").split() if any(c.isdigit() for c in w))
    if kind and _NUMBER.fullmatch(number) and plain.strip(" ;,.").endswith(number) and len(plain.split()) == 1:
        record.add_number(kind, number, f"{field}/Identification", label=label, text=text)
    else:
        record.add_fact("identification", whole, f"{field}/Identification")


def _make_number_rule(key: str, kind: str) -> Callable[[Record, Row, str], None]:
    def rule(record: Record, value: Row, field: str) -> None:
        text, note = value.find_text(key), _find_comment(value)
        if text and text.strip(" /:-"):
            told = "national_id" if key == "NumeroCarte" and re.search(r"identité|nationale?\b", note or "", re.I) else kind
            number = text.removeprefix("IMO").strip() if kind == "imo" else text
            record.add_number(told, number, f"{field}/{key}", text=text)
            record.identifiers[-1] = msgspec.structs.replace(record.identifiers[-1], note=note)
        elif note:
            record.add_fact("document", note, field)

    return rule


Rule = Callable[[Record, Row, str], None]
# The rule of a field's type, where the key alone does not tell; else that of the first key that is met.
FIELD_RULES: dict[str, Rule] = {
    "NATIONALITE": _add_nationality, "LIEU_DE_NAISSANCE": _add_birth_place, "ADRESSE_PP": _add_address,
    "ADRESSE_PM": _add_address,
}  # fmt: skip
RULES: tuple[tuple[str, Rule], ...] = (
    ("Prenom", _add_given), ("Alias", _add_alias), ("Sexe", _set_gender), ("Annee", _add_birth), ("Lieu", _add_birth_place),
    ("Adresse", _add_address), ("Titre", _add_title), ("Motifs", _add_title), ("FondementJuridique", _add_ground),
    ("FondementJuridiqueLabel", _add_ground), ("ReferenceUe", _add_reference), ("ReferenceOnu", _add_reference),
    ("Identification", _add_identification), ("Cryptomonnaie", _make_number_rule("Cryptomonnaie", "wallet")),
    ("NumeroPasseport", _make_number_rule("NumeroPasseport", "passport")),
    ("NumeroCarte", _make_number_rule("NumeroCarte", "other_id")), ("Telephone", _make_number_rule("Telephone", "phone")),
    ("Courriel", _make_number_rule("Courriel", "email")), ("SiteInternet", _make_number_rule("SiteInternet", "website")),
    ("NumeroOMI", _make_number_rule("NumeroOMI", "imo")),
)  # fmt: skip
