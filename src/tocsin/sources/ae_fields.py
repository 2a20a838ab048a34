"""The cells of the UAE's list: names in Arabic and Latin letters, countries and places in Arabic, documents, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from tocsin.model import Fact, Name, NamePart, Origin, PartialDate, Place
from tocsin.model.listing import NameRole
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of

# Spellings of countries that CLDR does not have: without hamza, short, and adjectives as the list uses them.
COUNTRIES: dict[str, str] = {
    "الإمارات": "ae",
    "الامارات": "ae",
    "دبي": "ae",
    "إماراتي": "ae",
    "اماراتي": "ae",
    "الشارقة": "ae",
    "أبوظبي": "ae",
    "ابوظبي": "ae",
    "الفجيرة": "ae",
    "إيراني": "ir",
    "ايراني": "ir",
    "نيجيري": "ng",
    "سوري": "sy",
    "يمني": "ye",
    "سعودي": "sa",
    "السعودية": "sa",
    "السعوديه": "sa",
    "مصري": "eg",
    "قطري": "qa",
    "لبناني": "lb",
    "ليبي": "ly",
    "كويتي": "kw",
    "صومالي": "so",
    "باكستاني": "pk",
    "أفغاني": "af",
    "أردني": "jo",
    "عراقي": "iq",
    "تركي": "tr",
    "سويدي": "se",
    "بريطاني": "gb",
    "بريطانيا": "gb",
    "أمريكا": "us",
    "امريكا": "us",
    "أمريكي": "us",
    "روسي": "ru",
    "سانت كيتس - نافيس": "kn",
    "المملكة العربية السعودية": "sa",
}
DOCUMENTS: tuple[tuple[str, str], ...] = (
    ("جواز", "passport"),
    ("الرقم الموحد", "national_id"),
    ("هوية", "national_id"),
    ("تأشيرة", "other_id"),
)
_NUMBERED = re.compile(r"^(.*?)\s*رقم\s*:?\s*(.+)$")
_AND = re.compile(r"\s+و\s*|\s*/\s*")
_NOW_AND_BEFORE = re.compile(r"(?:الحالية|السابقة)\s*:\s*[^:]+?(?=\s+(?:الحالية|السابقة)\s*:|$)")
_PLACE = re.compile(r"\s*[-–،,]\s*")
_BRACKETS = re.compile(r"[(<]([^()<>]+)[)>]")
_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")


class Cells(Protocol):
    """A line of the list, as far as names need it."""

    def get(self, name: str) -> str: ...

    def origin(self, name: str, value: str | None = None) -> Origin: ...


def tidy(text: str) -> str:
    return " ".join(text.split())


def is_given(text: str) -> bool:
    return any(c.isalnum() or c == "#" for c in text)


def parse_date(text: str) -> PartialDate | None:
    """A day as 31-12-1970 or 31/12/1970, or a year."""
    match = _DATE.fullmatch(text)
    try:
        return PartialDate(year=int(match[3]), month=int(match[2]), day=int(match[1])) if match else PartialDate.parse(text)
    except ValueError:
        return None


def make_names(line: Cells) -> tuple[tuple[Name, ...], tuple[Fact, ...]]:
    """The full name in Latin letters first, then in Arabic, then the names that the subject is known by.

    A family name that stands in the full name is a labelled part of it; one that does not is a fact.
    """
    names: list[Name] = []
    facts: list[Fact] = []
    for column, family, role in (
        ("name_latin", "family_latin", "primary"),
        ("name_arabic", "family_arabic", "original_script"),
        ("alias", "", "alias"),
    ):
        whole, last = line.get(column), line.get(family) if family else ""
        for text in split_names(whole):
            known = [n.text for n in names]
            if text not in known:
                names.append(_name(text, last, role, line.origin(column, text), is_first=not names))
                role = "alias"
        if last and not any(part.text == last for name in names for part in name.parts):
            facts.append(Fact(key="family_name", text=last, origin=line.origin(family)))
    return tuple(names), tuple(facts)


def _name(text: str, family: str, role: str, origin: Origin, *, is_first: bool) -> Name:
    kind: NameRole = "primary" if is_first else "original_script" if role == "original_script" else "alias"
    parts = (NamePart(kind="family", text=family),) if family and family.casefold() in text.casefold() else ()
    return Name(text=text, role=kind, quality="strong", script=script_of(text), origin=origin, parts=parts)


def split_names(text: str) -> Iterator[str]:
    """The names of a cell: what is in brackets is another, and an Arabic comma parts two."""
    inside = [tidy(found) for found in _BRACKETS.findall(text)]
    for piece in (*_BRACKETS.sub(" ", text).split("،"), *inside):
        name = tidy(piece).strip(" ()<>,؛;")
        if is_given(name):
            yield name


def find_code(text: str) -> str | None:
    """The alpha-2 code of a country as the list writes it."""
    plain = tidy(_BRACKETS.sub(" ", text)).strip(" .:")
    return COUNTRIES.get(plain) or (find_country(plain) if plain else None)


def make_countries(text: str) -> tuple[tuple[str, str | None], ...]:
    """Each country of a cell with its code: "X و Y" are two, and so are a present and a former one."""
    if find_code(text):
        return ((text, find_code(text)),)
    pieces = _NOW_AND_BEFORE.findall(text) or _AND.split(text)
    return tuple((tidy(piece), _code_of(piece)) for piece in pieces if is_given(piece))


def _code_of(piece: str) -> str | None:
    return find_code(piece.rpartition(":")[2]) or next((code for p in _PLACE.split(piece) if (code := find_code(p))), None)


def make_place(text: str, origin: Origin) -> Place:
    """A place as "city - country" or "country - city", whichever names a country, or with the country as its last word."""
    pieces = [piece for piece in _PLACE.split(text) if is_given(piece)]
    at = next((n for n in reversed(range(len(pieces))) if find_code(pieces[n])), None)
    if at is None and " " in text:
        before, _, last = text.rpartition(" ")
        if find_code(last):
            pieces, at = [before, last], 1
    if at is None:
        return Place(origin=Origin(field=origin.field), city=text)
    bracket = _BRACKETS.search(pieces[at])
    city = ", ".join([*(p for n, p in enumerate(pieces) if n != at), *([bracket[1]] if bracket else [])])
    country = tidy(_BRACKETS.sub(" ", pieces[at]))
    return Place(
        origin=Origin(field=origin.field, text=text if country != text else None),
        city=city or None,
        country=find_code(pieces[at]),
        country_text=country,
    )


def find_document_kind(label: str) -> str | None:
    return next((kind for word, kind in DOCUMENTS if word in label), None)


def split_numbers(text: str) -> tuple[tuple[str, str | None], ...]:
    """Each number of a cell, with the country that stands before it: one in a line, as "COUNTRY رقم: NUMBER"."""
    found = []
    for line in text.splitlines():
        plain = tidy(line)
        match = _NUMBERED.match(plain)
        number = match[2] if match else plain
        if is_given(number):
            found.append((number, find_code(match[1]) if match else None))
    return tuple(found)
