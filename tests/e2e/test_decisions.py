"""Decisions on hits from the command line, over updates of a list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli import run

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "imports"
WHO = ("--author", "A. Analyst", "--ground", "passport seen")


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capfd.readouterr()
    code = run([*arguments, "--json"])
    return code, json.loads(capfd.readouterr().out)


def take(path: Path, change: tuple[str, str] = ("", "")) -> None:
    text = (GOLDEN / "watch.csv").read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    assert run(["import", str(path), "--as", "my_watch", "--map", str(GOLDEN / "watch.yaml")]) == 0


@pytest.mark.usefixtures("at_database")
def test_a_false_match_is_left_out_until_the_list_says_something_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    take(tmp_path / "first.csv")
    customers = tmp_path / "customers.csv"
    customers.write_text("id,name,born\n7,Amina Testowa,1965-04-03\n8,Ella Thorsen,\n")
    assert run(["screen", str(customers)]) == 3
    code, made = answer(
        capfd, "decide", "--file", str(customers), "--ref", "7", "--subject", "W-1", "--outcome", "false-match", *WHO
    )
    assert (code, made["identity"]) == (0, "ref:7")
    capfd.readouterr()
    for jobs in ("1", "2"):
        assert run(["screen", str(customers), "--jobs", jobs, "--summary", str(tmp_path / "summary.json")]) == 0
        out, err = capfd.readouterr()
        (line,) = [json.loads(x) for x in out.splitlines()]
        assert (line["hits"], [r["decision"] for r in line["suppressed"]]) == ([], [made["number"]])
        assert "1 hits are left out by decisions" in err
        assert json.loads((tmp_path / "summary.json").read_text())["suppressed"] == 1
    assert run(["screen", str(customers), "--no-decisions"]) == 3
    assert run(["match", "Amina Testowa", "--born", "1965-04-03", "--ref", "7"]) == 0
    assert "Left out:" in capfd.readouterr().err

    take(tmp_path / "second.csv", ("Amina Testova,", "Amina Testova Novak,"))
    code, found = answer(capfd, "match", "Amina Testowa", "--born", "1965-04-03", "--ref", "7")
    assert (code, len(found["hits"]), found["decided"][0]["state"]) == (3, 1, "changed")
    assert "Amina Testova Novak" in found["decided"][0]["differences"][0]["added"]
    assert run(["screen", str(customers), "--out", str(tmp_path / "hits.csv")]) == 3
    assert "Since then facts have changed" in (tmp_path / "hits.csv").read_text()

    take(tmp_path / "third.csv")
    assert run(["match", "Amina Testowa", "--born", "1965-04-03", "--ref", "7"]) == 0
    assert run(["decisions", "withdraw", str(made["number"]), *WHO]) == 0
    assert run(["match", "Amina Testowa", "--born", "1965-04-03", "--ref", "7"]) == 3
    assert run(["audit", "--verify"]) == 0


def test_decisions_are_listed_confirmed_and_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "one"))
    monkeypatch.setenv("TOCSIN_FOUR_EYES", "yes")
    assert run(["decisions", "list"]) == 0
    assert run(["decisions", "export"]) == 1
    assert run(["decide", "Zaki Rehman Lakhvi", "--subject", "QDi.264", "--outcome", "false-match", *WHO]) == 0
    assert run(["match", "Zaki Rehman Lakhvi"]) == 3
    assert "It waits for another person" in capfd.readouterr().out
    assert run(["decisions", "confirm", "1", "--author", "A. Analyst"]) == 2
    assert run(["decisions", "confirm", "1", "--author", "B. Approver"]) == 0
    assert run(["match", "Zaki Rehman Lakhvi"]) == 0
    out, key = str(tmp_path / "d.csv"), str(tmp_path / "d.key")
    assert run(["decisions", "export", "--out", out, "--key", key]) == 0
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "two"))
    assert run(["decisions", "import", out]) == 2
    assert run(["decisions", "import", out, "--key", key]) == 0
    assert run(["match", "Zaki Rehman Lakhvi"]) == 0
    _, listed = answer(capfd, "decisions", "list")
    assert [(d["confirmed_by"], d["author"]) for d in listed["decisions"]] == [("B. Approver", "A. Analyst")]


def test_wrong_use_is_told_and_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    rows = tmp_path / "rows.csv"
    rows.write_text("id,name\n1,Zaki Rehman\n1,Zaki Lakhvi\n")
    what = ("--subject", "QDi.264", "--outcome", "false-match", *WHO)
    assert run(["decide", "--file", str(rows), *what]) == 2
    assert run(["decide", "--file", str(rows), "--ref", "1", *what]) == 2
    assert run(["decide", "--file", str(rows), "--ref", "2", *what]) == 1
    assert run(["decide", "Zaki", "--expires", "tomorrow", *what]) == 2
    assert "Zaki" not in capfd.readouterr().err
    assert run(["decisions", "export", "--out", str(tmp_path / "d.pdf")]) == 1
    monkeypatch.setenv("TOCSIN_FOUR_EYES", "perhaps")
    assert run(["match", "Zaki"]) == 2
    assert "expected yes or no" in capfd.readouterr().err


def test_a_decision_follows_its_subject_through_a_join_and_a_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    take(tmp_path / "first.csv")
    amina, zaki = ("match", "Amina Testowa", "--born", "1965-04-03"), ("match", "Zaki Rehman Lakhvi")
    for asked, subject in ((amina, "W-1"), (zaki, "QDi.264")):
        assert run(["decide", *asked[1:], "--subject", subject, "--outcome", "false-match", *WHO]) == 0
        assert run(list(asked)) == 0
    assert run(["review", "--same", "my_watch:W-1", "starter:QDi.264", *WHO]) == 0
    joined = [answer(capfd, *asked) for asked in (amina, zaki)]  # of which one is about an id that is no more
    assert [code for code, _ in joined] == [3, 3]
    assert len({found["hits"][0]["subject"] for _, found in joined}) == 1
    for (_, found), gained in zip(joined, ("starter:QDi.264", "my_watch:W-1"), strict=True):
        (ruling,) = found["decided"]
        assert gained in next(d for d in ruling["differences"] if d["field"] == "listings")["added"]
    assert run(["review", "--undo", "1", *WHO]) == 0
    parted = [answer(capfd, *asked) for asked in (amina, zaki)]
    assert [(code, found["suppressed"][0]["decision"]) for code, found in parted] == [(0, 1), (0, 2)]
