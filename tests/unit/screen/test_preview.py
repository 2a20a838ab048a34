"""Two engines over the same rows: what is new, gone or moved, and which points made it so."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tocsin.errors import BadInput
from tocsin.model import Hit, Kind, Query
from tocsin.screen import Row, RowFault
from tocsin.screen.preview import (
    COLUMNS,
    Change,
    RowPreview,
    Totals,
    describe_points,
    explain_change,
    preview_rows,
    to_lines,
)
from tocsin.screen.tables import open_table


class FakeSide:
    """Gives each subject the score that a test says, whoever is asked; points by feature likewise."""

    def __init__(self, name: str, scores: Mapping[str, float], points: Mapping[str, float] | None = None) -> None:
        self.name, self.scores, self.points = name, scores, points or {}
        self.explained: list[tuple[str, str, Kind]] = []

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        hits = [
            Hit(score=score, subject=s, caption=s.upper(), kind="person", names=(f"{s} listed",), listings=(), reasons=())
            for s, score in sorted(self.scores.items(), key=lambda x: -x[1]) if score >= threshold
        ]
        return tuple(hits[:limit])

    def explain_points(self, query_name: str, listed_name: str, kind: Kind) -> Mapping[str, float]:
        self.explained.append((query_name, listed_name, kind))
        return {**self.points, "own": float(len(query_name))} if self.points else {}


def row(number: int = 1, **values: str) -> Row:
    return Row(number=number, values={field: (text,) for field, text in values.items()})


def preview(before: FakeSide, after: FakeSide, *, limit: int = 10, least: float = 0.02, rows: tuple[Row, ...] = ()) -> list[RowPreview]:
    given = rows or (row(id="7", name="Anna Larsson"),)
    return list(preview_rows(given, before, after, threshold=0.7, limit=limit, least=least))


def test_hits_are_new_gone_or_moved_and_others_say_nothing() -> None:
    before = FakeSide("a", {"up": 0.71, "same": 0.9, "falls": 0.8, "enters": 0.5})
    after = FakeSide("b", {"up": 0.95, "same": 0.91, "falls": 0.69, "enters": 0.75, "from afar": 0.7})
    found = preview(before, after)[0]
    assert (found.row, found.id, found.before, found.after) == (1, "7", 3, 4)
    assert [(c.kind, c.subject, c.before, c.after) for c in found.changes] == [
        ("moved", "up", 0.71, 0.95), ("gone", "falls", 0.8, 0.69), ("new", "enters", 0.5, 0.75), ("new", "from afar", None, 0.7),
    ]


def test_a_score_must_move_by_more_than_least_to_be_told() -> None:
    before, after = FakeSide("a", {"x": 0.80}), FakeSide("b", {"x": 0.82})
    assert preview(before, after)[0].changes == ()
    assert [c.kind for c in preview(before, after, least=0.019)[0].changes] == ["moved"]


def test_what_the_limit_cuts_off_is_gone() -> None:
    before, after = FakeSide("a", {"x": 0.80, "y": 0.75}), FakeSide("b", {"x": 0.80, "y": 0.85, "z": 0.9})
    changes = preview(before, after, limit=2)[0].changes
    assert [(c.kind, c.subject) for c in changes] == [("new", "z"), ("moved", "y"), ("gone", "x")]
    assert changes[-1].why == "cut off by the limit of hits"
    assert preview(after, before, limit=2)[0].changes[-1].why == "no longer cut off by the limit of hits"


def test_the_points_that_differ_are_told_largest_difference_first() -> None:
    before = FakeSide("a", {"x": 0.80}, {"bias": -3.0, "cover": 2.0, "order": -0.8})
    after = FakeSide("b", {"x": 0.90}, {"bias": -3.0, "cover": 2.5, "rare": 1.0, "order": -0.801})
    (change,) = preview(before, after)[0].changes
    assert [(p.feature, p.before, p.after) for p in change.points] == [("rare", 0.0, 1.0), ("cover", 2.0, 2.5)]
    assert describe_points(change.points) == "rare 0 to 1.00; cover 2.00 to 2.50"
    assert describe_points(change.points, 1) == "rare 0 to 1.00; 1 more"


def test_why_a_score_rose_or_fell_is_told_in_words_the_largest_first_and_what_worked_against_it() -> None:
    before = FakeSide("a", {"x": 0.90}, {"order": -0.4, "info": 2.0, "bias": -3.0, "slip": 0.0})
    after = FakeSide("b", {"x": 0.80}, {"order": -1.75, "info": 2.5, "bias": -2.9, "slip": -0.5})
    (change,) = preview(before, after)[0].changes
    assert change.why == "less for order of the words (-1.35), the worst misspelt word (-0.50); yet more for rareness of the words met (+0.50)"
    assert (change.asked, change.listed) == ("Anna Larsson", "x listed")
    (change,) = preview(after, before)[0].changes
    assert change.why == "more for order of the words (+1.35), the worst misspelt word (+0.50); yet less for rareness of the words met (-0.50)"
    assert explain_change((), is_rise=True) == "not the names asked and listed"


def test_a_feature_of_which_an_engine_has_no_words_is_named_as_it_is() -> None:
    (change,) = preview(FakeSide("a", {"x": 0.9}, {"odd": 0.0}), FakeSide("b", {"x": 0.8}, {"odd": -1.0}))[0].changes
    assert change.why == "less for odd (-1.00)"


def test_of_several_names_the_one_nearest_to_the_listed_name_is_explained() -> None:
    before, after = FakeSide("a", {"x": 0.80}, {"bias": 1.0}), FakeSide("b", {"x": 0.90}, {"bias": 2.0})
    preview(before, after, rows=(row(name="Ann", alias="Anna Larsson"),))
    assert before.explained == [("Anna Larsson", "x listed", "person")]


def test_equal_engines_change_nothing() -> None:
    side = FakeSide("a", {"x": 0.80, "y": 0.7}, {"bias": 1.0})
    assert preview(side, side)[0].changes == ()


def test_a_row_that_cannot_be_screened_says_so_and_the_others_go_on() -> None:
    side = FakeSide("a", {"x": 0.80})
    faulty = Row(number=2, fault=RowFault(code="bad_row", text="too short"))
    found = preview(side, FakeSide("b", {}), rows=(row(1, name="?"), faulty, row(3, name="Anna")))
    assert [bool(r.error) for r in found] == [True, True, False]
    totals = Totals()
    for each in found:
        totals.add(each)
    assert totals == Totals(rows=3, unscreenable=2, rows_changed=1, hits_before=1, hits_after=0, gone=1)


def test_changes_are_written_as_lines_that_run_no_formula(tmp_path: Path) -> None:
    change = Change(kind="new", subject="s", caption="=S", asked="S", listed="-S", before=None, after=0.7, why="", points=())
    with open_table(tmp_path / "c.csv", COLUMNS, option="--out", source="-") as write:
        for each in (RowPreview(row=1, id="@7", changes=(change,)), RowPreview(row=2), RowPreview(row=3, error="No.")):
            for line in to_lines(each):
                write(line)
    with (tmp_path / "c.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(x["row"], x["id"], x["change"], x["caption"], x["score_before"], x["error"]) for x in lines] == [
        ("1", "'@7", "new", "'=S", "", ""), ("3", "", "", "", "", "No."),
    ]


@pytest.mark.parametrize("wrong", [{"threshold": 1.1}, {"least": -0.1}, {"limit": 0}, {"limit": 10**10}, {"threshold": float("nan")}])
def test_bounds_that_make_no_sense_are_refused_before_any_row_is_read(wrong: dict[str, float]) -> None:
    side = FakeSide("a", {})
    with pytest.raises(BadInput, match="Nothing was screened"):
        preview_rows(iter(()), side, side, **({"threshold": 0.7, "limit": 10} | wrong))  # type: ignore[arg-type]
