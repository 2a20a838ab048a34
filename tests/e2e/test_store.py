"""The register on a file and on a server, as a user runs the commands; and copying it from one to the other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli import run
from tocsin.settings import Server

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
OLD, NEW = str(GOLDEN / "un" / "layout_2021.xml"), str(GOLDEN / "un" / "layout_2023.xml")


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capfd.readouterr()
    code = run([*arguments, "--json"])
    return code, json.loads(capfd.readouterr().out)


def ask_all(capfd: pytest.CaptureFixture[str]) -> list[Any]:
    """What does not depend on when it is asked, of each command that reads the database."""
    _, lists = answer(capfd, "lists")
    _, changes = answer(capfd, "changes", "un")
    _, states = answer(capfd, "states", "un")
    _, shown = answer(capfd, "show", "22812")
    _, matched = answer(capfd, "match", "Hafiz Mohd Saeed")
    held = [(x["list_key"], x["digest"], x["listings"], x["kinds"]) for x in lists["lists"]]
    return [held, changes, states, shown, matched["basis"], [hit["subject"] for hit in matched["hits"]]]


@pytest.mark.usefixtures("at_database")
def test_a_register_is_kept_asked_and_updated(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "Hafiz Mohd Saeed"]) == 3
    assert run(["update", "un", "--from", OLD, "--accept"]) == 0
    assert run(["update", "un", "--from", NEW, "--accept"]) == 0
    _, states = answer(capfd, "states", "un")
    assert len(states["states"]) == 2
    assert run(["changes", "un"]) == 0
    assert run(["audit", "--verify"]) == 0


def test_a_copied_register_gives_the_same_answers(
    database: Path | Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "first"))
    assert run(["lists"]) == 0
    assert run(["update", "un", "--from", OLD, "--accept"]) == 0
    before = ask_all(capfd)
    assert run(["--home", str(tmp_path / "first"), "store", "copy", "--from", str(tmp_path / "first"), "--to", str(database)]) == 0
    out, err = capfd.readouterr()
    assert "every row reads back" in err
    assert "listing_version" in out
    code, said = answer(capfd, "store", "copy", "--from", str(database), "--to", str(tmp_path / "third"))
    assert code == 0
    assert {t["name"] for t in said["tables"]} >= {"snapshot", "listing", "content", "listing_version", "value"}

    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    if isinstance(database, Server):
        monkeypatch.setenv("TOCSIN_DATABASE", str(database))
    assert answer(capfd, "store", "index")[1]["made"]
    assert not answer(capfd, "store", "index")[1]["made"]
    assert ask_all(capfd) == before
    monkeypatch.delenv("TOCSIN_DATABASE", raising=False)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "third"))
    assert ask_all(capfd) == before

    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "first"))
    assert run(["store", "copy", "--from", str(tmp_path / "third"), "--to", str(database)]) == 2
    assert "not empty" in capfd.readouterr().err
    _, line = [json.loads(x) for x in _audit(capfd)][-2:]
    assert line["action"] == "store copy"
    assert line["details"]["tables"]["snapshot"][0] == 2


def _audit(capfd: pytest.CaptureFixture[str]) -> list[str]:
    capfd.readouterr()
    run(["audit", "--json"])
    return capfd.readouterr().out.splitlines()


def test_one_machine_updates_and_another_follows(
    make_server_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with make_server_database() as database:
        monkeypatch.setenv("TOCSIN_DATABASE", str(database))
        for name in ("one", "two"):
            assert run(["match", "Hafiz Mohd Saeed", "--home", str(tmp_path / name)]) == 3
        assert run(["update", "un", "--from", OLD, "--accept", "--home", str(tmp_path / "one")]) == 0
        registers = [answer(capfd, "match", "x y", "--home", str(tmp_path / n))[1]["basis"]["register"] for n in ("one", "two")]
        assert registers[0] != registers[1]
        code, said = answer(capfd, "--home", str(tmp_path / "two"), "store", "index")
        assert (code, said) == (0, {"made": True, "register": registers[0]})


def test_without_a_state_there_is_no_index_to_make(database: Path | Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    if isinstance(database, Server):
        monkeypatch.setenv("TOCSIN_DATABASE", str(database))
    assert run(["store", "index", "--home", str(tmp_path / "home")]) == 1
    assert "tocsin update" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [
    ["lists"], ["store", "index"], ["store", "copy", "--from", "URL", "--to", "FILE"], ["store", "copy", "--from", "FILE", "--to", "URL"],
    ["update", "un", "--from", OLD], ["match", "Hafiz Mohd Saeed"], ["lists", "--json"], ["store", "copy", "URL"], ["lists", "URL"],
    ["store", "copy", "--from", "URL#", "--to", "FILE"],
])
def test_a_password_is_never_shown(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://tocsin:open%20sesame@127.0.0.1:1/register"
    monkeypatch.setenv("TOCSIN_DATABASE", url)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    given = [x.replace("URL", url).replace("FILE", str(tmp_path / "file.db")) for x in arguments]
    assert run(given) in (1, 2)
    out, err = capfd.readouterr()
    assert "sesame" not in out + err
    assert "Traceback" not in err
    assert err.strip()


def test_the_servers_driver_is_loaded_only_for_a_server(tmp_path: Path) -> None:
    code = f"""
import sys
from tocsin.cli import run
assert run(["lists", "--home", {str(tmp_path / 'home')!r}]) == 0
print(sorted({{m.split('.')[0] for m in sys.modules}} & {{"pg8000", "scramp", "asn1crypto"}}), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
