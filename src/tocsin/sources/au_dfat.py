"""Australia's Consolidated List, from the workbook that the Department of Foreign Affairs and Trade publishes.

One row is one name: rows "2", "2a", "2b" are one subject. The other cells are repeated in each row of a subject, and differ
in some; every different value is kept, with the row that it stands in. `docs/lists/au_dfat.md` has the table of columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import msgspec

from tocsin.model import DateValue, Fact, Identifier, Kind, Listing, Measure, Name, Origin, PartialDate
from tocsin.model.listing import NameRole, Quality
from tocsin.sources import base
from tocsin.sources.au_dates import find_dates, parse_date
from tocsin.sources.au_fields import (
    find_instrument,
    find_listing_dates,
    is_given,
    make_countries,
    make_names,
    make_places,
)
from tocsin.sources.au_numbers import find_gender, find_notices, make_identifiers
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.xlsx import Sheet, read_book

# Columns of every layout, and those that came with the layout of November 2025.
TITLE = "Australian list"
refused = partial(base.refused, TITLE)
REQUIRED = (
    "Reference", "Name of Individual or Entity", "Type", "Name Type", "Date of Birth", "Place of Birth", "Citizenship",
    "Address", "Additional Information", "Listing Information", "Committees", "Control Date",
)
MEASURES = ("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction")
OPTIONAL = ("Alias Strength", "IMO Number", "Instrument of Designation", *MEASURES)
KINDS: dict[str, Kind] = {"individual": "person", "person": "person", "entity": "organization", "vessel": "vessel"}
ROLES: dict[str, NameRole] = {
    "primary name": "primary", "primary": "primary", "primay name": "primary", "aka": "alias", "a": "alias",
    "alias": "alias", "original script": "original_script", "formerly known as": "former", "previously listed as": "former",
}
QUALITIES: dict[str, Quality] = {"": "strong", "strong": "strong", "weak": "weak"}
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
UN_LAW, OWN_LAW = "Charter of the United Nations Act 1945 (Cth)", "Autonomous Sanctions Act 2011 (Cth)"
_REFERENCE = re.compile(r"(\d+)\s*([a-z]+\d*)?", re.IGNORECASE)


class Row(msgspec.Struct, frozen=True):
    """One row: its number in the sheet, the subject's reference, its own ("2a"), and its cells by column."""

    number: int
    ref: str
    own: str
    cells: dict[str, str]


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each reference number, in the list's order.

    `published_at` is when the publisher saved the workbook. A reference that two subjects share is kept by the first; the
    others get "REF/2". `ListRefused` for what is not one whole list in a layout with all of `REQUIRED`.
    """
    if len(files) != 1:
        raise refused("incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    book = read_book(files[0], TITLE)
    reader = _Reader()
    rows = [row for sheet in book.sheets for row in reader.read_sheet(sheet)]
    if not reader.found:
        raise refused("different_document", f"no sheet has the columns {REQUIRED[0]} and {REQUIRED[1]}")
    if not rows:
        raise refused("empty", "the list has no records")
    listings = tuple(reader.make(subject) for subject in reader.group(rows))
    if book.saved_at is None:
        reader.notes["workbook without a date of its own"] += 1
    return Parsed(
        listings=listings, published_at=book.saved_at, records={"rows": len(rows), "subjects": len(listings)},
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(reader.unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(reader.notes.items()) if count),
    )


class _Reader:
    """Makes the listings of one workbook and remembers what was odd."""

    def __init__(self) -> None:
        self.found = False
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def read_sheet(self, sheet: Sheet) -> Iterator[Row]:
        columns = self._find_columns(sheet)
        if columns is None:
            self.unread[f"sheet '{sheet.name[:40]}'"] += sum(any(cells) for cells in sheet.rows)
            self.unread = +self.unread
            return
        self.found = True
        for number, cells in enumerate(sheet.rows[1:], start=sheet.first + 1):
            if any(cells):
                yield self._read_row(number, cells, columns)

    def _find_columns(self, sheet: Sheet) -> dict[str, int] | None:
        """Where each known column is. What has a header that is not known, or none, is counted by its filled cells."""
        known = {_fold(name): name for name in (*REQUIRED, *OPTIONAL)}
        columns: dict[str, int] = {}
        others: dict[str, int] = {}
        for at, header in enumerate(sheet.rows[0] if sheet.rows else ()):
            name = known.get(_fold(header))
            if name and name not in columns:
                columns[name] = at
            else:
                others[f"column {at + 1} '{' '.join(header.split())[:60]}'"] = at
        if not {*REQUIRED[:2]} & {*columns}:
            return None
        missing = [name for name in REQUIRED if name not in columns]
        if missing:
            raise refused("malformed", f"expected the columns {', '.join(REQUIRED)}; missing: {', '.join(missing)}")
        for path, at in others.items():
            count = sum(bool(cells[at]) for cells in sheet.rows[1:])
            self.unread.update({path: count} if count else {})
        return columns

    def _read_row(self, number: int, cells: tuple[str, ...], columns: dict[str, int]) -> Row:
        values = {name: cells[at] for name, at in columns.items()}
        text = " ".join(values["Reference"].split())
        if not text:
            raise refused("malformed", f"row {number} has no Reference")
        if not any(c.isalnum() for c in values["Name of Individual or Entity"]):
            raise refused("malformed", f"row {number} has no Name of Individual or Entity")
        match = _REFERENCE.fullmatch(text)
        self.notes["references of another form than 12 or 12a, each taken for one subject"] += match is None
        return Row(number, match[1] if match else text, text, values)

    def group(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """The rows of each subject, the primary name first. A second primary name is another subject's."""
        groups: dict[str, list[Row]] = {}
        primaries: Counter[str] = Counter()
        current: dict[str, str] = {}
        for row in rows:
            if self._role(row, count=False) == "primary":
                primaries[row.ref] += 1
                is_first = primaries[row.ref] == 1
                current[row.ref] = row.ref if is_first else f"{row.ref}/{primaries[row.ref]}"
                self.notes["subjects with the reference of another, kept as REF/2"] += not is_first
            groups.setdefault(current.get(row.ref, row.ref), []).append(row)
        for ref, found in groups.items():
            first = next((row for row in found if self._role(row, count=False) == "primary"), None)
            self.notes["subjects without a primary name; the first that is given stands for it"] += first is None
            first = first or found[0]
            yield [msgspec.structs.replace(first, ref=ref), *(row for row in found if row is not first)]

    def _role(self, row: Row, *, count: bool = True) -> NameRole:
        word = _fold(row.cells["Name Type"]).replace("_", " ")
        if not word:
            return "alias" if row.own != row.ref else "primary"
        self.unread.update(["Name Type (unknown word)"] if count and word not in ROLES else [])
        return ROLES.get(word, "alias")

    def make(self, rows: list[Row]) -> Listing:
        """The listing of one subject, its row with the primary name first."""
        kind = self._kind(rows)
        listed_on, updated_on = self._dates(rows)
        births, birth_facts = self._births(rows) if kind != "vessel" else ((), ())
        texts = tuple(_each(rows, "Additional Information"))
        return Listing(
            list_key="au_dfat", authority="AU", ref=rows[0].ref, kind=kind, names=tuple(self._names(rows, kind)),
            births=births,
            birth_places=tuple(p for f, t in _each(rows, "Place of Birth") for p in make_places(t, field=f, is_birth=True)),
            addresses=tuple(p for f, t in _each(rows, "Address") for p in make_places(t, field=f, is_birth=False)),
            countries=tuple(
                c for f, t in _each(rows, "Citizenship")
                for c in make_countries(t, field=f, role="citizenship" if kind == "person" else "related")
            ),
            gender=self._gender([text for _, text in texts]) if kind == "person" else None,
            identifiers=tuple(self._identifiers(rows, texts)), measures=tuple(self._measures(rows, listed_on)),
            facts=(*_facts(rows, texts), *birth_facts, *self._flags(rows)), listed_on=listed_on, updated_on=updated_on,
        )

    def _kind(self, rows: list[Row]) -> Kind:
        words = [_fold(row.cells["Type"]) for row in rows]
        self.unread.update("Type (unknown word)" for word in words if word and word not in KINDS)
        if not words[0] and any(is_given(row.cells.get("IMO Number", "")) for row in rows):
            return "vessel"
        kinds = [KINDS[word] for word in words if word in KINDS]
        self.notes["subjects whose rows differ in Type; that of the primary name is taken"] += len(set(kinds)) > 1
        return kinds[0] if kinds else "unknown"

    def _names(self, rows: list[Row], kind: Kind) -> Iterator[Name]:
        """The primary name, then each other name once, in the list's order."""
        seen: set[tuple[str, str]] = set()
        for at, row in enumerate(rows):
            word = _fold(row.cells.get("Alias Strength", ""))
            self.unread.update(["Alias Strength (unknown word)"] if word not in QUALITIES else [])
            role = self._role(row)
            made = make_names(
                row.cells["Name of Individual or Entity"], role=role if at else "primary",
                quality=QUALITIES.get(word, "strong"), is_person=kind == "person",
                field=f"{row.own}/Name of Individual or Entity",
            )
            for name in made:
                if (name.text, name.role) not in seen:
                    seen.add((name.text, name.role))
                    yield name if at or name.role != "former" else msgspec.structs.replace(name, role="primary")

    def _births(self, rows: list[Row]) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
        births: dict[tuple[str, str | None], DateValue] = {}
        facts: list[Fact] = []
        for field, text in _each(rows, "Date of Birth"):
            found = find_dates(text)
            origin = Origin(field=field, text=None if text == str(found[0].span if found else "") else text)
            for date in found:
                if date.span is not None:
                    births.setdefault((str(date.span), date.note), DateValue(span=date.span, origin=origin, note=date.note))
            if not found or any(date.span is None for date in found):
                self.notes["dates of birth that are no dates, kept as text"] += 1
                facts.append(Fact(key="birth_text", text=text, origin=Origin(field=field)))
        return tuple(births.values()), tuple(facts)

    def _dates(self, rows: list[Row]) -> tuple[PartialDate | None, tuple[PartialDate, ...]]:
        """First listing, from the row of the primary name where it tells; all amendments and the control dates."""
        listed: list[PartialDate] = []
        updates: set[PartialDate] = set()
        for _, text in _each(rows, "Listing Information"):
            date, amended = find_listing_dates(text)
            listed += [date] if date else []
            updates.update(amended)
        for _, text in _each(rows, "Control Date"):
            control = parse_date(text)
            self.notes["Control Dates that could not be read"] += control is None
            updates.update([control] if control else [])
        return (listed[0] if listed else None), tuple(sorted(updates, key=lambda d: (d.earliest, str(d))))

    def _gender(self, texts: Sequence[str]) -> Literal["male", "female"] | None:
        found = {gender for text in texts if (gender := find_gender(text))}
        return None if len(found) != 1 else "female" if "female" in found else "male"

    def _identifiers(self, rows: list[Row], texts: Sequence[tuple[str, str]]) -> Iterator[Identifier]:
        seen: set[tuple[str, str]] = set()
        numbers = [
            Identifier(kind="imo", number=_plain_imo(text), label="IMO Number", origin=Origin(field=field, text=text))
            for field, text in _each(rows, "IMO Number")
        ]
        for identifier in (*numbers, *(i for field, text in texts for i in make_identifiers(text, field=field))):
            if (identifier.kind, identifier.number) not in seen:
                seen.add((identifier.kind, identifier.number))
                yield identifier

    def _measures(self, rows: list[Row], since: PartialDate | None) -> Iterator[Measure]:
        sources = [text for name in ("Instrument of Designation", "Listing Information") for _, text in _each(rows, name)]
        instrument = next((found for text in sources if (found := find_instrument(text))), None)
        for field, text in _each(rows, "Committees"):
            law = OWN_LAW if text.casefold().startswith("autonomous") else UN_LAW
            ground = f"{law}; {instrument}" if instrument else law
            yield Measure(programme=text, ground=ground, since=since, origin=Origin(field=field))

    def _flags(self, rows: list[Row]) -> Iterator[Fact]:
        """What the listing entails, as facts "measure", from the columns of the layout of November 2025."""
        for name in MEASURES:
            words = {row.cells.get(name, "").casefold(): row for row in reversed(rows)}
            self.unread.update(f"{name} (unknown word)" for word in words if word not in FLAGS)
            for word, row in words.items():
                if FLAGS.get(word):
                    yield Fact(key="measure", text=name, origin=Origin(field=f"{row.own}/{name}"))
                    break


def _plain_imo(text: str) -> str:
    return text.upper().removeprefix("IMO").strip(" :")


def _fold(header: str) -> str:
    return "_".join(re.findall(r"\w+", header.casefold()))


def _each(rows: list[Row], column: str) -> Iterator[tuple[str, str]]:
    """Each different text of a column, with the first row that has it; what stands for nothing is left out."""
    seen: set[str] = set()
    for row in rows:
        text = " ".join(row.cells.get(column, "").split())
        if is_given(text) and text not in seen:
            seen.add(text)
            yield f"{row.own}/{column}", text


def _facts(rows: list[Row], texts: Sequence[tuple[str, str]]) -> Iterator[Fact]:
    for field, text in texts:
        yield Fact(key="comment", text=text, origin=Origin(field=field))
        for link in find_notices(text):
            yield Fact(key="interpol_notice", text=link, origin=Origin(field=field, text=text))
    for key, column in (("listing_information", "Listing Information"), ("instrument", "Instrument of Designation")):
        for field, text in _each(rows, column):
            yield Fact(key=key, text=text, origin=Origin(field=field))


SOURCES = (
    Source(
        key="au_dfat",
        title="Australian Sanctions Consolidated List",
        publisher="Australian Government, Department of Foreign Affairs and Trade, Australian Sanctions Office",
        authority="AU",
        law="Charter of the United Nations Act 1945 (Cth), Part 4; Autonomous Sanctions Act 2011 (Cth)",
        urls=("https://www.dfat.gov.au/sites/default/files/Australian_Sanctions_Consolidated_List.xlsx",),
        format="XLSX",
        licence="Creative Commons Attribution 4.0 International, by the department's terms of use of its website",
        stale_after_days=7,
        plausible=(1_500, 12_000),
        parse=parse,
    ),
)
