"""Lists of one's own, from the command line: imported, shown, screened, renewed, refused, and exported."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tocsin.cli import run

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "imports"
HEADER = "ref,full name,also known as,original,weak,type,born,nat,sex,passport,imo,programme,since,note,branch\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    said = capfd.readouterr()
    return code, json.loads(said.out or said.err.splitlines()[-1])


def take(capfd: pytest.CaptureFixture[str], *more: str, file: Path = GOLDEN / "watch.csv") -> tuple[int, Any]:
    code, said = answer(capfd, "import", str(file), "--as", "my_watch", *more)
    return code, said.get("results", [said])[0]


MAP = ("--map", str(GOLDEN / "watch.yaml"))


def test_an_imported_list_is_a_list_like_any_other(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, result = take(capfd, *MAP)
    assert (code, result["outcome"], result["listings"], result["added"]) == (0, "updated", 3, 3)
    _, said = answer(capfd, "lists")
    (state,) = [x for x in said["lists"] if x["list_key"] == "my_watch"]
    assert (state["authority"], state["title"], state["in_force"]) == ("MY-BANK", "Watch list of Example Bank", True)
    code, found = answer(capfd, "match", "Amina Testowa", "--born", "1965-04-03")
    assert (code, found["hits"][0]["listings"][0]["ref"]) == (3, "W-1")
    assert run(["show", "my_watch:W-1"]) == 0
    assert "1965-04-03  <born>  (published as: 03/04/1965)" in capfd.readouterr().out
    assert run(["history", "W-1"]) == 0
    assert run(["who", "Hafiz Muhammad Saeed"]) == 0
    assert "Watch list" not in capfd.readouterr().err


def test_a_newer_file_needs_no_mapping_and_tells_what_changed(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    take(capfd, *MAP)
    assert take(capfd)[1]["outcome"] == "unchanged"
    text = (GOLDEN / "watch.csv").read_text(encoding="utf-8").replace("Amina Testova,", "Amina Novak,")
    (home / "newer.csv").write_text(text + "W-4,Boris Testov,,,,individual,,,,,,,,,\n", encoding="utf-8")
    code = run(["update", "my_watch", "--from", str(home / "newer.csv")])
    assert (code, "1 added, 0 removed, 1 changed" in capfd.readouterr().out) == (0, True)
    _, said = answer(capfd, "changes", "my_watch")
    assert [c["kind"] for c in said["changes"]] == ["changed", "added"]


def test_a_state_that_shrinks_or_does_not_fit_is_refused_and_the_one_in_force_stays(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    take(capfd, *MAP)
    (home / "less.csv").write_text(HEADER + "W-1,Amina Testova,,,,individual,,,,,,,,,\n", encoding="utf-8")
    code, result = take(capfd, file=home / "less.csv")
    assert (code, result["outcome"], result["reason"]) == (1, "refused", "implausible_count")
    (home / "other.csv").write_text("id,name\n1,A\n", encoding="utf-8")
    code, result = take(capfd, file=home / "other.csv")
    assert (code, result["outcome"], result["reason"]) == (1, "refused", "different_document")
    (home / "other.yaml").write_text((GOLDEN / "watch.yaml").read_text().replace("full name", "nobody"), encoding="utf-8")
    assert take(capfd, "--map", str(home / "other.yaml"))[1]["outcome"] == "refused"
    assert take(capfd)[1]["outcome"] == "unchanged"  # by the mapping of the state in force
    _, said = answer(capfd, "lists")
    assert [x["listings"] for x in said["lists"] if x["list_key"] == "my_watch"] == [3]
    assert take(capfd, "--accept", file=home / "less.csv")[1]["removed"] == 2


def test_the_same_bytes_read_by_another_mapping_are_a_new_state(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    take(capfd, *MAP)
    (home / "other.yaml").write_text((GOLDEN / "watch.yaml").read_text().replace("path: weak, quality: weak", "path: weak"), encoding="utf-8")
    _, result = take(capfd, "--map", str(home / "other.yaml"))
    assert (result["outcome"], result["changed"]) == ("updated", 1)


def test_an_older_state_takes_its_place_in_the_history(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    take(capfd, *MAP)
    text = (GOLDEN / "watch.csv").read_text(encoding="utf-8").replace("Sea Example", "Old Example")
    (home / "older.csv").write_text(text, encoding="utf-8")
    assert take(capfd, "--dated", "2021-03-04", file=home / "older.csv")[1]["outcome"] == "updated"
    _, said = answer(capfd, "match", "Old Example", "--as-of", "2022-01-01")
    assert said["hits"][0]["listings"][0]["ref"] == "W-3"
    assert answer(capfd, "match", "Old Example Vessel Of Nobody")[0] == 0


def test_keys_of_published_lists_are_not_taken_over(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, said = answer(capfd, "import", str(GOLDEN / "watch.csv"), "--as", "un", *MAP)
    assert (code, said["error"]["code"]) == (2, "bad_input")
    code, said = answer(capfd, "import", str(GOLDEN / "watch.csv"), "--as", "my_watch")
    assert (code, "--map" in said["error"]["message"]) == (2, True)
    code, said = answer(capfd, "update", "my_wacht", "--from", str(GOLDEN / "watch.csv"))
    assert (code, said["error"]["code"]) == (1, "not_found") or code == 2


def test_an_import_of_an_official_authority_does_not_unlist_what_the_starter_lists(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert take(capfd, *MAP, "--authority", "UN")[0] == 0
    _, said = answer(capfd, "who", "Masood Azhar")
    (row,) = [r for r in said["subjects"][0]["rows"] if r["authority"] == "UN"] if "subjects" in said else [
        r for r in next(iter(said.values()))[0]["rows"] if r["authority"] == "UN"
    ]
    assert (row["listed"], row["ref"]) == (True, "QDi.422")


def test_followthemoney_deltas_lead_from_state_to_state(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    about = ("--as", "os", "--title", "OS", "--authority", "XX")
    delta = home / "entities.delta.json"
    delta.write_text('{"op":"DEL","entity":{"id":"xx-3"}}\n{"op":"ADD","entity":{"id":"xx-4","schema":"Person","properties":{"name":["Boris Testov"]}}}\n')
    code, said = answer(capfd, "import", str(delta), *about)
    assert (code, "import the whole export" in said["error"]["message"]) == (1, True)
    assert run(["import", str(GOLDEN / "entities.ftm.json"), *about]) == 0
    capfd.readouterr()
    code, said = answer(capfd, "import", str(delta), "--as", "os")
    assert (said["results"][0]["added"], said["results"][0]["removed"]) == (1, 1)
    code, said = answer(capfd, "import", str(delta), "--as", "os")
    assert said["results"][0]["outcome"] == "unchanged"


def test_a_selection_goes_out_in_each_format(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    take(capfd, *MAP)
    assert run(["export", "--format", "csv", "--list", "my_watch", "--kind", "person"]) == 0
    (line,) = csv.DictReader(io.StringIO(capfd.readouterr().out))
    assert (line["reference"], line["born"], line["weak_aliases"]) == ("W-1", "1965-04-03", "Minka")
    assert run(["export", "W-3", "--format", "ftm"]) == 0
    things = [json.loads(x) for x in capfd.readouterr().out.splitlines()]
    assert [t["schema"] for t in things] == ["Vessel", "Sanction"]
    assert run(["export", "--format", "senzing", "--authority", "MY-BANK"]) == 0
    assert [json.loads(x)["RECORD_ID"] for x in capfd.readouterr().out.splitlines()] == ["my_watch:W-1", "my_watch:W-2", "my_watch:W-3"]
    code, said = answer(capfd, "export", "--format", "parquet", "--list", "my_watch", "--out", "o.parquet")
    assert (code, said["listings"], pq.read_table("o.parquet").num_rows) == (0, 3, 3)
    assert run(["audit"]) == 0
    assert "Testova" not in capfd.readouterr().out


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["--format", "csv", "--list", "my_wach"], 1, "did you mean 'my_watch'?"),
    (["--format", "csv", "--authority", "ZZ"], 1, "No list of authority 'ZZ' is in force"),
    (["--format", "csv", "nobody-9"], 1, "No list in force has the reference 'nobody-9'"),
    (["--format", "parquet"], 2, "expected --out FILE"), (["--format", "xml"], 2, "xml"),
    (["--format", "csv", "--list", "my_watch", "--kind", "aircraft", "--out", "o.csv"], 1, "Nothing in force fits"),
    (["--format", "csv", "--out", "missing/o.csv"], 1, "cannot be written"), (["--format", "csv", "--out", "."], 2, "expected a file"),
])
def test_a_wrong_selection_is_told_and_leaves_no_file(
    home: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    take(capfd, *MAP)
    assert run(["export", *arguments]) == code
    assert said in capfd.readouterr().err
    assert not (home / "o.csv").exists()
    assert not list(home.glob(".*.part"))
