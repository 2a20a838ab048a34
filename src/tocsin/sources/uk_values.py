"""Single values of the UK Sanctions List: dates with unknown parts, countries as the FCDO writes them, white space."""

from __future__ import annotations

import re
from functools import lru_cache

from tocsin.model import DateSpan, PartialDate
from tocsin.names.countries import find_country

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DMY = re.compile(r"'?(\d{1,2}|dd)/(\d{1,2}|mm)/(\d{4})(?: \d{2}:\d{2}(?::\d{2})?)?", re.IGNORECASE)
_YEAR = re.compile(r"'?(\d{4})")
_REPORT = re.compile(r"(\d{1,2})-([A-Za-z]{3})[a-z]*-(\d{4})")
_UN_REF = re.compile(r"\b([A-Za-z]{2})([ieIE])\s*\.\s*(\d{3})\b")

# Spellings that the publisher uses and country tables do not know.
COUNTRIES = {
    "congo (democratic republic)": "cd", "occupied palestinian territories": "ps", "st lucia": "lc", "st vincent": "vc",
    "st kitts and nevis": "kn", "former german democratic republic": "de", "cape verde": "cv",
}
_NOW = re.compile(r"\b(?:now|currently)\s+(?:the\s+)?(.+?)\)?$", re.IGNORECASE)
_BRACKET = re.compile(r"\s*\([^)]*\)$")
_SOVIET = re.compile(r"^(\w+)\b.*\b(?:a?ssr|sfsr|soviet)\b", re.IGNORECASE)
SOVIET = {
    "ukrainian": "ua", "belarusian": "by", "byelorussian": "by", "kazakh": "kz", "kyrgyz": "kg", "moldovan": "md",
    "moldovian": "md", "uzbekistan": "uz", "uzbek": "uz", "russian": "ru", "yakut": "ru", "komi": "ru", "georgian": "ge",
    "armenian": "am", "azerbaijan": "az", "tajik": "tj", "turkmen": "tm", "latvian": "lv", "lithuanian": "lt",
}
# Nationalities as adjectives, as they stand beside the numbers of passports and identity cards.
ADJECTIVES = {
    "iranian": "ir", "russian": "ru", "syrian": "sy", "jordanian": "jo", "iraqi": "iq", "egyptian": "eg", "turkish": "tr",
    "lebanese": "lb", "italian": "it", "french": "fr", "filipino": "ph", "colombian": "co", "sudanese": "sd", "qatari": "qa",
    "saudi": "sa", "libyan": "ly", "south african": "za", "malaysian": "my", "indian": "in", "bosnian": "ba",
    "georgian": "ge", "ukrainian": "ua", "belarusian": "by", "venezuelan": "ve", "nicaraguan": "ni", "chinese": "cn",
    "british": "gb", "uk": "gb", "us": "us", "usa": "us", "uae": "ae", "car": "cf", "drc": "cd", "eritrean": "er",
    "kenyan": "ke", "ugandan": "ug", "rwandan": "rw", "bahraini": "bh", "swedish": "se", "danish": "dk", "dutch": "nl",
    "belgian": "be", "spanish": "es", "israeli": "il", "cypriot": "cy", "maltese": "mt", "burmese": "mm",
    "north korean": "kp", "palestinian": "ps", "austrian": "at", "canadian": "ca", "portuguese": "pt", "swiss": "ch",
}
_DOCUMENT_WORD = re.compile(
    r"\s*\b(?:diplomatic|travel|foreign|provisional|expir\w*|official|service|national|civil|identi\w+|id|passport|number|no|tazkira|tax|fiscal|INN|TIN|"
    r"driv\w+|social|citizen\w*|registration|license|licence)\b.*$", re.IGNORECASE,
)


def clean(text: str | None) -> str:
    """The text with runs of white space made one space; "" when it has no letter and no digit."""
    text = " ".join((text or "").split())
    return text if any(c.isalnum() for c in text) else ""


def parse_date(text: str) -> PartialDate | None:
    """"dd/mm/1962", "dd/07/1978", "00/00/1975", "04/08/2026" or "1975"; a day without its month is left aside.

    `None` for anything else. An apostrophe in front, which spreadsheets leave, counts for nothing.
    """
    match, year = _DMY.fullmatch(text), _YEAR.fullmatch(text)
    try:
        if year:
            return PartialDate(year=int(year[1]))
        if match is None:
            return None
        day, month = (int(part) if part.isdigit() and int(part) else None for part in match.group(1, 2))
        return PartialDate(year=int(match[3]), month=month, day=day if month else None)
    except ValueError:
        return None


def parse_span(text: str) -> DateSpan | None:
    date = parse_date(text)
    return None if date is None else DateSpan.at(date)


def parse_report_date(text: str) -> PartialDate | None:
    """The CSV's "Report Date: 08-Oct-2026"."""
    match = _REPORT.search(text)
    if match is None:
        return parse_date(text.rpartition(" ")[2])
    return make_date(match[1], match[2], match[3])


def make_date(day: str, month: str, year: str) -> PartialDate | None:
    """From a day, a month in digits or letters, and a year; `None` when that is no date."""
    word = month[:3].lower()
    try:
        number = int(month) if month.isdigit() else MONTHS.index(word) + 1
        return PartialDate(year=int(year), month=number, day=int(day))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def find_code(text: str) -> str | None:
    """The alpha-2 code of a country as the list writes it: "Former USSR Currently Ukraine" is Ukraine."""
    if text.casefold() in COUNTRIES:
        return COUNTRIES[text.casefold()]
    now, soviet = _NOW.search(text), _SOVIET.match(text)
    found = find_country(text) or (find_country(now[1]) if now else None)
    if found is None and soviet:
        found = SOVIET.get(soviet[1].lower())
    return found or find_country(_BRACKET.sub("", text))


@lru_cache(maxsize=4096)
def find_issuer(text: str) -> str | None:
    """The country with which the words beside a document's number begin: "Tunisia number, issued on ..."."""
    text = text.removeprefix("Issuing Country:").strip()
    head = re.split(r"[,.;:()\d]", text.lstrip("( "), maxsplit=1)[0].strip()
    for candidate in (head, _DOCUMENT_WORD.sub("", head)):
        word = candidate.casefold().removeprefix("the ").removeprefix("a ")
        if word in ADJECTIVES:
            return ADJECTIVES[word]
        code = find_code(candidate.removeprefix("a ")) if len(candidate) > 3 else None
        if code:
            return code
    return None


def read_un_refs(text: str) -> tuple[str, ...]:
    """The UN's reference numbers in a cell, as the UN writes them: "QDE.145" is "QDe.145"; empty when there is none."""
    return tuple(dict.fromkeys(f"{m[1].upper()}{m[2].lower()}.{m[3]}" for m in _UN_REF.finditer(text)))
