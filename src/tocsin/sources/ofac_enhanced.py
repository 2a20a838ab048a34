"""OFAC's enhanced XML (SDN_ENHANCED.XML, CONS_ENHANCED.XML, and exports made on its site), root `sanctionsData`.

It has all that the plain XML has, and more: names in their own script, dates of listing, legal authorities, ties to other
records by number, and whether a document is valid. Every word is written beside the number that refers to it, so that the
tables at its head are not needed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from tocsin.errors import ListRefused
from tocsin.model import DateSpan, Origin, PartialDate, Place
from tocsin.names.countries import find_country
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ofac_features import add_feature
from tocsin.sources.ofac_gather import finish
from tocsin.sources.ofac_paths import IGNORED_ENHANCED, KNOWN_ENHANCED, KNOWN_PUBLICATION
from tocsin.sources.ofac_record import KINDS, ROLES, Gathered, OfacRecord, Role
from tocsin.sources.ofac_remarks import add_links
from tocsin.sources.ofac_stream import (
    STAYS,
    count_unread,
    find_text,
    iter_items,
    make_span,
    say_span,
    strip_marks,
    text_of,
)

ROOT = "sanctionsData"
PROGRAMME = "PROGRAM"  # the type of the reference values that are programmes
PLACE_PARTS = {
    "CITY": "city", "STATE/PROVINCE": "region", "POSTAL CODE": "postcode", "ADDRESS1": "street", "ADDRESS2": "street",
    "ADDRESS3": "street",
}
REGION = "REGION"  # a part that stands in the place of a country: the plain files write "Region: Gaza"


ISSUED = {"issuingAuthority": "issued by", "issuingLocation": "issued in"}


def parse_enhanced(file: RawFile, list_key: str, *, partial: bool = False) -> Parsed:
    """The list's state: the records of `list_key`, where the file has both of OFAC's lists.

    `ListRefused`: see `ofac_stream.iter_items` and `ofac_gather.finish`; `incomplete` for an export of some programmes,
    unless `partial`.
    """
    reader = _Reader()
    items = iter_items(
        file, root=ROOT, items={"entities": "entity"}, singles=("publicationInfo", "referenceValues", "featureTypes"),
        unread=reader.unread,
    )
    for element in items:
        reader.read(element)
    if reader.chosen and not partial:
        raise ListRefused(
            f"This is an export of {reader.chosen} of OFAC's {reader.programmes} programmes, not a whole list. {STAYS} "
            "If it is to be taken all the same, use --accept.", reason="incomplete",
        )
    reader.notes["programmes are all that this export has; it is no whole list"] = reader.chosen
    return finish(
        reader.records, list_key=list_key, published_at=reader.published_at, kinds=reader.kinds, gathered=reader.gathered,
        unread=reader.unread, notes=reader.notes,
    )


class _Reader:
    """Walks the records of one file."""

    def __init__(self) -> None:
        self.records: list[OfacRecord] = []
        self.kinds: dict[str, str] = {}
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.gathered = Gathered()
        self.published_at: dt.datetime | None = None
        self.chosen = self.programmes = 0
        self.primary: set[str | None] = set()  # numbers of the primary name of the record that is being read

    def read(self, element: Any) -> None:
        name = element.tag.rpartition("}")[2]
        if name == "entity":
            self._read_record(element)
        elif name == "publicationInfo":
            self.published_at = _parse_moment(find_text(element, "dataAsOf"))
            self.chosen = len(element.findall("{*}filters/{*}sanctionsPrograms/{*}sanctionsProgram"))
            count_unread(
                element, path="/publicationInfo", known=KNOWN_PUBLICATION, ignored=IGNORED_ENHANCED, unread=self.unread
            )
        elif name == "referenceValues":
            self.programmes = sum(find_text(value, "type") == PROGRAMME for value in element)
            if self.chosen >= self.programmes:
                self.chosen = 0  # a filter that lets every programme through

    def _read_record(self, element: Any) -> None:
        ref = element.get("id") or ""
        if not ref.isdigit():
            raise ListRefused(f"Record {len(self.records) + 1} of the OFAC file has no number. {STAYS}", reason="malformed")
        kind = "".join(text_of(x) for x in element.findall("{*}generalInfo/{*}entityType"))
        record = OfacRecord(ref, KINDS.get(kind.lower(), "unknown"), self.gathered)
        names = element.findall("{*}names/{*}name")
        self.primary = {name.get("id") for name in names if find_text(name, "isPrimary") == "true"}
        for group, item, rule in GROUPS:
            for child in element.findall(f"{{*}}{group}/{{*}}{item}"):
                rule(self, record, child)
        count_unread(element, path="/entity", known=KNOWN_ENHANCED, ignored=IGNORED_ENHANCED, unread=self.unread)
        self.kinds[ref] = kind or "unknown"
        self.records.append(record)

    def _add_list(self, record: OfacRecord, element: Any) -> None:
        date = _parse_day(element.get("datePublished") or "")
        record.add_list(text_of(element), PartialDate.of(date) if date else None, "sanctionsLists/sanctionsList")
        self.notes["dates of listing that could not be read"] += date is None

    def _add_name(self, record: OfacRecord, element: Any) -> None:
        primary, alias = find_text(element, "isPrimary") == "true", find_text(element, "aliasType")
        role: Role = "primary" if primary else ROLES.get(alias.lower(), "alias")
        for spelling in element.findall("{*}translations/{*}translation"):
            script = find_text(spelling, "script")
            own = script != "Latin"
            parts = [
                (find_text(part, "type"), strip_marks(find_text(part, "value")))
                for part in spelling.findall("{*}nameParts/{*}namePart")
            ]
            family = find_text(spelling, "formattedLastName") or find_text(spelling, "formattedFullName")
            family, given = family or " ".join(text for _, text in parts), find_text(spelling, "formattedFirstName")
            said = [script] if own else []
            said += ["now known as"] if alias.lower() == "n.k.a." else []
            said += ["formerly known as"] if own and role == "former" else []
            record.add_name(
                strip_marks(family), strip_marks(given), role="original_script" if own else role, parts=parts,
                field="names/name", weak=find_text(element, "isLowQuality") == "true", note="; ".join(said) or None,
                published=None if strip_marks(family) == family else family,
            )

    def _add_address(self, record: OfacRecord, element: Any) -> None:
        stated = find_text(element, "country")
        for spelling in element.findall("{*}translations/{*}translation") or [element]:
            parts: dict[str, list[str]] = {}
            country = stated
            for part in spelling.findall("{*}addressParts/{*}addressPart"):
                kind, value = find_text(part, "type"), strip_marks(find_text(part, "value"))
                if kind == REGION and not stated:
                    country = f"Region: {value}"
                    continue
                if kind not in PLACE_PARTS and kind != REGION:
                    self.unread[f"/entity/addresses/address/addressPart: {kind}"] += 1
                parts.setdefault(PLACE_PARTS.get(kind, "region"), []).append(value)
            if not country and not parts:
                continue
            script = find_text(spelling, "script")
            record.addresses.append(Place(
                origin=Origin(field="addresses/address"), country=find_country(country) if country else None,
                country_text=country or None, note=script if script not in ("", "Latin") else None,
                **{name: ", ".join(values) for name, values in parts.items()},
            ))

    def _add_feature(self, record: OfacRecord, element: Any) -> None:
        date = element.find("{*}valueDate")
        span = _read_span(date) if date is not None else None
        if date is not None and span is None:
            self.notes["dates (valueDate) that could not be read; their text was"] += 1
        add_feature(
            record, find_text(element, "type"), find_text(element, "value"), "features/feature", span=span,
            reliability=find_text(element, "reliability"),
        )

    def _add_document(self, record: OfacRecord, element: Any) -> None:
        named = element.find("{*}name")
        said = [] if find_text(element, "isValid") != "false" else ["not valid"]
        if named is not None and text_of(named) and named.get("nameId") not in self.primary:
            said.append(f"in the name of {strip_marks(text_of(named))}")
        said += [f"{words} {text}" for name, words in ISSUED.items() if (text := find_text(element, name))]
        said += [text_of(x) for x in element.findall("{*}comments") if text_of(x)]
        said += [text_of(x) for x in element.findall("{*}idFeatures/{*}idFeature")]
        record.add_id(
            find_text(element, "type"), find_text(element, "documentNumber"), "identityDocuments/identityDocument",
            country=find_text(element, "issuingCountry"), note="; ".join(said) or None,
            issued=_say_date(element, "issueDate"), expires=_say_date(element, "expirationDate"),
        )

    def _add_relation(self, record: OfacRecord, element: Any) -> None:
        kind, quality = find_text(element, "type"), find_text(element, "quality")
        other = element.find("{*}relatedEntity")
        if other is None:
            self.unread["/entity/relationships/relationship without relatedEntity"] += 1
            return
        target = strip_marks(text_of(other))
        record.add_relation(kind, target, "relationships/relationship", ref=other.get("entityId"))
        if quality:
            record.add_fact("relation_quality", f"{kind} {target}: {quality}", "relationships/relationship/quality")


def _parse_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _parse_moment(text: str) -> dt.datetime | None:
    """dataAsOf, "2024-05-24T15:59:26.4511801-04:00"; without a zone it is taken as UTC."""
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _read_span(element: Any) -> DateSpan | None:
    first, last = _parse_day(find_text(element, "fromDateBegin")), _parse_day(find_text(element, "toDateEnd"))
    if first is None or last is None or last < first:
        return None
    return make_span(first, last, circa=find_text(element, "isApproximate") == "true")


def _say_date(element: Any, name: str) -> str:
    date = element.find(f"{{*}}{name}")
    span = _read_span(date) if date is not None else None
    return say_span(span) if span else ""


def _add_text(key: str, field: str) -> Any:
    return lambda _, record, element: record.add_fact(key, text_of(element), field)


# Group of a record -> name of its items, and the rule that reads one
GROUPS: tuple[tuple[str, str, Any], ...] = (
    ("generalInfo", "title", _add_text("title", "generalInfo/title")),
    ("generalInfo", "remarks", lambda _, record, x: add_links(record, text_of(x), "generalInfo/remarks")),
    ("sanctionsLists", "sanctionsList", _Reader._add_list),
    (
        "sanctionsPrograms", "sanctionsProgram",
        lambda _, record, x: record.add_programme(text_of(x), "sanctionsPrograms/sanctionsProgram"),
    ),
    ("sanctionsTypes", "sanctionsType", _add_text("sanctions_type", "sanctionsTypes/sanctionsType")),
    ("legalAuthorities", "legalAuthority", _add_text("legal_authority", "legalAuthorities/legalAuthority")),
    ("names", "name", _Reader._add_name),
    ("addresses", "address", _Reader._add_address),
    ("features", "feature", _Reader._add_feature),
    ("identityDocuments", "identityDocument", _Reader._add_document),
    ("relationships", "relationship", _Reader._add_relation),
)
