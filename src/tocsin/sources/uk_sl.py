"""The UK Sanctions List of the Foreign, Commonwealth and Development Office: its XML, or its CSV of 58 columns.

Since 28 January 2026 it is the only list of UK designations; the Consolidated List of OFSI is closed, and its group
numbers live on here as references. `docs/lists/uk_sl.md` has the table of fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.uk_csv import CsvReader
from tocsin.sources.uk_record import Tally
from tocsin.sources.uk_tables import IGNORED
from tocsin.sources.uk_xml import XmlReader, refused

KEY = "uk_sl"


def parse(files: Sequence[RawFile], *, partial: bool = False) -> Parsed:
    """One listing for each Unique ID, in the list's order, from the XML or the CSV.

    `published_at` is the day of DateGenerated or Report Date, at its start in UTC. `partial` takes a CSV of which
    columns are missing. `ListRefused` for what is not one whole list; see `XmlReader.read` and `CsvReader.read`.
    """
    whole = [file for file in files if file.data.strip(b"\xef\xbb\xbf \t\r\n\0")]
    if len(whole) != 1:
        raise refused("incomplete" if whole else "empty", f"expected one file, XML or CSV, got {len(whole)} with content")
    tally = Tally()
    head = whole[0].data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if head.startswith((b"{", b"[", b"PK\x03\x04", b"\x1f\x8b")):
        raise refused("error_page", "expected XML or CSV, found JSON or a packed file")
    reader: XmlReader | CsvReader
    if head.startswith(b"<"):
        reader = XmlReader(tally)
        records = reader.read(whole[0].data)
    else:
        reader = CsvReader(tally)
        records = reader.read(whole[0], partial=partial)
    if not records:
        raise refused("empty", "the list has no records")
    listings = tuple(record.build(KEY) for record in records.values())
    unread = reader.unread + tally.unknown
    return Parsed(
        listings=listings, published_at=reader.published_at, records=dict(tally.kinds),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(tally.notes.items()) if count),
    )


SOURCES = (
    Source(
        key=KEY,
        title="UK Sanctions List",
        publisher="Foreign, Commonwealth and Development Office",
        authority="UK",
        law="Sanctions and Anti-Money Laundering Act 2018 and the regulations named in each record",
        urls=("https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",),
        format="XML (Designations) or CSV (58 columns)",
        licence="Open Government Licence v3.0",
        stale_after_days=7,
        plausible=(2_000, 30_000),
        parse=parse,
        parse_partial=partial(parse, partial=True),
        ignored=IGNORED,
    ),
)
