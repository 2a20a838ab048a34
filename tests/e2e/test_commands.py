"""Each command as a user runs it, on the starter register, without a network."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import tocsin
from tocsin.cli import run

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    tocsin.open(folder)
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(home))


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    return code, json.loads(capfd.readouterr().out)


def test_match_gives_hits_with_listings_programmes_dates_and_reasons(capfd: pytest.CaptureFixture[str]) -> None:
    code, said = answer(capfd, "match", "Zakiur Rehman Lakhwi", "--born", "1960", "--country", "pk")
    hit = said["hits"][0]
    assert code == 3
    assert hit["subject"] == "zaki-ur-rehman-lakhvi"
    un = next(x for x in hit["listings"] if x["authority"] == "UN")
    assert (un["ref"], un["listed_on"]["year"], un["programmes"]) == ("QDi.264", 2008, ["Al-Qaida"])
    assert {"name.joined", "name.spelling", "birth.year"} <= {r["code"] for r in hit["reasons"]}
    assert set(said["basis"]) == {"register", "code", "name_data", "engine", "threshold"}


def test_match_of_a_stranger_gives_nothing_and_exits_with_0(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "Anita Fernandes"]) == 0
    assert "not a clearance" in capfd.readouterr().out


def test_match_in_words_says_who_lists_and_why(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "Maulana Masood Azhar"]) == 3
    out, err = capfd.readouterr()
    assert "UN lists it as QDi.422 since 2019-05-01" in out
    assert "A person decides" in err


def test_a_contradicting_date_of_birth_clears_an_equal_name(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "Hafiz Muhammad Saeed", "--born", "1991"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [["match", "x", "--born", "1985-02-30"], ["match", "x", "--country", "Pakistann"], ["match", "x", "--kind", "persn"],
     ["match", "x", "--treshold", "0.5"], ["match", "x", "--threshold", "7"], ["match", ""], ["match"], ["nosuch"],
     ["compare", "one"], ["screen", "x.csv", "--map", "nme=a"], ["screen", "--nope"]],
)
def test_wrong_use_is_told_in_a_sentence_and_exits_with_2(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()


def test_errors_are_json_when_json_was_asked(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "", "--json"]) == 2
    error = json.loads(capfd.readouterr().err)["error"]
    assert error["code"] == "bad_input"


def test_compare_scores_two_names_with_the_scorer_that_screens(capfd: pytest.CaptureFixture[str]) -> None:
    code, same = answer(capfd, "compare", "Zaki-ur-Rehman", "ZAKI UR REHMAN", "--kind", "person")
    assert (code, same["score"]) == (0, 1.0)
    _, swapped = answer(capfd, "compare", "Salman bin Muhammad", "Muhammad bin Salman", "--kind", "person")
    assert swapped["score"] < 0.7
    assert "name.father_son" in {r["code"] for r in swapped["reasons"]}


def test_compare_adds_a_score_to_a_file_of_pairs_and_carries_the_rest(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "pairs.csv", tmp_path / "out.csv"
    source.write_text("note,name1,name2,schema\nn1,Hafiz Saeed,Hafez Sayeed,Person\nn2,Acme Ltd,ACME Limited,Company\nn3,,X,Person\n")
    assert run(["compare", "--pairs", str(source), "--out", str(target)]) == 1
    rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
    assert [r["note"] for r in rows] == ["n1", "n2", "n3"]
    assert all(float(r["score"]) > 0.7 for r in rows[:2])
    assert (rows[2]["score"], bool(rows[2]["error"])) == ("", True)


def test_compare_refuses_a_pairs_file_without_its_columns(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "pairs.csv"
    source.write_text("name1,nam2,schema\na,b,Person\n")
    assert run(["compare", "--pairs", str(source), "--out", str(tmp_path / "out.csv")]) == 2
    assert "'name2'" in capfd.readouterr().err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "jsonl.gz"])
def test_screen_writes_hits_and_faults_in_each_format(tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "customers.csv", tmp_path / f"hits.{suffix}"
    source.write_text("id,full_name,dob\nA,Hafiz Mohd Saeed,1950-06-05\nB,Anita Fernandes,1990\nC,,1970\n", encoding="utf-8")
    assert run(["screen", str(source), "--out", str(target)]) == 3
    assert target.stat().st_size > 0
    assert "3 rows, 2 screened" in capfd.readouterr().err
    if suffix == "jsonl":
        rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        assert [(r["id"], bool(r["hits"]), "error" in r) for r in rows] == [("A", True, False), ("C", False, True)]
        assert {"score", "subject", "caption", "names", "listings", "reasons"} <= set(rows[0]["hits"][0])


def test_screen_with_all_writes_every_row(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "customers.jsonl"
    source.write_text('{"id": 1, "name": "Anita Fernandes"}\n{"id": 2, "name": "John Baker"}\n')
    assert run(["screen", str(source), "--all"]) == 0
    assert [json.loads(x)["id"] for x in capfd.readouterr().out.splitlines()] == ["1", "2"]


def test_screen_writes_its_totals_and_what_they_rest_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, totals = tmp_path / "c.csv", tmp_path / "totals.json"
    source.write_text("name\nHafiz Mohd Saeed\n")
    run(["screen", str(source), "--out", str(tmp_path / "o.jsonl"), "--summary", str(totals)])
    said = json.loads(totals.read_text())
    assert (said["rows"], said["with_hits"], said["threshold"]) == (1, 1, 0.7)
    assert said["register"]


def test_a_misspelt_column_is_refused_with_the_nearest_and_leaves_no_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "c.csv", tmp_path / "o.jsonl"
    source.write_text("id,nmae\n1,x\n")
    assert run(["screen", str(source), "--out", str(target)]) == 2
    assert "did you mean 'name'" in capfd.readouterr().err
    assert not target.exists()


def test_who_names_each_authority_also_those_that_do_not_list(capfd: pytest.CaptureFixture[str]) -> None:
    code, said = answer(capfd, "who", "Hizbul Mujahideen")
    rows = {row["authority"]: row for row in said["subjects"][0]["rows"]}
    assert code == 0
    assert (rows["UN"]["listed"], rows["US"]["ref"], rows["IN"]["listed"]) == (False, "22812", True)
    assert rows["US"]["since"] == {"year": 2017, "month": 8, "day": 17}
    assert run(["who", "Hizbul Mujahideen"]) == 0
    assert "not listed" in capfd.readouterr().out


def test_show_gives_every_value_with_its_source(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "QDi.422"]) == 0
    out = capfd.readouterr().out
    assert "listed on 2019-05-01" in out
    assert "<names[0]>" in out
    assert run(["show", "QDi.42x"]) == 1
    assert "did you mean" in capfd.readouterr().err


def test_lists_tells_state_age_and_what_is_not_loaded(capfd: pytest.CaptureFixture[str]) -> None:
    _, said = answer(capfd, "lists")
    states = {x["list_key"]: x for x in said["lists"]}
    assert states["starter"]["in_force"]
    assert not states["un"]["in_force"]
    assert run(["lists"]) == 0


@pytest.mark.usefixtures("at_database")
def test_update_takes_a_file_and_refuses_another_document(capfd: pytest.CaptureFixture[str]) -> None:
    file = str(GOLDEN / "us_ofac" / "new.xml")
    assert run(["update", "us_ofac", "--from", file]) == 1
    assert "refused" in capfd.readouterr().out
    assert run(["update", "us_ofac", "--from", file, "--accept"]) == 0
    assert run(["match", "Omar Test Invented", "--born", "1965"]) == 3
    assert run(["update", "un", "--from", file, "--accept"]) == 1
    assert "sdnList" in capfd.readouterr().out
    _, said = answer(capfd, "lists")
    assert next(x for x in said["lists"] if x["list_key"] == "us_ofac")["accepted"]


def test_changes_tells_what_a_state_added(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["changes", "starter"]) == 0
    assert "added    US 22812  Hizbul Mujahideen" in capfd.readouterr().out
    assert run(["changes", "un"]) == 1
    assert "no such state" in capfd.readouterr().err


def test_doctor_finds_a_sound_register_well_and_says_what_it_looked_at(capfd: pytest.CaptureFixture[str]) -> None:
    code, said = answer(capfd, "doctor")
    assert (code, {f["severity"] for f in said["findings"] if f["rule"] != "rhythm.stale"}) == (
        int(any(f["rule"] == "rhythm.stale" for f in said["findings"])), {"info"}  # the starter list ages with the package
    )
    assert [r["list_key"] for r in said["rhythms"]] == ["starter"]
    run(["doctor", "starter"])
    out, err = capfd.readouterr()
    assert "info    starter  rhythm" in out
    assert "Findings: error 0" in err


def test_doctor_exits_with_1_where_something_is_wrong_or_unknown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["doctor", "startre"]) == 1
    assert "did you mean 'starter'" in capfd.readouterr().err
    assert run(["doctor", "--home", str(tmp_path / "none")]) == 1
    assert "next: Run `tocsin update`" in capfd.readouterr().out


def test_the_audit_holds_no_name_and_verifies(capfd: pytest.CaptureFixture[str], home: Path) -> None:
    run(["match", "Xyzzy Unheard"])
    capfd.readouterr()
    assert run(["audit", "--verify"]) == 0
    assert "all good" in capfd.readouterr().out
    run(["audit", "--json"])
    assert "xyzzy" not in capfd.readouterr().out.lower()


def test_the_demonstration_ends_in_hits_and_in_who_lists_whom(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    out = capfd.readouterr().out
    assert "Zaki-ur-Rehman Lakhvi" in out
    assert "Who lists whom" in out
    assert "not listed" in out
    assert "through TAe.012" in out
    assert "None" not in out


def test_help_and_version_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "who is designated" in capfd.readouterr().out
    assert run(["--version"]) == 0
    assert capfd.readouterr().out.strip() == tocsin.__version__


def test_the_library_gives_the_same_answers_as_the_command(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    t = tocsin.open(home)
    _, said = answer(capfd, "match", "Hafiz Mohd Saeed", "--country", "pk")
    assert [h.subject for h in t.match("Hafiz Mohd Saeed", country="pk")] == [h["subject"] for h in said["hits"]]
    results = list(t.screen([{"id": 7, "full_name": "Hafiz Mohd Saeed"}, {"id": 8, "full_name": ""}]))
    assert [(r.id, bool(r.hits), bool(r.error)) for r in results] == [("7", True, False), ("8", False, True)]
    assert [line.action for line in t.app.read_audit()][-1] == "screen"
    with pytest.raises(tocsin.TocsinError, match="did you mean 'name'"):
        list(t.screen([{"nmae": "x"}]))


def test_match_says_under_the_reasons_what_would_change_the_outcome(capfd: pytest.CaptureFixture[str]) -> None:
    code, said = answer(capfd, "match", "Zakiur Rehman Lakhwi", "--born", "1960")
    hit = said["hits"][0]
    assert code == 3
    assert hit["margin"]["field"] == "threshold"
    other = next(c for c in hit["changes"] if c["field"] == "births")
    assert (other["is_hit"], other["score"] < 0.7) == (False, True)
    assert run(["match", "Zakiur Rehman Lakhwi", "--born", other["value"][0]]) == 0


def test_match_explains_with_points_that_add_up_and_shows_what_was_near(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "Hafiz Muhammad Saeed", "--born", "1991", "--explain"]) == 0
    out, _ = capfd.readouterr()
    assert "Near, and no hit:" in out
    assert "  -4.00  The dates of birth contradict each other: 1991 asked, 1950-06-05 listed." in out
    assert "Without the date of birth asked (1991), this would be a hit: 1.00." in out
    points = [float(line.split()[0]) for line in out.splitlines() if line.strip()[:1] in "+-" and line.strip()]
    assert sum(points[:-1]) == pytest.approx(points[-1], abs=0.05)


def test_compare_says_what_would_bring_two_names_over_the_threshold(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "Hafiz Saed Khan", "Saeed Hafiz", "--kind", "person", "--threshold", "0.7"]) == 0
    assert "? Without 'Khan' in the name asked, this would be a hit" in capfd.readouterr().out
    assert run(["compare", "a", "b", "--threshold", "7"]) == 2
