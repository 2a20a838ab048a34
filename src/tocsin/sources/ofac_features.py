"""OFAC's features: what its enhanced and advanced files say of a subject beside names, documents and addresses.

Both name a feature by its type, in the words of the plain files' `idType` but for those of `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable

from tocsin.model import DateSpan
from tocsin.sources.ofac_record import OfacRecord
from tocsin.sources.ofac_stream import say_span

# How sure OFAC is of a value. "Confirmed" and "Unknown" are the ordinary case and are not kept.
ORDINARY = frozenset({"", "Confirmed", "Unknown"})
Rule = Callable[[OfacRecord, str, str], None]

# Type of a feature in small letters -> what it adds: the record, the text and the field are given.
RULES: dict[str, Rule] = {
    "citizenship country": lambda r, t, f: r.add_country("citizenship", t, f),
    "nationality country": lambda r, t, f: r.add_country("nationality", t, f),
    "vessel call sign": lambda r, t, f: r.add_id("Other Vessel Call Sign", t, f),
    "vessel flag": lambda r, t, f: r.add_country("flag", t, f),
    "vessel type": lambda r, t, f: r.add_fact("vessel_type", t, f),
    "vessel owner": lambda r, t, f: r.add_fact("vessel_owner", t, f),
    "vessel tonnage": lambda r, t, f: r.add_fact("tonnage", t, f),
    "vessel gross registered tonnage": lambda r, t, f: r.add_fact("gross_registered_tonnage", t, f),
    "title": lambda r, t, f: r.add_fact("title", t, f),
    "location": lambda r, t, f: r.add_fact("location", t, f),
}


def add_feature(
    record: OfacRecord, kind: str, text: str, field: str, *, span: DateSpan | None = None, reliability: str = "",
    comment: str = "",
) -> None:
    """Add one feature of type `kind`; `span` where the file gives a date in parts, and `reliability` in OFAC's word."""
    label = " ".join(kind.replace("’", "'").split())  # the plain files write the straight one
    said = [f"reliability: {reliability}"] if reliability not in ORDINARY else []
    note = "; ".join([*said, *([comment] if comment else [])]) or None
    rule = RULES.get(label.lower())
    if label == "Birthdate":
        record.add_birth(text, field, span=span, note=note)
        return
    if label == "Place of Birth":
        record.add_birth_place(text, field, note=note)
        return
    text = text or (say_span(span) if span else "")
    before = len(record.identifiers)
    if rule is not None:
        rule(record, text, field)
    else:
        record.add_id(label, text, field, note=note)
    if note and (rule is not None or len(record.identifiers) == before):  # a fact and a country have no room for a note
        record.add_fact("reliability" if said else "comment", f"{label} {text}: {note}", field)
