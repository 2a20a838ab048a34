"""The text of an entry to names, by written rules; `docs/lists/in_uapa.md` has them in words.

An organisation's entry joins names with "/" and "or" and puts acronyms in brackets; a person's joins names with "@".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tocsin.model import Name, Origin
from tocsin.model.listing import NameRole, Quality
from tocsin.names.scripts import script_of
from tocsin.sources.in_uapa_tables import TAIL

_HYPHEN = re.compile(r"(?<=\w)-\s+(?=\w)")               # "Sham- Khorasan"
_PARTICLE = re.compile(r"\b([Uu]l)(?=[A-Z])")            # "UlUmmah", "ulMujahideen"
_GLUED = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})")   # "Masood AzharAlvi"
_BORDER = re.compile(r"/|\s+or\s+(?=[A-Z])")
_GROUP = re.compile(r"\s*([(\[])((?:[^()\[\]]|\([^()\[\]]*\))+)[)\]]")
_COMMA_ACRONYM = re.compile(r",\s*([A-Z][A-Za-z-]{1,11}(?:\s?\([A-Z]\))?)$")
_OUTER = " \t,;:/-–.\"'“”‘’"
LONGEST_ACRONYM = 14


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One name found in an entry. `note` is what stood behind its acronym ("in Assam")."""

    text: str
    weak: bool = False
    note: str | None = None


def split_tail(text: str) -> tuple[str, str | None]:
    """An entry without the words that widen it, and those words.

    >>> split_tail("Lantern Front, all its formations and front organizations.")
    ('Lantern Front', 'all its formations and front organizations')
    """
    tail = TAIL.search(text)
    if tail is None or not text[: tail.start()].strip(_OUTER):
        return text, None
    return text[: tail.start()], tail.group().strip(" ,;.")


def split_organisation(text: str) -> tuple[Piece, ...]:
    """The names of an organisation's entry, without its tail, in order; an acronym is a weak name behind its own.

    Brackets that hold no acronym stay in the name ("(Maoist)"), and nothing is split inside brackets.

    >>> [p.text for p in split_organisation("Lantern Front/Army of Lamps (AOL) or Candle-ul-Light")]
    ['Lantern Front', 'Army of Lamps', 'AOL', 'Candle-ul-Light']
    """
    text = _PARTICLE.sub(r"\1 ", _HYPHEN.sub("-", text))
    pieces = [piece for part in _outside(_close(text)) for piece in _read_part(part.strip(_OUTER))]
    return _unique(pieces)


def split_person(text: str) -> tuple[Piece, ...]:
    """The names of a person's entry; an alias of one word is weak, being a nickname ("Doctor", "Chief").

    Words that were set without the space between them are parted.

    >>> [(p.text, p.weak) for p in split_person("Albern LanternKeeper @ Lamp @ A. Keeper.")]
    [('Albern Lantern Keeper', False), ('Lamp', True), ('A. Keeper', False)]
    """
    names = [" ".join(_GLUED.sub(" ", _HYPHEN.sub("-", part)).strip(_OUTER).split()) for part in text.split("@")]
    found = [name for name in names if _has_words(name)]
    return _unique([Piece(text=name, weak=at > 0 and " " not in name) for at, name in enumerate(found)])


def make_names(pieces: tuple[Piece, ...], whole: str, *, field: str) -> tuple[Name, ...]:
    """Names for a listing, the first strong one primary. The whole entry is the origin of each that is not all of it."""
    first = next((p for p in pieces if not p.weak), pieces[0])
    return tuple(
        Name(
            text=piece.text, role=_role(piece, first), quality=_quality(piece), script=script_of(piece.text),
            origin=Origin(field=field, text=None if piece.text == whole else whole), note=piece.note,
        )
        for piece in (first, *(p for p in pieces if p is not first))
    )


def is_acronym(text: str) -> bool:
    """Whether brackets hold an acronym: short, two capitals or more, no run of three small letters.

    >>> [is_acronym(t) for t in ("ULFA", "TuM", "NSCN (K)", "Maoist", "Marxist-Leninist", "Masarat Alam faction")]
    [True, True, True, False, False, False]
    """
    return (
        len(text) <= LONGEST_ACRONYM and sum(c.isupper() for c in text) >= 2
        and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*(?:\s?\([A-Z]\))?", text) is not None
        and re.search(r"[a-z]{3}", text) is None
    )


def _read_part(part: str) -> Iterator[Piece]:
    """One name with its acronyms: those in brackets, and one behind the last comma."""
    acronyms: list[str] = []
    note = None
    comma = _COMMA_ACRONYM.search(part)
    if comma and is_acronym(comma[1]):
        acronyms.append(comma[1])
        part = part[: comma.start()]
    for group in reversed(list(_GROUP.finditer(part))):
        if is_acronym(group[2].strip()):
            acronyms.insert(0, group[2].strip())
            before, after = part[: group.start()].strip(_OUTER), part[group.end() :].strip(" ,")
            part, note = (before, _join_notes(after, note)) if _has_words(before) else (after, note)
    if note is not None and not _has_words(part):
        part, note = note, None
    name = " ".join(part.strip(_OUTER).split())
    if _has_words(name):
        yield Piece(text=name, weak=is_acronym(name) and name.upper() == name, note=note)
    yield from (Piece(text=acronym, weak=True) for acronym in acronyms)


def _join_notes(*notes: str | None) -> str | None:
    return " ".join(dict.fromkeys(filter(None, notes))) or None


def _has_words(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _outside(text: str) -> Iterator[str]:
    """`text` split at the borders between names that are in no brackets."""
    start = 0
    for border in _BORDER.finditer(text):
        before = text[: border.start()]
        if before.count("(") + before.count("[") <= before.count(")") + before.count("]"):
            yield text[start : border.start()]
            start = border.end()
    yield text[start:]


def _close(text: str) -> str:
    """The list writes "(NSCN(K)": brackets left open are closed at the end, before the last full stop."""
    missing = text.count("(") - text.count(")")
    return text.rstrip(" .,") + ")" * missing if 0 < missing <= 2 else text


def _unique(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Each name once, as it stood first, with what was noted of it anywhere."""
    found: dict[str, Piece] = {}
    for piece in pieces:
        known = found.get(piece.text)
        found[piece.text] = msgspec.structs.replace(known, note=_join_notes(known.note, piece.note)) if known else piece
    return tuple(found.values())


def _role(piece: Piece, first: Piece) -> NameRole:
    return "primary" if piece is first else "alias"


def _quality(piece: Piece) -> Quality:
    return "weak" if piece.weak else "strong"
