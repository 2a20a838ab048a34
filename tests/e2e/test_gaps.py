"""`tocsin gaps` as a user runs it, on the starter register, without a network."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import tocsin
from tocsin.cli import run

INDIA = Path(__file__).resolve().parents[1] / "golden" / "in_uapa" / "organisations_2024.html"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    tocsin.open(folder)
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(home))


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["gaps", *arguments, "--json"]) == 0
    return json.loads(capfd.readouterr().out)


def test_whom_the_us_and_india_list_and_the_un_does_not(capfd: pytest.CaptureFixture[str]) -> None:
    said = answer(capfd, "--listed-by", "us,in", "--not-by", "un", "--regime", "terrorism")
    subjects = {s["subject"]: s for s in said["subjects"]}
    assert {"hizbul-mujahideen", "syed-salahuddin"} <= set(subjects)
    assert "lashkar-e-tayyiba" not in subjects
    refs = {s["ref"] for p in subjects["hizbul-mujahideen"]["positions"] for s in p.get("stands", []) if s["status"] == "listed"}
    assert refs == {"22812", "UAPA-I-8"}
    assert said["question"]["listed_by"] == ["US", "IN"]
    assert said["basis"]["register"]


def test_the_resistance_front_is_an_alias_on_two_lists_and_not_on_the_third(capfd: pytest.CaptureFixture[str]) -> None:
    said = answer(capfd, "--listed-by", "us,in", "--not-by", "un", "--aliases")
    found = {(a["authority"], a["name"], a["other"]) for a in said["aliases"] if a["subject"] == "lashkar-e-tayyiba"}
    assert {("US", "The Resistance Front", "UN"), ("IN", "The Resistance Front", "UN")} <= found


def test_the_table_says_dates_lags_and_the_matrix_and_the_notes_go_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "--listed-by", "us,in", "--not-by", "un"]) == 0
    out, err = capfd.readouterr()
    assert "Hizbul Mujahideen" in out
    assert "listed by" in out
    assert "the starter register, which is a selection" in err
    assert "A person decides" in err


def test_csv_has_one_line_a_listing_and_runs_no_formula(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "--listed-by", "us,in", "--not-by", "un", "--aliases", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert {r["row"] for r in rows} == {"listing", "alias"}
    of = [(r["authority"], r["position"], r["since"]) for r in rows if r["subject"] == "hizbul-mujahideen"]
    assert of == [("IN", "listed", ""), ("UN", "not_listed", ""), ("US", "listed", "2017-08-17")]
    assert not any((value or "").startswith(("=", "+", "-", "@")) for r in rows for value in r.values())


def test_the_page_is_written_whole(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["gaps", "--listed-by", "us,in", "--not-by", "un", "--html", str(tmp_path / "gaps.html")]) == 0
    out, err = capfd.readouterr()
    page = (tmp_path / "gaps.html").read_text("utf-8")
    assert out == ""
    assert "Written: " in err
    assert page.endswith("</html>\n")
    assert "Mohammad Yusuf Shah" in page
    assert [p.name for p in tmp_path.iterdir()] == ["gaps.html"]


def test_a_page_that_cannot_be_written_is_told(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["gaps", "--listed-by", "us", "--not-by", "un", "--html", str(tmp_path / "no" / "gaps.html")]) == 1
    assert "gaps.html cannot be written" in capfd.readouterr().err


@pytest.mark.parametrize(("arguments", "said"), [
    (["--listed-by", "us", "--not-by", "fr"], "no list of 'FR' is in force"),
    (["--listed-by", "us", "--since", "yesterday"], "--since: expected YYYY"),
    (["--listed-by", "us", "--json", "--csv"], "one of --json, --csv and --html"),
    (["--not-by", "us"], "listed-by"),
    (["--listed-by", "us", "--as-of", "soon"], "--as-of: expected a day"),
])
def test_wrong_use_is_one_sentence_and_exit_code_2(
    capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(["gaps", *arguments]) == 2
    err = capfd.readouterr().err
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_the_audit_counts_and_names_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    answer(capfd, "--listed-by", "us", "--not-by", "un")
    assert run(["audit"]) == 0
    line = [x for x in capfd.readouterr().out.splitlines() if "  gaps  " in x][-1]
    assert "subjects=" in line
    assert "Hizbul" not in line


def test_who_tells_what_india_covers_by_reference(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["who", "Haqqani Network", "--json"])
    rows = json.loads(capfd.readouterr().out)["subjects"][0]["rows"]
    (india,) = [r for r in rows if r["authority"] == "IN"]
    assert (india["listed"], india["ref"], india["derived_from"]) == (True, None, "starter:TAe.012")
    assert run(["who", "Haqqani Network"]) == 0
    assert "covered by reference" in capfd.readouterr().out


def test_a_first_schedule_without_that_entry_ends_the_coverage(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    with_entry = INDIA.read_text("utf-8")
    counted = {}
    for name, text in (("with", with_entry), ("without", without_entry(with_entry))):
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
        run(["update", "in_uapa", "--from", str(tmp_path / f"{name}.html"), "--accept", "--json"])
        records = json.loads(capfd.readouterr().out)["results"][0]["records"]
        run(["who", "Haqqani Network", "--json"])
        rows = json.loads(capfd.readouterr().out)["subjects"][0]["rows"]
        counted[name] = records["incorporated_lists"], [r["derived_from"] for r in rows if r["authority"] == "IN"]
    assert counted == {"with": (1, ["starter:TAe.012"]), "without": (0, [None])}


def without_entry(page: str) -> str:
    """The page without the row that takes in the UN's list."""
    rows = page.split("<tr")
    kept = [row for row in rows if "Security Council" not in row]
    assert len(kept) == len(rows) - 1
    return "<tr".join(kept)
