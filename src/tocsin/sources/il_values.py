"""Values of one row of Israel's designation lists: names, dates of birth, ties, addresses, contacts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import CountryValue, DateValue, Fact, Identifier, Name, Origin, Place
from tocsin.model.listing import NameRole
from tocsin.names.countries import find_country
from tocsin.sources.il_fields import find_said, make_names, parse_birth, split_dates
from tocsin.sources.workbook import Cells

CONTACTS = (("email", "email"), ("telephone", "phone"), ("website", "website"))


def make_primary(cells: Cells, columns: Sequence[str]) -> list[Name]:
    """The names in English, Hebrew and Arabic: the first that is given is the primary one, the others its other scripts."""
    made: list[Name] = []
    for column in columns:
        for name in make_names(cells.find_lines(column), column, "alias"):
            first = not any(n.origin.field == column for n in made)
            role: NameRole = "primary" if not made else "original_script" if first and name.script != "Latn" else "alias"
            made.append(msgspec.structs.replace(name, role=role))
    return made


def make_aliases(cells: Cells, known: Sequence[str]) -> Iterator[Name]:
    for column in cells.get_columns():
        if column.startswith("organization_name_") and column not in known:
            yield from make_names(cells.find_lines(column), column, "alias")


def make_births(cells: Cells) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    births: list[DateValue] = []
    facts: list[Fact] = []
    for text in split_dates(cells.find_lines("d_o_b")):
        span, origin = parse_birth(text), Origin(field="D.O.B", text=text)
        if span:
            births.append(DateValue(span=span, origin=origin))
        else:
            facts.append(make_fact("birth_text", text, "D.O.B"))
    return tuple(births), tuple(facts)


def make_countries(text: str | None, field: str) -> tuple[CountryValue, ...]:
    """A tie to a country; the column does not say whether of nationality or of residence."""
    if text is None:
        return ()
    return (CountryValue(role="related", text=text, code=find_country(text), origin=Origin(field=field)),)


def make_places(cells: Cells) -> tuple[Place, ...]:
    """The address in English, else in Hebrew. Several lines in one cell stay one text: they are not numbered alike."""
    given = {
        what: next((said for lang in ("english", "hebrew") if (said := find_said(cells.find_text(f"{what}_{lang}")))), None)
        for what in ("street", "city_village", "country")
    }
    for what in given:
        cells.find_text(f"{what}_hebrew")
    if not any(given.values()):
        return ()
    country = given["country"]
    return (
        Place(
            origin=Origin(field="Street+City/Village+Country"), street=given["street"], city=given["city_village"],
            country=find_country(country) if country else None, country_text=country,
        ),
    )  # fmt: skip


def make_contacts(cells: Cells) -> Iterator[Identifier]:
    for column in cells.get_columns():
        for word, kind in CONTACTS:
            if column.startswith(word):
                for text in (cells.find_lines(column) or "").replace(";", "\n").split("\n"):
                    if said := find_said(text.strip(" ,")):
                        yield Identifier(kind=kind, number=said, origin=Origin(field=column))


def make_fact(key: str, text: str, field: str) -> Fact:
    return Fact(key=key, text=text, origin=Origin(field=field))
