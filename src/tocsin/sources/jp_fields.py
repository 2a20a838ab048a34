"""Cells of Japan's MOF list: names with remarks in brackets, dates in Japanese, numbers with words around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tocsin.model import CountryValue, DateSpan, DateValue, Fact, Identifier, Name, Origin, PartialDate, Place
from tocsin.model.listing import NameRole, Quality
from tocsin.names.scripts import script_of
from tocsin.sources.local_countries import find_local_country

NOT_GIVEN = frozenset({"", "-", "‐", "―", "ー", "なし", "不明", "n/a", "na"})
_OPEN, _CLOSE = "(（[", ")）]"
# What in brackets behind a name tells of the person, and is no part of the name.
_REMARK = re.compile(r"生年月日|出生地|国籍|旅券|年.{1,6}生|passport|\bDOB\b|\bPOB\b|nationality|original\s*script", re.I)
_ORIGINAL = re.compile(r"original\s*scr?ipt\s*[:：]\s*([^()（）;；\n]+)", re.I)
_LOCAL = ("Latn", "Zyyy", "Hani", "Hira", "Kana")  # scripts that the notice's own text is written in
_CIRCA = re.compile(r"(?:おおよそ|おおむね|およそ|約|頃|ごろ|推定|circa|approximately|approx\.?)\s*", re.I)
_YMD = re.compile(r"(\d{4})\s*[./年-]\s*(\d{1,2})\s*[./月-]\s*(\d{1,2})\s*日?")
_YM = re.compile(r"(\d{4})\s*[./年-]\s*(\d{1,2})\s*月?")
_Y = re.compile(r"(\d{4})\s*年?")
_RANGE = re.compile(r"(\d{4})\s*年?\s*(?:から|-|~|〜|–|及び|to)\s*(\d{4})\s*年?\s*(?:まで)?(?:の?間)?")
_TAIL = re.compile(r"(?:生まれ|生|改訂|に改訂|修正)$")
_BETWEEN_DATES = re.compile(r"\s*(?:;|、|\n|又は|または|\bor\b)\s*", re.I)
_NUMBER = re.compile(r"(?<![A-Za-z0-9])((?:[A-Z]{1,4}[ -]?)?\d[\dA-Z/-]{3,24}|[A-Z]{2,4}\d{2}[A-Z]{2}\d{3,})(?![A-Za-z0-9])")
_UN_REF = re.compile(r"\b([A-Z]{2,3}[ie])\s*\.\s*(\d{3})\b")


def flatten(text: str) -> str:
    """Full-width letters, digits and signs made plain, and white space made one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def find_said(text: str | None) -> str | None:
    """The text, unless it stands for nothing."""
    return None if text is None or flatten(text).casefold() in NOT_GIVEN else text


def split_outside(text: str) -> list[str]:
    """A cell at its semicolons, wide or not, and line breaks; those inside brackets part nothing."""
    pieces, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth = max(0, depth + (char in _OPEN) - (char in _CLOSE))
        if char in ";；\n" and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
    return [piece.strip() for piece in (*pieces, text[start:]) if piece.strip()]


def read_names(text: str | None, column: str, role: NameRole, *, quality: Quality = "strong") -> Iterator[Name]:
    """The names of a cell; brackets at the end that tell of birth, nationality or papers are the name's note."""
    said = find_said(text)
    for piece in split_outside(said) if said else ():
        name, note = _split_remark(" ".join(piece.split()))
        if any(c.isalnum() for c in name):
            origin = Origin(field=column, text=None if name == said else " ".join((said or "").split()))
            yield Name(text=name, role=role, quality=quality, script=script_of(name), origin=origin, note=note)


def _split_remark(piece: str) -> tuple[str, str | None]:
    start = next((at for at, char in enumerate(piece) if char in _OPEN and _REMARK.search(piece[at:])), None)
    if start is None or not piece[:start].strip():
        return piece, None
    return piece[:start].strip(" 、,"), piece[start:].strip(_OPEN + _CLOSE + " ")


def read_original(text: str | None, column: str) -> Iterator[Name]:
    """Spellings that a notice gives as "original script: ..."."""
    for found in _ORIGINAL.findall(text or ""):
        name = " ".join(found.split()).strip(" 、,.")
        if name and script_of(name) not in _LOCAL:
            origin = Origin(field=column, text=f"original script: {name}")
            yield Name(text=name, role="original_script", quality="strong", script=script_of(name), origin=origin)


def parse_day(text: str) -> PartialDate | None:
    """"2001.9.22", "1963/4/11", "1963年4月11日", "1963年4月" or "1963年"."""
    plain = _TAIL.sub("", flatten(text).strip(" .()"))
    try:
        if met := _YMD.fullmatch(plain):
            return PartialDate(year=int(met[1]), month=int(met[2]), day=int(met[3]))
        if met := _YM.fullmatch(plain):
            return PartialDate(year=int(met[1]), month=int(met[2]))
        met = _Y.fullmatch(plain)
        return PartialDate(year=int(met[1])) if met else None
    except ValueError:
        return None


def find_days(text: str | None) -> tuple[PartialDate, ...]:
    """All days that a text names, in its order."""
    days = (parse_day(met[0]) for met in _YMD.finditer(flatten(text or "")))
    return tuple(dict.fromkeys(day for day in days if day))


def read_births(text: str | None, column: str) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    """The dates of birth of a cell, and as facts "birth_text" what is none."""
    said = find_said(text)
    births: list[DateValue] = []
    facts: list[Fact] = []
    for piece in _BETWEEN_DATES.split(unicodedata.normalize("NFKC", said)) if said else ():
        plain = re.sub(r"^\([a-z]{1,3}\)\s*", "", flatten(piece))
        span = _parse_span(plain)
        if span:
            births.append(DateValue(span=span, origin=Origin(field=column, text=plain)))
        elif find_said(plain):
            facts.append(Fact(key="birth_text", text=plain, origin=Origin(field=column)))
    return tuple(births), tuple(facts)


def _parse_span(text: str) -> DateSpan | None:
    rest = _CIRCA.sub("", text).strip(" ()")
    circa = rest != text.strip(" ()")
    met = _RANGE.fullmatch(rest)
    try:
        if met:
            first, last = PartialDate(year=int(met[1])), PartialDate(year=int(met[2]))
            return DateSpan(first=first, last=last, circa=circa)
    except ValueError:
        return None
    day = parse_day(rest)
    return None if day is None else DateSpan.at(day, circa=circa)


def read_ids(text: str | None, column: str, kind: str) -> tuple[tuple[Identifier, ...], tuple[Fact, ...]]:
    """The numbers of a cell; of each the country that stands before 旅券 ("passport") and the rest as a note."""
    said = find_said(text)
    found: list[Identifier] = []
    facts: list[Fact] = []
    for piece in split_outside(said) if said else ():
        plain = flatten(piece)
        outside = re.sub(r"\([^()]*\)?", " ", plain)
        dated = re.sub(r"\d{4}年\d{1,2}月\d{1,2}日", " ", outside)
        met = _NUMBER.search(dated)
        if met is None:
            facts.append(Fact(key="id_text", text=plain, origin=Origin(field=column)))
            continue
        country = re.match(r"(\D+?)(?:偽造)?(?:国民|外国人)?(?:旅行)?(?:旅券|ID|番号|身分)", plain)
        origin = Origin(field=column, text=None if met[1] == said else plain)
        found.append(Identifier(
            kind=kind, number=met[1], country=find_local_country(country[1], "ja") if country else None,
            note=None if met[1] == plain else plain, origin=origin,
        ))  # fmt: skip
    return tuple(found), tuple(facts)


def read_countries(english: str | None, japanese: str | None, column: str) -> Iterator[CountryValue]:
    """The nationalities in English, else in Japanese."""
    said, language = (find_said(english), "en") if find_said(english) else (find_said(japanese), "ja")
    for piece in split_outside(said) if said else ():
        flat = " ".join(piece.split())
        origin = Origin(field=column, text=None if flat == said else said)
        yield CountryValue(role="nationality", text=flat, code=find_local_country(flat, language), origin=origin)


def read_places(city: str | None, country: str | None, column: str, *, language: str) -> Iterator[Place]:
    """Places of one language; several, parted by semicolons, where town and country have as many."""
    towns, countries = ([*split_outside(find_said(text) or "")] for text in (city, country))
    if len(countries) > 1 and len(towns) not in (0, len(countries)):
        towns, countries = ["; ".join(towns)], ["; ".join(countries)]
    for at in range(max(len(towns), len(countries))):
        nation = countries[at] if at < len(countries) else countries[0] if len(countries) == 1 else None
        yield Place(
            origin=Origin(field=column), city=towns[at] if at < len(towns) else None, country_text=nation,
            country=find_local_country(nation, language) if nation else None,
        )  # fmt: skip


def find_un_refs(text: str | None, column: str) -> tuple[Identifier, ...]:
    """The UN's reference numbers that a cell has."""
    refs = dict.fromkeys(f"{kind}.{number}" for kind, number in _UN_REF.findall(flatten(text or "")))
    origins = ((ref, Origin(field=column, text=None if ref == text else text)) for ref in refs)
    return tuple(Identifier(kind="un_ref", number=ref, origin=origin) for ref, origin in origins)
