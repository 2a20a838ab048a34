"""Laws of the readers of workbooks and pages: whatever the bytes or cells, only a refusal escapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source
from workbooks import make_workbook

GOLDEN = Path(__file__).parents[1] / "golden"
# key -> the invented workbooks of a whole state
BOOKS: dict[str, tuple[str, ...]] = {
    "il_nbctf": ("individuals", "organizations"),
    "tr_masak": ("a", "b", "c", "d"),
}
CSV = (GOLDEN / "jp_mof" / "shisantouketsu20260820.csv").read_bytes()
PAGE = (GOLDEN / "il_nbctf_seizures" / "page.html").read_bytes()
CELLS = st.text(alphabet="A1a ;:,.()-/\n\"=אب@*&<>", max_size=30) | st.text(max_size=10) | st.integers(-10, 99999)
CLEAN = CELLS.map(lambda c: c if isinstance(c, int) else "".join(x for x in c if x in "\n" or (x.isprintable() and x < "\ud800")))


def load(key: str) -> dict[str, dict[str, list[list[Any]]]]:
    """The sheets of each workbook of a list."""
    books = {}
    for name in BOOKS[key]:
        sheets = json.loads((GOLDEN / key / f"{name}.json").read_bytes())
        books[name] = sheets if isinstance(sheets, dict) else {"Sheet1": sheets}
    return books


def read(key: str, *files: bytes) -> Parsed | None:
    try:
        return get_source(key).parse([RawFile("x.xlsx", data) for data in files])
    except ListRefused:
        return None


@pytest.mark.parametrize("key", BOOKS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_text_in_any_cell_is_read_or_refused(key: str, data: st.DataObject) -> None:
    books = load(key)
    rows = data.draw(st.sampled_from(list(data.draw(st.sampled_from(list(books.values()))).values())))
    row = data.draw(st.sampled_from([row for row in rows if row]))
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CLEAN)

    parsed = read(key, *(make_workbook(sheets) for sheets in books.values()))

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@pytest.mark.parametrize("key", BOOKS)
@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused(key: str, data: st.DataObject) -> None:
    first, *rest = (make_workbook(sheets) for sheets in load(key).values())
    at, length = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, 60))

    read(key, first[:at] + data.draw(st.binary(max_size=8)) + first[at + length :], *rest)


@settings(max_examples=150)
@given(at=st.integers(0, len(PAGE)), length=st.integers(0, 60), piece=st.binary(max_size=8) | st.sampled_from([b"<tr>", b"</td>", b"<table>"]))
def test_a_damaged_page_is_read_or_refused(at: int, length: int, piece: bytes) -> None:
    parsed = read("il_nbctf_seizures", PAGE[:at] + piece + PAGE[at + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=150)
@given(at=st.integers(0, len(CSV)), length=st.integers(0, 60), piece=st.binary(max_size=8) | st.sampled_from(["；".encode(), "（".encode(), b'"', b"\r\n", b"\x00"]))
def test_a_damaged_csv_is_read_or_refused(at: int, length: int, piece: bytes) -> None:
    parsed = read("jp_mof", CSV[:at] + piece + CSV[at + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    for key in (*BOOKS, "il_nbctf_seizures", "jp_mof"):
        assert read(key, data) is None
