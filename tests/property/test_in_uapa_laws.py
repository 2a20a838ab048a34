"""Laws of the reader of India's schedules: only a refusal escapes, a cut file is never taken, order says nothing."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.in_uapa import identify
from tocsin.sources.in_uapa_names import split_organisation, split_person

GOLDEN = Path(__file__).parents[1] / "golden" / "in_uapa"
PAGES = {name: (GOLDEN / name).read_bytes() for name in (
    "organisations_2015.html", "organisations_2024.html", "individuals_paragraphs.html", "individuals_table.html",
)}
PDF = (GOLDEN / "organisations_16092026.pdf").read_bytes()
PIECES = (b"", b"\x00", b"<", b"&", b"&x;", b"<td>", b"</table>", b"<table>", b"\xff", b"</html>", b"<!--", b"@", b"9", b"(((", b"/")
ROW = re.compile(rb"<tr>\s*<td.*?</tr>\s*", re.S)


def read(data: bytes, name: str = "organisations_2024.html") -> Parsed | None:
    key = "in_uapa_individuals" if name.startswith("individuals") else "in_uapa"
    identify([RawFile(name, data)])
    try:
        return get_source(key).parse([RawFile(name, data)])
    except ListRefused:
        return None


def check(parsed: Parsed | None) -> None:
    if parsed is not None:
        assert len({listing.ref for listing in parsed.listings}) == len(parsed.listings)
        assert all(listing.names and listing.names[0].role == "primary" for listing in parsed.listings)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PAGES)), st.floats(0, 1), st.integers(0, 60), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
def test_a_damaged_page_is_read_or_refused(name: str, where: float, length: int, piece: bytes) -> None:
    data = PAGES[name]
    start = int(where * len(data))
    check(read(data[:start] + piece + data[start + length :], name))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PDF)), st.integers(0, 40), st.binary(max_size=8))
def test_a_damaged_pdf_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    check(read(PDF[:start] + piece + PDF[start + length :], "organisations.pdf"))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(PAGES)), st.floats(0, 1))
def test_a_page_that_breaks_off_is_never_taken(name: str, where: float) -> None:
    data = PAGES[name].rstrip()
    assert read(data[: min(int(where * len(data)), len(data) - 1)], name) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, PDF.rindex(b"%%EOF") + 4))
def test_a_pdf_that_breaks_off_is_never_taken(end: int) -> None:
    assert read(PDF[:end], "organisations.pdf") is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None
    assert read(b"<html>" + data + b"</html>") is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["organisations_2015.html", "organisations_2024.html", "individuals_table.html"]), st.randoms())
def test_the_order_of_rows_says_nothing(name: str, random: object) -> None:
    data = PAGES[name]
    rows = ROW.findall(data)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = data.index(rows[0])
    other = read(data[:first] + b"".join(shuffled) + data[first + sum(map(len, rows)) :], name)
    whole = read(data, name)
    assert whole is not None
    assert other is not None
    assert diff_listings(whole.listings, other.listings) == Changes()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="AbULF ;(),/[]@-.or’", max_size=40))
@example("@[AA)F")
def test_splitting_loses_no_letter_that_is_no_border(text: str) -> None:
    letters = {c for c in text if c.isalpha()}
    kept = {c for p in split_organisation(text) for c in p.text + (p.note or "")}
    assert kept >= letters - set("or")
    assert {c for p in split_person(text) for c in p.text} >= letters

