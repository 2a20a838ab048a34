"""Numbers and contacts of a UK record: passports, identity and registration numbers, phones, e-mail, websites.

One cell may hold several numbers, each behind its own name ("OGRN: 1027700000000 INN: 7700000000"). They are taken apart
where every piece reads as a number; else the cell stays one number as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tocsin.model import PartialDate
from tocsin.sources.uk_values import clean, find_issuer, make_date


class Number(NamedTuple):
    """A number, the list's name for it, and what stands beside it."""

    number: str
    label: str | None = None
    note: str | None = None
    country: str | None = None


# What a number is called -> its kind. First match wins; what is called otherwise keeps the kind of its element.
KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), kind)
    for words, kind in (
        (r"driv\w+|ration card|birth certificate|military|voter\w*|student|bvd", "other_id"),
        (r"inn|tin|itn|iin|vat|tax\w*|fiscal code", "tax_id"),
        (r"passport", "passport"),
        (r"lei|legal entity identifier", "lei"),
        (r"swift\S*|bic", "bic"),
    )
)
_LABEL = re.compile(
    r"\(?(?<![^\W\d_])(OGRNIP|OGRN|INN|KPP|OKPO|OKTMO|OKATO|TIN|ITN|TRN|SRN|BRN|BIN|IIN|USCC|UEN|CIN|CRN|UNP|EDRPOU|BvD|LEI|"
    r"SWIFT(?:/BIC)?|BIC|BIK|D-?U-?N-?S|VAT|Tax(?:payer)?(?: identification| registration)?|Legal Entity|"
    r"USREOU|CR|BR|Compan(?:y|ies) House|"
    r"(?:Business |Company |Trade |Commercial |State |Tax )?Registration|Company|Unified Social Credit|License|Licence|"
    r"National ID|Permit|Vendor)"
    r"(?:\s*\([A-Z]+\))?(?:\s*(?:numbers?|no\b\.?|code|identifier|identity|ID))*(?![^\W\d_])\)?\s*[:–—-]*\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 ./-]{2,40}")
_TAIL_NOTE = re.compile(r"^(.*\d\S*)\s*\(([^()]*)\)$")
_COUNTRY_FIRST = re.compile(r"^([A-Z][a-z]+(?: [A-Z][a-z]+)*)\s*[-–:]?\s+(\d\S*)$")
_TAIL_WORD = re.compile(r"^(.*\d\w*)\s+((?:[A-Z][a-z]{3,}\s*)+)$")
_DATE = r"(\d{1,2})(?:st|nd|rd|th)?[ ./-]+([A-Za-z]{3,9}|\d{1,2})[ ./-]+(\d{4})"
_ISSUED = re.compile(rf"\b(?:date of issue|issued?(?: date)?)\b(?:\s+in\s+[\w' ]{{2,40}}?)?[\s:,]*(?:on\s+)?{_DATE}", re.I)
_EXPIRES = re.compile(rf"(?:\bdate of expir\w*|\bexpir\w*(?: date)?|\bvalid (?:until|to))[\s:,]*(?:on\s+)?{_DATE}", re.I)
_EMAIL = re.compile(r"[^\s@;,:<>|()]+@[^\s@;,:<>|()]+\.[^\s@.;,:<>|()]+")
_SITE = re.compile(r"[^\s;,|<>()]+\.[^\s;,|<>().][^\s;,|<>()]*")
_EDGES = " ,;:./|–—-"
LEAST_PHONE = 6  # digits


def find_kind(words: str, default: str) -> str:
    return next((kind for pattern, kind in KINDS if pattern.search(words)), default)


def split_numbers(text: str) -> tuple[Number, ...]:
    """The numbers of one cell, in its order; never empty for a text with a letter or digit.

    >>> [n.number for n in split_numbers("OGRN: 1027700000000 INN - 7700000000")]
    ['1027700000000', '7700000000']
    """
    text = text.strip("' ")
    labels = list(_LABEL.finditer(text))
    found: list[Number] = []
    before = text[: labels[0].start()] if labels else ""
    ends = [*(m.start() for m in labels[1:]), len(text)]
    for match, end in zip(labels, ends, strict=True) if labels else ():
        piece, note = _peel(text[match.end() : end].strip(_EDGES), _TAIL_NOTE)
        if not piece and end < len(text):  # two names of one number: "Tax Identification Number: INN: 77..."
            continue
        piece, word = _peel(piece, _TAIL_WORD)
        if _NUMBER.fullmatch(piece) is None or (before.strip(_EDGES) and find_issuer(before) is None):
            return (_whole(text),)
        label = f"{before}{match[0]}".strip(_EDGES)
        found.append(Number(piece, label, note, find_issuer(before) or (find_issuer(note) if note else None)))
        before = f"{word} " if word else ""
    return tuple(found) or (_whole(text),)


def _whole(text: str) -> Number:
    number, note = _peel(text.strip(), _TAIL_NOTE)
    country = _COUNTRY_FIRST.match(number)
    if country and find_issuer(country[1]):
        return Number(country[2], None, note, find_issuer(country[1]))
    return Number(number, None, note, find_issuer(note) if note else None)


def _peel(text: str, pattern: re.Pattern[str]) -> tuple[str, str | None]:
    match = pattern.match(text)
    return (match[1].strip(_EDGES), match[2].strip()) if match and match[2].strip() else (text, None)


def find_issued(words: str) -> PartialDate | None:
    """"issued on 18 Aug. 1985", "issue date: 16/06/2009", "Date of Issue: 22 November 2011"."""
    match = _ISSUED.search(words)
    return make_date(match[1], match[2], match[3]) if match else None


def find_expiry(words: str) -> PartialDate | None:
    """"expires 7 August 2034", "expiry date: 16/06/2019", "Date of Expiration: 4.7.2017"."""
    match = _EXPIRES.search(words)
    return make_date(match[1], match[2], match[3]) if match else None


def split_phones(text: str) -> tuple[str, ...]:
    """Several numbers where each piece between commas or semicolons is long enough to be one; else the text."""
    pieces = [clean(piece) for piece in re.split(r"[;,|]|\s/\s", text.lstrip("'"))]
    whole = [p for p in pieces if p]
    if all(sum(c.isdigit() for c in piece) >= LEAST_PHONE for piece in whole):
        return tuple(whole)
    return (text.lstrip("'"),)


def find_emails(text: str) -> tuple[str, ...]:
    return tuple(m[0].strip(".") for m in _EMAIL.finditer(text))


def find_websites(text: str) -> Iterator[str]:
    for match in _SITE.finditer(text):
        if "@" not in match[0] and any(c.isalpha() for c in match[0]):
            yield match[0].strip(".")
