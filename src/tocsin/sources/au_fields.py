"""The cells of the Australian list: names with remarks, places, citizenships, dates of listing.

Each function takes one cell's text and where it stands (an `Origin` field such as "2a/Place of Birth"), and gives values.
A cell may hold several, marked "a) ... b) ..." or with semicolons between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.model import CountryValue, Name, NamePart, Origin, PartialDate, Place
from tocsin.model.listing import CountryRole, NameRole, Quality
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.au_dates import find_full_dates

NOT_GIVEN = frozenset({"", "na", "n/a", "-", "none", "unknown", "not available"})
# Citizenship is written as a country or as an adjective; those that `names.countries` does not know.
DEMONYMS: dict[str, str] = {
    "afghani": "af", "american": "us", "armenian": "am", "australian": "au", "azerbaijani": "az", "belarusian": "by",
    "belarussian": "by", "british": "gb", "bulgarian": "bg", "burmese": "mm", "canadian": "ca",
    "central african": "cf", "chadian": "td", "chinese": "cn", "congolese": "cd", "cypriot": "cy", "egyptian": "eg",
    "eritrean": "er", "ethiopian": "et", "filipino": "ph", "french": "fr", "georgian": "ge", "guinea-bissauan": "gw",
    "haitian": "ht", "indian": "in", "iranian": "ir", "iraqi": "iq", "israeli": "il", "italian": "it",
    "jordanian": "jo", "kazakh": "kz", "kazakhstani": "kz", "kenyan": "ke", "latvian": "lv", "lebanese": "lb",
    "libyan": "ly", "malaysian": "my", "malian": "ml", "mauritanian": "mr", "mauritian": "mu", "moldovan": "md",
    "nigerian": "ng", "nigerien": "ne", "north korean": "kp", "norwegian": "no", "omani": "om", "qatari": "qa",
    "russian": "ru", "rwandan": "rw", "senegalese": "sn", "serbian": "rs", "singaporean": "sg", "slovak": "sk",
    "south sudanese": "ss", "spanish": "es", "sudanese": "sd", "swedish": "se", "syrian": "sy", "tajik": "tj",
    "tanzanian": "tz", "trinidadian": "tt", "turkish": "tr", "türkiyish": "tr", "ugandan": "ug", "ukrainian": "ua",
    "ukranian": "ua", "united kingdom of great britain": "gb",
    "uzbek": "uz", "uzbekistani": "uz", "vietnamese": "vn", "zimbabwean": "zw",
    "united kingdom of great britain and northern ireland": "gb", "ussr": "ru",
}

_MARK = re.compile(r"(?:(?<=[\s;,.])|^)\(?[a-p]\)\s*")
_REMARK = re.compile(r"\s*\(?((?:formerly|previously) listed as)\b[.,]?\s*(?:in arabic:\s*)?([^)]*)\)?\s*$", re.IGNORECASE)
_FAMILY_FIRST = re.compile(r"([^\W\d_a-z][^,a-z]*[^\W\d_]), ([^,()]+)")
_BRACKETS = re.compile(r"\s*\([^)]*\)?")
_CITIZENS = re.compile(r"\s*[;,/]\s*|\s+and\s+")
_POSSIBLY = re.compile(r"^(?:possibly|alt\.? citizenship|reportedly)\s+", re.IGNORECASE)

_LISTED = re.compile(
    r"(?<!re-)(?<!last )(?<!formerly )\b(?:first\s+)?(?:listed|designated|declared)\b"
    r"(?:[^();]|\([^()]*\)){0,140}?\bon:?\s*$|"
    r"(?<!re-)(?<!last )\blisted:?\s*$|\bdesignation:?\s*$|^\W*$", re.IGNORECASE,
)
_AMENDED = re.compile(
    r"\b(?:amended|re-?listed|last listed|re-?designated|continue(?:d)? in effect|varied|updated)\b[^.;]*$", re.IGNORECASE
)
_MONTH_DOT = re.compile(r"(?<=[A-Za-z]{3})\.(?=\s?(?:19|20)\d\d\b)")
_INSTRUMENT = re.compile(
    r"\b((?:Autonomous Sanctions|Charter of (?:the )?United Nations)\s*(?:Act\s+1945\s+)?(?:\((?!CotUNA)[^)]*\)|List\w*)"
    r"(?:[^.;\[N]|No\.|N){0,200}?\b(?:19|20)\d{2}(?:\s*\(No\.?\s*\d+\))?)", re.IGNORECASE,
)


def is_given(text: str) -> bool:
    return text.strip(" .").casefold() not in NOT_GIVEN


def split_marked(text: str) -> tuple[str, ...]:
    """The pieces of "a) one b) two; three", without marks and empty ones.

    >>> split_marked("a) Quetta, Pakistan b) Nimroz Province")
    ('Quetta, Pakistan', 'Nimroz Province')
    """
    pieces = (" ".join(piece.split()).strip(" ;,") for part in _MARK.split(text) for piece in part.split(";"))
    return tuple(dict.fromkeys(piece for piece in pieces if is_given(piece)))


def make_names(text: str, *, role: NameRole, quality: Quality, is_person: bool, field: str) -> Iterator[Name]:
    """The name of a row. "(formerly listed as)" behind it makes it a former one; what is in Arabic there is one more.

    "FAMILY, Given" of a person is turned, and stays as published in the origin.
    """
    whole = " ".join(text.split())
    remark = _REMARK.search(whole)
    name = whole[: remark.start()] if remark else whole
    turned = _FAMILY_FIRST.fullmatch(name) if is_person else None
    name = f"{turned[2]} {turned[1]}" if turned else name.strip(" ,")
    if not any(c.isalnum() for c in name):
        name = whole
    parts = (NamePart(kind="given", text=turned[2]), NamePart(kind="family", text=turned[1])) if turned else ()
    yield Name(
        text=name, role="former" if remark else role, quality=quality, script=script_of(name), parts=parts,
        note=remark[1].lower() if remark else None, origin=Origin(field=field, text=whole if name != whole else None),
    )
    other = " ".join((remark[2] if remark else "").split())
    if other:
        origin = Origin(field=field, text=whole)
        yield Name(text=other, role="original_script", quality=quality, script=script_of(other), origin=origin)


def make_places(text: str, *, field: str, is_birth: bool) -> Iterator[Place]:
    """Each place of a cell; its country is what stands after the last comma, where that is one."""
    pieces = split_marked(text)
    whole = " ".join(text.split())
    for piece in pieces:
        before, comma, last = piece.rpartition(",")
        plain = _BRACKETS.sub("", last).strip(" .")
        country = find_country(plain) if plain else None
        rest = (before.strip(" ,") if comma else "") if country else piece
        yield Place(
            origin=Origin(field=field, text=whole if piece != whole else None), city=(rest or None) if is_birth else None,
            street=None if is_birth else (rest or None), country=country, country_text=last.strip() if country else None,
        )


def make_countries(text: str, *, role: CountryRole, field: str) -> Iterator[CountryValue]:
    """Each citizenship of a cell: "Trinidad and Tobago" is one, "Russian and Ukrainian" are two."""
    whole = " ".join(text.split())
    for marked in split_marked(text):
        pieces = [marked] if find_citizenship(marked) else _split_citizens(marked)
        for piece in pieces:
            yield CountryValue(
                role=role, text=piece, code=find_citizenship(piece),
                origin=Origin(field=field, text=whole if piece != whole else None),
            )


def _split_citizens(text: str) -> list[str]:
    plain = _BRACKETS.sub("", text).strip()
    if find_citizenship(plain):
        return [text]
    return [piece for piece in _CITIZENS.split(plain) if is_given(piece)] or [text]


def find_citizenship(text: str) -> str | None:
    """The alpha-2 code of a country or of an adjective, with remarks left aside; `None` where there is none."""
    plain = _POSSIBLY.sub("", _BRACKETS.sub("", text)).strip(" .")
    return DEMONYMS.get(plain.casefold()) or (find_country(plain) if plain else None)


def find_listing_dates(text: str) -> tuple[PartialDate | None, tuple[PartialDate, ...]]:
    """When a subject was first listed, and when its listing was amended or renewed, as "Listing Information" tells."""
    text = _MONTH_DOT.sub("", " ".join(text.split()))
    listed: PartialDate | None = None
    updates: list[PartialDate] = []
    for start, date in find_full_dates(text):
        before = text[:start]
        if _AMENDED.search(before):
            updates.append(date)
        elif listed is None and _LISTED.search(before):
            listed = date
    return listed, tuple(updates)


def find_instrument(text: str) -> str | None:
    """The legislative instrument that a text names, without its register number."""
    found = _INSTRUMENT.search(" ".join(text.split()))
    return found[1].strip() if found else None
