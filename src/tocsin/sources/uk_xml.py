"""The UK Sanctions List in the FCDO's XML (Designations), record by record."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from collections import Counter
from functools import partial
from typing import Any

from lxml import etree

from tocsin.errors import ListRefused
from tocsin.sources import base
from tocsin.sources.uk_record import Tally, UkRecord
from tocsin.sources.uk_tables import GROUPS, IGNORED, INDICATORS
from tocsin.sources.uk_values import clean, parse_date

ROOT, RECORD, DATE = "Designations", "Designation", "DateGenerated"
MAX_BYTES = 256 * 1024 * 1024  # a state has 22 million
MAX_TAGS = 10_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_ITEMS = {group.item: (key, group.tags) for key, group in GROUPS.items() if group.item}
_CONTAINERS = {item.rsplit("/", n)[0] for item in _ITEMS for n in range(1, item.count("/") + 1)}


refused = partial(base.refused, "UK Sanctions List")


class XmlReader:
    """Gathers the records of one file; `published_at` and `unread` are known when `read` has returned."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.unread: Counter[str] = Counter()
        self.published_at: dt.datetime | None = None
        self._records: dict[str, UkRecord] = {}
        self._count = 0

    def read(self, data: bytes) -> dict[str, UkRecord]:
        """The records by Unique ID. `ListRefused` for what is not one whole list."""
        data = _check(data)
        events = etree.iterparse(
            io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )
        try:
            depth = 0
            for event, element in events:
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    self._check_root(element)
                elif event == "end" and depth == 1:
                    self._read_child(element)
        except etree.XMLSyntaxError as error:
            raise self._not_well_formed(data, error) from None
        if events.root.getroottree().docinfo.internalDTD is not None:
            raise refused("malformed", "the file has a document type declaration; the list has none")
        for text in (events.root.text, *(child.tail for child in events.root)):
            self._count_stray(text)
        return self._records

    def _check_root(self, root: Any) -> None:
        if root.tag != ROOT:
            raise refused("different_document", f"expected the element {ROOT}, found '{etree.QName(root).localname[:60]}'")
        self._count_attributes(root, "")

    def _read_child(self, element: Any) -> None:
        if element.tag == RECORD:
            self._count += 1
            self._read_record(element)
        elif element.tag == DATE:
            self._read_date(clean(element.text))
        elif isinstance(element.tag, str):
            self._count_unread(element, element.tag)
        parent = element.getparent()
        element.clear(keep_tail=True)
        while parent is not None and element.getprevious() is not None:
            self._count_stray(parent[0].tail)
            del parent[0]

    def _count_stray(self, text: str | None) -> None:
        self.unread["#text"] += bool(clean(text))

    def _read_date(self, text: str) -> None:
        date = parse_date(text)
        if date is None or date.day is None:
            self.tally.notes[f"date of publication ({DATE}) that could not be read"] += 1
        else:
            self.published_at = dt.datetime.combine(date.earliest, dt.time(), dt.UTC)

    def _read_record(self, element: Any) -> None:
        found = element.find("UniqueID")
        ref = clean(found.text).replace(" ", "") if found is not None else ""
        if not ref:
            raise refused("malformed", f"{RECORD} {self._count}: expected a UniqueID, found none")
        if ref in self._records:
            self.tally.notes["records given twice under one Unique ID, read as one"] += 1
        record = self._records.setdefault(ref, UkRecord("xml", self.tally))
        self._count_attributes(element, RECORD)
        self._walk(record, element, "")

    def _walk(self, record: UkRecord, element: Any, base: str) -> None:
        if clean(element.text) or any(clean(child.tail) for child in element):
            self.unread[f"{base or RECORD}#text"] += 1
        for child in element:
            if not isinstance(child.tag, str):
                raise refused("malformed", f"{RECORD} {self._count} uses an entity; the list has none")
            path = f"{base}/{child.tag}".lstrip("/")
            if path in _ITEMS:
                self._take_item(record, child, path)
            elif path in _CONTAINERS:
                self._count_attributes(child, path)
                self._walk(record, child, path)
            elif path == INDICATORS:
                self._take_indicators(record, child)
            else:
                self._count_unread(child, path)

    def _take_item(self, record: UkRecord, element: Any, path: str) -> None:
        key, tags = _ITEMS[path]
        self._count_attributes(element, path)
        if tags == ("",):
            record.add(key, (self._text(element, path),))
            return
        found = dict.fromkeys(tags, "")
        if clean(element.text) or any(clean(child.tail) for child in element):
            self.unread[f"{path}#text"] += 1
        for child in element:
            inner = f"{path}/{child.tag}"
            if child.tag in found and not found[child.tag]:
                found[child.tag] = self._text(child, inner)
                self._count_attributes(child, inner)
            else:
                self._count_unread(child, inner)
        record.add(key, tuple(found.values()))

    def _take_indicators(self, record: UkRecord, element: Any) -> None:
        for child in element:
            word = self._text(child, f"{INDICATORS}/{child.tag}").casefold()
            if word == "true":
                record.imposed[str(child.tag)] = None
            elif word not in ("", "false"):
                self.unread[f"{INDICATORS}/{child.tag} (unknown word)"] += 1

    def _text(self, element: Any, path: str) -> str:
        for child in element:
            self._count_unread(child, f"{path}/{child.tag}")
        return clean(element.text)

    def _count_attributes(self, element: Any, path: str) -> None:
        for name in element.attrib:
            if f"@{name}" not in IGNORED:
                self.unread[f"{path}@{name}"] += 1

    def _count_unread(self, element: Any, path: str) -> None:
        """Counts an element that no rule knows, and all inside it, each under its own path."""
        stack = [(element, path)]
        while stack:
            one, where = stack.pop()
            if not isinstance(one.tag, str):
                raise refused("malformed", f"{RECORD} {self._count} uses an entity; the list has none")
            self.unread[where] += 1
            self._count_attributes(one, where)
            stack += [(child, f"{where}/{child.tag}") for child in one]

    def _not_well_formed(self, data: bytes, error: etree.XMLSyntaxError) -> ListRefused:
        if data.rstrip(b" \t\r\n\0").endswith(f"</{ROOT}>".encode()) or f"<{ROOT}".encode() not in data[:2048]:
            return refused("malformed", f"not well-formed XML at line {error.lineno}")
        return refused("truncated", f"the file breaks off at line {error.lineno}, after {self._count:,} records")


def _check(data: bytes) -> bytes:
    """The bytes, UTF-16 as UTF-8, so that what is checked here is what the parser sees."""
    if len(data) > MAX_BYTES:
        raise refused("too_large", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = _DECLARATION.sub("", data.decode("utf-16"), count=1).encode()
        except UnicodeError:
            reason = "truncated" if len(data) % 2 else "malformed"
            raise refused(reason, "expected UTF-16 text, found bytes that are none") from None
    if _HTML.search(data[:2048]):
        raise refused("error_page", "expected XML, found an HTML page")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refused("malformed", "the file has a document type declaration; the list has none")
    if data.count(b"<") > 2 * MAX_TAGS:
        raise refused("too_large", f"more than {MAX_TAGS:,} elements")
    return data
