"""A person's decisions, from the command line: recorded, applied, undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tocsin
from tocsin.cli import run

ONE, OTHER = "hizbul-mujahideen", "lashkar-e-tayyiba"
BY = ("--author", "A. Analyst", "--ground", "a test")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    tocsin.open(tmp_path)
    return tmp_path


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    out, err = capfd.readouterr()
    return code, json.loads(out or err.splitlines()[-1])


def subjects(capfd: pytest.CaptureFixture[str], ref: str) -> list[str]:
    return [s["entity"]["id"] for s in answer(capfd, "show", ref)[1]["subjects"]]


def state(capfd: pytest.CaptureFixture[str]) -> str:
    return str(answer(capfd, "match", "Masood Azhar")[1]["basis"]["register"])


def test_two_subjects_are_joined_found_under_both_ids_and_parted_again(capfd: pytest.CaptureFixture[str]) -> None:
    before = state(capfd)
    code, said = answer(capfd, "review", "--same", ONE, OTHER, *BY)
    assert code == 0
    assert [(d["number"], d["kind"], d["author"], d["ground"]) for d in said["decisions"]] == [(1, "same", "A. Analyst", "a test")]
    assert subjects(capfd, ONE) == subjects(capfd, OTHER) == [ONE]
    joined = state(capfd)
    assert joined != before
    assert answer(capfd, "review", "--undo", "1", *BY)[0] == 0
    assert (subjects(capfd, ONE), subjects(capfd, OTHER)) == ([ONE], [OTHER])
    assert state(capfd) == before
    _, listed = answer(capfd, "review", "--list")
    assert [(d["number"], d["in_force"]) for d in listed["decisions"]] == [(1, False), (2, True)]


def test_every_join_and_its_end_is_told_with_author_ground_and_time(capfd: pytest.CaptureFixture[str]) -> None:
    answer(capfd, "review", "--same", ONE, OTHER, *BY)
    answer(capfd, "review", "--undo", "1", *BY)
    _, said = answer(capfd, "review", "--why", ONE)
    (link,) = said["links"]
    assert (link["basis"], link["author"], link["ground"]) == ("decision", "A. Analyst", "a test")
    assert link["recorded_from"] < link["recorded_to"]


def test_a_decision_is_in_the_audit(capfd: pytest.CaptureFixture[str]) -> None:
    answer(capfd, "review", "--different", ONE, OTHER, *BY)
    run(["audit", "--json"])
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    (line,) = [x for x in lines if x["action"] == "decide"]
    assert (line["details"]["kind"], line["details"]["author"]) == ("different", "A. Analyst")


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("--same", ONE, OTHER), 2, "needs an author and a ground"),
    (("--same", ONE, "no-such-subject", *BY), 1, "no-such-subject"),
    (("--same", ONE, ONE, *BY), 2, "the same listing"),
    (("--undo", "7", *BY), 1, "no decision 7"),
    ((), 2, "--list"),
], ids=["no author", "unknown", "one and the same", "nothing to undo", "no terminal"])
def test_what_cannot_be_decided_is_told_in_a_sentence_and_nothing_is_recorded(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(["review", *arguments]) == code
    assert words in capfd.readouterr().err
    assert answer(capfd, "review", "--list")[1]["decisions"] == []


def test_the_terminal_is_asked_pair_by_pair_and_all_answers_are_applied(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.app import App
    from tocsin.match import open_index
    from tocsin.registry.joining import Waiting
    from tocsin.registry.review import _make_pairs

    waiting = [Waiting(one=f"starter:{ONE}", other=f"starter:{OTHER}", score=0.9, lacks="a test")] * 2

    def review(app: App) -> object:
        return tuple(_make_pairs(waiting, set(), open_index(app.settings.index))), ()

    answers = iter(["A. Analyst", "what?", "l", "d", "", "other founders"])
    monkeypatch.setattr("tocsin.app.App.review", review)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    assert run(["review"]) == 0
    out, err = capfd.readouterr()
    assert f"different: starter:{ONE} and starter:{OTHER}  (other founders)" in out
    assert "1 decided." in err
