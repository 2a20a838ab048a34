"""Wallets, exchange accounts and their holders in Israel's seizure orders, from the NBCTF's page in Hebrew.

The page has two tables: of documents (an order, when it was updated, until when it holds), and of wallets. In the second a
row that has only an order's number heads the rows of that order. `docs/lists/il_nbctf.md` describes both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from lxml import etree, html

from tocsin.model import DateSpan, DateValue, Fact, Identifier, Kind, Listing, Measure, Name, Origin, PartialDate
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.il_fields import find_said, parse_day, read_ids
from tocsin.sources.json_rows import MAX_BYTES, Seen, get_one_file

TITLE = "Israel NBCTF seizures"
LAW = "Counter-Terrorism Law, 5776-2016"
# Words of the wallet table's headings -> what the column has; "wallet" comes before "identity", whose word is in it.
HEADINGS = (
    ("ארנק", "wallet"), ("שם מלא", "name"), ("תעודת זהות", "id"), ("דרכון", "passport"), ("לידה", "birth"),
    ("מטבע", "currency"),
)
REQUIRED = {"name", "id", "passport", "birth", "wallet"}
ANONYMOUS = frozenset({"אנונימי", "anonymous"})
_ORDER = re.compile(r"^צ[.'\"׳]?\s*ת\b\D{0,6}(\d{1,3})\s*/\s*(\d{2})$")
_ORDER_IN = re.compile(r"(\d{1,3})\s*/\s*(\d{2})\b")
_CHAIN = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9]{26,120}")  # an address on a chain, of whichever
_NOTE = re.compile(r"\s*\(([^)]*)\)\s*\*?\s*$|\s*\*\s*$")
_BETWEEN = re.compile(r"[,;\s]+")
# Letters of other scripts that the page has inside addresses, where Latin ones look the same.
LOOKALIKES = str.maketrans("АВЕКМНОРСТХУаеорсухѕјіΑΒΕΖΗΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXYaeopcyxsjiABEZHKMNOPTYXo")


class Order(NamedTuple):
    """What the table of documents says of one order."""

    updated: PartialDate | None
    facts: tuple[Fact, ...]


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each wallet or account, with its holder where the page names one.

    A listing without a holder has no name. `ListRefused` for a page without the table of wallets and its Hebrew headings.
    """
    root = _read_page(get_one_file(files, TITLE).data)
    seen = Seen()
    tables = [_read_rows(table) for table in root.iter("table")]
    wallets = [(rows, columns) for rows in tables if (columns := _find_columns(rows))]
    if not wallets:
        raise refused(TITLE, "different_document", "the page has no table with the headings of wallets, in Hebrew")
    orders = _read_orders([rows for rows in tables if not _find_columns(rows)])
    made = [x for rows, columns in wallets for x in _make_listings(rows, columns, orders, seen)]
    if not made:
        raise refused(TITLE, "empty", "the table of wallets has no rows")
    listings = _merge(made, seen)
    records = {"listings": len(listings), "orders": len({x.measures[0].programme for x in listings})}
    return Parsed(
        listings=listings, published_at=None, records=records, unread=seen.make_unread(), notes=seen.make_notes()
    )


def _read_page(data: bytes) -> html.HtmlElement:
    if len(data) > MAX_BYTES:
        raise refused(TITLE, "too_large", f"{len(data)} bytes; at most {MAX_BYTES} are read")
    if not data.strip():
        raise refused(TITLE, "empty", "the file is empty")
    if b"<table" not in data.lower():
        raise refused(TITLE, "error_page", "expected the page of seizures, found no table")
    if b"</table>" not in data.lower()[data.lower().rindex(b"<table"):]:
        raise refused(TITLE, "truncated", "the page breaks off inside a table")
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise refused(TITLE, "malformed", "the page cannot be read as HTML") from None
    return root


class Row(NamedTuple):
    """The texts of a row's cells, and the addresses of its links."""

    cells: tuple[str, ...]
    links: tuple[str, ...]


def _read_rows(table: html.HtmlElement) -> list[Row]:
    rows = []
    for row in table.iter("tr"):
        cells = tuple(_text(cell) for cell in row if cell.tag in ("td", "th"))
        rows.append(Row(cells, tuple(str(a.get("href")) for a in row.iter("a") if a.get("href"))))
    return rows


def _text(cell: html.HtmlElement) -> str:
    return " ".join("".join(cell.itertext()).replace("\u200b", "").split())


def _find_columns(rows: Sequence[Row]) -> dict[str, int] | None:
    for row in rows[:3]:
        columns: dict[str, int] = {}
        for at, text in enumerate(row.cells):
            called = next((name for word, name in HEADINGS if word in text), f"column {at + 1}")
            columns.setdefault(called, at)
        if columns.keys() >= REQUIRED:
            return columns
    return None


def _read_orders(tables: Sequence[Sequence[Row]]) -> dict[str, Order]:
    """By number, what the documents' table says; rows of an annex add their documents to the order's own row."""
    orders: dict[str, Order] = {}
    for row in (row for rows in tables for row in rows if len(row.cells) >= 3):
        met = _ORDER_IN.search(row.cells[0])
        if not met:
            continue
        number, updated, until = f"{int(met[1])}/{met[2]}", parse_day(row.cells[1]), find_said(row.cells[2])
        facts = [Fact(key="valid_until", text=until, origin=Origin(field="documents: validity"))] if until else []
        facts += [Fact(key="document", text=link, origin=Origin(field="documents: link")) for link in row.links]
        before = orders.get(number, Order(None, ()))
        latest = max(filter(None, (before.updated, updated)), key=lambda d: d.earliest, default=None)
        orders[number] = Order(latest, tuple(dict.fromkeys((*before.facts, *facts))))
    return orders


def _make_listings(
    rows: Sequence[Row], columns: dict[str, int], orders: dict[str, Order], seen: Seen
) -> Iterator[Listing]:
    order: str | None = None
    current: Listing | None = None
    for row in rows:
        cells = row.cells
        met = _ORDER.match(cells[0]) if cells else None
        if met:
            order = f"{int(met[1])}/{met[2]}"
            cells = ("", *cells[1:])
        given = {what: find_said(cells[at]) for what, at in columns.items() if at < len(cells)}
        if not any(given.values()) or HEADINGS[1][0] in cells[0]:
            continue
        if order is None:
            seen.notes["rows above the first order, left out"] += 1
            continue
        for what, text in given.items():
            if what.startswith("column ") and text:
                seen.unread[what] += 1
        if current is not None and not (given.get("name") or given.get("wallet")):
            current = _add_numbers(current, given)  # the holder's further documents, each on a row of its own
            continue
        if current is not None:
            yield current
        current = _make_listing(given, order, orders.get(order, Order(None, ())), seen)
    if current is not None:
        yield current


def _make_listing(given: dict[str, str | None], order: str, said: Order, seen: Seen) -> Listing:
    name = given.get("name")
    anonymous = name is None or name.casefold() in ANONYMOUS
    wallets = tuple(_make_wallets(given.get("wallet"), given.get("currency"), seen))
    births, birth_facts = _make_birth(given.get("birth"))
    chain = next((w.number for w in wallets if w.kind == "wallet"), None)
    tail = chain or hashlib.sha256("\n".join(f"{k}:{v}" for k, v in sorted(given.items()) if v).encode()).hexdigest()[:12]
    kind: Kind = "person" if births or given.get("id") or given.get("passport") else "unknown"
    origin = Origin(field="order", text=f"צ.ת {order}")
    listing = Listing(
        list_key="il_nbctf_seizures", authority="IL", ref=f"ASO-{order}/{tail}", kind=kind,
        names=() if anonymous or name is None else (
            Name(text=name, role="primary", quality="strong", script=script_of(name), origin=Origin(field="name")),
        ),
        births=births, identifiers=wallets,
        measures=(Measure(programme=f"Seizure order ASO {order}", ground=LAW, origin=origin),),
        facts=(*said.facts, *birth_facts), updated_on=(said.updated,) if said.updated else (),
    )  # fmt: skip
    return _add_numbers(listing, given)


def _add_numbers(listing: Listing, given: dict[str, str | None]) -> Listing:
    """Numbers of the identity card and passport; a cell may say which of the two it is and whose."""
    identifiers, facts = list(listing.identifiers), list(listing.facts)
    for column, kind in (("id", "national_id"), ("passport", "passport")):
        found, rest = read_ids(given.get(column), column)
        for number in found:
            told = number.kind if number.label and number.kind != "other_id" else kind
            identifiers.append(msgspec.structs.replace(number, kind=told))
        facts += [Fact(key="id_text", text=text, origin=Origin(field=column)) for text in rest]
    return msgspec.structs.replace(listing, identifiers=tuple(identifiers), facts=tuple(facts))


def _make_birth(text: str | None) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    date = parse_day(text) if text else None
    if date:
        return (DateValue(span=DateSpan.at(date), origin=Origin(field="birth", text=text)),), ()
    return (), (Fact(key="birth_text", text=text, origin=Origin(field="birth")),) if text else ()


def _make_wallets(text: str | None, currency: str | None, seen: Seen) -> Iterator[Identifier]:
    """Addresses on a chain as wallets; other numbers are accounts at an exchange that the page does not name."""
    note = _NOTE.search(text or "")
    plain = (text or "")[: note.start()] if note else text or ""
    for piece in filter(None, _BETWEEN.split(plain)):
        latin = piece.translate(LOOKALIKES)
        seen.notes["addresses with letters of another script, made Latin"] += latin != piece
        yield Identifier(
            kind="wallet" if _CHAIN.fullmatch(latin) else "other_id", number=latin, label=currency,
            note=note[1] if note and note[1] else None, origin=Origin(field="wallet", text=None if latin == text else text),
        )  # fmt: skip


def _merge(listings: Sequence[Listing], seen: Seen) -> tuple[Listing, ...]:
    """Rows that say the same are one listing; of rows with one wallet the first by content has the bare reference."""
    same = list(dict.fromkeys(listings))
    seen.notes["rows that say the same twice, read once"] += len(listings) - len(same)
    groups: dict[str, list[Listing]] = {}
    for listing in same:
        groups.setdefault(listing.ref, []).append(listing)
    refs: dict[Listing, str] = {}
    for ref, group in groups.items():
        first, *others = sorted(group, key=repr)
        refs[first] = ref
        refs |= {x: f"{ref}/{hashlib.sha256(repr(x).encode()).hexdigest()[:6]}" for x in others}
    return tuple(msgspec.structs.replace(x, ref=refs[x]) for x in same)


SOURCES = (
    Source(
        key="il_nbctf_seizures", title="Israel: wallets and accounts in seizure orders",
        publisher="National Bureau for Counter Terror Financing of Israel (NBCTF)", authority="IL", law=LAW, urls=(),
        format="HTML", licence="Published by the government of Israel; no licence is stated", stale_after_days=31,
        plausible=(300, 10_000), parse=parse,
    ),
)  # fmt: skip
