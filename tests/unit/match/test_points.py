"""The scorer's sum, line by line."""

from __future__ import annotations

import pytest

from tocsin.match import compare_names
from tocsin.match.engine import to_score
from tocsin.match.points import explain_points

PAIRS = (
    ("Hafiz Mohd Saeed", "Hafiz Muhammad Saeed"), ("Anna Larsson", "Peter Okafor"), ("Muhammad bin Salman", "Salman bin Muhammad"),
    ("A. Larsson", "Anna Larson"), ("Zarqon Brigade 313", "Zarqon Brigade 55"), ("حافظ سعيد", "Hafiz Saeed"),
)


@pytest.mark.parametrize(("query", "listed"), PAIRS)
@pytest.mark.parametrize("kind", ["person", "organization"])
def test_the_points_add_up_to_the_score(query: str, listed: str, kind: str) -> None:
    points = explain_points(query, listed, kind)  # type: ignore[arg-type]
    score = compare_names(query, listed, kind=kind).score  # type: ignore[arg-type]
    assert to_score(sum(points.values())) == pytest.approx(score, abs=5e-4)


def test_equal_names_and_names_without_words_have_one_line() -> None:
    assert list(explain_points("Anna Larsson", "anna larsson", "person")) == ["equal"]
    assert list(explain_points("?", "anna larsson", "person")) == ["bounds"]
