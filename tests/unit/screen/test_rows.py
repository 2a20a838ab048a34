"""Rows to queries: names in parts, dates as people write them, evidence that cannot be read."""

from __future__ import annotations

import pytest

from tocsin.errors import BadInput
from tocsin.screen import Row, make_query, parse_birth
from tocsin.screen.rows import parse_gender


def make_row(**values: str) -> Row:
    return Row(number=7, values={field: (value,) for field, value in values.items()})


def test_a_full_name_goes_before_its_parts() -> None:
    assert make_query(make_row(name="A B", given="X", family="Y"))[0].names == ("A B",)


def test_parts_are_joined_when_there_is_no_full_name() -> None:
    assert make_query(make_row(name=" ", given="X", middle="M", family="Y"))[0].names == ("X M Y",)


def test_aliases_are_asked_too_and_one_without_letters_is_a_warning() -> None:
    query, warnings = make_query(Row(number=7, values={"name": ("A B",), "alias": ("C D", "--", "E" * 2000)}))
    assert query.names == ("A B", "C D")
    assert [w.code for w in warnings] == ["bad_alias", "bad_alias"]


def test_an_identifier_alone_can_be_screened() -> None:
    assert make_query(make_row(identifier="AB123"))[0].names == ()


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"born": "1950"}, {"name": "?!"}, {"name": "a\0b"}, {"name": "a" * 1001}, {"identifier": "--"}])
def test_a_row_with_nothing_to_look_for_is_refused_with_its_number(values: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=r"^Row 7, name: "):
        make_query(make_row(**values))


@pytest.mark.parametrize(("field", "value"), [("born", "1985-02-30"), ("country", "Zarqonistan"), ("kind", "cat"), ("gender", "?")])
def test_evidence_that_cannot_be_read_is_left_out_with_a_warning_that_does_not_repeat_it(field: str, value: str) -> None:
    query, (warning,) = make_query(make_row(name="A B", **{field: value}))
    assert query.names == ("A B",)
    assert warning.code == f"bad_{field}"
    assert warning.text.startswith(f"Row 7, {field}: ")
    assert value not in warning.text or value == "?"


@pytest.mark.parametrize(("text", "expected"), [
    ("1965", "1965"), ("1965-02", "1965-02"), ("1965-02-28", "1965-02-28"), ("19650228", "1965-02-28"), ("28/02/1965", "1965-02-28"),
    ("02/28/1965", "1965-02-28"), ("28.02.1965", "1965-02-28"), ("28-02-1965", "1965-02-28"), ("3/3/1965", "1965-03-03"),
    ("14 Feb 1965", "1965-02-14"), ("14 february 1965", "1965-02-14"), ("Feb 1965", "1965-02"), ("1965-02-28T00:00:00Z", "1965-02-28"),
    (" 1965-02-28 00:00:00 ", "1965-02-28"),
])
def test_dates_are_read_as_people_write_them(text: str, expected: str) -> None:
    span = parse_birth(text)
    assert str(span.first) == expected
    assert span.first == span.last


@pytest.mark.parametrize("text", ["", "x", "1985-02-30", "30/02/1985", "1985-13", "00000000", "14 Foo 1965", "65", "31/31/1965", "0/0/0000", "٣", "1965-02-28T10:00:00"])
def test_what_is_no_date_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the caller's
        parse_birth(text)


def test_day_and_month_that_could_change_places_need_a_word() -> None:
    with pytest.raises(BadInput, match="--day-first or --month-first"):
        parse_birth("03/04/1965")
    assert str(parse_birth("03/04/1965", dates="day-first").first) == "1965-04-03"
    assert str(parse_birth("03/04/1965", dates="month-first").first) == "1965-03-04"


def test_a_gender_that_lists_do_not_state_is_no_evidence_and_no_fault() -> None:
    assert parse_gender("Other") is None
    with pytest.raises(ValueError, match="no gender"):
        parse_gender("tall")


def test_a_date_without_leading_zeros_is_read() -> None:
    assert str(parse_birth("1981-3-05")) == "1981-03-05"
    with pytest.raises(ValueError, match=r"."):
        parse_birth("1974-01-32")
