"""Numbers and addresses in the running text of the Australian list, where a label says that they are the subject's own.

The text names other subjects too, so that only labelled numbers are taken, and a reference of the Security Council only
where the text starts with it. The text itself is kept as a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.model import Identifier, Origin
from tocsin.sources.au_dates import parse_date
from tocsin.sources.au_fields import find_citizenship

# The reference of a committee of the Security Council: elsewhere in the text it is another subject's.
_UN_REF = re.compile(r"(?:permanent reference number:?\s*)?([A-Z]{2})([ie])\.?\s?(\d{3})\b(?!\s*\))", re.IGNORECASE)
_NUMBER = (
    r"(?P<number>(?:[A-Z]{1,3}[ -]?)?(?:No\.?\s)?\d[\dA-Z]{4,}(?:-\s?\d{4,}(?:-\d)?| \d{4,})*)(?![\w/]|-\s?\d)"
)
_PASSPORT = r"(?P<label>[^.;:()]{0,40}\bpassport(?:\s*(?:number|no))?)\.?\s*:?\s*"
_NATIONAL = (
    r"(?P<label>(?:\b(?!company|tax)[A-Z][a-z]+ )?(?<!company )(?<!tax )\b(?:national )?"
    r"(?:identification|identity card|identity)\s*(?:number|no|card)?)\.?\s*:?\s*"
)
_TAX = r"(?P<label>\b(?:tax (?:identification|registration) number|TIN|INN))\.?\s*(?:no\.?)?\s*:?\s*(?P<number>\d{9,12})\b"
_COMPANY = (
    r"(?P<label>\b(?:OGRN|registration (?:number|no)|company identification (?:number|no)))\.?\s*:?\s*"
    r"(?P<number>[A-Z]?\d{6,15})\b"
)
_LABELLED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("passport", re.compile(_PASSPORT + _NUMBER, re.IGNORECASE)),
    ("national_id", re.compile(_NATIONAL + _NUMBER, re.IGNORECASE)),
    ("tax_id", re.compile(_TAX)),
    ("registration", re.compile(_COMPANY, re.IGNORECASE)),
)
_IMO = re.compile(r"\W*(IMO(?: number| no\.?)?)\s*:?\s*(\d{7})\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_SITES = re.compile(r"\bweb ?sites?:\s*((?:(?:https?://|www\.)\S+[\s;,]*(?:and\s+)?)+)", re.IGNORECASE)
_DAY = r"([\d/]{8,10}|\d{1,2} [A-Z][a-z]+\.? \d{4})"
_ISSUED = re.compile(r"\bissued(?:\s+(?:on|in [^.;,()]{1,40},?\s*(?:on)?))?\s+" + _DAY, re.IGNORECASE)
_EXPIRES = re.compile(r"\bexp(?:ir(?:es|ed|y|ing))?\.?(?:\s+(?:on|date))?:?\s+" + _DAY, re.IGNORECASE)
_GENDER = re.compile(r"\b(?:gender|sex):?\s*(female|male)\b", re.IGNORECASE)
_INTERPOL = re.compile(r"https?://\S*interpol\S*[\w/]", re.IGNORECASE)


def make_identifiers(text: str, *, field: str) -> Iterator[Identifier]:
    """The numbers of a running text that are labelled as the subject's own. The text itself is kept as a fact."""
    text = " ".join(text.split())
    origin = Origin(field=field, text=text)
    ref, imo = _UN_REF.match(text), _IMO.match(text)
    if ref:
        number = f"{ref[1].upper()}{ref[2].lower()}.{ref[3]}"
        label = "Security Council reference"
        yield Identifier(kind="un_ref", number=number, label=label, origin=Origin(field=field, text=ref[0]))
    if imo:
        yield Identifier(kind="imo", number=imo[2], label=imo[1], origin=origin)
    for kind, pattern in _LABELLED:
        for match in pattern.finditer(text):
            yield _identifier(kind, match, text, origin)
    for address in dict.fromkeys(_EMAIL.findall(text)):
        yield Identifier(kind="email", number=address.rstrip("."), origin=origin)
    for sites in _SITES.finditer(text):
        for site in sites[1].replace(";", " ").replace(",", " ").split():
            if "." in site:
                yield Identifier(kind="website", number=site.rstrip("."), origin=origin)


def _identifier(kind: str, match: re.Match[str], text: str, origin: Origin) -> Identifier:
    label = " ".join(match["label"].split()).strip(" .:")
    rest = re.split(r"\b[a-h]\)|passport", text[match.end() : match.end() + 120], maxsplit=1)[0]
    issued, expires = _ISSUED.search(rest), _EXPIRES.search(rest)
    words = label.split()
    of = [" ".join(words[at : at + n]) for n in (2, 1) for at in range(len(words))]
    country = next((code for name in of if len(name) > 3 and (code := find_citizenship(name))), None)
    return Identifier(
        kind=kind, number=match["number"].strip(), label=label, country=country, origin=origin,
        issued=parse_date(issued[1]) if issued else None, expires=parse_date(expires[1]) if expires else None,
    )


def find_gender(text: str) -> str | None:
    found = _GENDER.search(text)
    return found[1].lower() if found else None


def find_notices(text: str) -> tuple[str, ...]:
    """The addresses of INTERPOL notices that a text names."""
    return tuple(dict.fromkeys(_INTERPOL.findall(text)))
