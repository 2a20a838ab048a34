"""OFAC's delimited files: sdn.csv (or cons_prim.csv), alt.csv, add.csv, and sdn_comments.csv.

They have no header and are told apart by their columns (OFAC's data specification): 12 in the primary file, 5 in that of
aliases, 6 in that of addresses, 2 in that of remarks too long for the primary file. "-0-" stands for nothing, and the last
line may be a lone Ctrl-Z of DOS times. Much that the XML files give as elements stands only in the text of Remarks.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Sequence

from tocsin.errors import ListRefused
from tocsin.model import Origin, Place
from tocsin.names.countries import find_country
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.ofac_record import KINDS, ROLES, Gathered, OfacRecord
from tocsin.sources.ofac_remarks import add_remarks

PRIMARY, ALIASES, ADDRESSES, COMMENTS = 12, 5, 6, 2
PARTS = {PRIMARY: "primary", ALIASES: "alias", ADDRESSES: "address", COMMENTS: "comment"}
MAX_CELL = 1_000_000
IGNORED: dict[str, str] = {
    "alt_num": "internal number of an alias", "add_num": "internal number of an address",
}
Rows = list[list[str]]


def is_csv(file: RawFile) -> bool:
    """Whether the first line has the shape of one of OFAC's files: a number first, and a known count of columns."""
    head = file.data[:20_000]
    try:
        first = next(csv.reader(io.StringIO(decode_text(head))), [])
    except csv.Error:
        return False
    return len(first) in PARTS and first[0].strip().isdigit()


def decode_text(data: bytes) -> str:
    """Newer files are UTF-8, older ones Windows-1252; bytes that neither has are read as Latin-1."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def parse_csv(files: Sequence[RawFile], *, list_key: str, partial: bool = False) -> Parsed:
    """The list's state from its files.

    `ListRefused`: `incomplete` when the file of aliases or of addresses is missing (unless `partial`), or the primary
    one; `truncated` when the last line breaks off; `malformed` when a line in the middle has too few columns, or two files
    are of the same part.
    """
    parts = _sort_files(files)
    missing = [PARTS[n] for n in (PRIMARY, ALIASES, ADDRESSES) if n not in parts]
    if "primary" in missing or (missing and not partial):
        raise ListRefused(
            f"OFAC's CSV list comes as three files; the {' and the '.join(missing)} file is missing. Give all with --from, "
            "or --accept the list without. The state in force stays.", reason="incomplete",
        )
    gathered, kinds = Gathered(), Counter[str]()
    aliases, addresses, comments = (_group(parts.get(n, [])) for n in (ALIASES, ADDRESSES, COMMENTS))
    listings = []
    for row in parts[PRIMARY]:
        record = _read_primary(row, gathered, comments.get(row[0], []))
        for alias in aliases.pop(row[0], []):
            _add_alias(record, alias)
        for address in addresses.pop(row[0], []):
            _add_address(record, address)
        kinds[record.kind] += 1
        listings.append(record.build(list_key))
    unread = {f"Remarks: {head}": count for head, count in gathered.unknown.items()}
    unread |= {f"{name} of no record": len(rest) for name, rest in (("alt", aliases), ("add", addresses)) if rest}
    return Parsed(
        listings=tuple(listings), published_at=None, records=dict(kinds),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())),
        notes=_make_notes(gathered, missing),
    )


def _make_notes(gathered: Gathered, missing: Sequence[str]) -> tuple[str, ...]:
    notes = [f"the {name} file is missing: this state has none of its values" for name in missing]
    if gathered.bad_dates:
        notes.append(f"{gathered.bad_dates} dates that are no dates, kept as text")
    return tuple(notes)


def _sort_files(files: Sequence[RawFile]) -> dict[int, Rows]:
    parts: dict[int, Rows] = {}
    for file in files:
        rows = _read_rows(file)
        width = len(rows[0]) if rows else 0
        if width not in PARTS:
            raise ListRefused(
                f"{file.name}: expected 12, 5, 6 or 2 columns, as OFAC's files have, found {width}. The state in force "
                "stays.", reason="different_document",
            )
        if width in parts:
            raise ListRefused(f"{file.name}: a second {PARTS[width]} file; expected one of each.", reason="malformed")
        parts[width] = rows
    return parts


def _read_rows(file: RawFile) -> Rows:
    csv.field_size_limit(MAX_CELL)
    rows: Rows = []
    try:
        for row in csv.reader(io.StringIO(decode_text(file.data), newline="")):
            if row and row[0].strip().strip("\x1a"):
                rows.append([_clean(cell) for cell in row])
    except csv.Error as error:
        raise ListRefused(f"{file.name}, line {len(rows) + 1}: not readable as CSV.", reason="malformed") from error
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, start=1):
        if len(row) != width or not row[0].isdigit():
            last = number == len(rows)
            raise ListRefused(
                f"{file.name}, line {number}: expected a number and {width} columns, found {len(row)}"
                f"{'; the file breaks off' if last else ''}. The state in force stays.",
                reason="truncated" if last and len(row) < width else "malformed",
            )
    return rows


def _clean(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if text == "-0-" else text


def _group(rows: Rows) -> dict[str, Rows]:
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


def _read_primary(row: list[str], gathered: Gathered, comments: Rows) -> OfacRecord:
    ref, name, kind, programmes, title, call_sign, vessel_type, tonnage, grt, flag, owner, remarks = row
    record = OfacRecord(ref, KINDS.get(kind.lower() or "entity", "unknown"), gathered)
    _add_name(record, name, role="primary", field="SDN_Name")
    for code in filter(None, (p.strip(" []") for p in programmes.replace("][", "] [").split("] ["))):
        record.add_programme(code, "Program")
    record.add_fact("title", title, "Title")
    if call_sign:
        record.add_id("Other Vessel Call Sign", call_sign, "Call_Sign")
    if flag:
        record.add_country("flag", flag, "Vess_flag")
    for key, text, field in (
        ("vessel_type", vessel_type, "Vess_type"), ("tonnage", tonnage, "Tonnage"),
        ("gross_registered_tonnage", grt, "GRT"), ("vessel_owner", owner, "Vess_owner"),
    ):
        record.add_fact(key, text, field)
    add_remarks(record, remarks + "".join(c[1] for c in comments), "Remarks")
    return record


def _add_name(record: OfacRecord, name: str, *, role: str, field: str, note: str | None = None) -> None:
    family, _, given = name.partition(",") if record.kind == "person" else (name, "", "")
    known = "primary" if role == "primary" else ROLES.get(role, "alias")
    record.add_name(family, given, role=known, field=field, note=note)


def _add_alias(record: OfacRecord, row: list[str]) -> None:
    kind = ".".join(row[2].lower()) + "."  # "aka" as "a.k.a."
    _add_name(record, row[3], role=kind, field="alt_name", note="now known as" if kind == "n.k.a." else None)
    record.add_fact("alias_remark", row[4], "alt_remarks")


def _add_address(record: OfacRecord, row: list[str]) -> None:
    street, city, country, remarks = row[2], row[3], row[4], row[5]
    if street or city or country:
        record.addresses.append(Place(
            origin=Origin(field="Address"), street=street or None, city=city or None,
            country=find_country(country) if country else None, country_text=country or None,
        ))
    record.add_fact("address_remark", remarks, "Add_remarks")
