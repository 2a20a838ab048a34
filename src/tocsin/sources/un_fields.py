"""The repeated groups of a UN record: dates and places of birth, addresses, documents, nationalities.

Each function takes the record's `Node` and gives values, or facts for what has no value's form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tocsin.model import CountryValue, DateSpan, DateValue, Fact, Identifier, Origin, PartialDate, Place
from tocsin.names.countries import find_country
from tocsin.sources.un_xml import Node

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?")
_YEARS = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")
_MONTH_YEAR = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{4})")
_EXPIRY = re.compile(
    r"(?:expir[a-z]*|valid until)(?:\s+(?:date|on))?:?\s+(\d{1,2})\s+([a-z]{3})[a-z]*\.?\s+(\d{4})", re.I
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CIRCA = re.compile(r"\b(approximately|circa|approx)\b|(?<!\w)c(?:a)?\.", re.I)

# Words that the list writes where it has nothing to say. "na" is also the code of Namibia, hence this table;
# "null" stands for missing dates of birth of aliases in states of 2024.
NOT_GIVEN = frozenset({"na", "n/a", "null", "unknown", "not available", "none"})

# What follows a country's name without changing which country is meant: "Libya (in custody)", "Tunisian passport".
_COUNTRY_TAIL = re.compile(r"\s*(\([^)]*\)|\bpassport|/ unknown)\s*$", re.I)

# First match wins; searched in TYPE_OF_DOCUMENT and TYPE_OF_DOCUMENT2 together, lower case. The list files
# permits, cards and certificates under "National Identification Number" too; only TYPE_OF_DOCUMENT2 says what they are.
DOCUMENT_KINDS: tuple[tuple[str, str], ...] = (
    ("birth certificate", "other_id"),
    ("driver", "other_id"),
    ("ration card", "other_id"),
    ("residential card", "other_id"),
    ("certificate of", "other_id"),
    ("student id", "other_id"),
    ("voter id", "other_id"),
    ("other id", "other_id"),
    ("ex-serviceman", "other_id"),
    ("military", "other_id"),
    ("fardc id", "other_id"),
    ("fiscal code", "tax_id"),
    ("tax ", "tax_id"),
    ("passport", "passport"),
    ("passeport", "passport"),
    ("pasaporte", "passport"),
    ("national identi", "national_id"),
    ("identity card", "national_id"),
    ("national number", "national_id"),
    ("personal identification", "national_id"),
    ("civil identification", "national_id"),
    ("social security", "national_id"),
    ("bundespersonalausweis", "national_id"),
    ("tazkira", "national_id"),
)


def parse_date(text: str) -> PartialDate | None:
    """A day, with or without a time zone ("2001-02-03-05:00", which is left aside), or a year; else `None`."""
    match = _DATE.fullmatch(text)
    try:
        return PartialDate.parse(match[1] if match else text)
    except ValueError:
        return None


def parse_span(text: str, *, circa: bool = False) -> DateSpan | None:
    """A day, a year, "1960 - 1965" or "Aug. 1961"; `None` for anything else."""
    years, month = _YEARS.fullmatch(text), _MONTH_YEAR.fullmatch(text)
    try:
        if years:
            first, last = PartialDate.parse(years[1]), PartialDate.parse(years[2])
            return DateSpan(first=first, last=last, circa=circa)
        if month and month[1].lower() in _MONTHS:
            number = _MONTHS.index(month[1].lower()) + 1
            return DateSpan.at(PartialDate(year=int(month[2]), month=number), circa=circa)
    except ValueError:
        return None
    date = parse_date(text)
    return None if date is None else DateSpan.at(date, circa=circa)


def make_births(record: Node) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    """Dates of birth, and as facts "birth_text" those that are not dates ("30 years old")."""
    births: list[DateValue] = []
    facts: list[Fact] = []
    for node in record.get_nodes("INDIVIDUAL_DATE_OF_BIRTH"):
        given = _birth_fields(node)
        kind, note = given.pop("TYPE_OF_DATE", None), given.get("NOTE")
        if not given:
            continue
        field, text, rest = _birth_text(given)
        circa = kind == "APPROXIMATELY" or bool(note and _CIRCA.search(note))
        span = parse_span(text, circa=circa)
        origin = Origin(field=f"{node.tag}/{field}", text=None if field in ("DATE", "YEAR") else text)
        if span is None:
            everything = "; ".join(v for v in (kind, *given.values()) if v)
            facts.append(Fact(key="birth_text", text=everything, origin=Origin(field=node.tag)))
        else:
            births.append(DateValue(span=span, origin=origin, note=rest))
    return tuple(births), tuple(facts)


def _birth_fields(node: Node) -> dict[str, str]:
    tags = ("TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE")
    return {tag: text for tag in tags if (text := node.find_text(tag)) is not None}


def _birth_text(given: dict[str, str]) -> tuple[str, str, str | None]:
    """The field that has the date, the date's text, and what else the group says, as a note."""
    used: tuple[str, ...]
    if "DATE" in given:
        used, text = ("DATE",), given["DATE"]
    elif "FROM_YEAR" in given or "TO_YEAR" in given:
        used = tuple(tag for tag in ("FROM_YEAR", "TO_YEAR") if tag in given)
        text = " - ".join(given[tag] for tag in used)
    elif "YEAR" in given:
        used, text = ("YEAR",), given["YEAR"]
    else:
        used, text = ("NOTE",), given["NOTE"]
    rest = "; ".join(value for tag, value in given.items() if tag not in used)
    return "+".join(used), text, rest or None


def make_birth_places(record: Node) -> Iterator[Place]:
    for node in record.get_nodes("INDIVIDUAL_PLACE_OF_BIRTH"):
        yield from _place(node)


def make_addresses(record: Node, tag: str) -> Iterator[Place]:
    for node in record.get_nodes(tag):
        yield from _place(node)


def _place(node: Node) -> Iterator[Place]:
    given = {tag: node.find_text(tag) for tag in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")}
    if not any(given.values()):
        return
    country = given["COUNTRY"]
    yield Place(
        origin=Origin(field=node.tag),
        street=given["STREET"],
        city=given["CITY"],
        region=given["STATE_PROVINCE"],
        postcode=given["ZIP_CODE"],
        country=find_code(country),
        country_text=country,
        note=given["NOTE"],
    )


@lru_cache(maxsize=2048)
def find_code(text: str | None) -> str | None:
    """The alpha-2 code of a country as the UN writes it, with remarks in brackets left aside."""
    if text is None or text.casefold() in NOT_GIVEN:
        return None
    return find_country(text) or find_country(_COUNTRY_TAIL.sub("", text))


def make_nationalities(record: Node) -> tuple[CountryValue, ...]:
    return tuple(
        CountryValue(role="nationality", text=text, code=find_code(text), origin=Origin(field="NATIONALITY/VALUE"))
        for text in record.get_texts("NATIONALITY")
        if text.casefold() not in NOT_GIVEN
    )


def make_documents(record: Node) -> tuple[tuple[Identifier, ...], tuple[Fact, ...]]:
    """Documents with a number, and as facts "document" those without."""
    found: list[Identifier] = []
    facts: list[Fact] = []
    tags = ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "CITY_OF_ISSUE",
            "DATE_OF_ISSUE", "NOTE")  # fmt: skip
    for node in record.get_nodes("INDIVIDUAL_DOCUMENT"):
        given = {tag: text for tag in tags if (text := node.find_text(tag)) is not None}
        if "NUMBER" in given:
            found.append(_identifier(node.tag, given))
        elif given:
            facts.append(Fact(key="document", text="; ".join(given.values()), origin=Origin(field=node.tag)))
    return tuple(found), tuple(facts)


def _identifier(tag: str, given: dict[str, str]) -> Identifier:
    types = [given[t] for t in ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2") if t in given]
    words = " ".join(types).lower()
    countries = [given[t] for t in ("ISSUING_COUNTRY", "COUNTRY_OF_ISSUE") if t in given]
    codes = [code for text in countries if (code := find_code(text))]
    issued = parse_date(given["DATE_OF_ISSUE"]) if "DATE_OF_ISSUE" in given else None
    # A country's text stays where the code does not say all of it: "Iran / unknown", or a second country.
    notes = [text for text in countries if find_country(text) is None or codes[:1] != [find_code(text)]]
    notes += [f"issued in {given['CITY_OF_ISSUE']}"] if "CITY_OF_ISSUE" in given else []
    notes += [f"issued {given['DATE_OF_ISSUE']}"] if "DATE_OF_ISSUE" in given and issued is None else []
    notes += [given["NOTE"]] if "NOTE" in given else []
    return Identifier(
        kind=next((kind for word, kind in DOCUMENT_KINDS if word in words), "other_id"),
        number=given["NUMBER"],
        label=", ".join(types) or None,
        country=codes[0] if codes else None,
        issued=issued,
        expires=_expiry(given.get("NOTE", "")),
        note="; ".join(notes) or None,
        origin=Origin(field=f"{tag}/NUMBER"),
    )


def _expiry(note: str) -> PartialDate | None:
    match = _EXPIRY.search(note)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    try:
        return PartialDate(year=int(match[3]), month=_MONTHS.index(match[2].lower()) + 1, day=int(match[1]))
    except ValueError:
        return None
