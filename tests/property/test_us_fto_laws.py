"""No bytes make the reader of the FTO page raise anything but a refusal, and the order of rows does not matter."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile
from tocsin.sources.fto_names import make_names, read_entry
from tocsin.sources.us_fto import parse

PAGE = (Path(__file__).parents[1] / "golden" / "us_fto" / "page.html").read_bytes()
HEAD, BODY, TAIL = PAGE.partition(b"<tbody>\n")[0] + b"<tbody>\n", PAGE.split(b"<tbody>\n")[1].split(b"</tbody>")[0], b""
ROWS = re.findall(rb"<tr>.*?</tr>\n", BODY)
TAIL = PAGE[len(HEAD) + len(BODY):]


def read(data: bytes) -> Parsed | None:
    try:
        return parse([RawFile("page.html", data)])
    except ListRefused:
        return None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PAGE)), st.integers(0, 80), st.one_of(
    st.sampled_from((b"", b"\0", b"<", b"</td>", b"<table>", b"</table>", b"\xff", b"&#0;", b"<!--", b"(", "—".encode())),
    st.binary(max_size=8),
))
def test_a_damaged_page_is_read_or_refused(start: int, length: int, piece: bytes) -> None:
    parsed = read(PAGE[:start] + piece + PAGE[start + length:])
    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, PAGE.index(b"<h2>Delisted")))
def test_a_page_that_breaks_off_is_never_taken(end: int) -> None:
    assert read(PAGE[:end]) is None


@settings(max_examples=30, deadline=None)
@given(st.permutations(ROWS))
def test_the_order_of_rows_does_not_matter(rows: list[bytes]) -> None:
    parsed, usual = read(HEAD + b"".join(rows) + TAIL), read(PAGE)
    assert parsed is not None
    assert usual is not None
    assert sorted(parsed.listings, key=lambda x: x.ref) == sorted(usual.listings, key=lambda x: x.ref)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="Ab (),—–-/\n’", max_size=30).filter(str.strip))
def test_a_name_cell_always_gives_a_name(cell: str) -> None:
    names = make_names(read_entry(cell))
    assert names[0].role == "primary"
    assert all(n.text for n in names)
