"""Laws of the UN list's reader: whatever the bytes, only a refusal escapes, and nothing is read from nowhere."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.un import parse
from tocsin.sources.un_names import split_names

GOLDEN = (Path(__file__).parents[1] / "golden" / "un" / "layout_2023.xml").read_bytes()
PIECES = (b"", b"\x00", b"<", b"&", b"&x;", b"<A>", b"</A>", b"\xff", b"2023-99-99", b"9999999999", b"<!--", b"]]>", b";(")


def read(data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("x.xml", data)])
    except ListRefused:
        return None


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOLDEN)), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
def test_a_damaged_list_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    parsed = read(GOLDEN[:start] + piece + GOLDEN[start + length :])

    assert parsed is None or len({listing.ref for listing in parsed.listings}) == len(parsed.listings)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOLDEN.rstrip()) - 1))
def test_a_list_that_breaks_off_is_never_taken(end: int) -> None:
    assert read(GOLDEN[:end]) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="AbВв ;(),/:b)", max_size=40))
def test_splitting_names_loses_no_letter_that_is_no_number_mark(text: str) -> None:
    names = split_names(text)

    assert {c for name in names for c in name if c.isalpha()} >= {c for c in text if c.isalpha()} - {"b"}


def test_a_list_compared_with_itself_has_no_changes() -> None:
    parsed = read(GOLDEN)
    assert parsed is not None
    assert diff_listings(parsed.listings, tuple(reversed(parsed.listings))) == Changes()
