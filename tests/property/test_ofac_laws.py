"""No bytes, however damaged, make OFAC's readers raise anything but a refusal."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import RawFile, get_source

GOLDEN = Path(__file__).parents[1] / "golden" / "us_ofac"
ORIGINALS = {name: (GOLDEN / name).read_bytes() for name in ("new.xml", "sdn.csv", "alt.csv", "add.csv")}
RICH = {name: (GOLDEN / name).read_bytes() for name in ("enhanced.xml", "advanced.xml")}


def parse(*files: RawFile) -> None:
    with contextlib.suppress(ListRefused):
        get_source("us_ofac").parse(files)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    parse(RawFile("sdn.xml", data))


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(ORIGINALS)))
def test_damaged_files_are_read_or_refused(data: st.DataObject, name: str) -> None:
    original = ORIGINALS[name]
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 40))
    damaged = original[:at] + data.draw(st.binary(max_size=10)) + original[at + cut:]
    files = [RawFile(n, damaged if n == name else d) for n, d in ORIGINALS.items() if n.endswith(name[-3:])]
    parse(*files)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(RICH)))
def test_damaged_enhanced_and_advanced_files_are_read_or_refused(data: st.DataObject, name: str) -> None:
    original = RICH[name]
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 200))
    piece = data.draw(st.one_of(st.binary(max_size=10), st.sampled_from((b"<A>", b"9999999999", b"&x;", b"<!--", b"true", b'"'))))
    parse(RawFile(name, original[:at] + piece + original[at + cut:]))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(RICH)))
def test_an_enhanced_or_advanced_file_that_breaks_off_is_never_taken(data: st.DataObject, name: str) -> None:
    original = RICH[name].rstrip()
    with contextlib.suppress(ListRefused):
        get_source("us_ofac").parse([RawFile(name, original[: data.draw(st.integers(0, len(original) - 1))])])
        raise AssertionError("a file that breaks off was taken")


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(3)), st.sampled_from(sorted(RICH)))
def test_the_order_of_records_does_not_matter(order: list[int], name: str) -> None:
    original = RICH[name]
    tag = b"entity" if name == "enhanced.xml" else b"DistinctParty"
    found = list(re.finditer(rb"<" + tag + rb"\b[^>]*>.*?</" + tag + rb">", original, re.DOTALL))
    mixed = original[: found[0].start()] + b"".join(found[i][0] for i in order) + original[found[-1].end():]
    read = get_source("us_ofac").parse([RawFile(name, mixed)]).listings
    assert sorted(read, key=lambda x: x.ref) == list(get_source("us_ofac").parse([RawFile(name, original)]).listings)
