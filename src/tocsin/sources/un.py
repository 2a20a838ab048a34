"""The United Nations Security Council Consolidated List, from the XML that the Secretariat publishes.

All layouts since 2017 are read by the same rules; they differ in white space, empty elements and the form of dates.
`docs/lists/un.md` has the table of elements.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
from lxml import etree

from tocsin.model import Fact, Listing, Measure, Origin, PartialDate
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.un_fields import (
    make_addresses,
    make_birth_places,
    make_births,
    make_documents,
    make_nationalities,
    parse_date,
)
from tocsin.sources.un_names import find_unknown_qualities, make_alias_births, make_names
from tocsin.sources.un_xml import Node, clean, find_unread, read_document, refused

# UN_LIST_TYPE: programme and the resolutions that make it. "26532022" (2022/23) and "No-regime" (one state of
# August 2023) stood on the first listing under resolution 2653 and on no other.
REGIMES: dict[str, tuple[str, str]] = {
    "Al-Qaida": ("ISIL (Da'esh) and Al-Qaida", "Security Council resolutions 1267 (1999), 1989 (2011), 2253 (2015)"),
    "Taliban": ("Taliban", "Security Council resolution 1988 (2011)"),
    "DPRK": ("Democratic People's Republic of Korea", "Security Council resolution 1718 (2006)"),
    "Iran": ("Iran", "Security Council resolutions 1737 (2006), 2231 (2015)"),
    "Iraq": ("Iraq", "Security Council resolution 1518 (2003)"),
    "DRC": ("Democratic Republic of the Congo", "Security Council resolution 1533 (2004)"),
    "Libya": ("Libya", "Security Council resolution 1970 (2011)"),
    "Somalia": ("Somalia", "Security Council resolutions 751 (1992), 1844 (2008), 2713 (2023)"),
    "CAR": ("Central African Republic", "Security Council resolutions 2127 (2013), 2745 (2024)"),
    "GB": ("Guinea-Bissau", "Security Council resolution 2048 (2012)"),
    "Yemen": ("Yemen", "Security Council resolution 2140 (2014)"),
    "SouthSudan": ("South Sudan", "Security Council resolution 2206 (2015)"),
    "Mali": ("Mali", "Security Council resolution 2374 (2017)"),
    "Sudan": ("Sudan", "Security Council resolution 1591 (2005)"),
    "Lebanon": ("Lebanon", "Security Council resolution 1636 (2005)"),
    "Haiti": ("Haiti", "Security Council resolution 2653 (2022)"),
    "26532022": ("Haiti", "Security Council resolution 2653 (2022)"),
    "No-regime": ("Haiti", "Security Council resolution 2653 (2022)"),
}

IGNORED: dict[str, str] = {
    "SORT_KEY": "empty in every state since 2017; made for sorting in print",
    "SORT_KEY_LAST_MOD": "empty in every state since 2017; made for sorting in print",
    "VERSIONNUM": "the publisher's edition of the record; the list's dates and our snapshots say more",
    "@{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation": "an address of the schema, not a datum",
}

SECTION_KINDS: tuple[tuple[str, str, Literal["person", "organization"]], ...] = (
    ("INDIVIDUALS", "INDIVIDUAL", "person"),
    ("ENTITIES", "ENTITY", "organization"),
)
GENDERS: dict[str, Literal["male", "female"] | None] = {"male": "male", "female": "female", "unknown": None}
_INTERPOL = re.compile(r"https?://\S*interpol\S*[\w/]", re.I)


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each INDIVIDUAL and ENTITY, in the list's order, persons first.

    `published_at` is the attribute dateGenerated. A record without REFERENCE_NUMBER takes its DATAID for one. A record
    given twice (same reference and DATAID) is read in its latest edition. Of different records with one reference the
    lowest DATAID keeps it, others get "REF/DATAID". All of this is noted. `ListRefused` for what is not one whole list.
    """
    if len(files) != 1:
        raise refused("incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    root = read_document(files[0].data)
    reader = _Reader(root)
    listings, records = reader.make_all()
    if not listings:
        raise refused("empty", "the list has no records")
    return Parsed(
        listings=listings,
        published_at=reader.find_published(),
        records=records,
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(reader.find_unread().items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(reader.notes.items()) if count),
    )


class _Reader:
    """Makes the listings of one document and remembers what was read and what was odd."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.read: set[etree._Element] = {root}
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    def find_published(self) -> dt.datetime | None:
        """The moment of dateGenerated ("2018-06-07T19:03:43.97-04:00"); UTC is assumed, and noted, without a zone."""
        text = clean(self.root.get("dateGenerated"))
        try:
            moment = dt.datetime.fromisoformat(text or "")
            moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.notes["date of publication (dateGenerated) that could not be read"] += 1
            return None
        if moment.tzinfo is None:
            self.notes["date of publication (dateGenerated) without a time zone, taken as UTC"] += 1
            return moment.replace(tzinfo=dt.UTC)
        return moment

    def find_unread(self) -> Counter[str]:
        return find_unread(self.root, self.read, {*IGNORED, "@dateGenerated"}) + +self.unknown

    def make_all(self) -> tuple[tuple[Listing, ...], dict[str, int]]:
        made: list[Listing] = []
        records: dict[str, int] = {}
        for section, tag, kind in SECTION_KINDS:
            elements = [e for s in Node(self.root, self.read).get_nodes(section) for e in s.get_nodes(tag)]
            records[section.lower()] = len(elements)
            made += [self._make(node, kind, f"{section}/{tag}", i) for i, node in enumerate(elements, start=1)]
        return self._with_own_refs(made), records

    def _make(self, node: Node, kind: Literal["person", "organization"], path: str, number: int) -> Listing:
        ref, record_id = self._reference(node, f"{node.tag} {number}")
        listed_on = self._date(node.find_text("LISTED_ON"), "LISTED_ON")
        births, birth_facts = make_births(node)
        alias_births, alias_places, alias_facts = make_alias_births(node)
        documents, document_facts = make_documents(node)
        names = make_names(node, f"{node.tag}_ALIAS")
        self.unknown.update(f"{path}/{p}" for p in find_unknown_qualities(node, f"{node.tag}_ALIAS"))
        self.notes["records without a name"] += not names
        self.notes["dates of birth that are no dates, kept as text"] += len(birth_facts) + len(alias_facts)
        return Listing(
            list_key="un",
            authority="UN",
            ref=ref,
            record_id=record_id,
            kind=kind,
            names=names,
            births=births + alias_births,
            birth_places=(*make_birth_places(node), *alias_places),
            addresses=tuple(make_addresses(node, f"{node.tag}_ADDRESS")),
            countries=make_nationalities(node),
            gender=self._gender(node, path),
            identifiers=documents,
            measures=self._measures(node, path, listed_on),
            facts=(*_facts(node), *birth_facts, *alias_facts, *document_facts),
            listed_on=listed_on,
            updated_on=self._updates(node),
        )

    def _reference(self, node: Node, where: str) -> tuple[str, str | None]:
        raw, record_id = node.find_text("REFERENCE_NUMBER"), node.find_text("DATAID")
        ref = (raw or "").replace(" ", "")
        self.notes["references with spaces inside, removed"] += ref != (raw or "")
        if not ref and not record_id:
            raise refused("malformed", f"{where}: expected a REFERENCE_NUMBER or a DATAID, found neither")
        self.notes["records without a REFERENCE_NUMBER, called by their DATAID"] += not ref
        return ref or f"DATAID-{record_id}", record_id

    def _date(self, text: str | None, field: str) -> PartialDate | None:
        date = parse_date(text) if text else None
        self.notes[f"dates in {field} that could not be read"] += bool(text) and date is None
        return date

    def _updates(self, node: Node) -> tuple[PartialDate, ...]:
        dates = (self._date(text, "LAST_DAY_UPDATED") for text in node.get_texts("LAST_DAY_UPDATED"))
        return tuple(sorted({date for date in dates if date}, key=lambda d: (d.earliest, str(d))))

    def _gender(self, node: Node, path: str) -> Literal["male", "female"] | None:
        word = (node.find_text("GENDER") or "unknown").lower()
        if word not in GENDERS:
            self.unknown[f"{path}/GENDER (unknown word)"] += 1
        return GENDERS.get(word)

    def _measures(self, node: Node, path: str, since: PartialDate | None) -> tuple[Measure, ...]:
        code = node.find_text("UN_LIST_TYPE")
        kinds = [text for text in node.get_texts("LIST_TYPE") if text != "UN List"]
        self.unknown[f"{path}/LIST_TYPE/VALUE (unknown word)"] += len(kinds)
        if code is None:
            self.notes["records without a UN_LIST_TYPE"] += 1
            return ()
        if code not in REGIMES:
            self.unknown[f"{path}/UN_LIST_TYPE (unknown code)"] += 1
        programme, ground = REGIMES.get(code, (code, None))
        origin = Origin(field="UN_LIST_TYPE", text=code)
        return (Measure(programme=programme, ground=ground, since=since, origin=origin),)

    def _with_own_refs(self, listings: list[Listing]) -> tuple[Listing, ...]:
        """One listing for each record, under a reference of its own, in the list's order.

        The state of 9 December 2023 has one record in two editions, before and after an amendment.
        """
        latest: dict[tuple[str, str | None], Listing] = {}
        for listing in listings:
            key = (listing.ref, listing.record_id)
            if key in latest:
                self.notes["records given twice; the edition with the latest LAST_DAY_UPDATED is kept"] += 1
            latest[key] = max(latest.get(key, listing), listing, key=_last_update)
        owners: dict[str, Listing] = {}
        for listing in sorted(latest.values(), key=lambda x: (len(x.record_id or ""), x.record_id or "")):
            owners.setdefault(listing.ref, listing)
        self.notes["records with the reference of another record, kept as REF/DATAID"] += len(latest) - len(owners)
        return tuple(
            x if owners[x.ref] is x else msgspec.structs.replace(x, ref=f"{x.ref}/{x.record_id}")
            for x in latest.values()
        )


def _last_update(listing: Listing) -> tuple[str, ...]:
    return tuple(str(date) for date in listing.updated_on[-1:])


def _facts(node: Node) -> Iterator[Fact]:
    for tag, key in (("TITLE", "title"), ("DESIGNATION", "position")):
        for text in node.get_texts(tag):
            yield Fact(key=key, text=text, origin=Origin(field=f"{tag}/VALUE"))
    for tag, key in (("SUBMITTED_BY", "submitted_by"), ("SUBMITTED_ON", "submitted_on"), ("COMMENTS1", "comment")):
        found = node.find_text(tag)
        if found:
            yield Fact(key=key, text=found, origin=Origin(field=tag))
        for link in _INTERPOL.findall(found or "") if key == "comment" else ():
            yield Fact(key="interpol_notice", text=link, origin=Origin(field=tag, text=found))


SOURCES = (
    Source(
        key="un",
        title="United Nations Security Council Consolidated List",
        publisher="United Nations Security Council, Department of Political and Peacebuilding Affairs",
        authority="UN",
        law="Charter of the United Nations, Article 41; the resolutions of the Security Council for each regime",
        urls=("https://scsanctions.un.org/resources/xml/en/consolidated.xml",),
        format="XML",
        licence="Published for use by everyone under the United Nations' terms of use; no open licence is stated",
        stale_after_days=7,
        plausible=(500, 3000),
        parse=parse,
        shrink_limit=0.2,
        ignored=IGNORED,
    ),
)
