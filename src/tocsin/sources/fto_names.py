"""The name cell of the State Department's table: a name, its other names in brackets, and lines of amendments.

"Lashkar-e-Tayyiba (LeT)", "ISIS (formerly al-Qa'ida in Iraq)", "A Front, aka B Front (AF)", and below it "— B Battalion and
C Centre Amendments (June 26, 2014)": names that the designation was amended to include.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tocsin.model import Name, Origin, PartialDate
from tocsin.names.scripts import script_of
from tocsin.sources.ofac_dates import MONTHS

NameKind = Literal["alias", "former"]
_WORDED = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:,\s*|\s+)(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*$")
_AKA = re.compile(r",?\s+(?:aka|a\.k\.a\.|also known as):?\s+", re.IGNORECASE)
_LEADING = re.compile(r"^(?:(aka|a\.k\.a\.|also known as)|(formerly|f\.k\.a\.|fka)):?\s+", re.IGNORECASE)
_AMENDMENT = re.compile(r"(?P<names>.+?)\s+(?P<word>Amendments?)\s*\((?P<date>[^()]*)\)", re.IGNORECASE)
_LIST = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_LINE = re.compile(r"\n|—")  # an em dash opens a line of its own, also where the page has no line break


class Entry(NamedTuple):
    """A name cell. `others` are names with their kind, `amendments` (line, names, date); `text` is the cell as published."""

    name: str
    others: tuple[tuple[str, NameKind], ...]
    amendments: tuple[tuple[str, tuple[str, ...], PartialDate | None], ...]
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for line, _, _ in self.amendments)


def read_entry(cell: str) -> Entry:
    """The names of a cell; a line that is no amendment is kept as one, without names and date."""
    first, *lines = [line for part in _LINE.split(cell) if (line := part.strip(" –-\u00a0"))] or [cell.strip()]
    others: list[tuple[str, NameKind]] = []
    bracket = _BRACKET.search(first)
    if bracket and bracket.start() > 0:
        first = first[: bracket.start()]
        others += _read_bracket(bracket[1])
    name, *known = _AKA.split(first)
    others = [*((text, "alias") for text in known if text), *others]
    return Entry(name.strip(" ,") or cell.strip(), tuple(others), tuple(map(_read_amendment, lines)), " ".join(cell.split()))


def _read_bracket(text: str) -> list[tuple[str, NameKind]]:
    """What stands in the brackets behind a name: "LeT", "formerly X", "PKK, aka Kongra-Gel", "Islamic Group – IG"."""
    found: list[tuple[str, NameKind]] = []
    kind: NameKind = "alias"
    for piece in re.split(r",\s+|;\s+|\s+[–—-]\s+", text):
        led = _LEADING.match(piece)
        if led:
            kind = "former" if led[2] else "alias"
            piece = piece[led.end() :]
        if piece.strip():
            found.append((piece.strip(), kind))
    return found


def _read_amendment(line: str) -> tuple[str, tuple[str, ...], PartialDate | None]:
    met = _AMENDMENT.fullmatch(line)
    date = parse_day(met["date"]) if met else None
    if met is None or date is None:
        return line, (), None
    several = met["word"].lower().endswith("s")
    names = _LIST.split(met["names"]) if several else [met["names"]]
    return line, tuple(name.strip() for name in names if name.strip()), date


def parse_day(text: str) -> PartialDate | None:
    """A day as the page writes it: "December 26, 2001", or "12/26/2001" in its older form; `None` for anything else."""
    text = " ".join(text.split())
    worded, slashed = _WORDED.fullmatch(text), _SLASHED.fullmatch(text)
    try:
        if worded:
            return PartialDate(year=int(worded[3]), month=MONTHS[worded[1].lower()], day=int(worded[2]))
        if slashed:
            return PartialDate(year=int(slashed[3]), month=int(slashed[1]), day=int(slashed[2]))
    except (KeyError, ValueError):
        return None
    return None


def make_names(entry: Entry) -> tuple[Name, ...]:
    """The names of a cell, the primary first; a name is given once."""
    rows: list[tuple[str, Literal["primary", "alias", "former"], str | None]] = [(entry.name, "primary", None)]
    rows += [(text, kind, None) for text, kind in entry.others]
    rows += [(text, "alias", f"amendment of {date}") for _, names, date in entry.amendments for text in names]
    made: dict[str, Name] = {}
    for text, role, note in rows:
        origin = Origin(field="name", text=None if text == entry.text else entry.text)
        made.setdefault(text.casefold(), Name(
            text=text, role=role, quality="strong", script=script_of(text), origin=origin, note=note
        ))
    return tuple(made.values())
