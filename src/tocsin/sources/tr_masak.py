"""Turkey's asset freezes, from the four workbooks of MASAK (Financial Crimes Investigation Board).

A: decisions that carry out UN resolutions; B: requests of foreign states; C: domestic freezes; D: proliferation. Each has
its own headings; `docs/lists/tr_masak.md` has the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from tocsin.model import Fact, Kind, Listing, Measure, Name, Origin, Place, Relation
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.json_rows import Seen
from tocsin.sources.own_refs import give_own_refs
from tocsin.sources.tr_fields import (
    find_day,
    find_said,
    fold,
    name_column,
    read_births,
    read_countries,
    read_ids,
    read_names,
)
from tocsin.sources.workbook import Cells, Sheet, Table, find_heading, fold_heading, read_workbook, refuse_missing

TITLE = "Turkey MASAK asset freezes"
LISTS = {
    "A": ("Law No. 6415, Article 5", "Law No. 6415, Article 5: decisions of the UN Security Council"),
    "B": ("Law No. 6415, Article 6", "Law No. 6415, Article 6: requests of foreign states"),
    "C": ("Law No. 6415, Article 7", "Law No. 6415, Article 7: domestic freezes"),
    "D": ("Law No. 7262, Articles 3.A/3.B", "Law No. 7262, Articles 3.A and 3.B: weapons of mass destruction"),
}
REQUIRED = ("name", "id", "nationality", "gazette")
FACTS = {
    "position": "position", "mother": "mother_name", "father": "father_name", "sanction": "sanction_type",
    "decision": "decision", "gazette": "official_gazette", "list_date": "list_date", "structure": "structure",
    "comment": "comment",
}  # fmt: skip
IGNORED = {"number": "a running number, counted anew when rows come and go"}


def parse(files: Sequence[RawFile], *, partial: bool = False) -> Parsed:
    """One listing for each row with a name. `listed_on` is the day of the Official Gazette.

    References are made from the citizen's number or else from name, birth and nationality, since the lists have none.
    `ListRefused`: `incomplete` when one of the four workbooks is missing (unless `partial`), `malformed` when one is given
    twice.
    """
    if not files:
        raise refused(TITLE, "incomplete", "expected the workbooks A, B, C and D")
    seen = Seen()
    tables: dict[str, Table] = {}
    for file in files:
        for sheet in read_workbook(file.data, TITLE):
            for letter, table in _find_table(sheet):
                if letter in tables:
                    raise refused(TITLE, "malformed", f"list {letter} is given twice")
                tables[letter] = table
    missing = [letter for letter in LISTS if letter not in tables]
    if not tables:
        raise refused(TITLE, "different_document", "no sheet has the headings of a list")
    if missing and not partial:
        raise refused(TITLE, "incomplete", f"list {', '.join(missing)} is missing; give all four workbooks")
    made = [x for letter, table in sorted(tables.items()) for x in _make_listings(letter, table, seen)]
    if not made:
        raise refused(TITLE, "empty", "the sheets have no rows")
    for table in tables.values():
        table.report_unread(seen, IGNORED)
    seen.notes.update(f"list missing: this state has nothing of list {letter}" for letter in missing)
    listings = give_own_refs(made, seen.notes, row="row", number="reference")
    records = {letter: sum(x.ref.startswith(f"{letter}-") for x in listings) for letter in LISTS}
    return Parsed(
        listings=listings, published_at=None, records=records, unread=seen.make_unread(), notes=seen.make_notes()
    )


def _find_table(sheet: Sheet) -> Iterator[tuple[str, Table]]:
    heading = find_heading(sheet, "name", name_column)
    if heading is None:
        return
    table = Table(sheet, heading, name_column)
    refuse_missing(TITLE, table, REQUIRED)
    headings = [fold(fold_heading(text)) for text in sheet.rows[heading]]
    yield _tell_list(table, linked=any(text.startswith("baglantili") for text in headings)), table


def _tell_list(table: Table, *, linked: bool) -> str:
    """Which of the four a sheet is, by headings that only it has; `linked`: it has "BAĞLANTILI OLDUĞU ÖRGÜT"."""
    if linked or "original" in table.columns:
        return "A"
    if "list_date" in table.columns:
        return "D"
    return "C" if "decision" in table.columns else "B"


def _make_listings(letter: str, table: Table, seen: Seen) -> Iterator[Listing]:
    for _, cells in table.get_rows():
        listing = _make_listing(letter, cells)
        if listing is None:
            seen.notes["rows without a name, left out"] += 1
        else:
            yield listing


def _make_listing(letter: str, cells: Cells) -> Listing | None:
    names = tuple(_make_names(cells))
    nationality = cells.find_text("nationality")
    countries = (
        *read_countries(nationality, "nationality", "nationality"),
        *read_countries(cells.find_text("other_nationality"), "other_nationality", "nationality"),
    )
    turkish = any(c.code == "tr" for c in countries)
    identifiers, id_facts = read_ids(cells.find_lines("id"), "id", turkish=turkish)
    births, birth_facts = read_births(cells.find_lines("birth"), "birth")
    founded, founded_facts = read_births(cells.find_lines("birth_or_founding"), "birth_or_founding")
    facts, relations = tuple(_make_facts(cells)), tuple(_make_relations(cells))
    born_in, lives_in = _make_place(cells, "birth_place"), _make_place(cells, "address")
    if not names:
        return None
    kind = _tell_kind(cells, born=bool(births))
    since = find_day(cells.find_text("gazette")) or find_day(cells.find_text("list_date"))
    is_person, (programme, ground) = kind == "person", LISTS[letter]
    card = next((i.number for i in identifiers if i.kind == "national_id"), None)
    key = (card,) if card else (names[0].text, cells.find_text("birth") or "", nationality or "")
    return Listing(
        list_key="tr_masak", authority="TR", ref=f"{letter}-{_digest(*key)}", kind=kind, names=names,
        births=(*births, *founded) if is_person else births, birth_places=born_in if is_person else (),
        addresses=lives_in if is_person else (*lives_in, *born_in), countries=countries, identifiers=identifiers,
        measures=(Measure(programme=programme, ground=ground, since=since, origin=Origin(field="(the list)", text=letter)),),
        facts=(
            *facts, *id_facts, *birth_facts, *founded_facts,
            *(Fact(key="founded", text=str(d.span), origin=d.origin) for d in founded if not is_person),
        ),
        relations=relations, listed_on=since,
    )  # fmt: skip


def _make_names(cells: Cells) -> Iterator[Name]:
    made = [
        *read_names(cells.find_text("name"), "name", "primary"),
        *read_names(cells.find_text("legal_name"), "legal_name", "alias"),
        *read_names(cells.find_lines("original"), "original", "original_script"),
        *read_names(cells.find_lines("alias"), "alias", "alias"),
        *read_names(cells.find_lines("former"), "former", "former"),
    ]  # fmt: skip
    for at, name in enumerate(made):
        yield msgspec.structs.replace(name, role="primary") if at == 0 else name


def _tell_kind(cells: Cells, *, born: bool) -> Kind:
    """A person where parents or a date of birth are given; the list does not say it otherwise."""
    if find_said(cells.find_text("structure")) or find_said(cells.find_text("legal_name")):
        return "organization"
    parents = any(find_said(cells.find_text(column)) for column in ("mother", "father"))
    return "person" if parents or born else "unknown"


def _make_place(cells: Cells, column: str) -> tuple[Place, ...]:
    said = find_said(cells.find_text(column))
    if said is None:
        return ()
    where = {"street": said} if column == "address" else {"city": said}
    return (Place(origin=Origin(field=column), **where),)


def _make_facts(cells: Cells) -> Iterator[Fact]:
    for column, key in FACTS.items():
        said = find_said(cells.find_text(column))
        if said:
            yield Fact(key=key, text=said, origin=Origin(field=column))


def _make_relations(cells: Cells) -> Iterator[Relation]:
    said = find_said(cells.find_text("organization"))
    if said:
        yield Relation(kind="organization", target=said, origin=Origin(field="organization"))


def _digest(*texts: str) -> str:
    folded = "\n".join(" ".join(text.casefold().split()) for text in texts)
    return hashlib.sha256(folded.encode()).hexdigest()[:12]


SOURCES = (
    Source(
        key="tr_masak", title="Turkey: asset freezes (Laws No. 6415 and 7262)",
        publisher="Ministry of Treasury and Finance of Türkiye, Financial Crimes Investigation Board (MASAK)",
        authority="TR",
        law="Law No. 6415 on the Prevention of the Financing of Terrorism; Law No. 7262", urls=(),
        format="XLSX (four workbooks)", licence="Published by the government of Türkiye; no licence is stated",
        stale_after_days=60, plausible=(500, 10_000), parse=parse, parse_partial=partial(parse, partial=True),
        ignored=IGNORED,
    ),
)  # fmt: skip
