"""The names of Canada's lists: several in one element, in two languages, with commas that may belong to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KNOWN_AS = re.compile(r"\s*\((?:also known as|a\.?k\.?a\.?|formerly known as)\s+(.+?)\)\s*$", re.IGNORECASE)
# What stands after a comma and belongs to the name before it.
_SUFFIX = re.compile(
    r"(?:(?:co|corp|inc|ltd|limited|llc|llp|plc|pjsc|ojsc|cjsc|jsc|pjs|ooo|oao|zao|pao|gmbh|s\.?a|sdn|bhd|a\.?s|fze|jr|sr"
    r"|public joint stock company|joint stock company|department of|medical sciences university)\b|&)", re.IGNORECASE,
)
# Before these words an "and" parts two names: "Institute X and ZAO Y".
_NEXT = re.compile(
    r",?\s+and\s+(?=(?:JSC|OJSC|CJSC|PJSC|LLC|OOO|OAO|ZAO|PAO|AO|Public Joint|Joint Stock|Public Stock|Open Joint)\b)"
)
_INITIALS = re.compile(r"\b\w\.\s?\w\.$")  # "M.K.Y.": the last stop belongs to the name
_ACRONYM = re.compile(r"[A-Z][A-Z.-]+")
_LANGUAGE = re.compile(r"^(Arabic|Belarus?sian|Hebrew|Russian|Ukrainian|Persian|Spanish|French)\s*:\s*(.+)$", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|et|a\.?k\.?a\.?|also known as|alias:?)\s+", re.IGNORECASE)


def split_entity(text: str) -> Iterator[tuple[str, str | None]]:
    """An entity's names: the English one, the French one behind a slash, and those in "(also known as ...)".

    >>> list(split_entity("Institute of Tests/Institut des tests (also known as IT)"))
    [('Institute of Tests', None), ('IT', None), ('Institut des tests', 'French')]
    """
    halves = _split_outside(text, "/")
    if any(" " not in half.strip() for half in halves):
        halves = [text]  # "M/V Test", "Victory/Pobeda Bloc": no name in two languages
    for at, half in enumerate(halves):
        known_as = _KNOWN_AS.search(half)
        yield from _clean(half[: known_as.start()] if known_as else half, "French" if at else None)
        for piece in _NEXT.split(known_as[1]) if known_as else ():
            yield from _clean(piece, None)


def split_aliases(text: str, marks: str = ";,") -> Iterator[tuple[str, str | None]]:
    """The names of a list of aliases, with semicolons, or commas that are no part of a name, between them.

    What stands behind a slash outside brackets is French. "Russian: ..." gives the language as note.
    """
    halves = _split_outside(text, "/")
    if any(len(half.split(",")[-1].strip()) < 2 for half in halves):
        halves = [text]  # "M/V Test"
    for at, half in enumerate(halves):
        pieces = [half]
        for mark in marks:
            pieces = [part for piece in pieces for part in _split_outside(piece, mark)]
        for piece in _join_suffixes(pieces):
            language = _LANGUAGE.match(piece.strip())
            yield from _clean(language[2] if language else piece, language[1] if language else "French" if at else None)


def split_listed(text: str) -> tuple[str, ...]:
    """The names of a sentence such as "First Front, Second Front; Third Front and the Fourth Front."

    An "and" parts two names only in the last piece, where no other piece has one, and where what follows is more than a
    word or an acronym: "Jews and Crusaders" stays.
    """
    whole = text.strip().removesuffix(".") if not _INITIALS.search(text) else text.strip()
    pieces = [part.strip() for piece in _split_outside(whole, ";") for part in _split_outside(piece, ",")]
    pieces = [_LEAD.sub("", piece).strip() for piece in _join_suffixes(pieces)]
    if pieces and not any(" and " in piece for piece in pieces[:-1]):
        left, middle, right = pieces[-1].partition(" and ")
        is_name = " " in right.removeprefix("the ") or _ACRONYM.fullmatch(right)
        if middle and is_name and " and " not in right and left.count("(") == left.count(")"):
            pieces[-1:] = [left, right]
    return tuple(dict.fromkeys(name for piece in pieces for name, _ in _clean(piece, None)))


def _join_suffixes(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and _SUFFIX.match(piece.strip()):
            joined[-1] = f"{joined[-1]}, {piece.strip()}"
        else:
            joined.append(piece)
    return joined


def _clean(text: str, note: str | None) -> Iterator[tuple[str, str | None]]:
    name = _LEAD.sub("", " ".join(text.split()).strip(" ;,")).strip(" ;,")
    if any(c.isalnum() for c in name):
        yield name, note


def _split_outside(text: str, mark: str) -> list[str]:
    """`text` split at the marks that are in no brackets."""
    pieces, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth = max(0, depth + (char == "(") - (char == ")"))
        if char == mark and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]
