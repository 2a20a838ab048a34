"""Laws of the readers of Canada's lists: only refusals escape, and the order of records does not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ca_listed import parse as parse_listed
from tocsin.sources.ca_names import split_aliases, split_entity
from tocsin.sources.ca_sema import parse as parse_sema
from tocsin.sources.ca_sema import parse_spans

FOLDER = Path(__file__).parents[1] / "golden"
Parse = Callable[[Sequence[RawFile]], Parsed]
LISTS: tuple[tuple[Parse, bytes], ...] = (
    (parse_sema, (FOLDER / "ca_sema" / "layout_2026.xml").read_bytes()),
    (parse_listed, (FOLDER / "ca_listed" / "feed.xml").read_bytes()),
)
PIECES = (b"", b"\x00", b"<", b"&", b"&x;", b"<A>", b"</A>", b"\xff", b"2023-99-99", b"N/A", b"<!--", b"]]>", b";(")


def read(parse: Parse, data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("x.xml", data)])
    except ListRefused:
        return None


@settings(max_examples=300)
@given(st.sampled_from(LISTS), st.floats(0, 1), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
def test_a_damaged_list_is_read_or_refused(which: tuple[Parse, bytes], place: float, length: int, piece: bytes) -> None:
    parse, golden = which
    start = int(place * len(golden))
    parsed = read(parse, golden[:start] + piece + golden[start + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=100)
@given(st.sampled_from(LISTS), st.floats(0, 1, exclude_max=True))
def test_a_list_that_breaks_off_is_never_taken(which: tuple[Parse, bytes], place: float) -> None:
    parse, golden = which
    assert read(parse, golden[: int(place * len(golden.rstrip()))]) is None


@settings(max_examples=100)
@given(st.sampled_from(LISTS), st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(which: tuple[Parse, bytes], data: bytes) -> None:
    assert read(which[0], data) is None


@given(st.text(alphabet="AbВв ;(),/:&.-19", max_size=40))
def test_the_readers_of_texts_never_fail(text: str) -> None:
    assert all(any(c.isalnum() for c in name) for split in (split_aliases, split_entity) for name, _ in split(text))
    parse_spans(text)


@pytest.mark.parametrize("which", LISTS, ids=["ca_sema", "ca_listed"])
def test_the_order_of_records_does_not_matter(which: tuple[Parse, bytes]) -> None:
    parse, golden = which
    root = etree.fromstring(golden)
    root[:] = reversed(root)
    original, turned = read(parse, golden), read(parse, etree.tostring(root))

    assert original is not None
    assert turned is not None
    assert diff_listings(original.listings, turned.listings) == Changes()
