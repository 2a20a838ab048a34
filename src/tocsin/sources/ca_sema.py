"""Canada's Consolidated Autonomous Sanctions List, from the XML that Global Affairs Canada publishes.

Three layouts have one shape, a flat list of records, and differ in the names of elements; each name has its row in `FIELDS`.
The list gives no reference: it is made of the regulation, the schedule and the item, which together are one entry of law.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import DateSpan, DateValue, Fact, Identifier, Kind, Listing, Measure, Name, NamePart, Origin, PartialDate
from tocsin.model.listing import NameRole
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, Unread, refused
from tocsin.sources.ca_names import split_aliases, split_entity
from tocsin.sources.ca_xml import Record, read_document

TITLE = "Canada's autonomous sanctions list"
# What an element holds -> its names in the layouts of 2020, of 2021 to 2026, and since August 2026.
FIELDS: dict[str, tuple[str, ...]] = {
    "regime": ("Country", "Country-Pays"),
    "last": ("LastName", "LastName-NomDeFamille"),
    "given": ("GivenName", "GivenName-Prenom"),
    "entity": ("Entity", "EntityOrShip", "EntityOrShip-EntiteOuNavire"),
    "aliases": ("Aliases", "Aliases-Alias"),
    "title": ("Title", "TitleOrShip", "TitleOrShipType", "TitleOrShipType-TitreOuTypeDeNavire"),
    "date": (
        "DateOfBirth", "DateOfBirthOrShipBuildDate",
        "DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire",
    ),
    "imo": ("ShipIMONumber", "ShipIMONumber-NumeroOMIDuNavire"),
    "schedule": ("Schedule", "Schedule-Annexe"),
    "item": ("Item", "Item-NumeroDarticle"),
    "listed": ("DateOfListing", "DateOfListing-DateDinscription"),
}
KNOWN = frozenset(tag for tags in FIELDS.values() for tag in tags)
CORRUPT = "Justice for Victims of Corrupt Foreign Officials"
SPECIAL, CORRUPT_LAW = "Special Economic Measures Act", f"{CORRUPT} Act (Sergei Magnitsky Law)"
NOT_GIVEN = frozenset({"", "n/a", "na", "-"})
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BILINGUAL = re.compile(r"\s*\|\s*|\s*/\s*")
_YEARS = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")
_MONTH_YEAR = re.compile(r"([A-Za-z]{3})[a-z]*\.?[- ](\d{4}|\d{2})")
_OR = re.compile(r"\s+or\s+|\s*/\s*", re.IGNORECASE)


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each record, in the list's order. The list has no date of its own.

    A record with an IMO number, or an entity with a date (of building), is a vessel. Of two records with one reference the
    second becomes REF/2, which is noted. `ListRefused` for what is not one whole list.
    """
    if len(files) != 1:
        raise refused(TITLE, "incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    document = read_document(files[0].data, title=TITLE, root="data-set", record="record")
    reader = _Reader()
    listings = tuple(reader.with_own_refs([reader.make(record) for record in document.records]))
    unread = document.unread + reader.unread + Counter(dict.fromkeys(document.beside, 1))
    return Parsed(
        listings=listings, published_at=None, records=dict(Counter(x.kind for x in listings)),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(reader.notes.items()) if count),
    )


class _Reader:
    """Makes the listings of one document and remembers what was odd."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def make(self, record: Record) -> Listing:
        self.unread.update(f"record/{tag}" for tag in record.texts if tag not in KNOWN)
        regime, item = _get(record, "regime"), _get(record, "item")
        if not regime or not item:
            what = f"record {record.number}: expected {FIELDS['regime'][0]} and {FIELDS['item'][0]}, its place in law"
            raise refused(TITLE, "malformed", what)
        kind = _kind(record)
        names = tuple(_names(record, kind))
        if not names:
            raise refused(TITLE, "malformed", f"record {record.number} has no name")
        listed_on = self._listed(record)
        births, facts = self._dates(record)
        return Listing(
            list_key="ca_sema", authority="CA", ref=_make_ref(record), kind=kind, names=names, births=births,
            identifiers=tuple(_identifiers(record)), measures=(_measure(record, listed_on),),
            facts=(*_facts(record, kind), *facts), listed_on=listed_on,
        )

    def _listed(self, record: Record) -> PartialDate | None:
        text = _get(record, "listed")
        date = _parse_date(text) if text else None
        self.notes["dates of listing that could not be read"] += bool(text) and date is None
        return date

    def _dates(self, record: Record) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
        """Dates of birth, or of building; and as a fact "birth_text" what is no date."""
        text = _get(record, "date")
        if not text:
            return (), ()
        spans = parse_spans(text)
        if not spans:
            self.notes["dates of birth that are no dates, kept as text"] += 1
            return (), (Fact(key="birth_text", text=text, origin=_origin(record, "date")),)
        return tuple(DateValue(span=span, origin=_origin(record, "date", str(span))) for span in spans), ()

    def with_own_refs(self, listings: list[Listing]) -> Iterator[Listing]:
        seen: Counter[str] = Counter()
        for listing in listings:
            seen[listing.ref] += 1
            times = seen[listing.ref]
            self.notes["records with the reference of another record, kept as REF/2"] += times > 1
            yield listing if times == 1 else msgspec.structs.replace(listing, ref=f"{listing.ref}/{times}")


def _get(record: Record, field: str) -> str:
    text = record.get(*FIELDS[field])
    return "" if text.casefold() in NOT_GIVEN else text


def _origin(record: Record, field: str, value: str | None = None) -> Origin:
    """The element of a field, and its text where the value is another."""
    tag = next((tag for tag in FIELDS[field] if tag in record.texts), FIELDS[field][0])
    text = record.texts.get(tag)
    return Origin(field=tag, text=text if value is not None and value != text else None)


def _kind(record: Record) -> Kind:
    if not _get(record, "entity"):
        return "person"
    return "vessel" if _get(record, "imo") or _get(record, "date") else "organization"


def _names(record: Record, kind: Kind) -> Iterator[Name]:
    """The primary name ("Given LAST" of persons), names in the other language or in brackets, then aliases.

    One word as an alias of a person is a weak name: the list gives variants of a part of the name so ("Andrei").
    """
    known: set[str] = set()
    for text, name in _raw_names(record, kind):
        if text not in known:
            known.add(text)
            yield name
    for text, note in split_aliases(_get(record, "aliases")):
        if text not in known:
            known.add(text)
            weak = kind == "person" and " " not in text
            yield Name(
                text=text, role="alias", quality="weak" if weak else "strong", script=script_of(text), note=note,
                origin=_origin(record, "aliases", text),
            )


def _raw_names(record: Record, kind: Kind) -> Iterator[tuple[str, Name]]:
    given, last, entity = (_get(record, field) for field in ("given", "last", "entity"))
    whole = f"{given} {last}".strip()
    if kind == "person" and whole:
        parts = ((NamePart(kind="given", text=given), NamePart(kind="family", text=last)) if given and last else ())
        fields = [_origin(record, field).field for field, text in (("given", given), ("last", last)) if text]
        origin = Origin(field="+".join(fields))
        yield whole, Name(text=whole, role="primary", quality="strong", script=script_of(whole), parts=parts, origin=origin)
    role: NameRole = "primary"
    for text, note in split_entity(entity) if entity else ():
        origin = _origin(record, "entity", text)
        yield text, Name(text=text, role=role, quality="strong", script=script_of(text), note=note, origin=origin)
        role = "alias"


def _parse_date(text: str) -> PartialDate | None:
    """1953-09-22, 1964-03, 1951, or Sep-99."""
    month = _MONTH_YEAR.fullmatch(text)
    try:
        if month and month[1].lower() in MONTHS:
            year = int(month[2]) if len(month[2]) == 4 else 1900 + int(month[2])
            return PartialDate(year=year, month=MONTHS.index(month[1].lower()) + 1)
        return PartialDate.parse(text)
    except ValueError:
        return None


def parse_spans(text: str) -> tuple[DateSpan, ...]:
    """The dates of an element: one, an interval of years, or several with "or" between; none if one of them is no date."""
    years = _YEARS.fullmatch(text)
    try:
        if years:
            return (DateSpan(first=PartialDate.parse(years[1]), last=PartialDate.parse(years[2])),)
    except ValueError:
        return ()
    dates = [_parse_date(piece) for piece in _OR.split(text)]
    return tuple(DateSpan.at(date) for date in dates if date) if all(dates) else ()


def _english(text: str) -> str:
    """The English half of "Russia / Russie" or "General Cargo | Cargo classique"."""
    return _BILINGUAL.split(text)[0].strip() or text


def _make_ref(record: Record) -> str:
    regime = "JVCFOR" if _get(record, "regime").startswith(CORRUPT) else _english(_get(record, "regime"))
    schedule = "-".join(re.findall(r"[\w.]+", _get(record, "schedule")))
    return "/".join(part for part in (regime, schedule, _get(record, "item")) if part)


def _measure(record: Record, since: PartialDate | None) -> Measure:
    regime = _english(_get(record, "regime"))
    schedule = _get(record, "schedule")
    place = f"schedule {schedule}, item {_get(record, 'item')}" if schedule else f"item {_get(record, 'item')}"
    law = CORRUPT_LAW if regime.startswith(CORRUPT) else SPECIAL
    return Measure(programme=regime, ground=f"{law}; {place}", since=since, origin=_origin(record, "regime", regime))


def _identifiers(record: Record) -> Iterator[Identifier]:
    text = _get(record, "imo")
    if text:
        number = text.upper().removeprefix("IMO").strip(" :")
        yield Identifier(kind="imo", number=number, label="IMO number", origin=_origin(record, "imo", number))


def _facts(record: Record, kind: Kind) -> Iterator[Fact]:
    text = _get(record, "title")
    if text:
        english = _english(text)
        key = "vessel_type" if kind == "vessel" else "title"
        yield Fact(key=key, text=english, origin=_origin(record, "title", english))


SOURCES = (
    Source(
        key="ca_sema",
        title="Consolidated Canadian Autonomous Sanctions List",
        publisher="Government of Canada, Global Affairs Canada",
        authority="CA",
        law=f"{SPECIAL} (S.C. 1992, c. 17); {CORRUPT_LAW} (S.C. 2017, c. 21); the regulations named",
        urls=(
            "https://www.international.gc.ca/world-monde/assets/office_docs/"
            "international_relations-relations_internationales/sanctions/sema-lmes.xml",
        ),
        format="XML",
        licence="Open Government Licence - Canada",
        stale_after_days=7,
        plausible=(1_000, 15_000),
        parse=parse,
    ),
)
