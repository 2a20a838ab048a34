"""The names of a UN record. One element may hold several names, in two scripts, with remarks in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.model import DateValue, Fact, Name, NamePart, Origin, Place
from tocsin.model.listing import NameRole, Quality
from tocsin.names.scripts import script_of
from tocsin.sources.un_fields import NOT_GIVEN, find_code, parse_span
from tocsin.sources.un_xml import Node

NAME_TAGS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")

# QUALITY: "Good" and "Low" of persons, "a.k.a." and "f.k.a." of entities.
QUALITIES: dict[str, tuple[NameRole, Quality]] = {
    "Good": ("alias", "strong"),
    "a.k.a.": ("alias", "strong"),
    "Low": ("alias", "weak"),
    "f.k.a.": ("former", "strong"),
}

# A letter that numbers names inside one element: "Name One; Name Two b) Name Three".
_NUMBERED = re.compile(r"\s[b-z]\)\s")
_MARK = re.compile(
    r"^\W*(?:original script|in arabic(?: script)?)\s*:\s*|\s*(?:\(original script\)|- sub-unit name)\s*$", re.I
)
_LANGUAGE = re.compile(r"\s*\(([A-Z][a-z]+)\)$")  # "ቫል (Tigrinya)"
# What stands behind an alias in its own element and is not part of the name; kept as the name's note.
_REMARK = re.compile(
    r"(?:,?\s+(born (?:in|on|\d).+)"
    r"|\s*\(((?:birth|combat) name|(?:previously|formerly) listed as|third|false identity .+)\))$",
    re.I,
)
# "previously listed as": the name under which the subject stood on the list before its record was amended.
_FORMER = re.compile(r"(?:previously|formerly) listed as", re.I)
# One romanisation in a note that lists several ("Alpha al-Beta; Alfa the Beta"): words with a capital, and particles.
_WORD = r"(?:(?:[a-z]{2}[-’'])?['’‘`]?[^\W\d_a-z](?:[^\W\d]|[.'’‘`-])*|the|al|el|ul|bin|ben|ibn|ould|abu|de)"
_NAME_IN_NOTE = re.compile(rf"{_WORD}(?: {_WORD}){{0,9}}")
_NOTE_SCRIPT = re.compile(r"(?:original script|in arabic(?: script)?)\s*:\s*(.+)", re.I)


def make_names(record: Node, tag: str) -> tuple[Name, ...]:
    """Primary name first, then its original script, then aliases in the list's order. `tag` is the alias element."""
    return (*_primary(record), *_original(record), *_aliases(record, tag))


def _primary(record: Node) -> Iterator[Name]:
    """The name in its parts. An entity's FIRST_NAME may hold several names; those after the first are aliases."""
    parts = [(tag, text) for tag in NAME_TAGS if (text := record.find_text(tag))]
    whole = " ".join(text for _, text in parts)
    field = "+".join(tag for tag, _ in parts)
    if parts and record.tag == "INDIVIDUAL":
        labelled = tuple(NamePart(kind="other", text=text) for _, text in parts)
        origin = Origin(field=field)
        yield Name(text=whole, role="primary", quality="strong", script=script_of(whole), origin=origin, parts=labelled)
        return
    role: NameRole = "primary"
    for text in split_names(whole) or ((whole,) if whole else ()):
        origin = Origin(field=field, text=None if text == whole else whole)
        yield Name(text=text, role=role, quality="strong", script=script_of(text), origin=origin)
        role = "alias"


def _original(record: Node) -> Iterator[Name]:
    """Line breaks inside the element are the publisher's wrapping, not a border between names."""
    whole = record.find_text("NAME_ORIGINAL_SCRIPT")
    language = _LANGUAGE.search(whole or "")
    for text in split_names(_LANGUAGE.sub("", whole or ""), also="/"):
        yield Name(
            text=text,
            role="original_script",
            quality="strong",
            script=script_of(text),
            origin=Origin(field="NAME_ORIGINAL_SCRIPT", text=None if text == whole else whole),
            note=language[1] if language else None,
        )


def _aliases(record: Node, tag: str) -> Iterator[Name]:
    for node in record.get_nodes(tag):
        whole, note = node.find_text("ALIAS_NAME"), node.find_text("NOTE")
        role, quality = QUALITIES.get(node.find_text("QUALITY") or "", ("alias", "strong"))
        for piece in split_names(whole or ""):
            text, remark = _split_remark(piece)
            origin = Origin(field=f"{tag}/ALIAS_NAME", text=None if text == whole else whole)
            said = "; ".join(part for part in (remark, note) if part) or None
            yield Name(
                text=text,
                role="former" if said and _FORMER.search(said) else role,
                quality=quality,
                script=script_of(text),
                origin=origin,
                note=said,
            )
        if whole and note:
            yield from _names_in_note(note, quality, field=f"{tag}/NOTE")


def _split_remark(piece: str) -> tuple[str, str | None]:
    """A name and the remark behind it: "Alpha Beta, born in 1950" gives "Alpha Beta" and "born in 1950"."""
    remark = _REMARK.search(piece)
    name = piece[: remark.start()].strip(" ,") if remark else ""
    return (name, remark[1] or remark[2]) if remark and name else (piece, None)


def _names_in_note(note: str, quality: Quality, *, field: str) -> Iterator[Name]:
    """The alias in its own script ("original script: ...") and romanisations, two or more with semicolons between."""
    origin = Origin(field=field, text=note)
    written = _NOTE_SCRIPT.search(note)
    if written:
        text = written[1]
        yield Name(text=text, role="original_script", quality=quality, script=script_of(text), origin=origin)
    for chunk in re.split(r"[()]", note):
        names = [name.strip() for name in chunk.removeprefix("transliterations:").split(";")]
        if len(names) > 1 and all(_NAME_IN_NOTE.fullmatch(name) for name in names):
            for name in names:
                yield Name(text=name, role="alias", quality=quality, script=script_of(name), origin=origin)


def find_unknown_qualities(record: Node, tag: str) -> Iterator[str]:
    """One path for each alias whose QUALITY is no known word; such an alias is kept as a strong one."""
    for node in record.get_nodes(tag):
        quality = node.find_text("QUALITY")
        if quality is not None and quality not in QUALITIES:
            yield f"{tag}/QUALITY (unknown word)"


def make_alias_births(record: Node) -> tuple[tuple[DateValue, ...], tuple[Place, ...], tuple[Fact, ...]]:
    """Dates and places of birth that go with one alias, and facts for dates and notes that fit nowhere else."""
    births: list[DateValue] = []
    places: list[Place] = []
    facts: list[Fact] = []
    tag = "INDIVIDUAL_ALIAS"
    for node in record.get_nodes(tag):
        date, city, country = (node.find_text(f"{what}_OF_BIRTH") for what in ("DATE", "CITY", "COUNTRY"))
        if date and date.casefold() not in NOT_GIVEN:
            origin, span = Origin(field=f"{tag}/DATE_OF_BIRTH"), parse_span(date)
            if span:
                births.append(DateValue(span=span, origin=origin))
            else:
                facts.append(Fact(key="birth_text", text=date, origin=origin))
        if city or country:
            origin = Origin(field=f"{tag}/CITY_OF_BIRTH+COUNTRY_OF_BIRTH")
            places.append(Place(origin=origin, city=city, country=find_code(country), country_text=country))
    return tuple(births), tuple(places), tuple(facts)


def split_names(text: str, also: str = "") -> tuple[str, ...]:
    """The names that one element holds. Never split at a comma, which the list uses inside names.

    Borders are ";" outside brackets, "b)" between names, and brackets at the end that hold another script or several
    names. `also` has further border characters, which count only with spaces around.

    >>> split_names("Alpha Group; Beta (BTA)")
    ('Alpha Group', 'Beta (BTA)')
    >>> split_names("Альфа (Alfa; Alpha)")
    ('Альфа', 'Alfa', 'Alpha')
    """
    pieces = [p for whole in _outside(text) for p in _NUMBERED.split(whole)]
    for mark in also:
        pieces = [p for whole in pieces for p in whole.split(f" {mark} ")]
    names = [name for piece in pieces for name in _unwrap(piece)]
    return tuple(dict.fromkeys(name for name in names if any(c.isalnum() for c in name)))


def _unwrap(piece: str) -> Iterator[str]:
    piece = _MARK.sub("", piece.strip(" ,;"))
    outer, inner = _tail(piece)
    if not outer or not inner:
        yield piece
        return
    inside = [_MARK.sub("", p).strip(" ,;") for p in _outside(inner)]
    if len(inside) > 1 or script_of(inside[0]) not in (script_of(outer), "Zyyy"):
        yield outer
        yield from inside
    else:
        yield piece


def _outside(text: str) -> list[str]:
    """`text` split at the semicolons that are in no brackets."""
    pieces, depth, start = [], 0, 0
    for i, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == ";" and depth <= 0:
            pieces.append(text[start:i])
            start, depth = i + 1, 0
    return [*pieces, text[start:]]


def _tail(text: str) -> tuple[str, str]:
    """What is before the brackets that end `text`, and what they hold; both empty when it does not end so."""
    if not text.endswith(")"):
        return "", ""
    depth = 0
    for i in range(len(text) - 1, -1, -1):
        depth += (text[i] == ")") - (text[i] == "(")
        if depth == 0:
            return text[:i].strip(" ,"), text[i + 1 : -1].strip()
    return "", ""
