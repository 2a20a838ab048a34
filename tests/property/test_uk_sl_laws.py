"""Laws of the UK list's reader: no bytes raise anything but a refusal, and the order of records and rows is no matter."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import RawFile, get_source
from tocsin.sources.base import Parsed
from tocsin.sources.uk_numbers import split_numbers

GOLDEN = Path(__file__).parents[1] / "golden" / "uk_sl"
ORIGINALS = {name: (GOLDEN / name).read_bytes() for name in ("list.xml", "list.csv")}
PIECES = (b"", b"\x00", b"<", b"&", b"&x;", b"<A>", b"</A>", b"\xff", b'"', b"\n", b",", b"99/99/9999", b"<!--", b"]]>", b"|")
NUMBERED = st.lists(st.sampled_from(("INN", "OGRN:", "Tax", "No.", "(UK)", "7700000001", "AB12", "-", ";", "Russia")), max_size=8)


def read(data: bytes, name: str = "list.xml") -> Parsed | None:
    try:
        return get_source("uk_sl").parse([RawFile(name, data)])
    except ListRefused:
        return None


def contents(value: Any) -> Any:
    """All values, in no order."""
    if isinstance(value, dict):
        return {k: contents(v) for k, v in value.items()}
    return sorted((contents(v) for v in value), key=repr) if isinstance(value, list | tuple) else value


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(ORIGINALS)), st.data(), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
)
def test_a_damaged_list_is_read_or_refused(name: str, data: st.DataObject, length: int, piece: bytes) -> None:
    original = ORIGINALS[name]
    start = data.draw(st.integers(0, len(original)))
    parsed = read(original[:start] + piece + original[start + length :], name)

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ORIGINALS["list.xml"].rstrip()) - 1))
def test_an_xml_that_breaks_off_is_never_taken(end: int) -> None:
    assert read(ORIGINALS["list.xml"][:end]) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_value_but_which_comes_first(random: Any) -> None:
    text = ORIGINALS["list.csv"].decode("utf-8-sig")
    date, header, *rows = csv.reader(io.StringIO(text, newline=""))
    # Which of two primary names comes first is the file's own order: one record has two, so its rows stay as they are.
    moved = [r for r in rows if r[1] != "RUS9002"]
    random.shuffle(moved)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([date, header, *moved, *(r for r in rows if r[1] == "RUS9002")])
    parsed, expected = read(out.getvalue().encode(), "list.csv"), read(ORIGINALS["list.csv"], "list.csv")

    assert parsed is not None
    assert expected is not None
    assert contents(msgspec.to_builtins(parsed.listings)) == contents(msgspec.to_builtins(expected.listings))


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)))
def test_the_order_of_records_does_not_matter(order: list[int]) -> None:
    head, *records = re.split(rb"(?=<Designation>)", ORIGINALS["list.xml"])
    records[-1], tail = records[-1].split(b"</Designations>")
    parsed = read(head + b"".join(records[i] for i in order) + b"</Designations>" + tail)
    expected = read(ORIGINALS["list.xml"])

    assert parsed is not None
    assert expected is not None
    assert {x.ref: x for x in parsed.listings} == {x.ref: x for x in expected.listings}


@given(NUMBERED)
def test_splitting_a_cell_loses_no_digit(words: list[str]) -> None:
    text = " ".join(words)
    kept = " ".join(f"{n.label} {n.number} {n.note}" for n in split_numbers(text)) if text else ""

    assert sorted(c for c in kept if c.isdigit()) == sorted(c for c in text if c.isdigit())
