"""Canada's listed terrorist entities, from the Atom feed that Public Safety Canada publishes.

One entry is one entity: title, id, summary (its other names), content, published (listed) and updated (reviewed).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import Fact, Listing, Measure, Name, Origin, PartialDate
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, Unread, refused
from tocsin.sources.ca_names import split_listed
from tocsin.sources.ca_xml import Record, read_document

TITLE = "Canada's listed terrorist entities"
PROGRAMME = "Listed terrorist entities"
LAW = "Criminal Code (R.S.C. 1985, c. C-46), section 83.05; Regulations Establishing a List of Entities (SOR/2002-284)"
KNOWN = frozenset({"title", "id", "summary", "content", "published", "updated", "link"})
NOT_GIVEN = frozenset({"", "n/a", "na", "none"})
NOT_REVIEWED = "not yet reviewed"
IGNORED = {
    **dict.fromkeys(
        ("feed/title", "feed/subtitle", "feed/id", "feed/author", "feed/link", "feed/rights", "feed/generator"),
        "what the feed says of itself",
    ),
    "@{http://www.w3.org/XML/1998/namespace}lang": "the language of the feed, which is English",
    "entry/link@rel": "what kind of address the link is",
}


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each entry, in the list's order. `published_at` is the feed's own `updated`, where it has one.

    An entry with the id of another becomes "ID/2", which is noted. `ListRefused` for what is not one whole feed, and for
    an entry without a name or an id.
    """
    if len(files) != 1:
        raise refused(TITLE, "incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    document = read_document(files[0].data, title=TITLE, root="feed", record="entry")
    unread, notes = Counter(document.unread), Counter[str]()
    listings = tuple(_with_own_refs([_make(record, unread, notes) for record in document.records], notes))
    unread.update(f"feed/{tag}" for tag in document.beside if tag != "updated")
    return Parsed(
        listings=listings, published_at=_moment(document.beside.get("updated", "")), records={"entries": len(listings)},
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items()) if path not in IGNORED),
        notes=tuple(f"{count} {what}" for what, count in sorted(notes.items()) if count),
    )


def _make(record: Record, unread: Counter[str], notes: Counter[str]) -> Listing:
    unread.update(f"entry/{tag}" for tag in record.texts if tag not in KNOWN)
    ref, title = record.get("id"), record.get("title")
    if not ref or not any(c.isalnum() for c in title):
        raise refused(TITLE, "malformed", f"entry {record.number}: expected an id and a title")
    listed, reviewed = _date(record, "published", notes), _date(record, "updated", notes)
    return Listing(
        list_key="ca_listed", authority="CA", ref=ref, kind="organization", names=tuple(_names(record, title)),
        measures=(Measure(programme=PROGRAMME, ground=LAW, since=listed, origin=Origin(field="id")),),
        facts=tuple(_facts(record)), listed_on=listed, updated_on=(reviewed,) if reviewed else (),
    )


def _with_own_refs(listings: list[Listing], notes: Counter[str]) -> Iterator[Listing]:
    seen: Counter[str] = Counter()
    for listing in listings:
        seen[listing.ref] += 1
        times = seen[listing.ref]
        notes["entries with the id of another entry, kept as ID/2"] += times > 1
        yield listing if times == 1 else msgspec.structs.replace(listing, ref=f"{listing.ref}/{times}")


def _names(record: Record, title: str) -> Iterator[Name]:
    """The title, as published with its acronym in brackets, then the names of the summary."""
    yield Name(text=title, role="primary", quality="strong", script=script_of(title), origin=Origin(field="title"))
    summary = record.get("summary")
    seen = {title}
    for text in split_listed(summary) if summary.casefold() not in NOT_GIVEN else ():
        if text not in seen:
            seen.add(text)
            origin = Origin(field="summary", text=summary if text != summary else None)
            yield Name(text=text, role="alias", quality="strong", script=script_of(text), origin=origin)


def _date(record: Record, field: str, notes: Counter[str]) -> PartialDate | None:
    text = record.get(field)
    if not text or text.casefold() == NOT_REVIEWED:
        return None
    try:
        return PartialDate.parse(re.split(r"[T ]", text)[0])
    except ValueError:
        notes[f"dates in {field} that could not be read"] += 1
        return None


def _facts(record: Record) -> Iterator[Fact]:
    for key, field in (("comment", "content"), ("source", "link")):
        text = record.get(field)
        if text.casefold() not in NOT_GIVEN:
            yield Fact(key=key, text=text, origin=Origin(field=field))


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


SOURCES = (
    Source(
        key="ca_listed",
        title="Canada's listed terrorist entities",
        publisher="Government of Canada, Public Safety Canada",
        authority="CA",
        law=LAW,
        urls=("https://www.publicsafety.gc.ca/cnt/_xml/lstd-ntts-eng.xml",),
        format="XML (Atom feed)",
        licence="Crown copyright; may be reproduced under the Government of Canada's terms for non-commercial use",
        stale_after_days=30,
        plausible=(40, 400),
        parse=parse,
        ignored=IGNORED,
    ),
)
