"""The UAE list's reader: countries and names in Arabic, sheets that are odd, and what is refused."""

from __future__ import annotations

import csv
import io

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import get_source
from tocsin.sources.ae_fields import make_countries, parse_date, split_names
from tocsin.sources.ae_local import COLUMNS, REMOVED, parse
from tocsin.sources.base import Parsed, RawFile, Unread

HEADERS = list(COLUMNS)[:19]
ROW = ["1", "شخص إرهابي", "قطر", "-", "-", "عمر", "ALBERN TEST", *["-"] * 11, "مدرج بموجب قرار مجلس الوزراء رقم (18) لسنة 2017"]


def sheet(*rows: list[str], title: str = "الأفراد", headers: list[str] = HEADERS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[title, *[""] * (len(headers) - 1)], headers, *rows])
    return out.getvalue().encode("utf-8-sig")


def changed(**cells: str) -> list[str]:
    columns = [COLUMNS[header] for header in HEADERS]
    return [cells.get(name, cell) for name, cell in zip(columns, ROW, strict=True)]


def read(*files: bytes) -> Parsed:
    return parse([RawFile(f"sheet{n}.csv", data) for n, data in enumerate(files, start=1)])


def refusal(*files: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(*files)
    return caught.value


def test_the_list_is_found_by_its_key_and_brought_by_hand() -> None:
    assert (get_source("ae_local").authority, get_source("ae_local").urls) == ("AE", ())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("الإمارات", ["ae"]), ("ايران", ["ir"]), ("نيجيري", ["ng"]), ("السعودية / الكويت", ["sa", "kw"]),
        ("تركيا و الإمارات", ["tr", "ae"]), ("الحالية: السويد السابقة: ليبيريا", ["se", "lr"]), ("مصر - مسجون", ["eg"]),
        ("سانت كيتس - نافيس", ["kn"]), ("أطلنطس", [None]),
    ],
)
def test_countries_are_read_in_arabic(text: str, codes: list[str | None]) -> None:
    assert [code for _, code in make_countries(text)] == codes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("عمر تست", ["عمر تست"]), ("عمر (أبو تست)", ["عمر", "أبو تست"]), ("عمر <تست>", ["عمر", "تست"]),
        ("((OMAR TEST", ["OMAR TEST"]), ("عمر، عامر", ["عمر", "عامر"]), ("-", []),
    ],
)
def test_names_of_one_cell_are_parted(text: str, names: list[str]) -> None:
    assert list(split_names(text)) == names


@pytest.mark.parametrize(
    ("text", "date"), [("13-07-1989", "1989-07-13"), ("16/05/2011", "2011-05-16"), ("1983", "1983"), ("31-02-1983", None), ("x", None)]
)
def test_dates_are_days_first(text: str, date: str | None) -> None:
    found = parse_date(text)
    assert (str(found) if found else None) == date


def test_a_reference_does_not_change_with_the_number_of_the_line() -> None:
    other = changed(name_arabic="زيد", name_latin="ZAID")
    first = {x.caption: x.ref for x in read(sheet(ROW, ["2", *other[1:]])).listings}
    second = {x.caption: x.ref for x in read(sheet(other, ["2", *ROW[1:]])).listings}
    assert first == second


def test_two_lines_of_one_name_and_decision_both_stay() -> None:
    refs = [x.ref for x in read(sheet(ROW, ["2", *ROW[1:]])).listings]
    assert refs[1] == f"{refs[0]}/2"


def test_a_sheet_of_removals_is_no_part_of_the_list() -> None:
    parsed = read(sheet(ROW), sheet(changed(name_latin="GONE"), title=f"{REMOVED} - أفراد"))
    assert [x.caption for x in parsed.listings] == ["ALBERN TEST"]
    assert "1 lines of sheets of removals, not taken" in parsed.notes


def test_a_sheet_of_organisations_is_read_with_that_of_persons() -> None:
    parsed = read(sheet(ROW), sheet(changed(category="كيان إرهابي", name_latin="TEST FRONT", name_arabic="جبهة")))
    assert [x.kind for x in parsed.listings] == ["person", "organization"]
    assert parsed.notes == ()


def test_what_no_table_knows_is_reported() -> None:
    parsed = read(sheet([*changed(category="سفينة", document_type="رخصة", document_number="1"), "43"], headers=[*HEADERS, "مقاس"]))
    assert parsed.listings[0].kind == "unknown"
    assert parsed.unread == (
        Unread(path="column 20 'مقاس'", count=1), Unread(path="التصنيف (unknown word)", count=1), Unread(path="النوع (unknown word)", count=1),
    )


def test_a_gap_in_the_numbers_of_lines_is_noted() -> None:
    assert any("not numbered" in note for note in read(sheet(["7", *ROW[1:]])).notes)


@pytest.mark.parametrize("at", [1, 5, 6])
def test_a_missing_column_is_refused_by_name(at: int) -> None:
    headers = [*HEADERS[:at], "x", *HEADERS[at + 1 :]]
    error = refusal(sheet(ROW, headers=headers))
    assert error.reason == "malformed"
    assert HEADERS[at] in str(error)


def test_a_line_without_a_name_is_refused_by_its_place() -> None:
    error = refusal(sheet(changed(name_arabic="-", name_latin="")))
    assert "sheet1.csv, line 3" in str(error)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (b"\xef\xbb\xbf \n", "empty"), (b"<!DOCTYPE html>", "error_page"), (b'{"a": 1}', "error_page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "different_document"), (b"PK\x03\x04x", "different_document"),
        (b"36,\"AEROCARIBBEAN AIRLINES\",-0-", "different_document"), (sheet(ROW).decode("utf-8-sig").encode("cp1256"), "malformed"),
        (sheet(ROW).decode("utf-8-sig").encode().decode("cp1252", "replace").encode(), "malformed"),
        (sheet(), "empty"), (sheet(ROW)[:-90], "truncated"), (sheet(ROW[:9], ROW), "malformed"),
    ],
)
def test_what_is_no_whole_sheet_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    error = refusal(data)
    assert error.reason == reason
    assert "ALBERN" not in str(error)


def test_no_file_is_refused() -> None:
    assert refusal().reason == "incomplete"
