"""Cells of Israel's designation lists that hold more than one value: names, dates, numbers, references to other lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from tocsin.model import DateSpan, Identifier, Name, Origin, PartialDate
from tocsin.model.listing import NameRole
from tocsin.names.scripts import script_of

# What stands for nothing: "-", "----", "--/--/----", and the same as a formula's text (="---").
_NOTHING = re.compile(r"^=?[\"\-–/\\ .]*$")
CANCELLED = "בוטל"  # "cancelled"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DMY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})")
_SERIAL = re.compile(r"[2-6]\d{4}")  # a day as spreadsheets count it, where the cell is not formatted as a date
_YEAR = re.compile(r"(?:19|20)\d{2}")
_EPOCH = dt.date(1899, 12, 30)
_BETWEEN_NAMES = re.compile(r"\s*(?:;|\n|•|(?<!\w)[a-e]\)\s)\s*")
_NUMBERED = re.compile(r"\b\d+\s*:\s*")
_BETWEEN_DATES = re.compile(r"\s*(?:;|\n|\bOR\b|\s-\s|(?<!\w)[a-e]\)\s)\s*", re.I)
_BETWEEN_IDS = re.compile(r"\s*(?:;|\n|•|(?<!\w)[a-e]\)\s|,\s)\s*")
_NUMBER = re.compile(r"^(?P<label>[^0-9]*?)[\s:.#-]*(?P<number>(?:[A-Z]{1,3}-?)?\d[\dA-Z/-]{3,})\.?$", re.I)
_UN_REF = re.compile(r"\b([A-Z]{2,3}[ie])\s*\.\s*(\d{3})\b")
# First match wins, in a number's label.
_ID_KINDS = (
    (("passport", "דרכון"), "passport"),
    (('ת"ז', "ת''ז", "ת.ז", "תז", "זהות", "identity", "national", "id"), "national_id"),
)


def find_said(text: str | None) -> str | None:
    """The text, unless it stands for nothing."""
    return None if text is None or _NOTHING.match(text) else text


def make_names(text: str | None, column: str, role: NameRole) -> Iterator[Name]:
    """The names of one cell: split at semicolons, line breaks, bullets and "a) "; "1: A 2: B" is one name in its parts."""
    said = find_said(text)
    if said is None:
        return
    for piece in _BETWEEN_NAMES.split(said):
        name = " ".join(_NUMBERED.sub("", piece).split()).strip(" ,;")
        if any(c.isalnum() for c in name):
            origin = Origin(field=column, text=None if name == said else " ".join(said.split()))
            yield Name(text=name, role=role, quality="strong", script=script_of(name), origin=origin)


def parse_day(text: str) -> PartialDate | None:
    """A day as a cell has it: a date, "25/03/2026", "29.8.21", or a spreadsheet's count of days; also a year."""
    try:
        if met := _ISO.fullmatch(text):
            return PartialDate(year=int(met[1]), month=int(met[2]), day=int(met[3]))
        if met := _DMY.fullmatch(text):
            return PartialDate(year=_full_year(met[3]), month=int(met[2]), day=int(met[1]))
        if _YEAR.fullmatch(text):
            return PartialDate(year=int(text))
        if _SERIAL.fullmatch(text):
            return PartialDate.of(_EPOCH + dt.timedelta(days=int(text)))
    except ValueError:
        return None
    return None


def _full_year(text: str) -> int:
    """A year; of two digits, the one that is not in the future: the first organizations were designated in 1967."""
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) <= 40 else 1900)


def split_dates(text: str | None) -> tuple[str, ...]:
    """The dates of a cell: parted by ";", "OR", " - ", line breaks and "a) "."""
    said = find_said(text)
    return tuple(p.strip() for p in _BETWEEN_DATES.split(said) if find_said(p)) if said else ()


def parse_birth(text: str) -> DateSpan | None:
    date = parse_day(text)
    return None if date is None else DateSpan.at(date)


def is_cancelled(text: str) -> bool:
    return CANCELLED in text


def read_ids(text: str | None, column: str) -> tuple[tuple[Identifier, ...], tuple[str, ...]]:
    """The numbers of a cell with what is said before them, and the pieces in which there is none."""
    said = find_said(text)
    found: list[Identifier] = []
    rest: list[str] = []
    for piece in _BETWEEN_IDS.split(said.replace(":\n", ": ")) if said else ():
        plain = " ".join(piece.split())
        met = _NUMBER.match(plain)
        if met:
            label = met["label"].strip(" :.#-")
            found.append(Identifier(
                kind=_kind(label), number=met["number"], label=label or None, origin=Origin(field=column, text=plain),
            ))  # fmt: skip
        elif find_said(plain):
            rest.append(plain)
    return tuple(found), tuple(rest)


def _kind(label: str) -> str:
    low = label.casefold()
    for words, kind in _ID_KINDS:
        if any(re.search(rf"\b{re.escape(w)}\b", low) if w.isascii() else w in low for w in words):
            return kind
    return "other_id"


def find_un_refs(text: str | None, column: str) -> tuple[Identifier, ...]:
    """The UN's reference numbers that a cell names."""
    refs = dict.fromkeys(f"{kind}.{number}" for kind, number in _UN_REF.findall(text or ""))
    origins = ((ref, Origin(field=column, text=None if ref == text else text)) for ref in refs)
    return tuple(Identifier(kind="un_ref", number=ref, origin=origin) for ref, origin in origins)
