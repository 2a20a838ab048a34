"""The UN list's bytes to an element tree, and a view of a record that knows what has been read of it.

`read_document` refuses whatever is not a whole list; `read_tree` is the part of it that other lists in XML share. `Node`
marks every element that a rule asks for; `find_unread` then names each element, attribute and stray text that no rule
asked for, so that a new field of the publisher is reported on the first day and not lost.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection, Iterator

from lxml import etree

from tocsin.errors import ListRefused
from tocsin.sources import base

TITLE = "UN list"
ROOT = "CONSOLIDATED_LIST"
SECTIONS = ("INDIVIDUALS", "ENTITIES")
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 12
MAX_TAGS = 2_000_000  # a state has some 80,000
_HEAD_BYTES = 2048
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_TOO_DEEP = "boolean(" + "/*" * (MAX_DEPTH + 2) + ")"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FIRST_TAG = re.compile(rb"<([A-Za-z_][\w:.-]*)")


class Node:
    """One element of a record. Asking for a child marks it as read; what is never asked for is reported."""

    def __init__(self, element: etree._Element, read: set[etree._Element]) -> None:
        self._element = element
        self._read = read
        read.add(element)

    @property
    def tag(self) -> str:
        return str(self._element.tag)

    def find_text(self, tag: str) -> str | None:
        """The text of the first child of that name, as `clean` gives it; a second one stays unread."""
        for child in self._element.iterchildren(tag):
            self._read.add(child)
            return clean(child.text)
        return None

    def get_texts(self, tag: str, inner: str = "VALUE") -> tuple[str, ...]:
        """The texts that are there, of each `inner` child of each child of that name."""
        texts = (text for node in self.get_nodes(tag) for text in node._all(inner))
        return tuple(text for text in texts if text)

    def get_nodes(self, tag: str) -> tuple[Node, ...]:
        return tuple(Node(child, self._read) for child in self._element.iterchildren(tag))

    def _all(self, tag: str) -> Iterator[str | None]:
        for child in self._element.iterchildren(tag):
            self._read.add(child)
            yield clean(child.text)


def clean(text: str | None) -> str | None:
    """The text with runs of white space made one space, or `None` when it has no letter and no digit.

    Layouts since 2021 indent and wrap text, so that white space carries nothing; "   ,   " is an empty note of 2023.
    """
    if text is None:
        return None
    text = " ".join(text.split())
    return text if any(c.isalnum() for c in text) else None


def find_unread(root: etree._Element, read: set[etree._Element], ignored: Collection[str]) -> Counter[str]:
    """Path and count of all that was not read. `ignored` has the paths ("SORT_KEY", "@dateGenerated") left aside.

    A path starts below the root; an attribute is "PATH@name", text between elements "PATH#text". Whatever is inside an
    unread element is counted as well, each under its own path.
    """
    unread: Counter[str] = Counter()
    for element, path in _walk(root):
        if element.tag in ignored:
            continue
        if element not in read:
            unread[path] += 1
        for name in element.attrib:
            if f"@{name}" not in ignored:
                unread[f"{path}@{name}"] += 1
        stray = (child.tail for child in element)
        if len(element) and any(clean(text) for text in (element.text, *stray)):
            unread[f"{path}#text"] += 1
    return unread


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    stack: list[tuple[etree._Element, str]] = [(root, "")]
    while stack:
        element, path = stack.pop()
        yield element, path
        stack += [(c, f"{path}/{c.tag}".lstrip("/")) for c in reversed(element) if isinstance(c.tag, str)]


def refused(reason: str, what: str, *, title: str = TITLE) -> ListRefused:
    """As `base.refused`, of this list without a `title`."""
    return base.refused(title, reason, what)


def read_document(data: bytes) -> etree._Element:
    """The root element of a whole list with both sections. `ListRefused` for anything else, with the reason."""
    root = read_tree(data, title=TITLE)
    if root.tag != ROOT:
        found = etree.QName(root).localname[:60]
        raise refused("different_document", f"expected the element {ROOT}, found '{found}'")
    missing = [name for name in SECTIONS if root.find(name) is None]
    if missing:
        raise refused("different_document", f"expected the sections {' and '.join(SECTIONS)}; {missing[0]} is missing")
    return root


def read_tree(data: bytes, *, title: str) -> etree._Element:
    """The root element of well-formed XML without DTD and entities, of bounded size and depth; no comments.

    `ListRefused` for anything else, with the reason; `title` is the list's name in its message.
    """
    data = _as_utf8(data, title)
    _check_bytes(data, title)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(data, getattr(error, "lineno", None), title) from None
    if root.getroottree().docinfo.internalDTD is not None or any(True for _ in root.iter(etree.Entity)):
        raise refused("malformed", "the file declares or uses entities; the list has none", title=title)
    if root.xpath(_TOO_DEEP):
        raise refused("malformed", f"elements are nested deeper than {MAX_DEPTH} levels", title=title)
    return root


def _as_utf8(data: bytes, title: str) -> bytes:
    """UTF-16 becomes UTF-8, so that the checks of the bytes see the characters that the parser will see."""
    if len(data) > MAX_BYTES:
        raise refused("too_large", f"{len(data)} bytes; at most {MAX_BYTES} are read", title=title)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data.startswith((b"<\0", b"\0<")):
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    else:
        return data
    try:
        return _DECLARATION.sub("", data.decode(encoding), count=1).encode()
    except UnicodeError:
        reason = "truncated" if len(data) % 2 else "malformed"
        raise refused(reason, "expected UTF-16 text, found bytes that are none", title=title) from None


def _check_bytes(data: bytes, title: str) -> None:
    head = data[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8).lstrip()
    if not head:
        raise refused("empty", "the file is empty", title=title)
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise refused("malformed", "expected XML, found a packed file", title=title)
    if not head.startswith(b"<") or _HTML.search(head):
        raise refused("error_page", "expected XML, found an HTML page, JSON or plain text", title=title)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refused("malformed", "the file has a document type declaration; the list has none", title=title)
    if data.count(b"<") > MAX_TAGS:
        raise refused("too_large", f"more than {MAX_TAGS} tags", title=title)


def _not_well_formed(data: bytes, line: int | None, title: str) -> ListRefused:
    """Says "truncated" where the end tag of the first element is not at the end, "malformed" otherwise."""
    first = _FIRST_TAG.search(data[:_HEAD_BYTES])
    where = f"line {line}" if line else "an unknown line"
    if first is None or data.rstrip(b" \t\r\n\0").endswith(b"</" + first[1] + b">"):
        return refused("malformed", f"not well-formed XML at {where}", title=title)
    what = f"the file breaks off: no end tag of the first element, reading stopped at {where}"
    return refused("truncated", what, title=title)
