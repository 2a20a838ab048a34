"""Listings as Senzing JSON (Generic Entity Specification): one record for each listing, its values as FEATURES."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tocsin.exchange.selection import Chosen
from tocsin.model import CountryValue, Identifier, Listing, Name, Place
from tocsin.sources.imported.senzing import RECORD_TYPES

DATA_SOURCE = "TOCSIN"
NUMBERS = {
    "passport": "PASSPORT_NUMBER", "national_id": "NATIONAL_ID_NUMBER", "tax_id": "TAX_ID_NUMBER", "imo": "IMO_NUMBER",
    "mmsi": "MMSI_NUMBER", "call_sign": "CALL_SIGN", "lei": "LEI_NUMBER", "email": "EMAIL_ADDRESS", "phone": "PHONE_NUMBER",
    "website": "WEBSITE_ADDRESS",
}
COUNTRIES = {
    "nationality": "NATIONALITY", "citizenship": "CITIZENSHIP", "birth": "COUNTRY_OF_BIRTH", "flag": "FLAG",
    "residence": "COUNTRY_OF_ASSOCIATION", "former_flag": "COUNTRY_OF_ASSOCIATION", "related": "COUNTRY_OF_ASSOCIATION",
}
Feature = dict[str, str]


def iter_senzing(chosen: tuple[Chosen, ...]) -> Iterator[dict[str, Any]]:
    """The records of a selection. A record's id is that of its list, and names both: `un:QDi.264`."""
    taken: set[str] = set()
    for choice in chosen:
        x = choice.listing
        key = f"{x.list_key}:{x.ref}"
        key = f"{key}:{x.authority}" if key in taken else key  # one list may have a reference of each authority
        taken.add(key)
        record: dict[str, Any] = {"DATA_SOURCE": DATA_SOURCE, "RECORD_ID": key}
        features: list[Feature] = []
        if x.kind in RECORD_TYPES:
            record["RECORD_TYPE"] = RECORD_TYPES[x.kind]
            features.append({"RECORD_TYPE": RECORD_TYPES[x.kind]})
        features += _features(x)
        record["FEATURES"] = [f for n, f in enumerate(features) if f not in features[:n]]
        yield record


def _features(x: Listing) -> Iterator[Feature]:
    for name in x.names:
        yield _name(name, x)
    if x.gender:
        yield {"GENDER": "M" if x.gender == "male" else "F"}
    yield from ({"DATE_OF_BIRTH": str(date.span)} for date in x.births)
    yield from ({"DATE_OF_DEATH": str(date.span)} for date in x.deaths)
    yield from ({"PLACE_OF_BIRTH": str(place)} for place in x.birth_places)
    yield from (_address(place) for place in x.addresses)
    yield from (_country(country) for country in x.countries)
    yield from (_identifier(identifier) for identifier in x.identifiers)
    for measure in x.measures:
        yield {"PROGRAM": measure.programme} | ({"PROGRAM_GROUND": measure.ground} if measure.ground else {})
    if x.listed_on:
        yield {"LISTED_ON": str(x.listed_on)}
    for relation in x.relations:
        if relation.ref:
            yield {
                "REL_POINTER_DOMAIN": DATA_SOURCE, "REL_POINTER_KEY": f"{x.list_key}:{relation.ref}",
                "REL_POINTER_ROLE": relation.kind,
            }
    yield from ({"NOTES": f"{fact.key}: {fact.text}"} for fact in x.facts)


def _name(name: Name, x: Listing) -> Feature:
    kind = "PRIMARY" if name.role == "primary" else "WEAK" if name.quality == "weak" else "ALIAS"
    kind = "FORMER" if name.role == "former" and name.quality == "strong" else kind
    return {"NAME_TYPE": kind, "NAME_FULL" if x.kind in ("person", "unknown") else "NAME_ORG": name.text}


def _address(place: Place) -> Feature:
    parts = {
        "ADDR_LINE1": place.street, "ADDR_CITY": place.city, "ADDR_STATE": place.region, "ADDR_POSTAL_CODE": place.postcode,
        "ADDR_COUNTRY": place.country_text or place.country,
    }
    return {key: text for key, text in parts.items() if text}


def _country(country: CountryValue) -> Feature:
    return {COUNTRIES[country.role]: country.code or country.text}


def _identifier(identifier: Identifier) -> Feature:
    key = NUMBERS.get(identifier.kind, "OTHER_ID_NUMBER")
    found = {key: identifier.number}
    label = identifier.label or (identifier.kind if identifier.kind != "other_id" else None)
    if key in ("OTHER_ID_NUMBER", "NATIONAL_ID_NUMBER", "TAX_ID_NUMBER"):
        word = label if key != "OTHER_ID_NUMBER" else identifier.kind if identifier.kind != "other_id" else identifier.label
        found |= {key.replace("_NUMBER", "_TYPE"): word} if word else {}
    if identifier.country and key.endswith("_NUMBER"):
        found[key.replace("_NUMBER", "_COUNTRY")] = identifier.country
    return found
