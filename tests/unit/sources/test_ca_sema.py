"""The reader of Canada's autonomous sanctions: names, dates, what is reported and what is refused."""

from __future__ import annotations

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.ca_names import split_aliases, split_entity
from tocsin.sources.ca_sema import parse, parse_spans

PERSON = "<Country>Iran</Country><LastName>TEST</LastName><GivenName>Albern</GivenName><Schedule>1</Schedule>"
ITEM = "<Item>7</Item>"


def document(*records: str, head: str = "<data-set>") -> bytes:
    return f"{head}{''.join(f'<record>{record}</record>' for record in records)}</data-set>".encode()


def read(data: bytes) -> Parsed:
    return parse([RawFile("sema-lmes.xml", data)])


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def test_the_list_is_found_by_its_key() -> None:
    assert get_source("ca_sema").authority == "CA"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("1953-09-22", ["1953-09-22"]), ("1964-03", ["1964-03"]), ("1951", ["1951"]), ("1963-1964", ["1963/1964"]),
        ("1987/1988", ["1987", "1988"]), ("1965-07-15 OR 1969-09-28", ["1965-07-15", "1969-09-28"]), ("Sep-99", ["1999-09"]),
        ("born in the early 1970s", []), ("1965-02-30", []), ("1970-1960", []), ("1965 or unknown", []),
    ],
)
def test_dates_are_read_in_every_form_of_the_list(text: str, spans: list[str]) -> None:
    assert [str(span) for span in parse_spans(text)] == spans


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Alexei, Aleksei ", ["Alexei", "Aleksei"]), ("Test Co., Ltd., Other Name", ["Test Co., Ltd.", "Other Name"]),
        ("Russian: Тест; Other", ["Тест", "Other"]), ("M/V Test", ["M/V Test"]), ("One (a/b, c), Two", ["One (a/b, c)", "Two"]),
        (", ;", []),
    ],
)
def test_aliases_are_parted_at_commas_that_are_no_part_of_a_name(text: str, names: list[str]) -> None:
    assert [name for name, _ in split_aliases(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Test (TST)", ["Test (TST)"]), ("Victory/Pobeda Political Bloc", ["Victory/Pobeda Political Bloc"]),
        ("Steel Mills (A/B)", ["Steel Mills (A/B)"]), ("Baltex Ltd. (also known as Baltech LLC)", ["Baltex Ltd.", "Baltech LLC"]),
        ("X (also known as Research and Production Corporation)", ["X", "Research and Production Corporation"]),
    ],
)
def test_an_entitys_names_are_parted_with_care(text: str, names: list[str]) -> None:
    assert [name for name, _ in split_entity(text)] == names


def test_a_date_that_is_none_is_kept_as_text_and_noted() -> None:
    parsed = read(document(PERSON + ITEM + "<DateOfBirth>early 1970s</DateOfBirth>"))
    assert [(f.key, f.text) for f in parsed.listings[0].facts] == [("birth_text", "early 1970s")]
    assert parsed.notes == ("1 dates of birth that are no dates, kept as text",)


def test_what_the_layout_does_not_have_is_reported() -> None:
    record = PERSON + ITEM + "<ShoeSize>43</ShoeSize><Item>8</Item><Aliases kind='x'>A<b>B</b></Aliases>stray"
    data = document(record).replace(b"</data-set>", b"<Totals>1</Totals></data-set>")
    assert {(u.path, u.count) for u in read(data).unread} == {
        ("record/ShoeSize", 1), ("record/Item (a second one)", 1), ("record/Aliases@kind", 1), ("record/Aliases/b", 1),
        ("record#text", 1), ("Totals", 1),
    }


def test_empty_elements_are_nothing() -> None:
    assert read(document(PERSON + ITEM + "<New/><Title> </Title>")).unread == ()


def test_two_records_of_one_place_in_law_both_stay() -> None:
    assert [x.ref for x in read(document(PERSON + ITEM, PERSON + ITEM)).listings] == ["Iran/1/7", "Iran/1/7/2"]


@pytest.mark.parametrize("record", [PERSON, ITEM + "<Country>Iran</Country>", ITEM + "<LastName>TEST</LastName>"])
def test_a_record_without_its_place_or_name_is_refused_without_quoting_it(record: str) -> None:
    error = refusal(document(PERSON + ITEM, record))
    assert (error.reason, "record 2" in str(error), "TEST" in str(error)) == ("malformed", True, False)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (b" \r\n", "empty"), (document(), "empty"), (b"<!DOCTYPE HTML><HTML>", "error_page"),
        (b'{"a": 1}', "error_page"), (b"Service unavailable", "error_page"), (b"<CONSOLIDATED_LIST/>", "different_document"),
        (document(PERSON + ITEM)[:-30], "truncated"), (document(PERSON + "<X>"), "malformed"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + document(PERSON + ITEM), "malformed"),
        (document(PERSON + ITEM + "<Title>&who;</Title>"), "malformed"), (document(PERSON + "<A>" * 400 + "</A>" * 400), "malformed"),
        (b"\x1f\x8b\x08packed", "malformed"), (document(PERSON + ITEM).decode().encode("utf-16"), "malformed"),
        (document(PERSON + ITEM + "<Title>Général</Title>").decode().encode("latin-1"), "malformed"),
    ],
)
def test_what_is_not_the_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason


def test_one_file_is_expected() -> None:
    with pytest.raises(ListRefused):
        parse([])


def test_the_unknown_is_a_list_of_paths() -> None:
    assert read(document(PERSON + ITEM, head='<data-set version="2">')).unread == (Unread(path="@version", count=1),)
