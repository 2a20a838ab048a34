"""A page of the Ministry of Home Affairs, as saved from a browser, to numbered entries.

Three layouts carry a list: a table "Sl -No | Organisation", a table "SR-No | Title | Download/Link" (since November 2024,
for organisations and individuals alike), and one numbered paragraph for each person (until 2024). A page is refused
unless it is whole and one of these is on it.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec
from lxml import etree

from tocsin.errors import ListRefused

SITE = "https://www.mha.gov.in/"
MAX_BYTES = 8 * 1024 * 1024
MAX_TAGS = 200_000
_HEAD_BYTES = 4096
# Letters of a column's heading -> what the column holds.
COLUMNS = {
    "slno": "number", "srno": "number", "organisation": "name", "organization": "name", "title": "name",
    "downloadlink": "link",
}
_LINKS = frozenset({"canonical", "alternate", "shortlink", "shortcut"})
_NUMBERED = re.compile(r"(\d{1,3})\s*\.\s*(\S.*)", re.S)
_NUMBER = re.compile(r"\d{1,3}[A-Z]?")
_AS_ON = re.compile(r"\bas\s+on\s+(\d{1,2})[-./](\d{1,2})[-./](\d{4})", re.I)
_UPDATED = re.compile(r"(\d{1,2})\s+([A-Z][a-z]{2})[a-z]*\s+(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LOSSES = frozenset({"ERR_RESOURCE_LIMIT", "ERR_INTERNAL_ERROR", "ERR_NO_MEMORY"})  # the parser left something out
_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.I)
_END = re.compile(rb"</html\s*>\s*(?:<!--[^<>]*-->\s*)*\Z", re.I)
_ERROR = re.compile(r"access denied|forbidden|not found|error|unavailable|maintenance|captcha|robot", re.I)
_BROKEN = re.compile(r"\ufffd|[ÂÃ][\x80-\xbf]|â€|à¤")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered entry as published, with single spaces, and the address of its notification."""

    number: str
    text: str
    link: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds before it is known whose list it is. `headings` are texts that may tell."""

    kind: str
    entries: tuple[Entry, ...]
    headings: tuple[str, ...]
    published_at: dt.datetime | None
    unread: dict[str, int] = {}
    notes: tuple[str, ...] = ()


def refused(reason: str, what: str) -> ListRefused:
    """A refusal of the whole file; `what` never quotes an entry."""
    return ListRefused(
        f"India, Unlawful Activities (Prevention) Act: {what}. The state in force stays.", reason=reason
    )


def read_page(data: bytes) -> Document:
    """The entries of a whole page in one of the three layouts. `ListRefused` for anything else."""
    root, notes = _read_root(data)
    content = _content(root)
    headings = (*_page_headings(root), *_content_headings(content))
    published = find_as_on(" ".join(headings)) or _last_updated(root)
    tables = [table for table in content.iter("table") if _columns(table)]
    if len(tables) > 1:
        raise refused("different_document", f"the page has {len(tables)} tables of entries, expected one")
    if tables:
        kind, (entries, unread) = "table", _read_table(tables[0])
    else:
        kind, (entries, unread) = "paragraphs", _read_paragraphs(content)
    if not entries:
        raise _no_entries(root)
    if _has_pager(content):
        raise refused(
            "incomplete", "the page is one of several (it has a pager); expected one page with all entries"
        )
    return Document(
        kind=kind, entries=entries, headings=headings, published_at=published, notes=notes,
        unread=dict(unread + (_unread_around(content, tables[0]) if tables else Counter())),
    )


def find_as_on(text: str) -> dt.datetime | None:
    """The day in "(As on 30-03-2015)", midnight UTC."""
    match = _AS_ON.search(text)
    return make_date(match[3], match[2], match[1]) if match else None


def make_date(year: str, month: str, day: str) -> dt.datetime | None:
    try:
        return dt.datetime(int(year), int(month), int(day), tzinfo=dt.UTC)
    except ValueError:
        return None


def _read_root(data: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    if len(data) > MAX_BYTES:
        raise refused("too_large", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    head = data[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8).lstrip()
    if not head:
        raise refused("empty", "the file is empty")
    if b"multipart/related" in head:
        raise refused("different_document", "this is a web archive (MHTML); save the page as HTML instead")
    if not head.startswith(b"<") or not _HTML.search(head):
        raise refused("error_page", "expected a page in HTML or the PDF, found neither")
    if data.count(b"<") > MAX_TAGS:
        raise refused("too_large", f"more than {MAX_TAGS:,} tags")
    if not _END.search(data.rstrip(b"\0 \t\r\n")):
        raise refused("truncated", "the page breaks off: </html> is not at its end")
    encoding, notes = _find_encoding(data)
    parser = etree.HTMLParser(encoding=encoding, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise refused("malformed", "the page is no HTML that can be read")
    if any(e.level_name == "FATAL" or e.type_name in _LOSSES for e in parser.error_log):
        raise refused("malformed", "the page is nested too deep, or otherwise beyond what is read; a part would be lost")
    return root, notes


def _find_encoding(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252", ("The page is not in UTF-8; it was read as Windows-1252.",)
    return "utf-8", ()


def _no_entries(root: etree._Element) -> ListRefused:
    title = " ".join(_texts(root.iter("title", "h1", "h2")))
    if _ERROR.search(title) or next(root.iter("table", "p"), None) is None:
        return refused("error_page", "this is an error page, or the publisher's check for robots, not the list")
    return refused(
        "different_document",
        "the page has no list: expected a table 'Sl -No | Organisation' or 'SR-No | Title | Download/Link', or numbered "
        "paragraphs",
    )


def _content(root: etree._Element) -> etree._Element:
    """The page's main block, so that menus, banner and footer are left aside; the whole page where it has none."""
    for wanted in ("block-system-main-block", "view-content", "views-field-body"):
        for element in root.iter("div"):
            if wanted in (element.get("class") or "").split() and _has_entries(element):
                return element
    return root


def _has_entries(element: etree._Element) -> bool:
    return any(_columns(t) for t in element.iter("table")) or any(_NUMBERED.match(_text(p)) for p in element.iter("p"))


def _page_headings(root: etree._Element) -> Iterator[str]:
    yield from _texts(root.iter("title", "h1"))
    for link in root.iter("link"):
        if _LINKS & set((link.get("rel") or "").split()):
            yield link.get("href") or ""


def _content_headings(content: etree._Element) -> Iterator[str]:
    """Headings, and what stands before the table: never the entries themselves."""
    yield from _texts(content.iter("h2", "h3", "h4", "caption"))
    for element in content.iter("p", "table"):
        if element.tag == "table":
            return
        text = _text(element)
        if not _NUMBERED.match(text):
            yield text


def _read_table(table: etree._Element) -> tuple[tuple[Entry, ...], Counter[str]]:
    columns, unread, found = _columns(table), Counter[str](), []
    for row in table.iter("tr"):
        cells = list(row.iterchildren("td", "th"))
        if not cells or (len(cells) == len(columns) and all(c.tag == "th" for c in cells)) or _is_header(cells):
            continue
        held = {what: cell for what, cell in zip(columns, cells, strict=False) if what in ("number", "name", "link")}
        number, text = _digits(_text(held.get("number"))), _text(held.get("name"))
        if not _NUMBER.fullmatch(number) or not any(c.isalnum() for c in text):
            unread["table: row without a number or a name"] += 1
            continue
        for name, cell in zip(columns, cells, strict=False):
            unread[f"table: column '{name}'"] += name not in held and bool(_text(cell))
        unread["table: cells beyond the columns"] += max(0, len(cells) - len(columns))
        found.append(Entry(number=number, text=text, link=_link(held.get("link"), held.get("name"))))
    return tuple(found), +unread


def _columns(table: etree._Element) -> tuple[str, ...]:
    """What each column holds, or its own heading where that is not known; empty when this is no table of entries."""
    for row in table.iter("tr"):
        cells = list(row.iterchildren("th", "td"))
        if _is_header(cells):
            return tuple(COLUMNS.get(_letters(_text(c)), _text(c)[:40] or "(no heading)") for c in cells)
        if any(c.tag == "td" for c in cells):
            return ()
    return ()


def _is_header(cells: list[etree._Element]) -> bool:
    held = [COLUMNS.get(_letters(_text(cell))) for cell in cells]
    return held.count("number") == 1 and held.count("name") == 1


def _read_paragraphs(content: etree._Element) -> tuple[tuple[Entry, ...], Counter[str]]:
    found, unread = [], Counter[str]()
    for element in content.iter("p"):
        text = _text(element)
        match = _NUMBERED.fullmatch(text)
        if match:
            found.append(Entry(number=_digits(match[1]), text=match[2], link=_link(element)))
        elif found and any(c.isalnum() for c in text) and not _in_footer(element):
            unread["paragraph without a number"] += 1
    return tuple(found), unread


def _unread_around(content: etree._Element, table: etree._Element) -> Counter[str]:
    """Texts of the main block behind the table, and other tables in it."""
    unread: Counter[str] = Counter()
    if content.tag != "div":
        return unread
    seen = False
    inside = set(table.iter())
    for element in content.iter("p", "li", "table", "ul", "ol"):
        if element is table:
            seen = True
        elif element in inside:
            continue
        elif element.tag == "table":
            unread["another table"] += 1
        elif element.tag in ("p", "li") and seen and any(c.isalnum() for c in _text(element)):
            unread[f"text behind the table: {element.tag}"] += 1
    return unread


def _in_footer(element: etree._Element) -> bool:
    return any(parent.tag in ("footer", "nav", "header") for parent in element.iterancestors())


def _has_pager(content: etree._Element) -> bool:
    return any(
        re.search(r"[?&]page=\d", link.get("href") or "") and not _in_menu(link) for link in content.iter("a")
    )


def _in_menu(element: etree._Element) -> bool:
    return any(parent.tag in ("footer", "header") for parent in element.iterancestors())


def _last_updated(root: etree._Element) -> dt.datetime | None:
    """The day in the footer, "Last Updated: 20 Nov 2017"."""
    for element in root.iter("span"):
        match = _UPDATED.search(_text(element)) if element.get("class") == "lastupdated" else None
        if match and match[2].lower() in _MONTHS:
            return make_date(match[3], str(_MONTHS.index(match[2].lower()) + 1), match[1])
    return None


def _link(*elements: etree._Element | None) -> str | None:
    """The address of the notification, absolute."""
    for element in elements:
        for anchor in element.iter("a") if element is not None else ():
            href = (anchor.get("href") or "").strip()
            if href and not href.startswith(("#", "javascript:")):
                try:
                    return str(urljoin(SITE, href.replace(" ", "%20")))
                except ValueError:
                    return None
    return None


def _digits(text: str) -> str:
    """A serial number in ASCII digits, without a full stop: "५." is 5."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text).strip(" .")


def _texts(elements: Iterator[etree._Element]) -> Iterator[str]:
    return (text for element in elements if (text := _text(element)))


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(str(t) for t in element.itertext()).split())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())


def check_decoding(entries: tuple[Entry, ...]) -> None:
    """Refuse entries whose letters were lost or read in another encoding."""
    for entry in entries:
        if _BROKEN.search(entry.text):
            raise refused(
                "malformed", f"entry {entry.number} has letters in a wrong encoding; save the page again as UTF-8"
            )
