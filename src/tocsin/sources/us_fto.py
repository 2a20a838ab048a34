"""Foreign Terrorist Organizations, from the page of the US State Department that lists them with their dates.

The page has two tables, told by their headers: organisations designated, and organisations delisted. Only the first are
listings in force; the second are history (`find_delisted`). OFAC's list tags the same organisations with its programme FTO
and has their aliases and numbers; this page alone has the dates of designation and of renaming.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from tocsin.model import Fact, Listing, Measure, Origin, PartialDate
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.fto_names import Entry, make_names, parse_day, read_entry
from tocsin.sources.fto_page import Row, find_tables, read_page, refuse
from tocsin.sources.ofac_tables import GROUNDS

PROGRAMME = "FTO"
DESIGNATED, NAME, REMOVED, FIRST = "date designated", "name", "date removed", "date originally designated"
IN_FORCE, DELISTED = (DESIGNATED, NAME), (REMOVED, NAME, FIRST)
IGNORED = {"all outside the two tables": "headings, law and links of the page"}


class Delisted(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that is no longer designated. Dates are absent where they could not be read."""

    name: str
    designated: PartialDate | None
    removed: PartialDate | None
    origin: Origin


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each organisation in force.

    The page gives no numbers: a reference is made of the date of designation and the name, so that a renamed organisation
    is a new listing. `ListRefused` for what is not that page.
    """
    rows, former, unread = _read_tables(files)
    if not rows:
        raise refuse("empty", "the table of designated organisations has no rows")
    notes: Counter[str] = Counter()
    earlier = _read_delisted(former)
    listings = [_make_listing(row, earlier, unread, notes) for row in rows]
    notes["delisted organisations on the page, which are not listings in force"] = len(earlier)
    undated = sum(x.designated is None or x.removed is None for x in earlier)
    notes["delisted organisations with a date that could not be read"] = undated
    return Parsed(
        listings=_with_own_refs(listings, notes), published_at=None,
        records={"designated": len(rows), "delisted": len(former)},
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items()) if count),
        notes=tuple(f"{count} {what}" for what, count in sorted(notes.items()) if count),
    )


def find_delisted(files: Sequence[RawFile]) -> tuple[Delisted, ...]:
    """The organisations of the second table, in its order. `ListRefused` as `parse`."""
    return _read_delisted(_read_tables(files)[1])


def _read_tables(files: Sequence[RawFile]) -> tuple[list[Row], list[Row], Counter[str]]:
    if len(files) != 1:
        raise refuse("incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    unread: Counter[str] = Counter()
    tables = find_tables(read_page(files[0].data), (IN_FORCE, DELISTED), unread)
    return tables[IN_FORCE], tables[DELISTED], unread


def _read_delisted(rows: Sequence[Row]) -> tuple[Delisted, ...]:
    return tuple(
        Delisted(
            name=read_entry(row[NAME]).name, designated=parse_day(row[FIRST]), removed=parse_day(row[REMOVED]),
            origin=Origin(field="table 2", text=" | ".join(_flat(row[column]) for column in DELISTED)),
        )
        for row in rows
    )


def _make_listing(row: Row, earlier: Sequence[Delisted], unread: Counter[str], notes: Counter[str]) -> Listing:
    entry = read_entry(row[NAME])
    since = parse_day(row[DESIGNATED])
    facts = [Fact(key="amendment", text=line, origin=Origin(field=NAME)) for line in entry.lines]
    if since is None:
        notes["dates that could not be read, kept as text"] += 1
        facts.append(Fact(key="date_text", text=_flat(row[DESIGNATED]), origin=Origin(field=DESIGNATED)))
    facts += [
        Fact(
            key="earlier_designation", origin=x.origin,
            text=f"designated {x.designated or 'on an unread date'}, removed {x.removed or 'on an unread date'}",
        )
        for x in earlier if _same(x.name, entry)
    ]
    unread["name: line that is no amendment"] += sum(date is None for _, _, date in entry.amendments)
    origin = Origin(field=DESIGNATED, text=_flat(row[DESIGNATED]))
    return Listing(
        list_key="us_fto", authority="US", ref=f"{since or 'undated'}-{_slug(entry.name)}", kind="organization",
        names=make_names(entry), facts=tuple(facts), listed_on=since,
        measures=(Measure(programme=PROGRAMME, ground=GROUNDS[PROGRAMME], since=since, origin=origin),),
        updated_on=tuple(sorted({date for _, _, date in entry.amendments if date}, key=lambda d: d.earliest)),
    )


def _same(name: str, entry: Entry) -> bool:
    return _slug(name) in {_slug(text) for text, _ in ((entry.name, ""), *entry.others)}


def _slug(text: str) -> str:
    """Letters and digits of a name in small letters, with "-" between words; "name" for a text without any."""
    return "-".join(re.findall(r"\w+", re.sub(r"['’‘`]", "", text.casefold()))) or "name"


def _with_own_refs(listings: Sequence[Listing], notes: Counter[str]) -> tuple[Listing, ...]:
    """Rows given twice once; of different rows with one reference all but the first in order of text get a number."""
    kept: dict[str, list[Listing]] = {}
    for listing in listings:
        same = kept.setdefault(listing.ref, [])
        notes["organisations given twice"] += listing in same
        if listing not in same:
            same.append(listing)
    made: list[Listing] = []
    for ref, same in kept.items():
        same.sort(key=lambda x: (x.names[0].origin.text or "", repr(x)))
        made += [msgspec.structs.replace(x, ref=f"{ref}-{n}") if n > 1 else x for n, x in enumerate(same, start=1)]
    return tuple(made)


def _flat(text: str) -> str:
    return " ".join(text.split())


SOURCES = (
    Source(
        key="us_fto", title="US Foreign Terrorist Organizations",
        publisher="US Department of State, Bureau of Counterterrorism",
        authority="US", law="Immigration and Nationality Act, section 219 (8 U.S.C. 1189)", urls=(),
        format="HTML (a saved page with two tables)", licence="Public domain (work of the US government)",
        stale_after_days=30, plausible=(40, 200), parse=parse, ignored=IGNORED,
    ),
)

__all__ = ["SOURCES", "Delisted", "find_delisted", "parse"]
