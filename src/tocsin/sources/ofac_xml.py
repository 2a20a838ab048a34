"""OFAC's XML files, SDN.XML and CONSOLIDATED.XML: the old namespace (tempuri.org) and the new one have one layout.

Every element of a record is read by a rule of `RULES` or stands in `IGNORED` with the reason; what neither knows is counted
as unread. Records are read one at a time and freed, so that memory does not grow with the list.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from typing import Any

from lxml import etree

from tocsin.errors import ListRefused
from tocsin.model import Listing, Origin, Place
from tocsin.names.countries import find_country
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.ofac_record import KINDS, ROLES, Gathered, OfacRecord
from tocsin.sources.ofac_remarks import add_links
from tocsin.sources.ofac_stream import find_text, local, refuse_syntax, text_of

Fields = dict[str, str]

IGNORED: dict[str, str] = {
    "uid": "internal number of one value; only the record's own is kept, as its reference",
    "mainEntry": "whether OFAC shows this value first; all values are kept alike",
    "xsi:schemaLocation": "where the publisher's schema lies",
}


def parse_xml(file: RawFile, list_key: str) -> Parsed:
    """The list's state.

    `ListRefused`: `truncated` when the file breaks off or has fewer records than it says, `different_document` for
    another root, `malformed` for what is no XML or carries a DTD.
    """
    reader = _Reader(list_key)
    events = etree.iterparse(
        io.BytesIO(file.data), events=("end",), tag=("{*}sdnEntry", "{*}publshInformation"), resolve_entities=False,
        no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )
    try:
        reader.read(events)
    except etree.XMLSyntaxError as error:
        raise refuse_syntax(error, file.data, len(reader.listings)) from error
    reader.check_root(events.root)
    return reader.finish()


class _Reader:
    """Walks the records of one file."""

    def __init__(self, list_key: str) -> None:
        self.list_key = list_key
        self.listings: list[Listing] = []
        self.kinds: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.gathered = Gathered()
        self.published_at: dt.datetime | None = None
        self.stated: int | None = None

    def read(self, events: Any) -> None:
        """Read each record as it ends, and free it. How deep elements may nest is libxml2's own limit (256)."""
        for _, element in events:
            if element.getparent() is None or element.getparent().getparent() is not None:
                continue  # not a child of the root: `check_root` or `unread` will tell
            if local(element) == "sdnEntry":
                self._read_record(element)
            else:
                self._read_publication(element)
            element.clear()
            while element.getprevious() is not None and local(element.getprevious()) in ("sdnEntry", "publshInformation"):
                del element.getparent()[0]

    def check_root(self, root: Any) -> None:
        """`ListRefused` for a document of another kind; children of the root that no rule knows are counted."""
        if root is None or local(root) != "sdnList":
            name = local(root)[:40] if root is not None else "none"
            raise ListRefused(
                f"Expected the root sdnList, found {name}: another document. The state in force stays.",
                reason="different_document",
            )
        if root.getroottree().docinfo.internalDTD is not None:
            raise ListRefused("The OFAC file carries a document type; it is not read.", reason="malformed")
        for child in root:
            if isinstance(child.tag, str) and local(child) not in ("sdnEntry", "publshInformation"):
                self.unread[f"/sdnList/{local(child)}"] += 1

    def _read_publication(self, element: Any) -> None:
        for child in element:
            name, text = local(child), text_of(child)
            if name == "Publish_Date":
                self.published_at = _parse_published(text)
            elif name == "Record_Count":
                self.stated = int(text) if text.isdigit() else None
            else:
                self.unread[f"/sdnList/publshInformation/{name}"] += 1

    def _read_record(self, element: Any) -> None:
        ref = find_text(element, "uid")
        kind_text = find_text(element, "sdnType")
        if not ref or not ref.isdigit():
            raise ListRefused(
                f"Record {len(self.listings) + 1} of the OFAC file has no uid. The state in force stays.", reason="malformed"
            )
        self.kinds[kind_text or "unknown"] += 1
        record = OfacRecord(ref, KINDS.get(kind_text.lower(), "unknown"), self.gathered)
        record.add_name(
            find_text(element, "lastName"), find_text(element, "firstName"), role="primary", field="sdnEntry/lastName"
        )
        for child in element:
            self._read_field(record, child)
        self.listings.append(record.build(self.list_key))

    def _read_field(self, record: OfacRecord, child: Any) -> None:
        name = local(child)
        if name in ("uid", "sdnType", "firstName", "lastName"):
            return
        if name in TEXTS:
            record.add_fact(TEXTS[name], text_of(child), f"sdnEntry/{name}")
        elif name == "remarks":
            add_links(record, text_of(child), "sdnEntry/remarks")
        elif name == "programList":
            for item in child:
                self._expect(item, f"/sdnEntry/{name}", ("program",))
                record.add_programme(text_of(item), "sdnEntry/programList/program")
        elif name == "vesselInfo":
            self._read_vessel(record, child)
        elif name in RULES:
            item_name, known, rule = RULES[name]
            for item in child:
                self._expect(item, f"/sdnEntry/{name}", (item_name,))
                rule(record, self._take_fields(item, f"/sdnEntry/{name}/{item_name}", known), f"sdnEntry/{name}/{item_name}")
        else:
            self.unread[f"/sdnEntry/{name}"] += 1

    def _read_vessel(self, record: OfacRecord, element: Any) -> None:
        for child in element:
            name, text = local(child), text_of(child)
            field = f"sdnEntry/vesselInfo/{name}"
            if name == "callSign":
                record.add_id("Other Vessel Call Sign", text, field)
            elif name == "vesselFlag":
                record.add_country("flag", text, field)
            elif name in VESSEL:
                record.add_fact(VESSEL[name], text, field)
            else:
                self.unread[f"/{field}"] += 1

    def _take_fields(self, item: Any, path: str, known: tuple[str, ...]) -> Fields:
        """The texts of an item's children by name; unknown ones are counted."""
        fields: Fields = {}
        for child in item:
            name = local(child)
            if name in known:
                fields[name] = text_of(child)
            elif name not in IGNORED:
                self.unread[f"{path}/{name}"] += 1
        return fields

    def _expect(self, item: Any, path: str, names: tuple[str, ...]) -> None:
        if local(item) not in names:
            self.unread[f"{path}/{local(item)}"] += 1

    def finish(self) -> Parsed:
        if self.stated is not None and self.stated != len(self.listings):
            raise ListRefused(
                f"The OFAC file says that it has {self.stated:,} records and has {len(self.listings):,}. The state in "
                "force stays.", reason="truncated",
            )
        unread = self.unread + Counter({f"/sdnEntry/idList/id/idType: {k}": n for k, n in self.gathered.unknown.items()})
        notes = [f"{self.gathered.bad_dates} dates that are no dates, kept as text"] if self.gathered.bad_dates else []
        return Parsed(
            listings=tuple(self.listings), published_at=self.published_at, records=dict(self.kinds),
            unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())), notes=tuple(notes),
        )


def _add_alias(record: OfacRecord, fields: Fields, field: str) -> None:
    family, given = fields.get("lastName", ""), fields.get("firstName", "")
    if record.kind == "person" and not given:  # weak aliases have both parts in one element: "LAST, First"
        family, _, given = family.partition(", ")
    record.add_name(
        family, given, role=ROLES.get(fields.get("type", ""), "alias"),
        weak=fields.get("category") == "weak", field=field,
        note="now known as" if fields.get("type") == "n.k.a." else None,
    )


def _add_address(record: OfacRecord, fields: Fields, field: str) -> None:
    street = ", ".join(fields[k] for k in ("address1", "address2", "address3") if fields.get(k))
    country = fields.get("country", "")
    if not any(fields.values()):
        return
    record.addresses.append(Place(
        origin=Origin(field=field), street=street or None, city=fields.get("city") or None,
        region=fields.get("stateOrProvince") or None, postcode=fields.get("postalCode") or None,
        country=find_country(country) if country else None, country_text=country or None,
    ))


def _add_id(record: OfacRecord, fields: Fields, field: str) -> None:
    record.add_id(
        fields.get("idType", ""), fields.get("idNumber", ""), field, country=fields.get("idCountry", ""),
        issued=fields.get("issueDate", ""), expires=fields.get("expirationDate", ""),
    )


Rule = Callable[[OfacRecord, Fields, str], None]
# element of a record -> name of its items, the children that its rule reads, the rule
RULES: dict[str, tuple[str, tuple[str, ...], Rule]] = {
    "akaList": ("aka", ("type", "category", "lastName", "firstName"), _add_alias),
    "addressList": (
        "address", ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country"), _add_address,
    ),
    "idList": ("id", ("idType", "idNumber", "idCountry", "issueDate", "expirationDate"), _add_id),
    "dateOfBirthList": ("dateOfBirthItem", ("dateOfBirth",), lambda r, f, p: r.add_birth(f.get("dateOfBirth", ""), p)),
    "placeOfBirthList": (
        "placeOfBirthItem", ("placeOfBirth",), lambda r, f, p: r.add_birth_place(f.get("placeOfBirth", ""), p),
    ),
    "nationalityList": ("nationality", ("country",), lambda r, f, p: r.add_country("nationality", f.get("country", ""), p)),
    "citizenshipList": ("citizenship", ("country",), lambda r, f, p: r.add_country("citizenship", f.get("country", ""), p)),
}
TEXTS = {"title": "title"}
VESSEL = {
    "vesselType": "vessel_type", "vesselOwner": "vessel_owner", "tonnage": "tonnage",
    "grossRegisteredTonnage": "gross_registered_tonnage",
}


def _parse_published(text: str) -> dt.datetime | None:
    """Publish_Date is MM/DD/YYYY; the day's start in UTC, since no hour is given."""
    try:
        return dt.datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
