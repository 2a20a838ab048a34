"""Laws of evaluation: no file raises anything but our own errors, and figures are shares that order does not change."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import TocsinError
from tocsin.match import compare_names
from tocsin.screen.evaluate import evaluate_cases
from tocsin.screen.figures import Tally
from tocsin.screen.labelled import find_shape, judge_pairs

SCORES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)
CELLS = st.text(alphabet='abÄع"\',;\n\r\0= 1', max_size=8)


def make_tally(cases: list[tuple[float, bool]]) -> Tally:
    tally = Tally()
    for score, is_match in cases:
        tally.add_pair(score, is_match=is_match)
    return tally


@given(SCORES)
def test_every_figure_is_a_share_and_recall_never_grows_with_the_threshold(cases: list[tuple[float, bool]]) -> None:
    lines = make_tally(cases).make_lines()
    for line in lines:
        assert all(x is None or 0 <= x <= 1 for x in (line.precision, line.recall, line.f1, line.alerted))
    recalls = [line.recall for line in lines if line.recall is not None]
    assert recalls == sorted(recalls, reverse=True)


@given(SCORES, st.randoms())
def test_the_order_of_cases_never_matters(cases: list[tuple[float, bool]], random: object) -> None:
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = make_tally(cases), make_tally(shuffled)
    assert first.make_lines() == second.make_lines()
    assert first.make_bands() == second.make_bands()
    assert first.find_best() == second.find_best()


@given(SCORES)
def test_the_best_line_is_no_worse_than_any_of_the_table(cases: list[tuple[float, bool]]) -> None:
    tally = make_tally(cases)
    best = tally.find_best()
    assert (best is None) == (tally.matches == 0)
    assert best is None or all((line.f1 or 0) <= (best.f1 or 0) for line in tally.make_lines())


@given(SCORES)
def test_the_bands_hold_every_case_once(cases: list[tuple[float, bool]]) -> None:
    bands = make_tally(cases).make_bands()
    assert sum(b.cases for b in bands) == len(cases)
    assert sum(b.matches for b in bands) == sum(truth for _, truth in cases)


@settings(max_examples=150)
@given(st.one_of(
    st.binary(max_size=200),
    st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["Person", "Cat", ""]), st.sampled_from(["true", "0", "?"])), max_size=5).map(
        lambda rows: ("name1,name2,schema,is_match\n" + "\n".join(",".join(r) for r in rows)).encode()
    ),
))
def test_no_file_of_pairs_raises_anything_but_our_own_errors(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        path.write_bytes(content)
        try:
            shape, _ = find_shape(str(path))
            report = evaluate_cases(judge_pairs(str(path), compare_names), shape=shape, threshold=0.7, engine="x")
        except TocsinError:
            return
        assert report.matches + report.others > 0
