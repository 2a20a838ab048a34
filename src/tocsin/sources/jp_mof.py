"""Japan's list of persons and groups whose assets are frozen, from the CSV of the Ministry of Finance.

One file, UTF-8 with a byte order mark, 32 columns with headings in Japanese. The workbook that the ministry publishes beside
it has other columns on each sheet and is not read. `docs/lists/jp_mof.md` has the table.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import Fact, Kind, Listing, Measure, Name, Origin, Place
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.jp_fields import (
    find_days,
    find_said,
    find_un_refs,
    read_births,
    read_countries,
    read_ids,
    read_names,
    read_original,
    read_places,
)
from tocsin.sources.json_rows import MAX_BYTES, Row, Seen, get_one_file

TITLE = "Japan MOF asset freezes"
LAW = "Foreign Exchange and Foreign Trade Act (外国為替及び外国貿易法), Article 16"
KINDS: dict[str, Kind] = {"個人": "person", "団体": "organization"}
REQUIRED = ("区分", "番号", "告示日付", "個人・団体", "氏名（日本語）", "氏名（英語）", "別名・別称（英語）", "国連参照番号")
# 区分 is a number without a legend in the file; only those that are known for certain have a name here.
CATEGORIES = {"2": "Taliban and others (タリバーン関係者等)"}
NAMES: tuple[tuple[str, str, str], ...] = (
    ("別名・別称（英語）", "alias", "strong"), ("別名・別称（日本語）", "alias", "strong"),
    ("旧称（英語）", "former", "strong"), ("旧称（日本語）", "former", "strong"),
    ("確定に十分でない別名（英語）", "alias", "weak"),
    ("確定に十分でない別名（日本語）", "alias", "weak"),
)  # fmt: skip
FACTS = {
    "称号（英語）": "title", "称号（日本語）": "title", "役職（英語）": "position", "役職（日本語）": "position",
    "告示番号": "notice_number", "リスト掲載日": "list_date", "その他の情報": "comment",
}  # fmt: skip
NOTICE = "外務省告示情報"
IGNORED = {NOTICE: "the notice's text, which says the other columns again; spellings in other scripts are taken from it"}
MAX_CELL = 1_000_000
_FILE_DATE = re.compile(r"(20\d{2})(\d{2})(\d{2})")


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each row, in the list's order; its reference is 番号 ("002-000160").

    `published_at` is the day in the file's own name ("shisantouketsu20260820.csv"), since the file has none. `ListRefused`
    for what is not one whole list, when a column that the reader needs is missing, and when a 番号 is missing or given
    twice.
    """
    file = get_one_file(files, TITLE)
    header, rows = _read_rows(file.data)
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise refused(TITLE, "different_document", f"the column '{missing[0]}' is missing")
    if not rows:
        raise refused(TITLE, "empty", "the list has no rows")
    seen = Seen()
    listings = []
    for number, values in enumerate(rows, start=2):
        row = Row(dict(zip(header, values, strict=True)), seen)
        listings.append(_make_listing(row, number, seen))
        empty = {column for column, value in zip(header, values, strict=True) if not value.strip()}
        row.report_unread({*IGNORED, *empty})
    if len({x.ref for x in listings}) < len(listings):
        raise refused(TITLE, "malformed", "a 番号 stands on two rows")
    persons = sum(x.kind == "person" for x in listings)
    return Parsed(
        listings=tuple(listings), published_at=_find_published(file.name),
        records={"persons": persons, "groups": len(listings) - persons}, unread=seen.make_unread(), notes=seen.make_notes(),
    )  # fmt: skip


def _find_published(name: str) -> dt.datetime | None:
    met = _FILE_DATE.search(name)
    try:
        return dt.datetime(int(met[1]), int(met[2]), int(met[3]), tzinfo=dt.UTC) if met else None
    except ValueError:
        return None


def _read_rows(data: bytes) -> tuple[list[str], list[list[str]]]:
    """The headings and the rows that are not empty."""
    if len(data) > MAX_BYTES:
        raise refused(TITLE, "too_large", f"{len(data)} bytes; at most {MAX_BYTES} are read")
    text = _decode(data)
    if not text.strip():
        raise refused(TITLE, "empty", "the file is empty")
    if text.lstrip()[:1] in ("<", "{", "["):
        raise refused(TITLE, "error_page", "expected CSV, found a web page or JSON")
    csv.field_size_limit(MAX_CELL)
    try:
        filled = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise refused(TITLE, "malformed", "not readable as CSV") from None
    header, *rows = filled or [[]]
    header = [heading.strip() for heading in header]
    if "番号" not in header or len(set(header)) < len(header):
        raise refused(TITLE, "different_document", "the first line has not the headings of the list's CSV")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            last = number == len(rows) + 1
            reason = "truncated" if last and len(row) < len(header) else "malformed"
            raise refused(TITLE, reason, f"row {number}: expected {len(header)} columns, found {len(row)}")
    return header, rows


def _decode(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")):
        raise refused(TITLE, "different_document", "this is a workbook or a packed file; bring the list's CSV")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.reason == "unexpected end of data":
                raise refused(TITLE, "truncated", "the file breaks off inside a letter") from None
    raise refused(TITLE, "malformed", "neither UTF-8 nor Windows-932 text")


def _make_listing(row: Row, number: int, seen: Seen) -> Listing:
    ref, names = row.find_text("番号"), tuple(_make_names(row))
    if ref is None or not names:
        raise refused(TITLE, "malformed", f"row {number}: expected a 番号 and a name")
    kind = KINDS.get(row.find_text("個人・団体") or "")
    if kind is None:
        seen.unread["個人・団体 (unknown word)"] += 1
    births, birth_facts = read_births(row.find_lines("生年月日"), "生年月日")
    passports, passport_facts = read_ids(row.find_lines("旅券番号"), "旅券番号", "passport")
    cards, card_facts = read_ids(row.find_lines("身分証番号"), "身分証番号", "national_id")
    refs = find_un_refs(row.find_text("国連参照番号"), "国連参照番号")
    days = find_days(row.find_text("告示日付"))
    category = row.find_text("区分") or "?"
    origin = Origin(field="区分", text=category)
    programme = CATEGORIES.get(category, f"区分 {category}")
    return Listing(
        list_key="jp_mof", authority="JP", ref=ref, kind=kind or "unknown", names=names, births=births,
        birth_places=tuple(_make_places(row, "出生地")),
        addresses=tuple(_make_places(row, "住所・所在地（都市その他の情報）", country="住所・所在地（国）")),
        countries=tuple(read_countries(row.find_lines("国籍（英語）"), row.find_lines("国籍（日本語）"), "国籍（英語）")),
        identifiers=(*passports, *cards, *refs),
        measures=(Measure(programme=programme, ground=LAW, since=days[0] if days else None, origin=origin),),
        facts=(*_make_facts(row), *birth_facts, *passport_facts, *card_facts), listed_on=days[0] if days else None,
        updated_on=tuple(sorted(days[1:], key=lambda d: d.earliest)),
    )  # fmt: skip


def _make_names(row: Row) -> Iterator[Name]:
    """The name in English, else in Japanese, is the primary one; the other is its original script."""
    english = list(read_names(row.find_lines("氏名（英語）"), "氏名（英語）", "alias"))
    japanese = list(read_names(row.find_lines("氏名（日本語）"), "氏名（日本語）", "original_script"))
    for at, name in enumerate((*english, *japanese)):
        yield msgspec.structs.replace(name, role="primary") if at == 0 else name
    for column, role, quality in NAMES:
        yield from read_names(
            row.find_lines(column), column, "former" if role == "former" else "alias",
            quality="weak" if quality == "weak" else "strong",
        )  # fmt: skip
    yield from read_original(row.find_lines(NOTICE), NOTICE)


def _make_places(row: Row, town: str, *, country: str | None = None) -> Iterator[Place]:
    """The places in English, else in Japanese; `town` and `country` are how the columns' headings begin."""
    made = []
    for heading, language in (("（英語）", "en"), ("（日本語）", "ja")):
        column = f"{town}{heading}"
        nation = row.find_lines(f"{country}{heading}") if country else None
        made.append(list(read_places(row.find_lines(column), nation, column, language=language)))
    yield from made[0] or made[1]


def _make_facts(row: Row) -> Iterator[Fact]:
    for column, key in FACTS.items():
        said = find_said(row.find_text(column))
        if said:
            yield Fact(key=key, text=said, origin=Origin(field=column))


SOURCES = (
    Source(
        key="jp_mof", title="Japan: persons and groups whose assets are frozen (資産凍結等対象者一覧)",
        publisher="Ministry of Finance of Japan (財務省)", authority="JP", law=LAW, urls=(), format="CSV",
        licence="Published by the government of Japan; no licence is stated with the file",
        stale_after_days=31, plausible=(1_000, 20_000), parse=parse, ignored=IGNORED,
    ),
)  # fmt: skip
