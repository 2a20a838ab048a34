"""Laws of the UAE list's reader: only refusals escape, and the order of lines does not matter."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.ae_fields import make_countries, split_names
from tocsin.sources.ae_local import parse
from tocsin.sources.base import Parsed, RawFile

GOLDEN = (Path(__file__).parents[1] / "golden" / "ae_local" / "persons.csv").read_bytes()
ROWS = list(csv.reader(io.StringIO(GOLDEN.decode("utf-8-sig"), newline="")))
PIECES = (b"", b"\x00", b",", b'"', b"\n", b"-", b"#", b"(", b"99-99-9999", b"\xff", "رقم:".encode())


def read(data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("x.csv", data)])
    except ListRefused:
        return None


@settings(max_examples=300)
@given(st.integers(0, len(GOLDEN)), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
def test_a_damaged_sheet_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    parsed = read(GOLDEN[:start] + piece + GOLDEN[start + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


@given(st.text(alphabet="عمرو ()<>،-/:و", max_size=30))
def test_the_readers_of_cells_never_fail(text: str) -> None:
    assert all(any(c.isalnum() for c in name) for name in split_names(text))
    make_countries(text)


@given(st.permutations(range(3, len(ROWS))))
def test_the_order_of_lines_does_not_matter(order: list[int]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([*ROWS[:3], *(ROWS[at] for at in order)])
    original, shuffled = read(GOLDEN), read(out.getvalue().encode())

    assert original is not None
    assert shuffled is not None
    assert diff_listings(original.listings, shuffled.listings) == Changes()
