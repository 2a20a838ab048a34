"""The names of an EU record, and which of them is the main one.

Nothing in the file marks the main name: `strong` is true of every name (25,257 of 25,257 in May 2024), and names stand in
another order at each publication. The rule below was found against the annexes of the Official Journal (2026), which
print the main name first: it names the same one for 98 % of persons and 90 % of entities with several names, where the
first name of the file does for 27 % and 23 %, and the lowest number for 25 % and 36 %. Its steps, each of which only parts
what those before left equal: Latin script; a function with the name; no remark that calls it an alias; no abbreviation;
English or no language; a remark on the subject; given and family name apart; a gender; the lowest number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from tocsin.model import Name, NamePart, Origin
from tocsin.model.listing import NameRole, PartKind, Quality
from tocsin.names.scripts import script_of
from tocsin.sources.eu_record import Record
from tocsin.sources.eu_xml import Node

PARTS: tuple[tuple[str, PartKind], ...] = (("firstName", "given"), ("middleName", "middle"), ("lastName", "family"))
Gender = Literal["male", "female"]
GENDERS: dict[str, Gender] = {"M": "male", "F": "female"}
TRANSLATIONS = ("BG", "EL")  # in their scripts a name is a translation of the Official Journal, not the original
MAX_NOTE = 80
_WEAK = re.compile(r"\blow[ -]quality\b", re.I)
_FORMER = re.compile(
    r"^\W*(?:formerly|previously|formally)\s+(?:known|listed|called)|as previously listed|^\W*(?:former|previous) names?\b"
    r"|^\W*f\.?k\.?a\b|^(?:anciennement connue? sous|già$|ranije poznat|anksčiau žinom|korábbi elnevez|voorheen bekend|"
    r"qabel kien|prej imenovan|predtým znám|dříve znám|tidligere kendt|entinen$|tidigare känt|antes conocid|"
    r"anteriormente conhecid|früher bekannt|poprzednia nazwa|dawniej znan|cunoscut anterior|varem tuntud|iepriekš zināms|"
    r"πρώην|известн\w* преди|по-рано)", re.I,
)
_ABOUT_NAME = re.compile(
    r"quality|\ba\.?k\.?a\b|\balias|former(?:ly)? (?:known|name|listed)|previous(?:ly)? (?:name|known|listed)|maiden name|"
    r"original script|abbreviation|call ?sign|combat name|transliteration|^\W*born \w+$|\bversion\b", re.I,
)
_ORIGINAL = re.compile(r"^\W*original script\s*:\s*(.+?)\)?$", re.I)


def make_names(record: Record) -> tuple[tuple[Name, ...], Gender | None]:
    """The main name, the others in order of the publisher's numbers, and the gender where the names that state one agree."""
    opened = record.open_values("nameAlias")
    main = min(opened, key=lambda value: _rank(*value), default=None)
    names: list[Name] = []
    originals: list[Name] = []
    genders: set[str] = set()
    for node, remarks in [*([main] if main else []), *(value for value in opened if value is not main)]:
        whole, is_main = _whole(node), main is not None and node is main[0]
        if whole:
            names.append(_make_name(node, whole, remarks, is_main=is_main))
            originals += _make_originals(remarks, names[-1].quality)
        _add_facts(record, node, remarks, is_main=is_main)
        genders.add(node.find("gender") or node.find_raw("gender") or "")
    return join_names((*names, *originals)), _read_gender(record, genders)


def join_names(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each name once, in the order given, the first main name being the main one.

    The list gives a name again for each language that spells it so; of the other ones the notes are kept.
    """
    joined: dict[tuple[str, NameRole], Name] = {}
    for name in names:
        role: NameRole = "alias" if name.role == "primary" and joined else name.role
        at = (name.text, role)
        if role != "former" and (name.text, "primary") in joined:
            at = (name.text, "primary")
        known = joined.get(at)
        if known is None:
            joined[at] = msgspec.structs.replace(name, role=role)
            continue
        notes = dict.fromkeys(note for note in (*(known.note or "").split("; "), *(name.note or "").split("; ")) if note)
        quality: Quality = "strong" if "strong" in (known.quality, name.quality) else "weak"
        note, parts = "; ".join(notes) or None, known.parts or name.parts
        joined[at] = msgspec.structs.replace(known, note=note, quality=quality, parts=parts)
    return tuple(joined.values())


def _rank(node: Node, remarks: tuple[str, ...]) -> tuple[bool, ...]:
    """The lowest is the main name; of equal ones that with the lowest number, which stands first."""
    text = _whole(node) or ""
    called_alias = any(_ABOUT_NAME.search(remark) for remark in remarks)
    bare = text.strip("\"'“”‘’„() ")
    return (
        not text,
        script_of(text) != "Latn",
        not node.find("function"),
        called_alias or node.find("strong") == "false",
        bare.isupper() and len(bare) <= 7 and " " not in bare,
        (node.find("nameLanguage") or "EN") != "EN",
        not remarks or called_alias,
        not (node.find("firstName") or node.find("lastName")),
        not node.find("gender"),
    )


def _whole(node: Node) -> str | None:
    """The whole name; where it is missing, its parts."""
    return node.find("wholeName") or " ".join(p for name, _ in PARTS if (p := node.find(name))) or None


def _make_name(node: Node, whole: str, remarks: tuple[str, ...], *, is_main: bool) -> Name:
    raw = node.find_raw("wholeName") or whole
    quality: Quality = "weak" if node.find("strong") == "false" or any(_WEAK.search(r) for r in remarks) else "strong"
    language, script = node.find("nameLanguage"), script_of(whole)
    parts = tuple(NamePart(kind=kind, text=part) for name, kind in PARTS if (part := node.find(name)))
    notes = [f"language: {language}"] if language else []
    notes += [remark for remark in remarks if _is_note(remark, is_main=is_main)]
    return Name(
        text=whole, role=_role(remarks, script, language, is_main=is_main), quality=quality, script=script,
        parts=parts if len(parts) > 1 else (), note="; ".join(notes) or None,
        origin=Origin(field="nameAlias@wholeName", text=None if raw == whole else raw),
    )


def _make_originals(remarks: tuple[str, ...], quality: Quality) -> Iterator[Name]:
    """Names that stand in a remark: "(original script: Север)"."""
    for remark in remarks:
        found = _ORIGINAL.search(remark)
        if found:
            origin = Origin(field="nameAlias/remark", text=remark)
            yield Name(text=found[1], role="original_script", quality=quality, script=script_of(found[1]), origin=origin)


def _role(remarks: tuple[str, ...], script: str, language: str | None, *, is_main: bool) -> NameRole:
    if is_main:
        return "primary"
    if any(_FORMER.search(remark) for remark in remarks):
        return "former"
    return "original_script" if script not in ("Latn", "Zyyy") and language not in TRANSLATIONS else "alias"


def _is_note(remark: str, *, is_main: bool) -> bool:
    """Whether a remark is about the name. On an alias a short one is ("Filipinas" tells whose communist party is meant)."""
    return len(remark) <= MAX_NOTE and (not is_main or bool(_ABOUT_NAME.search(remark)))


def _add_facts(record: Record, node: Node, remarks: tuple[str, ...], *, is_main: bool) -> None:
    function = node.find("function")
    record.add_fact("title", node.find("title"), "nameAlias@title")
    record.add_fact("position" if record.is_person else "function", function, "nameAlias@function")
    record.add_mentions(function or "", "nameAlias@function")
    for remark in remarks:
        if not _is_note(remark, is_main=is_main):
            record.add_comment(remark, "nameAlias/remark")


def _read_gender(record: Record, found: set[str]) -> Gender | None:
    known = found & GENDERS.keys()
    record.unknown.update("nameAlias@gender (unknown word)" for _ in found - GENDERS.keys() - {"", "?"})
    if len(known) > 1:
        record.notes["records whose names are of both genders; none is kept"] += 1
    return GENDERS[known.pop()] if len(known) == 1 else None
