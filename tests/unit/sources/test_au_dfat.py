"""The Australian list's reader: dates in many spellings, rows that disagree, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources import get_source
from tocsin.sources.au_dates import find_dates
from tocsin.sources.au_dfat import OPTIONAL, REQUIRED, parse
from tocsin.sources.au_fields import find_instrument, find_listing_dates, make_countries
from tocsin.sources.au_numbers import make_identifiers
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.xlsx import MAX_ROWS
from workbooks import Cell, make_workbook

COLUMNS = (*REQUIRED, *OPTIONAL)
ROW: dict[str, Cell] = {
    "Reference": 1, "Name of Individual or Entity": "ALBERN TEST", "Type": "Individual", "Name Type": "Primary Name",
    "Listing Information": dt.date(2015, 9, 15), "Committees": "1373 (2001)", "Control Date": dt.date(2020, 1, 2),
}


def row(**changed: Cell) -> dict[str, Cell]:
    return {**ROW, **{name.replace("_", " "): cell for name, cell in changed.items()}}


def book(*rows: dict[str, Cell], columns: tuple[str, ...] = COLUMNS) -> bytes:
    return make_workbook({"Sheet1": [columns, *([r.get(name) for name in columns] for r in rows)]})


def read(data: bytes) -> Parsed:
    return parse([RawFile("list.xlsx", data)])


def read_one(**changed: Cell) -> Listing:
    return read(book(row(**changed))).listings[0]


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def test_the_list_is_found_by_its_key() -> None:
    assert (get_source("au_dfat").authority, get_source("au_dfat").format) == ("AU", "XLSX")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a) 14/10/1974;                     b) 19/11/1974", ["1974-10-14", "1974-11-19"]),
        ("Between 1963 to 1968", ["1963/1968"]),
        ("a) Approximately 1955- 1958 b) Approximately 1945-1950", ["1955~/1958~", "1945~/1950~"]),
        ("19/03/1967; alt DOB: 19/11/1956", ["1967-03-19", "1956-11-19"]),
        ("14 Mar 1974 >> 13 Apr 1974", ["1974-03-14", "1974-04-13"]),
        ("21. Jul 1997; 1993", ["1997-07-21", "1993"]),
        ("a) Between Aug. and Sep 1977    b) 1976", ["1977-08/1977-09", "1976"]),
        ("March 1968 to March 1969", ["1968-03/1969-03"]),
        ("01/10/1983,15/10/1983, 01/01/1980", ["1983-10-01", "1983-10-15", "1980-01-01"]),
        ("c. 1957 or 14 March 1942", ["1957~", "1942-03-14"]),
        ("1965, 29 March", ["1965-03-29"]),
        ("March 16, 1972", ["1972-03-16"]),
        ("29-Aprl-1967", ["1967-04-29"]),
        ("a) 1/01/1968 b) 23-Apr-68", ["1968-01-01", "1968-04-23"]),
        ("09/11/ 1954", ["1954-11-09"]),
        ("10/061962", ["1962-06-10"]),
        ("05.09.1990", ["1990-09-05"]),
        ("approximately 1977/1978", ["1977~/1978~"]),
        ("f) 1965 g) (Aug. 1961) h) (Jul. 1961)", ["1965", "1961-08", "1961-07"]),
        ("a) 03/1965; b) 04/1965", ["1965-03", "1965-04"]),
        ("August, 1961", ["1961-08"]),
        ("1944,", ["1944"]),
        ("Approximately (30-35 years old)", []),
        ("31/02/1960", [None]),
        ("c) 24/06/1402 (Hijri Calendar)", [None]),
        ("Between 1970 and 1960", [None]),
    ],
)
def test_dates_are_read_in_every_spelling_of_the_list(text: str, spans: list[str | None]) -> None:
    assert [str(found.span) if found.span else None for found in find_dates(text)] == spans


def test_words_beside_a_date_become_its_note() -> None:
    found = find_dates("15 May 1968 (as Yasir) 1970 (as Ali)")
    assert [(str(f.span), f.note) for f in found] == [("1968-05-15", "as Yasir"), ("1970", "as Ali")]


def test_a_date_that_is_none_is_kept_as_text_and_noted() -> None:
    parsed = read(book(row(Date_of_Birth="a) 1960 b) 24/06/1402 (Hijri Calendar)")))
    assert [str(b.span) for b in parsed.listings[0].births] == ["1960"]
    assert [f.text for f in parsed.listings[0].facts if f.key == "birth_text"] == ["a) 1960 b) 24/06/1402 (Hijri Calendar)"]
    assert parsed.notes[0] == "1 dates of birth that are no dates, kept as text"


@pytest.mark.parametrize(
    ("cell", "edtf", "text"),
    [(dt.date(1961, 2, 3), "1961-02-03", None), (1961, "1961", None), ("c. 1961", "1961~", "c. 1961")],
)
def test_a_cell_is_read_whatever_its_type(cell: Cell, edtf: str, text: str | None) -> None:
    birth = read_one(Date_of_Birth=cell).births[0]
    assert (str(birth.span), birth.origin.text) == (edtf, text)


@pytest.mark.parametrize(
    ("text", "listed", "updated"),
    [
        ("Listed by UN (1267 Committee) on 6 July 2004, amended on 21 March 2012", "2004-07-06", ["2012-03-21"]),
        ("Listed on: 16 Jul. 2009 (amended on 2 Mar. 2016 and 26 Jul. 2022)", "2009-07-16", ["2016-03-02", "2022-07-26"]),
        ("26 Feb. 2021", "2021-02-26", []),
        ("Instrument of first listing: List 2001. Last listed on: 16/09/2022", None, ["2022-09-16"]),
        ("The Minister listed this entity on 21 December 2001 under section 15(1)", "2001-12-21", []),
        ("Designated under the Regulations 2011 on 2 March 2012 (F2012L00479). Relisted 12 January 2024", "2012-03-02", ["2024-01-12"]),
        ("Autonomous Sanctions (Designated Persons) Amendment Instrument 2022", None, []),
        ("Assets received on or after 23 May 2003 are not controlled", None, []),
    ],
)
def test_the_dates_of_listing_are_found_in_the_text(text: str, listed: str | None, updated: list[str]) -> None:
    first, later = find_listing_dates(text)
    assert (str(first) if first else None, [str(date) for date in later]) == (listed, updated)


def test_an_instrument_keeps_its_number() -> None:
    text = "Instrument of first designation Autonomous Sanctions (Designated Persons – Iran) Amendment (No. 2) Instrument 2023 [F1]"
    assert find_instrument(text) == "Autonomous Sanctions (Designated Persons – Iran) Amendment (No. 2) Instrument 2023"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Trinidad and Tobago", ["tt"]), ("Russian and Ukrainian", ["ru", "ua"]), ("a) German  b) Moroccan", ["de", "ma"]),
        ("United Kingdom of Great Britain and Northern Ireland", ["gb"]), ("Turkish/Jordanian", ["tr", "jo"]),
        ("Possibly Ethiopian", ["et"]), ("Indonesian (as at Dec. 2003)", ["id"]), ("Atlantean", [None]), ("na", []),
    ],
)
def test_citizenships_are_parted_with_care(text: str, codes: list[str | None]) -> None:
    assert [c.code for c in make_countries(text, role="citizenship", field="x")] == codes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TAi.905. Title: Mullah", [("un_ref", "TAi.905")]),
        ("Associated with Invented Front (QDe.999)", []),
        ("Passport No: 836420186, issued 28 Oct. 2016 (Expires 28 October 2021).", [("passport", "836420186")]),
        ("Pakistani national identity card number 33202-7126636-9;", [("national_id", "33202-7126636-9")]),
        ("IMO Number: 5342883. The company", [("imo", "5342883")]),
        ("Company identification number: 1027700000000", [("registration", "1027700000000")]),
        ("see www.un.org/sc/committees", []),
        ("Websites: http://one.example; www.two.example", [("website", "http://one.example"), ("website", "www.two.example")]),
    ],
)
def test_numbers_are_taken_where_they_are_labelled(text: str, found: list[tuple[str, str]]) -> None:
    assert [(i.kind, i.number) for i in make_identifiers(text, field="x")] == found


def test_rows_that_disagree_keep_every_value_with_its_row() -> None:
    alias = row(Reference="1a", Name_Type="aka", Name_of_Individual_or_Entity="AL", Additional_Information="Another")
    listing = read(book(row(Additional_Information="One"), alias)).listings[0]
    assert [(f.text, f.origin.field) for f in listing.facts if f.key == "comment"] == [
        ("One", "1/Additional Information"), ("Another", "1a/Additional Information"),
    ]


def test_a_reference_given_to_two_subjects_makes_two_listings() -> None:
    parsed = read(book(row(), row(Name_of_Individual_or_Entity="OTHER TEST")))
    assert [(x.ref, x.caption) for x in parsed.listings] == [("1", "ALBERN TEST"), ("1/2", "OTHER TEST")]
    assert any("REF/2" in note for note in parsed.notes)


def test_a_subject_without_a_primary_name_takes_its_first() -> None:
    parsed = read(book(row(Reference="7b", Name_Type="aka")))
    assert (parsed.listings[0].ref, parsed.listings[0].names[0].role) == ("7", "primary")
    assert parsed.notes[0].startswith("1 subjects without a primary name")


def test_words_that_no_table_knows_are_reported() -> None:
    data = book(row(Type="Robot", Name_Type="nickname", Alias_Strength="Fair", Travel_Ban="perhaps"))
    assert [u.path for u in read(data).unread] == [
        "Alias Strength (unknown word)", "Name Type (unknown word)", "Travel Ban (unknown word)", "Type (unknown word)",
    ]


def test_an_unknown_column_and_sheet_are_reported() -> None:
    rows = [[*COLUMNS, "Shoe Size"], [*(ROW.get(name) for name in COLUMNS), 43]]
    parsed = read(make_workbook({"Sheet1": rows, "Notes": [["About"], ["this list"]]}))
    assert parsed.unread == (Unread(path="column 20 'Shoe Size'", count=1), Unread(path="sheet 'Notes'", count=2))


def test_the_order_of_columns_does_not_matter() -> None:
    assert read(book(row(), columns=COLUMNS[::-1])).listings == read(book(row())).listings


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_or_renamed_column_is_refused_by_name(name: str) -> None:
    data = book(row(), columns=tuple("Renamed" if c == name else c for c in COLUMNS))
    error = refusal(data)
    assert error.reason == "malformed"
    assert f"missing: {name}" in str(error)


@pytest.mark.parametrize("name", ["Reference", "Name of Individual or Entity"])
def test_a_row_without_what_it_is_about_is_refused_without_quoting_it(name: str) -> None:
    error = refusal(book(row(), {**ROW, name: None}))
    assert error.reason == "malformed"
    assert "row 3" in str(error)
    assert "ALBERN" not in str(error)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (b" \r\n", "empty"), (b"<!DOCTYPE html><html>", "error_page"), (b'{"status": 500}', "error_page"),
        (b"Reference,Name\r\n1,X", "different_document"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "different_document"),
        (b"PK\x03\x04 and no more", "truncated"), (book(row())[:-300], "truncated"),
        (make_workbook({"Sheet1": [["Name", "Amount"], ["x", 1]]}), "different_document"),
        (make_workbook({"Sheet1": [list(COLUMNS)]}), "empty"),
    ],
)
def test_what_is_not_the_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason


def pack(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    assert refusal(pack(letter=b"Dear Sir")).reason == "different_document"


def test_an_archive_bomb_is_refused_before_the_workbook_is_read() -> None:
    assert refusal(make_workbook({"S": [["x"]]}, extra={"xl/bomb.xml": b"0" * 60_000_000})).reason == "too_large"


def test_a_cell_at_the_far_corner_is_refused() -> None:
    sheet = b'<worksheet xmlns="m"><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    far = f'<worksheet xmlns="m"><sheetData><row r="{MAX_ROWS + 1}"><c><v>1</v></c></row></sheetData></worksheet>'.encode()
    for data in (sheet, far):
        assert refusal(make_workbook({"S": [["x"]]}, extra={"xl/worksheets/sheet9.xml": data})).reason == "too_large"


def test_a_formatted_empty_cell_may_lie_anywhere() -> None:
    sheet = b'<worksheet xmlns="m"><sheetData><row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData></worksheet>'
    rows = [COLUMNS, [ROW.get(name) for name in COLUMNS]]
    assert len(read(make_workbook({"S": rows}, extra={"xl/worksheets/sheet9.xml": sheet})).listings) == 1


def test_a_document_type_inside_the_workbook_is_refused() -> None:
    data = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="m"/>'
    assert refusal(make_workbook({"S": [["x"]]}, extra={"xl/worksheets/sheet9.xml": data})).reason == "malformed"


def test_one_file_is_expected() -> None:
    with pytest.raises(ListRefused):
        parse([])
    with pytest.raises(ListRefused):
        parse([RawFile("a", book(row()))] * 2)
