"""What the readers of OFAC's XML files share: reading record by record, refusing, and finding what no rule read."""

from __future__ import annotations

import calendar
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lxml import etree

from tocsin.errors import ListRefused
from tocsin.model import DateSpan, PartialDate
from tocsin.sources.base import RawFile
from tocsin.sources.ofac_dates import MONTHS

MAX_TEXT = 20_000
STAYS = "The state in force stays."
_MONTH_NAMES = {number: name.capitalize() for name, number in MONTHS.items()}
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks of writing direction around Arabic and Hebrew names
_FIRST_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def find_root_name(data: bytes) -> str:
    """The local name of the first element of an XML file, told from its first bytes; empty when there is none."""
    head = data[:20_000].replace(b"\0", b"")
    found = _FIRST_TAG.search(re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head, flags=re.DOTALL))
    return found[1].decode("ascii", "replace") if found else ""


def iter_items(
    file: RawFile, *, root: str, items: Mapping[str, str], singles: Collection[str], unread: Counter[str]
) -> Iterator[Any]:
    """Each child of the root that `singles` names, and each record: a child of a section that `items` maps to its name.

    In the order of the file. A record is freed when the next one is asked for, so that memory does not grow with the
    file. How deep elements may nest is libxml2's own limit (256). What else stands in the root or in a section is counted.

    `ListRefused`: `truncated` when the file breaks off, `different_document` for another root or a section that is missing,
    `malformed` for what is no XML or carries a document type.
    """
    count = 0
    events = etree.iterparse(
        io.BytesIO(file.data), events=("end",), tag=[f"{{*}}{name}" for name in (*items.values(), *singles)],
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )
    try:
        for _, element in events:
            if not _is_item(element, items, singles):
                continue
            if element.getroottree().docinfo.internalDTD is not None:
                raise ListRefused(f"The OFAC file carries a document type; it is not read. {STAYS}", reason="malformed")
            count += local(element) not in singles
            yield element
            element.clear()
            previous = element.getprevious()
            while previous is not None and local(previous) == local(element):
                element.getparent().remove(previous)
                previous = element.getprevious()
    except etree.XMLSyntaxError as error:
        raise refuse_syntax(error, file.data, count) from error
    _check_root(events.root, root, items, singles, unread)


def _is_item(element: Any, items: Mapping[str, str], singles: Collection[str]) -> bool:
    parent = element.getparent()
    above = parent.getparent() if parent is not None else None
    if above is None:
        return parent is not None and local(element) in singles
    return above.getparent() is None and items.get(local(parent)) == local(element)


def _check_root(root: Any, name: str, items: Mapping[str, str], singles: Collection[str], unread: Counter[str]) -> None:
    found = local(root) if root is not None else ""
    if found != name:
        raise ListRefused(
            f"Expected the root {name}, found {found[:40] or 'none'}: another document. {STAYS}", reason="different_document"
        )
    if root.getroottree().docinfo.internalDTD is not None:
        raise ListRefused(f"The OFAC file carries a document type; it is not read. {STAYS}", reason="malformed")
    sections = [local(child) for child in root]
    missing = [section for section in items if section not in sections]
    if missing:
        raise ListRefused(
            f"The OFAC file has no {missing[0]}; expected {', '.join(items)}. {STAYS}", reason="different_document"
        )
    for child in root:
        section = local(child)
        if section in items:
            unread.update(f"/{section}/{local(x)}" for x in child if local(x) != items[section])
        elif section not in singles:
            unread[f"/{section}"] += 1


def refuse_syntax(error: etree.XMLSyntaxError, data: bytes, records: int) -> ListRefused:
    """The refusal of what is no whole XML document, with the line and how much was read: it breaks off, or is damaged."""
    end = data[-200:].replace(b"\0", b"").rstrip()
    if not re.search(rb"</(?:[\w.-]+:)?" + re.escape(find_root_name(data).encode()) + rb"\s*>$", end):
        return ListRefused(
            f"The OFAC file breaks off at line {error.lineno} after {records:,} records. {STAYS}", reason="truncated"
        )
    return ListRefused(f"The OFAC file is not well-formed XML at line {error.lineno}. {STAYS}", reason="malformed")


def count_unread(
    element: Any, *, path: str, known: Collection[str], ignored: Mapping[str, str], unread: Counter[str]
) -> None:
    """Count what stands below `element` and in no rule, as "PATH/child" or "PATH/child@attribute".

    `known` are the paths below the element that rules read; `ignored` has the paths, and the names of elements and
    "@attributes" wherever they stand, that are left aside with all that is in them.
    """
    stack = [(element, "")]
    while stack:
        node, below = stack.pop()
        for name in node.attrib:
            attribute = f"@{name.rpartition('}')[2]}"
            if not {attribute, f"{below}{attribute}"} & ignored.keys() and f"{below}{attribute}" not in known:
                unread[f"{path}/{below}{attribute}"] += 1
        for child in node:
            name = local(child)
            inner = f"{below}/{name}" if below else name
            if name in ignored or inner in ignored:
                continue
            if inner not in known:
                unread[f"{path}/{inner}"] += 1
            else:
                stack.append((child, inner))


def local(element: Any) -> str:
    """An element's name without its namespace; empty for what is no element (an entity that was not resolved)."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """An element's own text with single spaces."""
    return " ".join((element.text or "")[:MAX_TEXT].split())


def find_text(element: Any, name: str) -> str:
    """The text of the first child of that name; empty when there is none."""
    found = element.find(f"{{*}}{name}")
    return text_of(found) if found is not None else ""


def strip_marks(text: str) -> str:
    """A text without marks of writing direction, which the publisher puts around names in Arabic script."""
    return " ".join(_MARKS.sub("", text).split())


def make_span(first: dt.date, last: dt.date, *, circa: bool = False) -> DateSpan:
    """The dates that OFAC writes as a first and a last day: a whole year is that year, a whole month that month.

    `ValueError` when the last day is before the first.
    """
    if first == last:
        return DateSpan.at(PartialDate.of(first), circa=circa)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return DateSpan(first=PartialDate(year=first.year), last=PartialDate(year=last.year), circa=circa)
    if (first.year, first.month, first.day) == (last.year, last.month, 1) and is_month_end(last):
        return DateSpan.at(PartialDate(year=first.year, month=first.month), circa=circa)
    return DateSpan(first=PartialDate.of(first), last=PartialDate.of(last), circa=circa)


def is_month_end(day: dt.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def say_span(span: DateSpan) -> str:
    """A span in the words of OFAC's plain files: "14 Feb 1965", "circa 1965", "1965 to 1968"."""
    words = f"{_say_date(span.first)} to {_say_date(span.last)}" if span.is_range else _say_date(span.first)
    return f"circa {words}" if span.circa else words


def _say_date(date: PartialDate) -> str:
    day = f"{date.day:02d} " if date.day else ""
    month = f"{_MONTH_NAMES[date.month]} " if date.month else ""
    return f"{day}{month}{date.year:04d}"
