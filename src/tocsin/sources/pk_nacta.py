"""Pakistan's list of proscribed persons (Fourth Schedule of the Anti-Terrorism Act), from NACTA's export as JSON.

A record has a name, the father's name, the number of the identity card (CNIC), a province and a district, and nothing else:
no date and no reference. `docs/lists/pk_nacta.md` says how references are made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from tocsin.model import Fact, Identifier, Listing, Measure, Name, Origin, Place
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.json_rows import Row, Seen, get_one_file, get_rows, read_json
from tocsin.sources.own_refs import give_own_refs

TITLE = "Pakistan proscribed persons"
# Keys of the publisher's export ("Name") and of the service behind its page ("fatherName"), in lower case.
REQUIRED = ("name", "fathername", "province", "district")
GROUND = "Anti-Terrorism Act, 1997, section 11EE (Fourth Schedule)"
CNIC_DIGITS = 13
# Numbers that stand for an unknown one: 1111111111117, 0000000000000, 1234567891011.
_FILLER = re.compile(r"1{10}\d{3}|(\d)\1{12}|1234567\d{6}")
# "Alpha @ Beta", "Alpha alias Beta, Gamma": what joins a name to the names after it.
_ALIAS = re.compile(r"\s*@\s*|\s+(?:alias|urf|a\.?k\.?a\.?)\b:?\s*", re.I)
_COMMA = re.compile(r"\s*,\s*")
_RESIDENT = re.compile(r"\s+r/o\s+(?=\S)", re.I)
_PARENT = re.compile(r"^([sdw])/o\s+(?=\S)", re.I)
_NOT_GIVEN = frozenset({"nil", "nill", "na", "n/a", "-", "--", "unknown", "not known", "null", "none"})


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each record, in the list's order; rows that say the same twice are one, which is noted.

    A reference is made from the CNIC, or from the other fields where there is none (`_make_ref`). `ListRefused` for what is
    not one whole list, when a key is on no record, and when a record has no name.
    """
    document = read_json(get_one_file(files, TITLE).data, TITLE)
    seen = Seen()
    if isinstance(document, list):
        document = [_lower(item, seen) if isinstance(item, dict) else item for item in document]
    rows = get_rows(document, TITLE, where="the file", seen=seen)
    missing = [key for key in (*REQUIRED, "cnic") if not any(key in row for row in rows)]
    if missing:
        raise refused(TITLE, "different_document", f"the key {missing[0]} is on no record")
    made = [_make_listing(row, number, seen) for number, row in enumerate(rows, start=1)]
    for row in rows:
        row.report_unread(())
    listings = give_own_refs(made, seen.notes, row="record", number="CNIC", key=_tell_apart)
    return Parsed(
        listings=listings, published_at=None, records={"persons": len(rows)}, unread=seen.make_unread(),
        notes=seen.make_notes(),
    )  # fmt: skip


def _lower(item: dict[str, object], seen: Seen) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, value in item.items():
        name = key.casefold()
        if name in out:
            seen.unread[f"{name[:60]} (twice)"] += 1
        else:
            out[name] = value
    return out


def _make_listing(row: Row, number: int, seen: Seen) -> Listing:
    name = row.find_text("name")
    if name is None or not any(c.isalnum() for c in name):
        raise refused(TITLE, "malformed", f"record {number}: expected a name")
    names, facts = _make_names(name)
    identifiers, card_facts = _make_card(row.find_text("cnic"), seen)
    district, province = row.find_text("district"), row.find_text("province")
    place = Place(origin=Origin(field="District+Province"), city=district, region=province, country="pk", note="district")
    return Listing(
        list_key="pk_nacta",
        authority="PK",
        ref=_make_ref(identifiers, name, row),
        kind="person",
        names=names,
        addresses=(place,) if district or province else (),
        identifiers=identifiers,
        measures=(Measure(programme="Fourth Schedule", ground=GROUND, origin=Origin(field="(the list)")),),
        facts=(*facts, *_make_parent(row.find_text("fathername")), *card_facts),
    )


def _make_names(whole: str) -> tuple[tuple[Name, ...], tuple[Fact, ...]]:
    """The name, its aliases, and as a fact where the person lives, if that stands behind the name.

    Commas part names only behind "alias". An alias of one word ("Danger", "Master") is weak: the list marks no quality, and
    most of these are nicknames or titles.
    """
    named, *residence = _RESIDENT.split(whole, maxsplit=1)
    first, *rest = (part.strip(" ,.@") for part in _ALIAS.split(named))
    aliases = [name for part in rest for name in _COMMA.split(part) if any(c.isalnum() for c in name)]
    if not any(c.isalnum() for c in first):
        first, aliases = (aliases[0], aliases[1:]) if aliases else (whole, [])
    texts = list(dict.fromkeys((first, *aliases)))
    names = tuple(
        Name(
            text=text, role="alias" if at else "primary", quality="weak" if at and " " not in text else "strong",
            script=script_of(text), origin=Origin(field="Name", text=None if text == whole else whole),
        )
        for at, text in enumerate(texts)
    )  # fmt: skip
    origin = Origin(field="Name", text=whole)
    return names, tuple(Fact(key="resident_of", text=text, origin=origin) for text in residence)


def _make_parent(text: str | None) -> tuple[Fact, ...]:
    """The father's name; "W/o" before it makes it the husband's."""
    if text is None or text.casefold() in _NOT_GIVEN:
        return ()
    lead = _PARENT.match(text)
    name = text[lead.end() :] if lead else text
    key = "husband_name" if lead and lead[1].lower() == "w" else "father_name"
    return (Fact(key=key, text=name, origin=Origin(field="FatherName", text=text if lead else None)),)


def _make_card(text: str | None, seen: Seen) -> tuple[tuple[Identifier, ...], tuple[Fact, ...]]:
    """The CNIC; one that stands for an unknown number is a fact, since it is many persons' "number"."""
    if text is None or text.casefold() in _NOT_GIVEN:
        return (), ()
    digits = re.sub(r"[\s\-]", "", text)
    origin = Origin(field="CNIC", text=None if digits == text else text)
    if _FILLER.fullmatch(digits):
        seen.notes["CNIC that stand for an unknown number, kept as a fact"] += 1
        return (), (Fact(key="cnic_filler", text=digits, origin=origin),)
    if not (digits.isascii() and digits.isdigit() and len(digits) == CNIC_DIGITS):
        seen.notes[f"CNIC that are not {CNIC_DIGITS} digits, kept as published"] += 1
        digits, origin = text, Origin(field="CNIC")
    return (Identifier(kind="national_id", number=digits, label="CNIC", country="pk", origin=origin),), ()


def _make_ref(identifiers: Sequence[Identifier], name: str, row: Row) -> str:
    """A reference of our own: a digest, so that no card number stands in messages, reports of changes and the audit."""
    if identifiers:
        return f"NACTA-{_digest(identifiers[0].number)}"
    return f"NACTA-N-{_digest(name, *(row.find_text(key) or '' for key in REQUIRED[1:]))}"


def _digest(*texts: str) -> str:
    return hashlib.sha256(_fold(texts).encode()).hexdigest()[:12]


def _fold(texts: Iterable[str]) -> str:
    return "\n".join(" ".join(text.casefold().split()) for text in texts)


def _tell_apart(listing: Listing) -> str:
    """What a record says, without the place where it says so."""
    places = (str(place) for place in listing.addresses)
    return _fold((*(name.text for name in listing.names), *(fact.text for fact in listing.facts), *places))


SOURCES = (
    Source(
        key="pk_nacta", title="Proscribed persons (Fourth Schedule, Anti-Terrorism Act 1997)",
        publisher="National Counter Terrorism Authority of Pakistan (NACTA)", authority="PK", law=GROUND,
        urls=(), format="JSON", licence="Published by the government of Pakistan; no licence is stated",
        stale_after_days=90, plausible=(1_500, 12_000), parse=parse,
    ),
)  # fmt: skip
