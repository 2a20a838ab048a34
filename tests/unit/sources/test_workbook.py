"""Spreadsheets: what is no whole workbook is refused, and columns that nobody asked for are reported."""

from __future__ import annotations

import io
import zipfile

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Unread
from tocsin.sources.json_rows import Seen
from tocsin.sources.workbook import MAX_BYTES, Sheet, Table, find_heading, fold_heading, read_workbook, refuse_missing
from workbooks import make_workbook

BOOK = make_workbook({"One": [["Name", None, "Born (YYYY)"], ["A  B\nC", 5, "1965"], ["", "", ""]], "Two": [["x"]]})


def test_sheets_are_rows_of_text() -> None:
    first, second = read_workbook(BOOK, "The list")
    assert first == Sheet("One", [["Name", "", "Born (YYYY)"], ["A B\nC", "5", "1965"], ["", "", ""]])
    assert second.rows == [["x"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"<html>403</html>", "error_page"),
        (b'{"error": 1}', "error_page"),
        (b"%PDF-1.7", "different_document"),
        (b"Service unavailable", "different_document"),
        (BOOK[: len(BOOK) // 2], "truncated"),
        (BOOK[:-10], "truncated"),
        (b"PK\x03\x04" + b"x" * 50, "truncated"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "malformed"),
        (BOOK.replace(b"xl/workbook.xml", b"xl/w0rkb00k.xml"), "different_document"),
        (b" " * 10 + b"x" * MAX_BYTES, "too_large"),
    ],
)
def test_what_is_no_whole_workbook_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused, match="The list: ") as caught:
        read_workbook(data, "The list")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Date of Designation In Israel (DD/MM/YYYY)", "date_of_designation_in_israel"),
        ("internal seq. id", "internal_seq_id"),
        (" City/Village - English ", "city_village_english"),
        ("DOĞUM TARİHİ", "doğum_tarihi"),
        ("", ""),
    ],
)
def test_headings_are_called_by_their_words(text: str, column: str) -> None:
    assert fold_heading(text) == column


def test_a_table_knows_which_columns_were_asked_for() -> None:
    sheet = Sheet("S", [["title", "", ""], ["Name", "Shoe size", "Name"], ["A", "43", ""], ["", "", ""], ["B", "", "C"]])
    assert find_heading(sheet, "name", fold_heading) == 1
    assert find_heading(sheet, "born", fold_heading) is None
    table, seen = Table(sheet, 1, fold_heading), Seen()
    assert [(number, row.find_text("name")) for number, row in table.get_rows()] == [(3, "A"), (5, "B")]
    table.report_unread(seen, ())
    assert seen.make_unread() == (Unread(path="S/name 3", count=1), Unread(path="S/shoe_size", count=1))
    with pytest.raises(ListRefused, match="the column 'born' is missing"):
        refuse_missing("The list", table, ("name", "born"))


def test_a_cell_far_out_is_refused_before_a_table_is_made_of_it() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    far = parts["xl/worksheets/sheet1.xml"].replace(b'r="A1"', b'r="XFD1048576"')
    book = make_workbook({"One": [["Name"]], "Two": [["x"]]}, extra={"xl/worksheets/sheet1.xml": far})
    with pytest.raises(ListRefused, match=r"The list: .*beyond row 200,000 or column 100") as caught:
        read_workbook(book, "The list")
    assert caught.value.reason == "too_large"
