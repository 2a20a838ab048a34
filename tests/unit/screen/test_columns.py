"""Columns of customer files: what is known, what is refused, and the ways out."""

from __future__ import annotations

import pytest

from tocsin.errors import BadInput
from tocsin.screen import COLUMNS, make_plan, parse_mapping


@pytest.mark.parametrize(("field", "column"), [(f, c) for f, columns in COLUMNS.items() for c in columns])
def test_each_accepted_name_means_its_field(field: str, column: str) -> None:
    columns = [column] if field in ("name", "given", "family", "identifier") else ["full name", column]
    assert make_plan(columns).fields[column] == field


@pytest.mark.parametrize("column", ["Date of Birth", "DATE-OF-BIRTH", " date.of.birth ", "Date_Of_Birth"])
def test_case_spaces_hyphens_and_dots_do_not_matter(column: str) -> None:
    assert make_plan(["name", column]).fields[column] == "born"


def test_a_misspelt_column_is_refused_with_the_nearest_name_and_the_way_out() -> None:
    with pytest.raises(BadInput, match=r"'dob_date' is not known.*--map FIELD=dob_date.*--ignore dob_date"):
        make_plan(["name", "dob_date"])
    with pytest.raises(BadInput, match="did you mean 'nationality'"):
        make_plan(["name", "natonality"])


def test_a_column_can_be_mapped_or_ignored() -> None:
    assert make_plan(["holder", "branch"], mapping={"name": "holder"}, ignore=["branch"]).fields == {"holder": "name"}


@pytest.mark.parametrize(
    ("columns", "mapping", "ignore", "said"),
    [
        (["name", "name"], {}, [], "stands twice"),
        (["name", "full_name"], {}, [], "would both be the name; say which with --map name=name"),
        (["born", "country"], {}, [], "No column has a name or an identifier"),
        (["name"], {"born": "dob"}, [], "There is no column 'dob'"),
        (["name"], {}, ["brnch"], "There is no column 'brnch'"),
        (["name", "dob"], {"born": "dob"}, ["dob"], "both mapped and ignored"),
        (["name", ""], {}, [], "is not known"),
    ],
)
def test_what_cannot_be_planned_is_refused(columns: list[str], mapping: dict[str, str], ignore: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        make_plan(columns, mapping=mapping, ignore=ignore)


def test_of_two_names_the_mapped_one_is_taken() -> None:
    assert make_plan(["name", "full_name"], mapping={"name": "full_name"}).fields == {"full_name": "name"}


def test_mapping_one_of_several_columns_of_a_field_leaves_the_others_in() -> None:
    assert make_plan(["name", "aka", "nick"], mapping={"alias": "nick"}).fields == {"name": "name", "aka": "alias", "nick": "alias"}


def test_a_first_line_that_is_a_customer_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadInput, match="None of the 2 columns") as caught:
        make_plan(["Zarqon Ibn Test", "1965-02-28"])
    assert "Zarqon" not in str(caught.value)


def test_a_mapping_is_read() -> None:
    assert parse_mapping(" name = holder, born=geb datum,") == {"name": "holder", "born": "geb datum"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nmae=x", "no field 'nmae'; did you mean 'name'"), ("name", "expected FIELD=COLUMN"), ("name=", "expected FIELD=COLUMN"),
        ("name=a,name=b", "one too many"), ("name=a,born=a", "one too many"),
    ],
)
def test_a_mapping_that_says_nothing_clear_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_mapping(text)
