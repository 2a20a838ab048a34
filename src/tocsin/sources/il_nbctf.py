"""Israel's designations of terrorist organizations and of individuals, from the two workbooks of the NBCTF.

Each workbook has headings in Hebrew in its first row and in English in its second; columns are found by the English ones.
`docs/lists/il_nbctf.md` has the tables of columns and says from where they are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from tocsin.model import Fact, Kind, Listing, Measure, Name, Origin, PartialDate, Relation
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.il_fields import find_said, find_un_refs, is_cancelled, parse_day, read_ids, split_dates
from tocsin.sources.il_values import (
    make_aliases,
    make_births,
    make_contacts,
    make_countries,
    make_fact,
    make_places,
    make_primary,
)
from tocsin.sources.json_rows import Seen
from tocsin.sources.own_refs import give_own_refs
from tocsin.sources.workbook import Cells, Sheet, Table, find_heading, fold_heading, read_workbook, refuse_missing

TITLE = "Israel NBCTF designations"
SEQ, PERSON, ORG = "internal_seq_id", "name_of_individual_english", "organization_name_english"
PERSON_REQUIRED = (PERSON, "name_of_individual_hebrew", "date_of_designation_in_israel", "d_o_b", "individual_id")
ORG_REQUIRED = (ORG, "organization_name_hebrew", "date_of_temporary_designation", "designation_type")
# Columns whose text is kept as a fact -> the fact's key.
FACTS = {
    "designated_by_english": "designated_by", "designated_by_hebrew": "designated_by",
    "designated_by_abroad_english": "designated_by_abroad", "designated_by_abroad_hebrew": "designated_by_abroad",
    "foreign_designation": "foreign_designation", "foreign_designation_id": "foreign_designation_id",
    "date_of_foreign_designation_date": "foreign_designation_date", "additional_information": "comment",
    "comments_english": "comment", "comments_hebrew": "comment", "designation_justification_english": "designation_reason",
    "designation_justification_hebrew": "designation_reason", "corporation_type_english": "legal_form",
    "corporation_type_hebrew": "legal_form", "location_of_formation_english": "place_of_formation",
    "location_of_formation_hebrew": "place_of_formation", "date_of_corporation": "founded",
    "seq_num_in_other_countries": "foreign_designation_id", "date_designated_in_other_countries": "foreign_designation_date",
    "public_records_references": "public_record", "key_operatives": "key_operatives",
    "date_designation_in_west_bank": "designated_in_west_bank",
}  # fmt: skip
# Columns that number another list's record; a UN reference in them is also an identifier.
FOREIGN = ("foreign_designation_id", "seq_num_in_other_countries", "foreign_designation", "public_records_references")
IGNORED = {"header": "empty in every state described; a merged cell over the table"}


def parse(files: Sequence[RawFile], *, partial: bool = False) -> Parsed:
    """Individuals and organizations, as "IND-n" and "ORG-n" by their sequence numbers.

    Designations all of whose dates say "cancelled" are left out, which is noted. `ListRefused`: `incomplete` when one of the
    two workbooks is missing (unless `partial`), and for whatever is no workbook of these.
    """
    if not files:
        raise refused(TITLE, "incomplete", "expected the workbooks of individuals and of organizations")
    seen = Seen()
    tables = [table for file in files for sheet in read_workbook(file.data, TITLE) for table in _find_table(sheet)]
    kinds = {
        "individuals": [t for t in tables if PERSON in t.columns],
        "organizations": [t for t in tables if PERSON not in t.columns],
    }
    if not tables:
        raise refused(TITLE, "different_document", "no sheet has the heading 'internal seq. id'")
    missing = [kind for kind, found in kinds.items() if not found]
    if missing and (not partial or len(missing) == 2):
        raise refused(TITLE, "incomplete", f"the workbook of {missing[0]} is missing; give both")
    made = [listing for t in kinds["individuals"] for listing in _make_persons(t, seen)]
    made += [listing for t in kinds["organizations"] for listing in _make_orgs(t, seen)]
    if not made:
        raise refused(TITLE, "empty", "the sheets have no designations")
    for table in tables:
        table.report_unread(seen, IGNORED)
    if missing:
        seen.notes[f"workbook missing: this state has no {missing[0]}"] += 1
    listings = _with_captions(give_own_refs(made, seen.notes, row="row", number="sequence number"))
    persons = sum(x.kind == "person" for x in listings)
    return Parsed(
        listings=listings, published_at=None, records={"individuals": persons, "organizations": len(listings) - persons},
        unread=seen.make_unread(), notes=seen.make_notes(),
    )  # fmt: skip


def _find_table(sheet: Sheet) -> Iterator[Table]:
    heading = find_heading(sheet, SEQ, fold_heading)
    if heading is None:
        return
    table = Table(sheet, heading, fold_heading)
    refuse_missing(TITLE, table, PERSON_REQUIRED if PERSON in table.columns else ORG_REQUIRED)
    yield table


def _make_persons(table: Table, seen: Seen) -> Iterator[Listing]:
    for _, cells in table.get_rows():
        columns = (PERSON, "name_of_individual_hebrew", "name_of_individual_arabic")
        names = make_primary(cells, columns)
        dates, cancelled = _read_dates(cells, ("date_of_designation_in_israel",), seen)
        births, birth_facts = make_births(cells)
        identifiers, texts = read_ids(cells.find_lines("individual_id"), "Individual ID")
        tie = find_said(cells.find_text("nationality_residency"))
        listing = _make_listing(cells, seen, kind="person", names=names, dates=dates, programme="designation")
        if listing is None or _is_over(dates, cancelled, seen):
            continue
        yield msgspec.structs.replace(
            listing, births=births, identifiers=(*identifiers, *listing.identifiers),
            countries=make_countries(tie, "Nationality / Residency"),
            facts=(
                *listing.facts, *birth_facts, *(make_fact("id_text", text, "Individual ID") for text in texts),
                *(make_fact("cancellation", text, "Date of Designation In Israel") for text in cancelled),
            ),
        )  # fmt: skip


def _make_orgs(table: Table, seen: Seen) -> Iterator[Listing]:
    for _, cells in table.get_rows():
        columns = (ORG, "organization_name_hebrew", "organization_name_arabic")
        names = [*make_primary(cells, columns), *make_aliases(cells, columns)]
        dates, cancelled = _read_dates(
            cells, ("date_of_temporary_designation", "date_of_permenant_designation", "date_of_permanent_designation"), seen
        )
        corporation, texts = read_ids(cells.find_lines("corporation_id"), "Corporation ID")
        listing = _make_listing(
            cells, seen, kind="organization", names=names, dates=dates, programme="designation_type"
        )
        contacts, places, linked = tuple(make_contacts(cells)), make_places(cells), cells.find_text("linked_to")
        if listing is None or _is_over(dates, cancelled, seen):
            continue
        identifiers = tuple(msgspec.structs.replace(i, kind="registration") for i in corporation)
        yield msgspec.structs.replace(
            listing, identifiers=(*identifiers, *contacts, *listing.identifiers), addresses=places,
            facts=(
                *listing.facts, *(make_fact("corporation_id_text", text, "Corporation ID") for text in texts),
                *(make_fact("cancellation", text, "Date of designation") for text in cancelled),
            ),
            relations=tuple(_make_relations(linked)),
        )  # fmt: skip


def _make_listing(
    cells: Cells, seen: Seen, *, kind: Kind, names: Sequence[Name], dates: Sequence[PartialDate], programme: str
) -> Listing | None:
    """What both sheets have; `None` for a row without a name, which is noted when it has a sequence number."""
    seq, said = find_said(cells.find_text(SEQ)), find_said(cells.find_text(programme))
    facts = tuple(_make_facts(cells))
    refs = {i.number: i for column in FOREIGN for i in find_un_refs(cells.find_text(column), column)}
    if not names or seq is None:
        seen.notes["rows without a name or a sequence number, left out"] += bool(names or seq)
        return None
    since = min(dates, key=lambda d: d.earliest, default=None)
    origin = Origin(field=programme, text=said)
    return Listing(
        list_key="il_nbctf", authority="IL", ref=f"{'IND' if kind == 'person' else 'ORG'}-{seq}", kind=kind,
        names=tuple(names), identifiers=tuple(refs.values()), listed_on=since,
        measures=(Measure(programme=said or "Designation", since=since, origin=origin),), facts=facts,
    )  # fmt: skip


def _read_dates(cells: Cells, columns: Sequence[str], seen: Seen) -> tuple[list[PartialDate], list[str]]:
    """The days of designation, and the texts that say that one was cancelled."""
    dates: list[PartialDate] = []
    cancelled: list[str] = []
    for column in columns:
        text = find_said(cells.find_text(column))
        if text and is_cancelled(text):
            cancelled.append(text)
            continue
        for piece in split_dates(cells.find_lines(column)):
            date = parse_day(piece)
            dates += [date] if date else []
            seen.notes["dates of designation that could not be read"] += date is None
    return dates, cancelled


def _is_over(dates: Sequence[PartialDate], cancelled: Sequence[str], seen: Seen) -> bool:
    over = bool(cancelled) and not dates
    seen.notes["designations that are cancelled, left out"] += over
    return over


def _make_facts(cells: Cells) -> Iterator[Fact]:
    for column, key in FACTS.items():
        if said := find_said(cells.find_text(column)):
            yield make_fact(key, said, column)
    for column in cells.get_columns():
        if column.startswith("column ") and (said := find_said(cells.find_text(column))):
            yield make_fact("note", said, column)


def _make_relations(text: str | None) -> Iterator[Relation]:
    for piece in (find_said(text) or "").replace(",", ";").split(";"):
        if piece.strip():
            ref = f"ORG-{piece.strip()}"
            yield Relation(kind="linked to", target=ref, ref=ref, origin=Origin(field="linked to", text=text))


def _with_captions(listings: Sequence[Listing]) -> tuple[Listing, ...]:
    """Relations with the other's name for a target, where it is on the list."""
    names = {listing.ref: listing.caption for listing in listings}
    return tuple(
        msgspec.structs.replace(
            x, relations=tuple(msgspec.structs.replace(r, target=names.get(r.ref or "", r.target)) for r in x.relations)
        )
        for x in listings
    )


_DOCUMENTS = "https://nbctf.mod.gov.il/he/Announcements/Documents"
SOURCES = (
    Source(
        key="il_nbctf", title="Israel: designated terrorist organizations and individuals",
        publisher="National Bureau for Counter Terror Financing of Israel (NBCTF)", authority="IL",
        law="Counter-Terrorism Law, 5776-2016, and before it the Prevention of Terrorism Ordinance, 5708-1948",
        urls=(
            f"{_DOCUMENTS}/NBCTF%20Israel%20designation%20Individuals_XL.xlsx",
            f"{_DOCUMENTS}/NBCTFIsrael%20-%20Terror%20Organization%20Designation%20List_XL.xlsx",
        ),
        format="XLSX (two workbooks)", licence="Published by the government of Israel; no licence is stated",
        stale_after_days=31, plausible=(100, 5_000), parse=parse, parse_partial=partial(parse, partial=True),
        ignored=IGNORED,
    ),
)  # fmt: skip
