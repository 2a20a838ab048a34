"""What is meant to be one subject's alone in a UK record: documents, registrations, contacts and references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tocsin.model import Fact, Identifier
from tocsin.sources.uk_numbers import (
    Number,
    find_emails,
    find_expiry,
    find_issued,
    find_kind,
    find_websites,
    split_numbers,
    split_phones,
)
from tocsin.sources.uk_values import clean, find_issuer, read_un_refs

if TYPE_CHECKING:
    from tocsin.sources.uk_record import UkRecord

LABELS = {"passport": "Passport", "national_id": "National identifier"}
_IMO = re.compile(r"(?:IMO)?\s*(?:number)?\s*:?\s*(\d{7})", re.IGNORECASE)
_IMO_NAME = re.compile(r"IMO ?(\d{7})\b")


def make_identifiers(record: UkRecord) -> tuple[tuple[Identifier, ...], tuple[Fact, ...]]:
    """All identifiers, references to other lists last, each once; and as facts what has no number's form."""
    found: list[Identifier] = []
    facts: list[Fact] = []
    for made in (*_documents(record), *_registrations(record), *_imos(record), *_contacts(record), *_references(record)):
        if isinstance(made, Fact):
            facts.append(made)
        elif all((made.kind, made.number, made.note) != (x.kind, x.number, x.note) for x in found):
            found.append(made)
    return tuple(found), tuple(facts)


def _documents(record: UkRecord) -> Iterator[Identifier | Fact]:
    for key in ("passport", "national_id"):
        for values in record.get(key):
            number, words = values
            if not any(c.isdigit() for c in number):
                text = "; ".join(part for part in values if part)
                yield Fact(key="document", text=text, origin=record.origin(key, values))
                continue
            pieces = split_numbers(number) if key == "national_id" else (Number(number.lstrip("'")),)
            for piece in pieces:
                label = piece.label or LABELS[key]
                kind = key if key == "passport" else find_kind(f"{label} {words}", key)
                yield Identifier(
                    kind=kind, number=piece.number, label=label,
                    country=find_issuer(words) or piece.country, issued=find_issued(words), expires=find_expiry(words),
                    note="; ".join(part for part in (piece.note, words) if part) or None,
                    origin=record.origin(key, (number, ""), text=None if piece.number == number else number),
                )


def _registrations(record: UkRecord) -> Iterator[Identifier | Fact]:
    for key, kind, title in (
        ("registration", "registration", "Business registration number"), ("hull", "other_id", "Hull identification number"),
    ):
        for text in record.texts(key):
            if not any(c.isdigit() for c in text):
                yield Fact(key=f"{key}_text", text=text, origin=record.origin(key))
                continue
            for piece in split_numbers(text):
                yield Identifier(
                    kind=find_kind(piece.label or "", kind), number=piece.number, label=piece.label or title,
                    country=piece.country, note=piece.note,
                    origin=record.origin(key, text=None if piece.number == text else text),
                )


def _imos(record: UkRecord) -> Iterator[Identifier]:
    """IMO numbers, also from a ship's name of the form 'IMO 9000001 ("EXAMPLE")' where the element is empty."""
    for text in record.texts("imo"):
        match = _IMO.fullmatch(text)
        if match is None:
            record.tally.notes["IMO numbers that have not seven digits, kept as they are"] += 1
        number = match[1] if match else text
        origin = record.origin("imo", text=None if number == text else text)
        yield Identifier(kind="imo", number=number, label="IMO number", origin=origin)
    if not record.texts("imo"):
        for values in record.get("name"):
            for number in _IMO_NAME.findall(values[5]):
                origin = record.origin("name", (*[""] * 5, values[5], "", ""), text=values[5])
                yield Identifier(kind="imo", number=number, label="IMO number", origin=origin)


def _contacts(record: UkRecord) -> Iterator[Identifier | Fact]:
    finders = {"phone": split_phones, "email": find_emails, "website": find_websites}
    for key, find in finders.items():
        for text in record.texts(key):
            pieces = tuple(find(text))
            for piece in pieces:
                yield Identifier(kind=key, number=piece, origin=record.origin(key, text=None if piece == text else text))
            if not pieces:
                yield Fact(key=f"{key}_text", text=text, origin=record.origin(key))


def _references(record: UkRecord) -> Iterator[Identifier]:
    """The UN's reference of the same subject, and the group of the closed Consolidated List of OFSI."""
    for text in record.texts("un_ref"):
        refs = read_un_refs(text)
        record.tally.notes["UN reference numbers of an unknown form, kept as they are"] += not refs
        for ref in refs or (clean(text).replace(" ", ""),):
            origin = record.origin("un_ref", text=None if ref == text else text)
            yield Identifier(kind="un_ref", number=ref, label="UN Reference Number", origin=origin)
    for text in record.texts("ofsi_group"):
        yield Identifier(kind="uk_ofsi_group", number=text, label="OFSI Group ID", origin=record.origin("ofsi_group"))
