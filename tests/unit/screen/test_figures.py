"""Precision, recall, F1 and calibration, counted by hand."""

from __future__ import annotations

import pytest

from tocsin.screen.figures import Tally, to_step


@pytest.fixture
def pairs() -> Tally:
    tally = Tally()
    for score, is_match in ((0.9, True), (0.8, True), (0.75, False), (0.6, True), (0.2, False), (1.0, True)):
        tally.add_pair(score, is_match=is_match)
    return tally


def test_precision_recall_and_f1_are_those_of_the_textbook(pairs: Tally) -> None:
    line = pairs.make_line(0.7)
    assert (line.precision, line.recall, line.f1, line.alerted) == (3 / 4, 3 / 4, 3 / 4, 1 / 2)
    assert line.hits_a_row is None


def test_a_score_equal_to_the_threshold_is_a_match(pairs: Tally) -> None:
    assert pairs.make_line(0.6).recall == 1.0
    assert pairs.make_line(0.6001).recall == 3 / 4
    assert [to_step(x) for x in (0.29, 0.57, 0.58, 1.0)] == [2900, 5700, 5800, 10000]


def test_the_best_threshold_is_the_highest_of_those_with_the_highest_f1(pairs: Tally) -> None:
    best = pairs.find_best()
    assert best is not None
    assert (best.threshold, best.f1) == (0.6, 8 / 9)


def test_without_a_match_there_is_no_recall_and_no_best() -> None:
    tally = Tally()
    tally.add_pair(0.9, is_match=False)
    assert tally.find_best() is None
    assert tally.make_line(0.5).recall is None
    assert tally.make_line(0.95).precision is None
    assert tally.make_line(0.5).alerted == 1.0


def test_bands_say_how_many_of_each_score_are_matches(pairs: Tally) -> None:
    assert [(b.low, b.high, b.cases, b.matches) for b in pairs.make_bands()] == [
        (0.2, 0.3, 1, 0), (0.6, 0.7, 1, 1), (0.7, 0.8, 1, 0), (0.8, 0.9, 1, 1), (0.9, 0.95, 1, 1), (1.0, 1.0, 1, 1),
    ]


def test_a_listed_row_is_found_by_its_own_subject_only() -> None:
    tally = Tally()
    tally.add_row([(0.95, False), (0.8, True)], is_listed=True)
    tally.add_row([(0.9, False)], is_listed=True)
    tally.add_row([(0.72, False), (0.71, False)], is_listed=False)
    tally.add_row([], is_listed=False)
    line = tally.make_line(0.7)
    assert (line.recall, line.alerted, line.hits_a_row) == (1 / 2, 1 / 2, 5 / 4)
    assert (line.precision, line.f1) == (1 / 2, 1 / 2)
    assert [(b.low, b.cases, b.matches) for b in tally.make_bands()] == [(0.7, 2, 0), (0.8, 1, 1), (0.9, 1, 0), (0.95, 1, 0)]


def test_the_order_of_cases_does_not_matter(pairs: Tally) -> None:
    other = Tally()
    for score, is_match in ((1.0, True), (0.2, False), (0.6, True), (0.75, False), (0.8, True), (0.9, True)):
        other.add_pair(score, is_match=is_match)
    assert other.make_lines() == pairs.make_lines()
    assert other.make_bands() == pairs.make_bands()
