"""Laws of the EU list's reader: whatever the bytes, only a refusal escapes, and the order of records changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.eu_fsf import parse

GOLDEN = (Path(__file__).parents[1] / "golden" / "eu_fsf" / "invented.xml").read_bytes()
PIECES = (b"", b"\x00", b"<", b"&", b"&x;", b"<A>", b"</A>", b"\xff", b"2023-99-99", b"9999999999", b"<!--", b'"', b"\xc2\xad")


def read(data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("x.xml", data)])
    except ListRefused:
        return None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOLDEN)), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
def test_a_damaged_list_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    parsed = read(GOLDEN[:start] + piece + GOLDEN[start + length :])
    assert parsed is None or len({listing.ref for listing in parsed.listings}) == len(parsed.listings)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_may_be_any_text(data: st.DataObject) -> None:
    root = etree.fromstring(GOLDEN)
    elements = [element for element in root.iter() if element.attrib]
    element = data.draw(st.sampled_from(elements))
    name = data.draw(st.sampled_from(sorted(element.attrib)))
    element.set(name, data.draw(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "Sc")), max_size=30)))
    read(etree.tostring(root, encoding="utf-8"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOLDEN.rstrip()) - 1))
def test_a_list_that_breaks_off_is_never_taken(end: int) -> None:
    assert read(GOLDEN[:end]) is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_records_and_of_their_values_does_not_matter(shuffled: random.Random) -> None:
    root = etree.fromstring(GOLDEN)
    for parent in (root, *root):
        children = list(parent)
        shuffled.shuffle(children)
        parent[:] = children
    before, after = read(GOLDEN), read(etree.tostring(root))
    assert before is not None
    assert after is not None
    assert diff_listings(before.listings, after.listings) == Changes()
    assert (before.records, before.unread, before.notes) == (after.records, after.unread, after.notes)
