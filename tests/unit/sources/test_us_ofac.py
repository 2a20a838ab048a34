"""What OFAC's readers refuse, what they report as new, and how they read dates and remarks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import RawFile, get_source
from tocsin.sources.ofac_dates import parse_span
from tocsin.sources.ofac_record import Gathered, OfacRecord
from tocsin.sources.ofac_remarks import add_remarks, split_clauses

GOLDEN = Path(__file__).parents[2] / "golden" / "us_ofac"
XML = (GOLDEN / "new.xml").read_bytes()
CSV = {name: (GOLDEN / name).read_bytes() for name in ("sdn.csv", "alt.csv", "add.csv")}


def parse(data: bytes, name: str = "sdn.xml", key: str = "us_ofac") -> object:
    return get_source(key).parse([RawFile(name, data)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>503</body></html>", "error_page"),
        (b'{"error": "not found"}', "error_page"),
        (b"Service unavailable", "error_page"),
        (XML[: len(XML) // 2], "truncated"),
        (XML.replace(b"<Record_Count>3", b"<Record_Count>4"), "truncated"),
        (b'<?xml version="1.0"?><CONSOLIDATED_LIST/>', "different_document"),
        (XML.replace(b"</sdnType>", b"</sdnTyp>", 1), "malformed"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sdnList><publshInformation/></sdnList>', "malformed"),
        (XML.replace(b"<uid>90001</uid>", b""), "malformed"),
        (XML.replace(b"<program>SDGT</program>", b"<program>NS-PLC</program>"), "different_document"),
    ],
)
def test_what_is_no_whole_sdn_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        parse(data)
    assert caught.value.reason == reason


def test_the_other_list_is_refused_with_the_key_to_use() -> None:
    with pytest.raises(ListRefused, match="update us_ofac with it"):
        parse(XML, key="us_ofac_nonsdn")
    assert get_source("us_ofac").identify is not None


@pytest.mark.parametrize("missing", ["alt.csv", "add.csv", "sdn.csv"])
def test_a_set_of_csv_files_without_one_is_incomplete_and_says_which(missing: str) -> None:
    files = [RawFile(name, data) for name, data in CSV.items() if name != missing]
    with pytest.raises(ListRefused, match="file is missing") as caught:
        get_source("us_ofac").parse(files)
    assert caught.value.reason == "incomplete"


def test_an_operator_may_take_an_incomplete_set_and_it_is_noted() -> None:
    parse_partial = get_source("us_ofac").parse_partial
    assert parse_partial is not None
    parsed = parse_partial([RawFile("sdn.csv", CSV["sdn.csv"])])
    assert len(parsed.listings) == 3
    assert any("alias file is missing" in note for note in parsed.notes)


def test_a_csv_file_that_breaks_off_is_truncated() -> None:
    cut = CSV["sdn.csv"][: CSV["sdn.csv"].index(b"90003") + 20]
    files = [RawFile("sdn.csv", cut), RawFile("alt.csv", CSV["alt.csv"]), RawFile("add.csv", CSV["add.csv"])]
    with pytest.raises(ListRefused) as caught:
        get_source("us_ofac").parse(files)
    assert caught.value.reason in ("truncated", "malformed")


def test_a_new_element_and_a_new_type_of_identifier_are_reported_and_the_number_kept() -> None:
    data = XML.replace(b"<title>", b"<shoeSize>44</shoeSize><title>").replace(b">Passport<", b">Star Fleet No.<")
    parsed = get_source("us_ofac").parse([RawFile("sdn.xml", data)])
    assert {u.path for u in parsed.unread} == {"/sdnEntry/shoeSize", "/sdnEntry/idList/id/idType: Star Fleet No."}
    assert parsed.listings[0].identifiers[0].kind == "other_id"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [("1965", "1965"), ("Feb 1965", "1965-02"), ("14 Feb 1965", "1965-02-14"), ("circa 1965", "1965~"),
     ("1965 to 1968", "1965/1968"), ("circa 1965-1967", "1965~/1967~"), ("Between 1965 and 1968", "1965/1968"),
     ("02/14/1965", "1965-02-14")],
)
def test_dates_are_read_as_ofac_writes_them(text: str, edtf: str) -> None:
    assert str(parse_span(text)) == edtf


@pytest.mark.parametrize("text", ["", "unknown", "31 Feb 1965", "1965 to 1968 to 1970", "Foo 1965"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_span(text)


def read(text: str) -> OfacRecord:
    record = OfacRecord("1", "person", Gathered())
    add_remarks(record, text, "Remarks")
    return record


def test_clauses_are_split_outside_brackets_only() -> None:
    assert list(split_clauses("DOB 1962; Linked To: A (B; C); x.")) == ["DOB 1962", "Linked To: A (B; C)", "x"]


def test_aliases_that_stand_only_in_remarks_are_weak() -> None:
    names = read("a.k.a. 'ABU TEST'; f.k.a. 'OLD, Name'.").names
    assert [(n.text, n.role, n.quality) for n in names] == [("ABU TEST", "alias", "weak"), ("Name OLD", "former", "weak")]


def test_no_clause_of_remarks_is_lost() -> None:
    record = read("DOB no date; alt. Passport AB1 (Egypt); Telephone: 123456; Fax 99; Odd Permit No. 7; a free remark.")
    assert {f.key: f.text for f in record.facts} == {"birth_text": "no date", "fax": "99", "remark": "a free remark"}
    assert [(i.kind, i.number, i.country) for i in record.identifiers] == [
        ("passport", "AB1", "eg"), ("phone", "123456", None), ("other_id", "7", None),
    ]
    assert record.gathered.bad_dates == 1
    assert dict(record.gathered.unknown) == {"Odd Permit No.": 1}
