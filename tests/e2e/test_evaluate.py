"""`tocsin evaluate` and `tocsin preview` as a user runs them, on the starter register, against files with their answers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import tocsin
from tocsin.cli import run
from tocsin.match import DEFAULT_ENGINE, load_engine
from tocsin.model import Hit, Kind, Query
from tocsin.screen.engines import NamedEngine

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "evaluate"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    tocsin.open(folder)
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(home))


def read_wrong(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return [[line["row"], line["decision"]] for line in csv.DictReader(file)]


@pytest.mark.parametrize("shape", ["pairs", "rows"])
def test_the_figures_of_a_labelled_file_are_those_counted_by_hand(
    shape: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted: dict[str, Any] = json.loads((GOLDEN / f"{shape}.expected.json").read_text())
    wrong = tmp_path / "wrong.csv"
    assert run(["evaluate", str(GOLDEN / f"{shape}.csv"), "--wrong", str(wrong), "--json"]) == 1
    found = json.loads(capfd.readouterr().out)
    for key in ("shape", "matches", "others", "failed", "errors"):
        assert found[key] == wanted[key], key
    assert found["default"] == found["default"] | wanted["default"]
    if "highest_band" in wanted:
        assert found["bands"][-1] == wanted["highest_band"]
    assert found["engine"] == DEFAULT_ENGINE
    assert read_wrong(wrong) == wanted["wrong"]


def test_the_report_in_words_has_tables_the_default_and_the_best(capfd: pytest.CaptureFixture[str]) -> None:
    run(["evaluate", str(GOLDEN / "rows.csv")])
    out, err = capfd.readouterr()
    assert "3 rows of listed subjects, 2 of strangers; 1 left out." in out
    assert "strangers hit" in out
    assert "Default: threshold 0.70, precision 66.7 %, found 66.7 %, F1 0.667, strangers with a hit 50.0 %." in out
    assert "Best F1:" in out
    assert "Row 6" in err


def test_an_evaluation_is_in_the_audit_without_a_name(capfd: pytest.CaptureFixture[str]) -> None:
    run(["evaluate", str(GOLDEN / "rows.csv"), "--json"])
    capfd.readouterr()
    run(["audit"])
    last = capfd.readouterr().out.splitlines()[-1]
    assert "purpose=evaluate" in last
    assert "rows=6" in last
    assert "Saeed" not in last


def test_a_column_without_truth_is_refused_with_exit_code_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("name,expectd\nA B,\n")
    assert run(["evaluate", str(tmp_path / "x.csv")]) == 2
    assert "did you mean 'expectd'?" in capfd.readouterr().err


def test_an_engine_changes_nothing_against_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows, out = tmp_path / "rows.csv", tmp_path / "changes.csv"
    rows.write_text("id,full_name\n1,Hafiz Muhammad Saeed\n2,Anita Fernandes\n")
    assert run(["preview", str(rows), "--engine", DEFAULT_ENGINE, "--engine", DEFAULT_ENGINE, "--out", str(out), "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert (said["totals"]["rows"], said["totals"]["rows_changed"], said["rows"]) == (2, 0, [])
    assert len(out.read_text().splitlines()) == 1


def test_a_preview_needs_two_engines_that_there_are(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("name\nA B\n")
    assert run(["preview", str(tmp_path / "x.csv"), "--engine", DEFAULT_ENGINE]) == 2
    assert "--engine twice" in capfd.readouterr().err
    assert run(["preview", str(tmp_path / "x.csv")]) == 2
    assert f"{DEFAULT_ENGINE})" in capfd.readouterr().err
    assert run(["preview", str(tmp_path / "x.csv"), "--engine", DEFAULT_ENGINE, "--engine", "no-such-engine"]) == 1
    assert "There is no engine called 'no-such-engine'" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [["-"], [str(GOLDEN / "pairs.csv"), "--wrong", "-"], [str(GOLDEN / "pairs.csv"), "--day-first", "--month-first"]])
def test_what_evaluate_cannot_do_is_refused_in_a_sentence(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", *arguments]) == 2
    err = capfd.readouterr().err
    assert err.startswith("tocsin: ")
    assert len(err.splitlines()) == 1


class OtherEngine(NamedEngine):
    """The engine in use, but for an order of words that costs more."""

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        hits = super().find_hits(query, threshold=threshold, limit=limit)
        return tuple(msgspec.structs.replace(h, score=h.score - 0.2) for h in hits if h.score - 0.2 >= threshold)

    def explain_points(self, query_name: str, listed_name: str, kind: Kind) -> dict[str, float]:
        return {**super().explain_points(query_name, listed_name, kind), "order": -2.0}


def test_a_preview_shows_what_moved_and_the_points_that_differ(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter((NamedEngine, OtherEngine))
    monkeypatch.setattr("tocsin.screen.engines.open_engine", lambda index, name: next(names)(index, load_engine()))
    (tmp_path / "rows.csv").write_text("id,name\n=7,Hafiz Muhammad Saeed\n8,Anita Fernandes\n")
    out = tmp_path / "changes.csv"
    assert run(["preview", str(tmp_path / "rows.csv"), "--engine", "a", "--engine", "b", "--out", str(out)]) == 0
    said = capfd.readouterr().out
    assert "2 rows, 1 with changes. Hits: 1 before, 1 after; 0 new, 0 gone, 1 with another score." in said
    with out.open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["id"], line["change"], line["score_before"], line["score_after"]) == ("'=7", "moved", "1.0", "0.8")
    assert line["points"] == "order 0 to -2.00"
    assert line["why"] == "less for order of the words (-2.00)"
    assert "[hafiz-muhammad-saeed]" in said
    assert "less for order of the words" in said


def test_a_row_that_no_engine_can_screen_is_told_and_makes_exit_code_1(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.csv").write_text("name\nHafiz Muhammad Saeed\n?\n")
    assert run(["preview", str(tmp_path / "rows.csv"), "--engine", DEFAULT_ENGINE, "--engine", DEFAULT_ENGINE]) == 1
    out, err = capfd.readouterr()
    assert "2 rows, 0 with changes. Hits: 1 before, 1 after; 0 new, 0 gone, 0 with another score." in out
    assert "COULD NOT BE SCREENED: 1." in out
    assert "Row 2, name" in err
