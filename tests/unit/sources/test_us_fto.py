"""What the reader of the State Department's page refuses, and how it reads names and dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile
from tocsin.sources.fto_names import make_names, parse_day, read_entry
from tocsin.sources.us_fto import parse

PAGE = (Path(__file__).parents[2] / "golden" / "us_fto" / "page.html").read_bytes()


def read(data: bytes) -> Parsed:
    return parse([RawFile("page.html", data)])


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html><body><h1>403 Forbidden</h1></body></html>", "error_page"),
        (b'{"error": 1}', "error_page"),
        (b"<html><table><tr><td>Cookie</td></tr></table></html>", "different_document"),
        (PAGE[: PAGE.index(b"Workers")], "truncated"),
        (PAGE[: PAGE.index(b"<h2>Delisted")], "different_document"),
        (PAGE.replace(b"<th>Name</th>", b"<th>Title</th>"), "different_document"),
        (PAGE.replace(b"</body>", PAGE[PAGE.index(b"<figure"): PAGE.index(b"<h2>Delisted")] + b"</body>"), "malformed"),
        (b"x" * 20_000_001, "too_large"),
    ],
)
def test_what_is_not_the_page_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    error = refusal(data)
    assert error.reason == reason
    assert "--from" in str(error)


def test_a_page_without_designations_is_refused() -> None:
    start, end = PAGE.index(b"<tr><td>March 5"), PAGE.index(b"</tbody></table></figure>\n<h2>Delisted")
    assert refusal(PAGE[:start] + PAGE[end:]).reason == "empty"


def test_one_file_is_expected() -> None:
    for files in ([], [RawFile("a", PAGE)] * 2):
        with pytest.raises(ListRefused):
            parse(files)


def test_columns_in_another_order_are_read_by_their_headers() -> None:
    swapped = PAGE.replace(b"<th>Date Designated</th><th>Name</th>", b"<th>Name</th><th>Date Designated:</th>")
    swapped = swapped.replace(b"<tr><td>March 5, 2025</td><td>Helpers of Nowhere</td></tr>",
                              b"<tr><td>Helpers of Nowhere</td><td>March 5, 2025</td></tr>")
    assert read(swapped).listings[0] == read(PAGE).listings[0]


def test_a_new_column_a_strange_table_and_a_broken_row_are_reported() -> None:
    data = PAGE.replace(b"<th>Name</th>", b"<th>Name</th><th>Country</th>", 1)
    data = data.replace(b"</body>", b"<table><tr><td>x</td></tr></table></body>")
    data = data.replace(b"<td>Helpers of Nowhere</td></tr>", b"<td>Helpers of Nowhere</td><td>Nowhere</td></tr>", 1)
    parsed = read(data)
    assert {u.path: u.count for u in parsed.unread} == {
        "column of date designated: country": 1, "table without a known header": 1,
        "row of date designated with a cell that is missing, empty or too many": 6,
    }
    assert len(parsed.listings) == 1


def test_a_date_that_is_none_is_kept_as_text_and_noted() -> None:
    parsed = read(PAGE.replace(b"March 5, 2025", b"Spring 2025").replace(b"February 16, 2021", b"2021"))
    assert parsed.listings[0].listed_on is None
    assert ("date_text", "Spring 2025") in {(f.key, f.text) for f in parsed.listings[0].facts}
    assert any("could not be read, kept as text" in note for note in parsed.notes)
    assert any("delisted organisations with a date" in note for note in parsed.notes)


def test_a_row_given_twice_is_one_listing_and_two_of_one_name_and_day_are_two() -> None:
    row = b"<tr><td>March 5, 2025</td><td>Helpers of Nowhere</td></tr>"
    assert len(read(PAGE.replace(row, row * 2)).listings) == 7
    parsed = read(PAGE.replace(row, row + row.replace(b"Nowhere<", b"Nowhere (HN)<")))
    refs = [x.ref for x in parsed.listings if x.ref.startswith("2025")]
    assert refs == ["2025-03-05-helpers-of-nowhere", "2025-03-05-helpers-of-nowhere-2"]


def test_windows_quotation_marks_are_read() -> None:
    data = PAGE.replace("People’s".encode(), b"People\x92s").replace("–".encode(), b"\x96").replace("—".encode(), b"\x97")
    assert [x.ref for x in read(data).listings] == [x.ref for x in read(PAGE).listings]


@pytest.mark.parametrize(
    ("text", "day"),
    [("December 26, 2001", "2001-12-26"), ("Sept. 9, 2012", "2012-09-09"), ("12/26/2001", "2001-12-26"), ("October 8,1997", "1997-10-08"),
     ("2001", None), ("February 30, 2001", None), ("Smarch 1, 2001", None), ("", None)],
)
def test_days_are_read_as_the_page_writes_them(text: str, day: str | None) -> None:
    read_day = parse_day(text)
    assert (str(read_day) if read_day else None) == day


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("HAMAS", [("HAMAS", "primary")]),
        ("Lashkar-e Tayyiba (LeT)", [("Lashkar-e Tayyiba", "primary"), ("LeT", "alias")]),
        ("Shining Path (Sendero Luminoso, SL)", [("Shining Path", "primary"), ("Sendero Luminoso", "alias"), ("SL", "alias")]),
        ("al-Mulathamun Battalion, aka al-Murabitoun", [("al-Mulathamun Battalion", "primary"), ("al-Murabitoun", "alias")]),
        ("ISIS (formerly al-Qa’ida in Iraq)", [("ISIS", "primary"), ("al-Qa’ida in Iraq", "former")]),
        ("A (formerly B, aka C)", [("A", "primary"), ("B", "former"), ("C", "alias")]),
        ("A\n— B and C Amendment (May 1, 2010)", [("A", "primary"), ("B and C", "alias")]),
        ("A— B and C Amendments (May 1, 2010)", [("A", "primary"), ("B", "alias"), ("C", "alias")]),
        ("A\n— a line of another kind", [("A", "primary")]),
        ("(A)", [("(A)", "primary")]),
    ],
)
def test_a_name_cell_gives_its_names(cell: str, names: list[tuple[str, str]]) -> None:
    assert [(n.text, n.role) for n in make_names(read_entry(cell))] == names


def test_a_line_that_is_no_amendment_is_kept_and_reported() -> None:
    parsed = read(PAGE.replace(b"Helpers of Nowhere</td></tr>", b"Helpers of Nowhere<br>see the notice</td></tr>", 1))
    assert [f.text for f in parsed.listings[0].facts if f.key == "amendment"] == ["see the notice"]
    assert [u.path for u in parsed.unread] == ["name: line that is no amendment"]
