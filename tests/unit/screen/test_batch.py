"""Rows to results: one for each, in order, with the answers of equal questions kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tocsin.errors import BadInput
from tocsin.screen import Row, RowFault, RowResult, Summary, screen_rows


def make_row(number: int, **values: str) -> Row:
    return Row(number=number, values={field: (value,) for field, value in values.items()})


def test_each_row_has_its_result_in_order(screen: Callable[[list[Row]], list[RowResult]]) -> None:
    fault = RowFault(code="bad_json", text="Row 2: ...")
    results = screen([
        make_row(1, id="a", name="Zarqon"), Row(number=2, fault=fault), make_row(3, id="c", name="Other", born="x"), make_row(4, id="d"),
    ])
    assert [(r.row, r.id, len(r.hits)) for r in results] == [(1, "a", 1), (2, None, 0), (3, "c", 0), (4, "d", 0)]
    assert results[1].error == fault
    assert [w.code for w in results[2].warnings] == ["bad_born"]
    assert results[3].error is not None
    assert results[3].error.code == "bad_name"


def test_the_same_question_is_asked_once(screen: Callable[[list[Row]], list[RowResult]], matcher: object) -> None:
    screen([make_row(1, id="a", name="Zarqon"), make_row(2, id="b", name="Zarqon"), make_row(3, name="Zarqon", born="1950")])
    assert len(matcher.asked) == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(("threshold", "limit"), [(-0.1, 1), (1.1, 1), (float("nan"), 1), (0.5, 0), (0.5, -1), (0.5, 10**10)])
def test_a_threshold_or_limit_that_finds_nothing_is_refused_before_any_row(threshold: float, limit: int, matcher: object) -> None:
    with pytest.raises(BadInput):
        screen_rows([], matcher, threshold=threshold, limit=limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(("results", "code"), [
    ([], 0), ([RowResult(row=1)], 0), ([RowResult(row=1, error=RowFault(code="x", text="x"))], 1),
])
def test_the_exit_code_says_what_happened(results: list[RowResult], code: int) -> None:
    totals = Summary()
    for result in results:
        totals.add(result)
    assert totals.exit_code == code
    assert totals.rows == totals.screened + totals.unscreenable == len(results)


def test_hits_go_before_faults_in_the_exit_code(screen: Callable[[list[Row]], list[RowResult]]) -> None:
    totals = Summary()
    for result in screen([make_row(1, name="Zarqon"), make_row(2, name="")]):
        totals.add(result)
    assert (totals.exit_code, totals.with_hits, totals.hits, totals.unscreenable) == (3, 1, 1, 1)
