"""Senzing JSON as listings: one for each record, in the form with FEATURES and in the older one with named lists.

Of the Generic Entity Specification the attributes are read that lists use; another one is reported. A usage word before an
attribute (`HOME_ADDR_FULL`) makes it another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.model import CountryValue, DateValue, Fact, Identifier, Kind, Listing, Measure, Name, Origin, Place, Relation
from tocsin.model.listing import CountryRole
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.imported.dates import parse_date, parse_span
from tocsin.sources.imported.description import IDENTIFIER_KINDS, Description
from tocsin.sources.imported.making import GENDERS, make_place
from tocsin.sources.imported.records import iter_json, refuse
from tocsin.sources.imported.scopes import tidy, to_text

KINDS: dict[str, Kind] = {"PERSON": "person", "ORGANIZATION": "organization", "VESSEL": "vessel", "AIRCRAFT": "aircraft"}
RECORD_TYPES: dict[Kind, str] = {kind: word for word, kind in KINDS.items()}
NAME_PARTS = ("NAME_PREFIX", "NAME_FIRST", "NAME_MIDDLE", "NAME_LAST", "NAME_SUFFIX")
COUNTRIES: dict[str, CountryRole] = {
    "NATIONALITY": "nationality", "CITIZENSHIP": "citizenship", "COUNTRY_OF_ASSOCIATION": "related",
    "REGISTRATION_COUNTRY": "nationality", "COUNTRY_OF_BIRTH": "birth", "FLAG": "flag",
}
# Attribute of the number -> our kind, and the attribute that labels it.
NUMBERS: dict[str, tuple[str, str | None]] = {
    "PASSPORT_NUMBER": ("passport", None), "NATIONAL_ID_NUMBER": ("national_id", "NATIONAL_ID_TYPE"),
    "TAX_ID_NUMBER": ("tax_id", "TAX_ID_TYPE"), "SSN_NUMBER": ("national_id", None),
    "DRIVERS_LICENSE_NUMBER": ("other_id", None), "OTHER_ID_NUMBER": ("other_id", "OTHER_ID_TYPE"),
    "TRUSTED_ID_NUMBER": ("other_id", "TRUSTED_ID_TYPE"), "LEI_NUMBER": ("lei", None), "DUNS_NUMBER": ("other_id", None),
    "IMO_NUMBER": ("imo", None), "MMSI_NUMBER": ("mmsi", None), "CALL_SIGN": ("call_sign", None),
    "ACCOUNT_NUMBER": ("other_id", None), "REGISTRATION_NUMBER": ("registration", None), "OFAC_ID": ("ofac_uid", None),
    "EMAIL_ADDRESS": ("email", None), "PHONE_NUMBER": ("phone", None), "WEBSITE_ADDRESS": ("website", None),
    "NPI_NUMBER": ("other_id", None), "ISIN_NUMBER": ("other_id", None),
}
# Attributes that say more of another one, or nothing that a register keeps.
BESIDE = frozenset({
    "DATA_SOURCE", "RECORD_ID", "RECORD_TYPE", "LAST_CHANGE", "NAME_TYPE", "ADDR_TYPE", "PHONE_TYPE", "NATIONAL_ID_TYPE",
    "TAX_ID_TYPE", "OTHER_ID_TYPE", "TRUSTED_ID_TYPE",
    "REL_ANCHOR_DOMAIN", "REL_ANCHOR_KEY", "REL_POINTER_DOMAIN", "REL_POINTER_ROLE", "FEATURES",
    "DATE_OF_DEATH", "OTHER_ID_ISSUED", "OTHER_ID_EXPIRES",
})
FACTS = {
    "URL": "url", "SOURCE_URL": "source_url", "TOPIC": "topics", "REGISTRATION_DATE": "registration_date", "NOTES": "notes",
}
ADDRESS_PARTS = {"ADDR_CITY": "city", "ADDR_STATE": "region", "ADDR_POSTAL_CODE": "postcode"}
LINES = ("ADDR_LINE1", "ADDR_LINE2", "ADDR_LINE3", "ADDR_LINE4")
Feature = Mapping[str, str]


def parse_senzing(file: RawFile, described: Description) -> Parsed:
    """The listings of a Senzing file. `ListRefused` for a line that is no record, and for an id that stands twice."""
    odd: Counter[str] = Counter()
    places: dict[str, str] = {}
    listings, count = [], 0
    for place, value in iter_json(file):
        if not isinstance(value, dict) or not to_text(value.get("RECORD_ID")):
            raise refuse(file, f"{place}: expected a record with RECORD_ID")
        count += 1
        ref = tidy(str(value["RECORD_ID"])).replace(" ", "_")
        if ref in places:
            raise refuse(file, f"{place}: RECORD_ID {ref[:80]} stands twice, first at {places[ref]}; expected each once")
        places[ref] = place
        listing = _make_listing(ref, value, described, odd)
        if listing.names:
            listings.append(listing)
        else:
            odd["records without a name"] += 1
    return Parsed(
        listings=tuple(listings), published_at=None, records={"records": count},
        unread=tuple(Unread(path=path, count=n) for path, n in sorted(odd.items())),
    )


def iter_features(record: Mapping[str, Any]) -> Iterator[tuple[str, Feature]]:
    """The features of a record with the list they stand in; attributes of the record itself are features too."""
    own = {key: text for key, value in record.items() if (text := to_text(value)) is not None}
    yield "", own
    for section, value in record.items():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield section, {key: text for key, raw in item.items() if (text := to_text(raw)) is not None}


def _make_listing(ref: str, record: Mapping[str, Any], described: Description, odd: Counter[str]) -> Listing:
    features = list(iter_features(record))
    word = next((f["RECORD_TYPE"] for _, f in features if "RECORD_TYPE" in f), "").upper()
    names = [name for section, f in features for name in _names(section, f)]
    names.sort(key=lambda name: name.role != "primary")
    if names and names[0].role != "primary":
        first = names[0]
        names[0] = Name(text=first.text, role="primary", quality="strong", script=first.script, origin=first.origin)
    for section, feature in features:
        _count_unknown(section, feature, odd)
    return Listing(
        list_key=described.list.key, authority=described.list.authority, ref=ref, kind=KINDS.get(word, "unknown"),
        names=tuple(dict.fromkeys(names)), births=tuple(_dates(features, "DATE_OF_BIRTH", odd)),
        deaths=tuple(_dates(features, "DATE_OF_DEATH", odd)),
        birth_places=tuple(
            make_place(tidy(f["PLACE_OF_BIRTH"]), _at(s, "PLACE_OF_BIRTH"), is_birth=True)
            for s, f in features if "PLACE_OF_BIRTH" in f
        ),
        addresses=tuple(place for s, f in features for place in _addresses(s, f)),
        countries=tuple(
            CountryValue(role=role, text=f[key], code=find_country(f[key]), origin=_at(s, key))
            for s, f in features for key, role in COUNTRIES.items() if key in f
        ),
        gender=next((g for _, f in features if (g := GENDERS.get(f.get("GENDER", "").casefold()))), None),
        identifiers=tuple(dict.fromkeys(i for s, f in features for i in _identifiers(s, f))),
        measures=tuple(
            Measure(programme=f["PROGRAM"], ground=f.get("PROGRAM_GROUND"), origin=_at(s, "PROGRAM"))
            for s, f in features if "PROGRAM" in f
        ),
        facts=tuple(
            Fact(key=FACTS[key], text=tidy(f[key]), origin=_at(s, key)) for s, f in features for key in f if key in FACTS
        ),
        relations=tuple(
            Relation(
                kind=f.get("REL_POINTER_ROLE", "linked to"), target=f["REL_POINTER_KEY"], ref=f["REL_POINTER_KEY"],
                origin=_at(s, "REL_POINTER_KEY"),
            )
            for s, f in features if f.get("REL_POINTER_KEY", ref) != ref
        ),
        listed_on=next((d for _, f in features if (d := parse_date(f.get("LISTED_ON", "")))), None),
    )


def _names(section: str, feature: Feature) -> Iterator[Name]:
    joined = " ".join(feature[part] for part in NAME_PARTS if part in feature)
    key = next((k for k in ("NAME_FULL", "NAME_ORG") if k in feature), "NAME_LAST")
    text = tidy(feature.get("NAME_FULL") or feature.get("NAME_ORG") or joined)
    if any(c.isalnum() for c in text):
        kind = feature.get("NAME_TYPE", "").upper()
        yield Name(
            text=text, role="primary" if kind == "PRIMARY" else "former" if kind == "FORMER" else "alias",
            quality="weak" if kind == "WEAK" else "strong", script=script_of(text), origin=_at(section, key),
        )


def _dates(features: list[tuple[str, Feature]], key: str, odd: Counter[str]) -> Iterator[DateValue]:
    for section, feature in features:
        if key in feature:
            span = parse_span(feature[key])
            if span is None:
                odd[f"{key}: no date"] += 1
            else:
                yield DateValue(span=span, origin=_at(section, key))


def _addresses(section: str, feature: Feature) -> Iterator[Place]:
    if "ADDR_FULL" in feature:
        yield make_place(tidy(feature["ADDR_FULL"]), _at(section, "ADDR_FULL"), is_birth=False)
        return
    lines = [feature[line] for line in LINES if line in feature]
    parts = {name: feature.get(key) for key, name in ADDRESS_PARTS.items()}
    country = feature.get("ADDR_COUNTRY")
    if lines or country or any(parts.values()):
        yield Place(
            origin=_at(section, "ADDR_LINE1"), street=", ".join(lines) or None, country_text=country,
            country=find_country(country) if country else None, **parts,
        )


def _identifiers(section: str, feature: Feature) -> Iterator[Identifier]:
    for key, (kind, label_key) in NUMBERS.items():
        if key not in feature:
            continue
        label = feature.get(label_key) if label_key else None
        country = feature.get(key.replace("_NUMBER", "_COUNTRY")) if key.endswith("_NUMBER") else None
        kind, label = (label, None) if kind == "other_id" and label in IDENTIFIER_KINDS else (kind, label)
        yield Identifier(
            kind=kind or "other_id", number=tidy(feature[key]), label=label, origin=_at(section, key),
            country=find_country(country) if country else None, issued=parse_date(feature.get("OTHER_ID_ISSUED", "")),
            expires=parse_date(feature.get("OTHER_ID_EXPIRES", "")),
        )


_KNOWN = frozenset({
    *BESIDE, *NUMBERS, *COUNTRIES, *FACTS, *NAME_PARTS, *ADDRESS_PARTS, *LINES, "NAME_FULL", "NAME_ORG", "GENDER",
    "DATE_OF_BIRTH", "PLACE_OF_BIRTH", "ADDR_FULL", "ADDR_COUNTRY", "REL_POINTER_KEY", "PROGRAM", "PROGRAM_GROUND",
    "LISTED_ON", *(key.replace("_NUMBER", "_COUNTRY") for key in NUMBERS),
})


def _count_unknown(section: str, feature: Feature, odd: Counter[str]) -> None:
    for key in feature:
        if key not in _KNOWN:
            odd[f"{section}.{key}" if section else key] += 1


def _at(section: str, key: str) -> Origin:
    return Origin(field=f"{section}.{key}" if section else key)
