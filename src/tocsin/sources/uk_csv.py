"""The UK Sanctions List as CSV: a line with the date, 58 columns, and for each record as many rows as it has
combinations of names, addresses, dates and so on."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter

from tocsin.sources.base import RawFile
from tocsin.sources.uk_record import Tally, UkRecord
from tocsin.sources.uk_tables import GROUPS
from tocsin.sources.uk_values import clean, parse_report_date
from tocsin.sources.uk_xml import MAX_BYTES, refused

COLUMNS = tuple(column for group in GROUPS.values() for column in group.columns)
ESSENTIAL = ("Unique ID", "Name 6", "Name type", "Designation Type", "Regime Name")
MAX_CELL = 1_000_000
HEADER_WITHIN = 5  # lines
GARBLED_MOST = 0.5  # share of the original-script names
Places = tuple[tuple[str, tuple[int | None, ...]], ...]


class CsvReader:
    """Gathers the records of one file; `published_at` and `unread` are known when `read` has returned."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.unread: Counter[str] = Counter()
        self.published_at: dt.datetime | None = None
        self._records: dict[str, UkRecord] = {}
        self._seen: dict[str, set[tuple[str, tuple[str, ...]]]] = {}

    def read(self, file: RawFile, *, partial: bool) -> dict[str, UkRecord]:
        """The records by Unique ID, in the order first met, wherever in the file their rows stand.

        `ListRefused`: `incomplete` when columns are missing (unless `partial` and none of the `ESSENTIAL` ones),
        `truncated` when the last line breaks off, `malformed` for a line with another count of cells or no Unique ID.
        """
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(io.StringIO(self._decode(file.data), newline=""), strict=True)
        rows = 0
        bad: tuple[int, str] | None = None
        try:
            header = self._find_header(reader)
            places = self._map_columns(header, partial=partial)
            at = header.index("unique id")
            for row in reader:
                if not row or row == [""]:
                    continue
                if bad:
                    raise refused("malformed", f"line {bad[0]}: {bad[1]}")
                rows += 1
                ref = clean(row[at]).replace(" ", "") if len(row) > at else ""
                if len(row) != len(header) or not ref:
                    bad = (reader.line_num, f"expected {len(header)} cells with a Unique ID, found {len(row)}")
                    continue
                self._take(ref, row, places)
        except csv.Error:
            reason = "truncated" if rows and reader.line_num >= file.data.count(b"\n") else "malformed"
            raise refused(reason, f"line {reader.line_num}: not readable as CSV") from None
        if bad:
            raise refused("truncated", f"line {bad[0]}: {bad[1]}; the file breaks off")
        self._check_scripts()
        return self._records

    def _decode(self, data: bytes) -> str:
        if len(data) > MAX_BYTES:
            raise refused("too_large", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
        encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
        for encoding in encodings:
            try:
                text = data.decode(encoding)
            except UnicodeError:
                continue
            if encoding == "cp1252":
                self.tally.notes["file that is not UTF-8, read as Windows-1252"] += 1
            if "\0" not in text:
                return text
        raise refused("malformed", "expected UTF-8 text, found bytes that are none")

    def _find_header(self, reader: object) -> list[str]:
        """The folded names of the columns; the date stands in a line before them."""
        for line, row in zip(range(HEADER_WITHIN), reader, strict=False):  # type: ignore[call-overload]
            names = [clean(cell).casefold() for cell in row]
            if "unique id" in names:
                if self.published_at is None:
                    self.tally.notes["file without a readable line Report Date"] += 1
                return names
            if line == 0 and names and names[0].startswith("report date"):
                date = parse_report_date(" ".join(row[0].split()))
                if date and date.day:
                    self.published_at = dt.datetime.combine(date.earliest, dt.time(), dt.UTC)
        raise refused("different_document", "expected the column 'Unique ID' in the first lines, found none")

    def _map_columns(self, header: list[str], *, partial: bool) -> Places:
        doubled = [name for name, count in Counter(header).items() if name and count > 1]
        if doubled:
            raise refused("malformed", f"the column '{doubled[0][:60]}' stands there twice")
        missing = [column for column in COLUMNS if column.casefold() not in header]
        if any(column in ESSENTIAL for column in missing):
            raise refused("different_document", f"expected the columns {', '.join(ESSENTIAL)}; '{missing[0]}' is missing")
        if missing and not partial:
            raise refused(
                "incomplete", f"the columns {', '.join(missing[:5])} ({len(missing)}) are missing or have another name; "
                "--accept takes the list without them",
            )
        if missing:
            self.tally.notes[f"columns missing: this state has nothing of {', '.join(missing)}"] += len(missing)
        known = {column.casefold() for column in COLUMNS}
        self.unread.update(f"column {name[:60] or '(without a name)'}" for name in header if name not in known)
        at = {name: place for place, name in enumerate(header)}
        return tuple((key, tuple(at.get(c.casefold()) for c in group.columns)) for key, group in GROUPS.items())

    def _take(self, ref: str, row: list[str], places: Places) -> None:
        record = self._records.setdefault(ref, UkRecord("csv", self.tally))
        seen = self._seen.setdefault(ref, set())
        for key, at in places:
            cells = tuple(row[i] if i is not None else "" for i in at)
            if (key, cells) not in seen:
                seen.add((key, cells))
                record.add(key, tuple(clean(cell) for cell in cells))

    def _check_scripts(self) -> None:
        """`ListRefused` when names in other scripts are UTF-8 that was taken for Windows-1252; a few are noted."""
        names = [values[0] for record in self._records.values() for values in record.get("original")]
        garbled = sum(map(_is_garbled, names))
        if garbled > GARBLED_MOST * len(names):
            raise refused("malformed", f"{garbled:,} of {len(names):,} names in other scripts are garbled (wrong encoding)")
        self.tally.notes["original-script names that are garbled"] += garbled


def _is_garbled(text: str) -> bool:
    """Whether a text is UTF-8 that something read as Windows-1252 or Latin-1."""
    for encoding in () if text.isascii() else ("cp1252", "latin-1"):
        try:
            text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False
