"""Columns and cells as customer files write them: understood, or refused with the way out."""

from __future__ import annotations

import pytest

from tocsin.errors import BadInput
from tocsin.screen import Row, make_plan, make_query, make_row, parse_birth, parse_mapping


def plan(*columns: str, **more: object) -> dict[str, str]:
    return make_plan(columns, **more).fields  # type: ignore[arg-type]


def test_columns_are_known_in_many_spellings() -> None:
    assert plan("Customer ID", "Full Name", "Date-of-Birth", "NATIONALITY", "passport_number", "sex") == {
        "Customer ID": "id", "Full Name": "name", "Date-of-Birth": "born", "NATIONALITY": "country",
        "passport_number": "identifier", "sex": "gender",
    }


def test_known_columns_that_say_nothing_to_the_matcher_are_accepted() -> None:
    assert plan("name", "place_of_birth", "address") == {"name": "name"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("id", "nmae"), "did you mean 'name'"),
        (("name", "name"), "stands twice"),
        (("id", "dob"), "No column has a name"),
        (("name", "full_name"), "would both be the name"),
        (("name", "branch"), "--ignore branch"),
    ],
)
def test_a_header_that_would_leave_somebody_unscreened_is_refused(columns: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        make_plan(columns)


def test_a_column_can_be_mapped_to_a_field_or_knowingly_ignored() -> None:
    assert plan("holder", "branch", mapping=parse_mapping("name=holder"), ignore=("branch",)) == {"holder": "name"}


@pytest.mark.parametrize(
    ("text", "said"), [("nme=holder", "did you mean 'name'"), ("name", "expected FIELD=COLUMN"), ("name=", "expected FIELD=COLUMN")]
)
def test_a_map_that_names_no_field_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_mapping(text)


def test_a_map_of_a_column_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean 'holder'"):
        make_plan(("holder",), mapping={"name": "holdr"})


@pytest.mark.parametrize(
    ("text", "edtf"),
    [("1965", "1965"), ("1965-02", "1965-02"), ("1965-02-28", "1965-02-28"), ("19650228", "1965-02-28"),
     ("28/02/1965", "1965-02-28"), ("02/28/1965", "1965-02-28"), ("5.5.1965", "1965-05-05"), ("14 Feb 1965", "1965-02-14"),
     ("February 1965", "1965-02"), ("1965-02-28T00:00:00", "1965-02-28"), (" 1965 ", "1965")],
)
def test_dates_are_read_as_people_write_them(text: str, edtf: str) -> None:
    assert str(parse_birth(text)) == edtf


def test_a_date_whose_day_and_month_could_change_places_is_not_guessed() -> None:
    with pytest.raises(BadInput, match="--day-first or --month-first"):
        parse_birth("03/04/1965")
    assert str(parse_birth("03/04/1965", dates="day-first")) == "1965-04-03"
    assert str(parse_birth("03/04/1965", dates="month-first")) == "1965-03-04"


@pytest.mark.parametrize("text", ["1985-02-30", "31/31/1965", "tomorrow", "14 Foo 1965", "1965/02", "99999"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_birth(text)


def row(**values: str) -> Row:
    return make_row(7, values, make_plan(tuple(values)))


def test_parts_of_a_name_are_joined_when_there_is_no_full_name() -> None:
    query, _ = make_query(row(first_name="Zaki", middle_name="ur", last_name="Rehman"))
    assert query.names == ("Zaki ur Rehman",)


def test_aliases_countries_and_numbers_may_be_several() -> None:
    query, _ = make_query(row(name="A B", aliases="C D; E", nationality="pk;India", passport="X1|X2"))
    assert query.names == ("A B", "C D", "E")
    assert query.countries == ("pk", "in")
    assert query.identifiers == ("X1", "X2")


@pytest.mark.parametrize(
    ("field", "value"), [("dob", "1985-02-30"), ("nationality", "Atlantis"), ("kind", "alien"), ("gender", "other")]
)
def test_evidence_that_cannot_be_read_is_a_warning_that_names_row_and_field_only(field: str, value: str) -> None:
    query, warnings = make_query(row(name="Secret Person", **{field: value}))
    assert query.names == ("Secret Person",)
    (warning,) = warnings
    assert "Row 7" in warning.text
    assert "Secret" not in warning.text
    assert value not in warning.text


@pytest.mark.parametrize("name", ["", "   ", "...", "a\x00b", "x" * 1001])
def test_a_row_whose_name_cannot_be_screened_says_so_with_its_number(name: str) -> None:
    with pytest.raises(BadInput, match="Row 7"):
        make_query(row(name=name))


def test_an_identifier_is_enough() -> None:
    query, _ = make_query(row(name="", passport="AB1234567"))
    assert (query.names, query.identifiers) == ((), ("AB1234567",))
