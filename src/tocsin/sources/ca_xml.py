"""The XML of Canada's two lists: bytes to records, each a mapping of its elements' texts. Anything else is refused.

Both are flat: a root, its records, and elements of text inside them. What lies deeper, attributes and elements beside the
records are counted as unread.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

import msgspec
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.sources.base import refused

MAX_BYTES = 64 * 1024 * 1024  # the lists have 0.2 to 3 MB
MAX_TAGS = 2_000_000
MAX_TEXT = 100_000
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)


class Record(msgspec.Struct, frozen=True):
    """One record: its number in the file, and the text of each element by name, without the empty ones."""

    number: int
    texts: dict[str, str]

    def get(self, *tags: str) -> str:
        """The text of the first of these elements that the record has, with runs of white space made one space."""
        return next((self.texts[tag] for tag in tags if tag in self.texts), "")


class Document(msgspec.Struct, frozen=True):
    """The records of a file, the texts of the elements beside them, and what has no place in the layout."""

    records: tuple[Record, ...]
    beside: dict[str, str]
    unread: Counter[str]


def read_document(data: bytes, *, title: str, root: str, record: str) -> Document:
    """The records of a whole file whose root and records have these names, in any namespace. `ListRefused` otherwise."""
    _check_bytes(data, title)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(data, title, getattr(error, "lineno", None)) from None
    if tree.getroottree().docinfo.internalDTD is not None or any(True for _ in tree.iter(etree.Entity)):
        raise refused(title, "malformed", "the file declares or uses entities; the list has none")
    if _local(tree) != root:
        raise refused(title, "different_document", f"expected the element {root}, found '{_local(tree)[:60]}'")
    unread = Counter({f"@{name}": 1 for name in tree.attrib})
    records: list[Record] = []
    beside: dict[str, str] = {}
    for child in tree:
        if _local(child) == record:
            records.append(_read_record(child, len(records) + 1, record, unread))
        else:
            beside[_local(child)] = _text(child)
    if not records:
        raise refused(title, "empty", "the list has no records")
    return Document(records=tuple(records), beside=beside, unread=unread)


def _read_record(element: etree._Element, number: int, path: str, unread: Counter[str]) -> Record:
    texts: dict[str, str] = {}
    unread.update(f"{path}@{name}" for name in element.attrib)
    unread.update([f"{path}#text"] if any(_words(e) for e in [element.text, *(c.tail for c in element)]) else [])
    for child in element:
        name = _local(child)
        if name in texts:
            unread[f"{path}/{name} (a second one)"] += 1
            continue
        unread.update(f"{path}/{name}@{attribute}" for attribute in child.attrib if (name, attribute) not in PLAIN)
        unread.update(f"{path}/{name}/{_local(inner)}" for inner in child.iterdescendants())
        text = _text(child) or next((child.get(a, "") for n, a in PLAIN if n == name), "")
        if text:
            texts[name] = text
    return Record(number, texts)


# Attributes that are read or say nothing: (element, attribute). The value of a read one stands for an empty text.
PLAIN = (("link", "href"), ("content", "type"), ("summary", "type"), ("title", "type"))


def _text(element: etree._Element) -> str:
    return _words("".join(element.itertext())[:MAX_TEXT])


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _check_bytes(data: bytes, title: str) -> None:
    head = data[:2048].removeprefix(codecs.BOM_UTF8).lstrip()
    if len(data) > MAX_BYTES or data.count(b"<") > MAX_TAGS:
        raise refused(title, "too_large", f"more than {MAX_BYTES:,} bytes or {MAX_TAGS:,} tags")
    if not head:
        raise refused(title, "empty", "the file is empty")
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise refused(title, "malformed", "expected XML, found a packed file")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")):
        raise refused(title, "malformed", "expected UTF-8, found UTF-16")
    if not head.startswith(b"<") or _HTML.search(head):
        raise refused(title, "error_page", "expected XML, found an HTML page, JSON or plain text")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refused(title, "malformed", "the file has a document type declaration; the list has none")


def _not_well_formed(data: bytes, title: str, line: int | None) -> ListRefused:
    first = re.search(rb"<([A-Za-z_][\w:.-]*)", data[:2048])
    where = f"line {line}" if line else "an unknown line"
    if first is None or data.rstrip(b" \t\r\n\0").endswith(b"</" + first[1] + b">"):
        return refused(title, "malformed", f"not well-formed XML at {where}")
    return refused(title, "truncated", f"the file breaks off: reading stopped at {where}")
