"""Names of other languages in Chinese signs and Hangul, beside Latin ones: which is the likelier, by the log-odds of names."""

from __future__ import annotations

import pytest

from tocsin.match.engine import LOWEST, load_engine, weigh_names
from tocsin.names.analysis import analyse_name


def weigh(query: str, listed: str) -> float:
    return weigh_names(analyse_name(query, "person"), analyse_name(listed, "person"), person=True, engine=load_engine())


@pytest.mark.parametrize(
    ("original", "own", "other"),
    [
        ("格雷厄姆", "Graham", "Grimm"), ("史登堡", "Steinberg", "Sternberger"), ("安尼亞", "Anya", "Nina"),
        ("우고", "Ugo", "Gogo"), ("우테", "Ute", "Otto"), ("다", "Da", "Dan"),
    ],
)
def test_the_own_spelling_comes_before_another_name(original: str, own: str, other: str) -> None:
    assert weigh(original, own) > weigh(original, other)


@pytest.mark.parametrize(("original", "initial"), [("格雷厄姆", "G."), ("피터", "P"), ("Иван", "I.")])
def test_an_initial_alone_is_no_name_in_other_letters(original: str, initial: str) -> None:
    assert weigh(original, initial) == LOWEST


def test_an_initial_beside_a_name_counts_in_other_letters() -> None:
    assert weigh("Иван Сидоров", "I. Sidorov") > 0


@pytest.mark.parametrize(("together", "apart", "latin"), [("마수드", "마 수드", "Masood"), ("오사마", "오 사마", "Osama")])
def test_a_name_that_the_writer_divided_is_still_one_but_a_little_less_surely(together: str, apart: str, latin: str) -> None:
    assert weigh(together, latin) > weigh(apart, latin) > 0
