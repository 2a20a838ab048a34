"""Laws of the Australian list's reader: only refusals escape, and the order of subjects does not matter."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.au_dates import find_dates
from tocsin.sources.au_dfat import parse
from tocsin.sources.au_fields import find_listing_dates, make_places
from tocsin.sources.au_numbers import make_identifiers
from tocsin.sources.base import Parsed, RawFile
from workbooks import make_workbook

FILE = Path(__file__).parents[1] / "golden" / "au_dfat" / "layout_2025.csv"
ROWS = list(csv.reader(FILE.read_text(encoding="utf-8").splitlines(keepends=True)))
BOOK = make_workbook({"Sheet1": ROWS})
PIECES = ("a) ", "b)", "1965", "31/02/1960", "approximately ", "between ", " and ", "to", "(", ")", ";", "é", "x", "Aug. ", "passport no: ")


def read(data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("x.xlsx", data)])
    except ListRefused:
        return None


@settings(max_examples=100)
@given(st.integers(0, len(BOOK)), st.integers(0, 60), st.binary(max_size=8))
def test_a_damaged_workbook_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    parsed = read(BOOK[:start] + piece + BOOK[start + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None
    assert read(b"PK\x03\x04" + data) is None


@settings(max_examples=40)
@given(row=st.integers(0, len(ROWS) - 1), column=st.integers(0, len(ROWS[0]) - 1), text=st.lists(st.sampled_from(PIECES), max_size=6))
def test_whatever_stands_in_a_cell_the_list_is_read_or_refused(row: int, column: int, text: list[str]) -> None:
    rows = [list(cells) for cells in ROWS]
    rows[row][column] = "".join(text)
    parsed = read(make_workbook({"Sheet1": rows}))

    assert parsed is None or all(listing.names for listing in parsed.listings)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=12).map("".join))
def test_the_readers_of_cells_never_fail(text: str) -> None:
    assert all(found.span or found.note for found in find_dates(text))
    find_listing_dates(text)
    assert list(make_places(text, field="x", is_birth=True)) is not None
    assert all(i.number for i in make_identifiers(text, field="x"))


@settings(max_examples=20)
@given(st.permutations(range(4)))
def test_the_order_of_subjects_does_not_matter(order: list[int]) -> None:
    subjects = [[row for row in ROWS[1:] if row[0].startswith(ref)] for ref in ("9001", "9002", "9003", "9004")]
    shuffled = read(make_workbook({"Sheet1": [ROWS[0], *(row for at in order for row in subjects[at])]}))
    original = read(BOOK)

    assert shuffled is not None
    assert original is not None
    assert diff_listings(original.listings, shuffled.listings) == Changes()
