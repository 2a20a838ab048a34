"""The European Union's consolidated list of persons, groups and entities subject to financial sanctions, layout 1.1.

A subject under two programmes stands on the list twice, under one reference: such records are read as one listing with
two measures. `docs/lists/eu_fsf.md` has the table of elements.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tocsin.model import Fact, Kind, Listing, Measure, Origin, PartialDate
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.eu_acts import PROGRAMMES, Act, find_dates, make_act_facts, read_act, read_date
from tocsin.sources.eu_fields import make_addresses, make_births, make_citizenships, make_identifications
from tocsin.sources.eu_names import join_names, make_names
from tocsin.sources.eu_record import Record
from tocsin.sources.eu_xml import Node, find_unread, read_export, refused

KINDS: dict[str, Kind] = {"person": "person", "enterprise": "organization", "P": "person", "E": "organization"}
TUPLES = ("births", "birth_places", "addresses", "countries", "identifiers", "measures", "facts")
IGNORED: dict[str, str] = {
    "@logicalId": "internal number of one value; that of the record is kept, those of values only order them",
    "@regulationLanguage": "the language version of the Official Journal that a value was taken from; always English",
    "@globalFileId": "number of the publication; its date says more",
    "@{http://www.w3.org/2001/XMLSchema-instance}schemaLocation": "an address of the schema, not a datum",
}
_REFERENCE = re.compile(r"EU\.\d+\.\d+")
_MOJIBAKE = re.compile(r"[ÃÂ][\u0080-\u00bf]|â€|\ufffd")


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each reference, in the list's order; `published_at` is the attribute generationDate.

    A record without euReferenceNumber is called by its number ("FSF-13"). Records of different subjects under one
    reference (none seen) keep it for the lowest number, others get "REF/NUMBER". All of this is noted. `ListRefused` for
    what is not one whole list.
    """
    if len(files) != 1:
        raise refused("incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    root = read_export(files[0].data)
    reader = _Reader(root)
    listings = reader.make_all()
    if not listings:
        raise refused("empty", "the list has no records")
    if not any(listing.names for listing in listings):
        raise refused("malformed", "no record has a name (nameAlias@wholeName); the layout must be another")
    unread = find_unread(root, IGNORED) + reader.unknown
    return Parsed(
        listings=listings, published_at=reader.published_at, records=dict(sorted(reader.records.items())),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(reader.notes.items()) if count),
    )


class _Reader:
    """Makes the listings of one document and remembers what was odd."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.published_at = self._find_published()
        self.until = self.published_at.date() if self.published_at else dt.date.max

    def _find_published(self) -> dt.datetime | None:
        """The moment of generationDate ("2021-03-02T16:28:05.354+01:00"); UTC is assumed, and noted, without a zone."""
        try:
            moment = dt.datetime.fromisoformat(self.root.find("generationDate") or "")
            moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.notes["date of publication (generationDate) that could not be read"] += 1
            return None
        if moment.tzinfo is None:
            self.notes["date of publication (generationDate) without a time zone, taken as UTC"] += 1
            return moment.replace(tzinfo=dt.UTC)
        return moment

    def make_all(self) -> tuple[Listing, ...]:
        made = [self._make(node, number) for number, node in enumerate(self.root.get_nodes("sanctionEntity"), start=1)]
        return _without_shared_un_refs(self._join(made), self.notes)

    def _make(self, node: Node, number: int) -> Listing:
        ref, record_id = self._reference(node, number)
        kind, kind_text = self._kind(node)
        self.records[kind_text] += 1
        record = Record(node, is_person=kind == "person")
        self._read_remarks(record)
        act, programme = self._read_regulation(record)
        names, gender = make_names(record)
        births, places = make_births(record)
        citizenships, addresses = make_citizenships(record), make_addresses(record)
        make_identifications(record)
        listed, updated = self._date(record)
        self.notes["records without a name"] += not names
        self.notes["names with damaged letters"] += sum(bool(_MOJIBAKE.search(name.text)) for name in names)
        self.notes += record.notes
        self.unknown.update({f"sanctionEntity/{path}": count for path, count in record.unknown.items()})
        return Listing(
            list_key="eu_fsf", authority="EU", ref=ref, record_id=record_id, kind=kind, names=names, births=births,
            birth_places=places, addresses=addresses, countries=citizenships, gender=gender,
            identifiers=tuple(dict.fromkeys(record.identifiers)), measures=_measures(programme, act, listed),
            facts=(*record.facts, *make_act_facts(record.acts)), listed_on=listed, updated_on=updated,
        )

    def _reference(self, node: Node, number: int) -> tuple[str, str | None]:
        raw, record_id = node.find_raw("euReferenceNumber") or "", node.find("logicalId")
        ref = "".join(raw.split())
        self.notes["references with spaces inside, removed"] += ref != raw
        if not ref and not record_id:
            raise refused("malformed", f"sanctionEntity {number}: expected a reference or a logicalId, found neither")
        self.notes["records without an euReferenceNumber, called by their logicalId"] += not ref
        self.notes["references that are not written as EU.NUMBER.NUMBER"] += bool(ref and not _REFERENCE.fullmatch(ref))
        return ref or f"FSF-{record_id}", record_id

    def _kind(self, node: Node) -> tuple[Kind, str]:
        """The kind of subject, by its code and, where that is not known, by its class (P or E)."""
        found = node.find_node("subjectType")
        code, group = (found.find("code"), found.find("classificationCode")) if found else (None, None)
        if code not in KINDS:
            self.unknown["sanctionEntity/subjectType@code (unknown word)"] += 1
        kind = KINDS.get(code or "") or KINDS.get(group or "") or "unknown"
        return kind, code if code in KINDS and code else kind

    def _read_remarks(self, record: Record) -> None:
        node = record.node
        for remark in record.open(node, "sanctionEntity"):
            record.add_comment(remark, "remark")
        record.add_un_id(node.find_raw("unitedNationId"))
        record.add_fact("designation_details", node.find("designationDetails"), "@designationDetails")
        record.add_fact("delisting_date", node.find("delistingDate"), "@delistingDate")
        self.notes["records with a date of delisting, kept as facts"] += node.find("delistingDate") is not None

    def _read_regulation(self, record: Record) -> tuple[Act | None, str | None]:
        node = record.node.find_node("regulation")
        if node is None:
            self.notes["records without a regulation"] += 1
            return None, None
        for remark in record.open(node, "regulation"):
            record.add_fact("legal_act_remark", remark, "regulation/remark")
        act = read_act(node)
        record.acts.append(act)
        programme = node.find("programme")
        if programme and programme not in PROGRAMMES:
            self.unknown["sanctionEntity/regulation@programme (unknown code)"] += 1
        return act, programme

    def _date(self, record: Record) -> tuple[PartialDate | None, tuple[PartialDate, ...]]:
        text = record.node.find("designationDate")
        designated = read_date(text)
        listed, updated = find_dates(designated, record.acts, until=self.until)
        if text and designated != listed:
            record.add_fact("designation_date", text, "@designationDate")
        self.notes["dates of designation that cannot be, kept as facts"] += bool(
            text and (designated is None or designated.earliest > self.until)
        )
        return listed, updated

    def _join(self, listings: Iterable[Listing]) -> tuple[Listing, ...]:
        """One listing for each reference; a subject under several programmes is one."""
        subjects: dict[tuple[str, str | None, Kind], list[Listing]] = {}
        for listing in listings:
            subjects.setdefault((listing.ref, listing.record_id, listing.kind), []).append(listing)
        self.notes["subjects given under several programmes, joined"] += sum(len(x) > 1 for x in subjects.values())
        joined = [_merge(parts) for parts in subjects.values()]
        owners: dict[str, Listing] = {}
        for listing in sorted(joined, key=lambda x: (len(x.record_id or ""), x.record_id or "", x.kind)):
            owners.setdefault(listing.ref, listing)
        self.notes["records with the reference of another record, kept as REF/NUMBER"] += len(joined) - len(owners)
        return tuple(
            x if owners[x.ref] is x else msgspec.structs.replace(x, ref=f"{x.ref}/{x.record_id or ''}-{x.kind}")
            for x in joined
        )


def _measures(programme: str | None, act: Act | None, since: PartialDate | None) -> tuple[Measure, ...]:
    """The programme, by its code; its ground names the regulations that it rests on, and the latest act."""
    if programme is None:
        return ()
    grounds = (PROGRAMMES.get(programme), f"last act {act.title}" if act else None)
    ground = "; ".join(part for part in grounds if part) or None
    return (Measure(programme=programme, ground=ground, since=since, origin=Origin(field="regulation@programme")),)


def _merge(parts: list[Listing]) -> Listing:
    """Records of one subject as one listing, whatever their order: values once, the earliest date."""
    if len(parts) == 1:
        return parts[0]
    ordered = sorted(parts, key=lambda x: (str(x.listed_on), *(m.programme for m in x.measures), msgspec.json.encode(x)))
    values: dict[str, Any] = {
        name: tuple(dict.fromkeys(value for part in ordered for value in getattr(part, name))) for name in TUPLES
    }
    values["names"] = join_names(name for part in ordered for name in part.names)
    listed = next((part.listed_on for part in ordered if part.listed_on), None)
    days = {day for part in ordered for day in (part.listed_on, *part.updated_on) if day and day != listed}
    genders = {part.gender for part in ordered if part.gender}
    return msgspec.structs.replace(
        ordered[0], **values, listed_on=listed, updated_on=tuple(sorted(days, key=str)),
        gender=genders.pop() if len(genders) == 1 else None,
    )


def _without_shared_un_refs(listings: tuple[Listing, ...], notes: Counter[str]) -> tuple[Listing, ...]:
    """A UN reference that two subjects carry is wrong for one of them, and nothing tells for which: it joins neither."""
    bearers = Counter(i.number for x in listings for i in x.identifiers if i.kind == "un_ref")
    shared = {number for number, count in bearers.items() if count > 1}
    notes["UN references that two subjects carry, kept as facts"] += len(shared)
    return tuple(_unlink(x, shared) for x in listings)


def _unlink(listing: Listing, shared: set[str]) -> Listing:
    bad = [i for i in listing.identifiers if i.kind == "un_ref" and i.number in shared]
    if not bad:
        return listing
    facts = tuple(Fact(key="un_ref_unclear", text=i.number, origin=i.origin) for i in bad)
    kept = tuple(i for i in listing.identifiers if i not in bad)
    return msgspec.structs.replace(listing, identifiers=kept, facts=(*listing.facts, *facts))


SOURCES = (
    Source(
        key="eu_fsf",
        title="EU Consolidated List of Persons, Groups and Entities subject to Financial Sanctions",
        publisher="European Commission, Directorate-General for Financial Stability, Financial Services and Capital "
        "Markets Union",
        authority="EU",
        law="Treaty on the Functioning of the European Union, Article 215; the regulations named in each record",
        urls=("https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",),
        format="XML (schema 1.1)",
        licence="Commission Decision 2011/833/EU on the reuse of Commission documents; not stated in the file",
        stale_after_days=7,
        plausible=(1_000, 20_000),
        parse=parse,
        shrink_limit=0.2,
        ignored=IGNORED,
    ),
)
