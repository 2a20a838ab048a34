"""The library's door: what may be given, and that all else is refused in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import tocsin
from tocsin.errors import BadInput
from tocsin.library import Tocsin, make_query


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Tocsin:
    return tocsin.open(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("born", ["1950-06-05", 1950, dt.date(1950, 6, 5), ["1950", 1951], (dt.date(1950, 6, 5),)])
def test_a_date_of_birth_may_be_text_a_year_or_a_date(born: Any) -> None:
    assert str(make_query("A B", born=born).births[0].first).startswith("1950")


@pytest.mark.parametrize("wrong", [
    {"name": b"x"}, {"name": ["x", None]}, {"name": 1.5}, {"name": "x", "kind": 3}, {"name": "x", "kind": "cat"}, {"name": "x", "gender": "?"},
    {"name": "x", "born": True}, {"name": "x", "born": "1985-02-30"}, {"name": "x", "country": ""}, {"name": "x", "country": [None]},
    {"name": "x", "id": "--"}, {"name": "x", "id": ""},
])
def test_what_cannot_be_read_is_refused_and_nothing_is_looked_for(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        make_query(**wrong)


def test_rows_may_have_different_keys_and_values_of_python(register: Tocsin) -> None:
    results = list(register.screen([
        {"id": 7, "name": "Hafiz Saeed", "born": dt.date(1950, 6, 5)}, {"full_name": ["Hafiz Saeed"], "dob": float("nan")},
        {"name": object()}, {"name": None}, {"name": "\ud800"}, {"name": 10**5000},
    ]))
    assert [(r.row, bool(r.hits), r.error.code if r.error else None) for r in results] == [
        (1, True, None), (2, True, None), (3, False, "bad_value"), (4, False, "bad_name"), (5, False, "bad_value"), (6, False, "bad_value"),
    ]


@pytest.mark.parametrize(("row", "said"), [
    ({"name": "x", "nmae": "y"}, "did you mean 'name'"), ({"name": "x", 1: "y"}, "Column '1' is not known"), ("abc", "Row 1: expected a mapping"),
    (None, "Row 1: expected a mapping"), ({}, "None of the 0 columns"),
])
def test_rows_with_unknown_keys_or_none_are_refused(register: Tocsin, row: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        list(register.screen([row]))


def test_a_limit_of_nobody_is_refused(register: Tocsin) -> None:
    with pytest.raises(BadInput, match="limit"):
        list(register.screen([{"name": "x"}], limit=0))


def test_an_unknown_kind_is_refused_in_a_comparison(register: Tocsin) -> None:
    with pytest.raises(BadInput, match="kind: "):
        register.compare("a", "b", kind="cat")  # type: ignore[arg-type]


def test_an_unknown_name_of_the_package_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        tocsin.nosuch  # noqa: B018
    assert issubclass(tocsin.TocsinError, Exception)
