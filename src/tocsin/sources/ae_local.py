"""The Local Terrorist List of the United Arab Emirates, from the sheets of the publisher's workbook as CSV.

A sheet has a line with its title, one with groups of columns, one with the columns in Arabic, then a line for each subject.
The list gives no references: one is made of the Cabinet's decision and a digest of the Arabic name, as the numbers of
lines shift with each removal. `docs/lists/ae_local.md` has the table of columns.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Identifier,
    Kind,
    Listing,
    Measure,
    Origin,
    PartialDate,
    Place,
)
from tocsin.sources.ae_csv import check_widths, read_rows, refused
from tocsin.sources.ae_fields import (
    find_document_kind,
    is_given,
    make_countries,
    make_names,
    make_place,
    parse_date,
    split_numbers,
    tidy,
)
from tocsin.sources.base import Parsed, RawFile, Source, Unread

# Column, as published but for white space -> what it is called here. Those of the second block are of the sheets of
# organisations, of which the words were seen and no file.
COLUMNS: dict[str, str] = {
    "#": "number",
    "التصنيف": "category",
    "الجنسية": "nationality",
    "اسم العائلة (بالحروف العربية)": "family_arabic",
    "اسم العائلة (بالحروف اللاتينية)": "family_latin",
    "الاسم الكامل (بالحروف العربية)": "name_arabic",
    "الاسم الكامل (بالحروف اللاتينية)": "name_latin",
    "تاريخ الميلاد": "birth",
    "مكان الميلاد": "birth_place",
    "الاسم": "alias",
    "الشارع": "street",
    "المدينة": "city",
    "الدولة": "country",
    "النوع": "document_type",
    "رقم الوثيقة": "document_number",
    "جهة الإصدار": "issuer",
    "تاريخ الإصدار": "issued",
    "تاريخ الانتهاء": "expires",
    "معلومات أخرى": "other",
    "الاسم الكامل (باللغة العربية)": "name_arabic",
    "ملاحظات": "remarks",
    "المقر": "seat",
    "رقم الرخصة": "licence",
    "انتهاء الترخيص": "licence_end",
    "قرار الإدراج": "decision",
    "قرار رفع الإدراج": "removal",
}
REQUIRED = ("number", "category", "name_arabic", "name_latin")
IGNORED = {"#": "number of the line in its sheet, which shifts when a subject is removed"}
KINDS: dict[str, Kind] = {"شخص إرهابي": "person", "تنظيم إرهابي": "organization", "كيان إرهابي": "organization"}
REMOVED = "رفع الإدراج"
PROGRAMME = "Local Terrorist List"
_DECISION = re.compile(r"قرار مجلس الوزراء رقم\s*\(?\s*(\d+)\s*\)?\s*لسنة\s*(\d{4})")


class Line(msgspec.Struct, frozen=True):
    """One subject's line: where it stands, and its cells by what they are called here. `names` has the published columns."""

    place: str
    cells: dict[str, str]
    names: dict[str, str]

    def get(self, name: str) -> str:
        text = tidy(self.cells.get(name, ""))
        return text if is_given(text) else ""

    def origin(self, name: str, value: str | None = None) -> Origin:
        text = tidy(self.cells.get(name, ""))
        return Origin(field=self.names.get(name, name), text=None if value is None or value == text else text)


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each line of all sheets, in their order. Lines and sheets of removals are no listings, and are noted.

    The list has no date of its own. `ListRefused` for what is no sheet of this list, and for one that breaks off.
    """
    if not files:
        raise refused("incomplete", "expected at least one file, got none")
    reader = _Reader()
    listings = tuple(reader.with_own_refs([reader.make(line) for file in files for line in reader.read(file)]))
    if not listings:
        raise refused("empty", "the list has no records")
    if not any(listing.kind == "organization" for listing in listings):
        reader.notes["sheet of persons only: organisations stand in sheets of their own, give those with --from too"] = 1
    return Parsed(
        listings=listings,
        published_at=None,
        records=dict(reader.records),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(reader.unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(reader.notes.items()) if count),
    )


class _Reader:
    """Makes the listings of all sheets and remembers what was odd."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def read(self, file: RawFile) -> Iterator[Line]:
        """The lines of a sheet that are in force."""
        rows = read_rows(file)
        head = next((at for at, row in enumerate(rows) if row and row[0].strip() == "#"), None)
        if head is None:
            raise refused(
                "different_document", f"{file.name}: no line starts with the column '#'; expected the sheet in UTF-8"
            )
        columns = self._find_columns(file.name, rows, head)
        body = [(number, row) for number, row in enumerate(rows[head + 1 :], start=head + 2) if any(map(str.strip, row))]
        check_widths(file.name, body, len(rows[head]))
        title = tidy(" ".join(cell for row in rows[:head] for cell in row))
        if REMOVED in title:
            self.notes["lines of sheets of removals, not taken"] += len(body)
            return
        self.notes["sheets whose lines are not numbered from 1 on without a gap"] += [row[0].strip() for _, row in body] != [
            str(n) for n in range(1, len(body) + 1)
        ]
        for number, row in body:
            line = Line(
                place=f"{file.name}, line {number}",
                cells={name: row[at] for name, at in columns.items()},
                names={name: tidy(rows[head][at]) for name, at in columns.items()},
            )
            if line.get("removal") or REMOVED in line.get("other"):
                self.notes["lines of removals, not taken"] += 1
            else:
                yield line

    def _find_columns(self, file: str, rows: list[list[str]], head: int) -> dict[str, int]:
        columns: dict[str, int] = {}
        for at, header in enumerate(rows[head]):
            name = COLUMNS.get(tidy(header))
            if name and name not in columns:
                columns[name] = at
            elif count := sum(len(row) > at and bool(row[at].strip()) for row in rows[head + 1 :]):
                self.unread[f"column {at + 1} '{tidy(header)[:60]}'"] += count
        missing = [key for key, name in COLUMNS.items() if name in REQUIRED and name not in columns]
        if missing:
            raise refused("malformed", f"{file}, line {head + 1}: missing columns: {', '.join(dict.fromkeys(missing))}")
        return columns

    def make(self, line: Line) -> Listing:
        kind = KINDS.get(line.get("category"), "unknown")
        if kind == "unknown":
            self.unread["التصنيف (unknown word)"] += 1
        self.records[kind] += 1
        names, facts = make_names(line)
        if not names:
            raise refused("malformed", f"{line.place} has no name")
        decision = next(((n, m) for n in ("decision", "other") if (m := _DECISION.search(line.get(n)))), None)
        self.notes["lines that name no decision of the Cabinet"] += decision is None
        since = PartialDate(year=int(decision[1][2])) if decision and int(decision[1][2]) else None
        ground = f"Cabinet Decision No. ({int(decision[1][1])}) of {decision[1][2]}" if decision else None
        births, birth_facts = self._births(line)
        measure = Measure(
            programme=PROGRAMME,
            ground=ground,
            since=since,
            origin=line.origin(decision[0], "") if decision else line.origin("category", ""),
        )
        return Listing(
            list_key="ae_local",
            authority="AE",
            ref=_make_ref(line, decision[1] if decision else None),
            kind=kind,
            names=names,
            births=births,
            birth_places=tuple(self._places(line, birth=True)),
            addresses=tuple(self._places(line, birth=False)),
            countries=self._countries(line, kind),
            identifiers=tuple(self._identifiers(line)),
            measures=(measure,),
            facts=(*facts, *birth_facts, *_facts(line)),
            listed_on=since,
        )

    def _births(self, line: Line) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
        text = line.get("birth")
        if not text:
            return (), ()
        date = parse_date(text)
        if date is None:
            self.notes["dates of birth that are no dates, kept as text"] += 1
            return (), (Fact(key="birth_text", text=text, origin=line.origin("birth")),)
        return (DateValue(span=DateSpan.at(date), origin=line.origin("birth", str(date))),), ()

    def _countries(self, line: Line, kind: Kind) -> tuple[CountryValue, ...]:
        text = line.get("nationality")
        found = make_countries(text) if text else ()
        return tuple(
            CountryValue(
                role="nationality" if kind == "person" else "related",
                text=piece,
                code=code,
                origin=line.origin("nationality", piece),
            )
            for piece, code in found
        )

    def _places(self, line: Line, *, birth: bool) -> Iterator[Place]:
        if birth:
            if text := line.get("birth_place"):
                yield make_place(text, line.origin("birth_place", ""))
            return
        street, city, country = (line.get(name) for name in ("street", "city", "country"))
        if street or city or country:
            place = make_place(country, line.origin("country")) if country else None
            yield Place(
                origin=Origin(field=line.names["country" if country else "city" if city else "street"]),
                street=street or None,
                city=city or None,
                country=place.country if place else None,
                country_text=country or None,
            )
        if seat := line.get("seat"):
            yield make_place(seat, line.origin("seat", ""))

    def _identifiers(self, line: Line) -> Iterator[Identifier]:
        label = line.get("document_type")
        kind = find_document_kind(label)
        if label and kind is None:
            self.unread["النوع (unknown word)"] += 1
        issued, expires = (self._date(line, name) for name in ("issued", "expires"))
        issuers = make_countries(line.get("issuer")) if line.get("issuer") else ()
        numbers = split_numbers(line.cells.get("document_number", ""))
        for number, own in numbers:
            country = own or (issuers[0][1] if len(issuers) == 1 else None)
            yield Identifier(
                kind=kind or "other_id",
                number=number,
                label=label or None,
                country=country,
                issued=issued,
                expires=expires,
                note=line.get("issuer") or None,
                origin=line.origin("document_number", number),
            )
        if licence := line.get("licence"):
            yield Identifier(
                kind="registration", number=licence, origin=line.origin("licence"), expires=self._date(line, "licence_end")
            )

    def _date(self, line: Line, name: str) -> PartialDate | None:
        text = line.get(name)
        date = parse_date(text) if text else None
        self.notes["dates of documents that could not be read"] += bool(text) and date is None
        return date

    def with_own_refs(self, listings: list[Listing]) -> Iterator[Listing]:
        """The listings, the second of two with one reference becoming REF/2."""
        seen: Counter[str] = Counter()
        for listing in listings:
            seen[listing.ref] += 1
            self.notes["lines of one name and decision, kept as REF/2"] += seen[listing.ref] > 1
            yield (
                listing
                if seen[listing.ref] == 1
                else msgspec.structs.replace(listing, ref=f"{listing.ref}/{seen[listing.ref]}")
            )


def _make_ref(line: Line, decision: re.Match[str] | None) -> str:
    name = line.get("name_arabic") or line.get("name_latin")
    digest = hashlib.sha256(" ".join(name.split()).encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{int(decision[1])}/{decision[2]}/{digest}" if decision else digest


def _facts(line: Line) -> Iterator[Fact]:
    for key, name in (("comment", "other"), ("comment", "remarks"), ("decision", "decision")):
        if text := line.get(name):
            yield Fact(key=key, text=text, origin=line.origin(name))
    for name in ("document_type", "issuer", "issued", "expires"):
        if line.get(name) and not split_numbers(line.cells.get("document_number", "")):
            yield Fact(key="document", text=line.get(name), origin=line.origin(name))


SOURCES = (
    Source(
        key="ae_local",
        title="UAE Local Terrorist List",
        publisher="United Arab Emirates, Executive Office for Control and Non-Proliferation",
        authority="AE",
        law="Federal Law No. 7 of 2014 on Combating Terrorism Offences; Cabinet Decision No. 74 of 2020",
        urls=(),
        format="CSV (a sheet of the publisher's workbook)",
        licence="Published for use by everyone; no licence is stated",
        stale_after_days=30,
        plausible=(80, 1_000),
        parse=parse,
        ignored=IGNORED,
    ),
)
