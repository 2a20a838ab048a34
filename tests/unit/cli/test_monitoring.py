"""The commands of monitored populations, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.cli import run

MAP = (
    "list: {title: Own list, authority: XX, plausible: [1, 9]}\n"
    "fields: {reference: ref, kind: person, names: [{path: name, role: primary}]}\n"
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    (tmp_path / "people.csv").write_text("id,name\nC1,Omar Testpur\nC2,Ella Thorsen\n")
    (tmp_path / "map.yaml").write_text(MAP)
    (tmp_path / "own.csv").write_text("ref,name\nB,Omar Testpur\n")


def take_list(tmp_path: Path) -> list[str]:
    return ["import", str(tmp_path / "own.csv"), "--map", str(tmp_path / "map.yaml"), "--as", "own", "--json"]


def test_a_new_list_checks_the_populations_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = str(tmp_path / "people.csv")
    assert run(["monitor", "add", "customers", people, "--purpose", "account holders"]) == 0
    assert run(["monitor", "findings", "customers"]) == 0
    assert run(["monitor", "statement", "customers"]) == 0
    capsys.readouterr()
    assert run(take_list(tmp_path)) == 0
    (checked,) = json.loads(capsys.readouterr().out)["checked"]
    assert (checked["how"], checked["subjects"], checked["new"]) == ("affected", 1, 1)
    assert run(["monitor", "findings", "customers"]) == 3
    capsys.readouterr()
    assert run(["monitor", "feed", "customers"]) == 0
    assert json.loads(capsys.readouterr().out)["events"][0]["reference"] == "C1"
    assert run(["monitor", "remove", "customers"]) == 0
    assert run(["monitor", "check", "customers"]) == 1


def test_without_populations_no_desk_is_made(tmp_path: Path) -> None:
    assert run(take_list(tmp_path)) == 0
    assert not (tmp_path / "home" / "desk.db").exists()


def test_a_file_that_is_refused_leaves_no_population(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.csv").write_text("id,name,nmae\nC1,Omar,x\n")
    assert run(["monitor", "add", "customers", str(tmp_path / "people.csv"), "--purpose", "x"]) == 2
    capsys.readouterr()
    assert run(["monitor", "populations", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"populations": []}


def test_rows_that_cannot_be_registered_make_the_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.csv").write_text("id,name\n,Omar Testpur\nC2,Ella Thorsen\n")
    assert run(["monitor", "add", "customers", str(tmp_path / "people.csv"), "--purpose", "x"]) == 1
    assert "1 ROWS COULD NOT BE REGISTERED" in capsys.readouterr().err
    assert run(["monitor", "statement", "customers"]) == 1


def test_populations_and_deliveries_are_told_at_a_glance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people, hook = str(tmp_path / "people.csv"), "http://127.0.0.1:9/"
    run(["monitor", "add", "customers", people, "--purpose", "account holders", "--webhook", hook])
    run(take_list(tmp_path))
    capsys.readouterr()
    assert run(["monitor", "populations"]) == 0
    assert "2 members, 1 findings, checked 2" in capsys.readouterr().out
    assert run(["monitor", "populations", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["populations"]
    assert (told["members"], told["waiting"], told["findings"], told["undelivered"]) == (2, 0, 1, 1)
    assert run(["monitor", "deliveries", "customers"]) == 0
    assert f"{hook}: not yet after 1 tries" in capsys.readouterr().out
    assert run(["monitor", "deliveries", "customers", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notices"][0]["deliveries"][0]["attempts"] == 1
