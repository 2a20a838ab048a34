"""Receipts as users and programs have them: from the command line, over HTTP, of a file and of a job."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.cli import run
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import Options, make_web

ASKED = ("Zakiur Rehman Lakhwi", "--born", "1960", "--country", "pk")
CONFIRMED, NOT_CONFIRMED, CHANGED = 0, 4, 5


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    made = App(Settings(home=tmp_path / "home"))
    made.ensure_register()
    return made


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def client(app: App) -> TestClient:
    with open_desk(app.settings.desk, write=True) as connection:
        _, key = add_key(connection, "test", "administrator", by="test", at=dt.datetime.now(dt.UTC))
    return TestClient(make_web(app, Options(jobs=False)), headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def customers(here: Path) -> Path:
    path = here / "customers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["id", "holder", "born", "shoe size"])
        rows.writerows([[n, "Hafiz Saeed" if n % 7 == 0 else f"Nobody Number {n}", "03/04/1950", 42] for n in range(60)])
        rows.writerow(["x", "", "", ""])
    return path


READING = ("--map", "name=holder", "--ignore", "shoe size", "--day-first")


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run([*arguments, "--json"])
    out, err = capfd.readouterr()
    return code, json.loads(out or err.splitlines()[-1])


def test_a_match_is_replayed_from_the_command_line(app: App, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    receipt = here / "receipt.json"
    assert run(["match", *ASKED, "--ref", "4711", "--receipt", str(receipt)]) == 3
    capfd.readouterr()
    code, found = answer(capfd, "replay", str(receipt), *ASKED, "--ref", "4711")
    assert (code, found["verdict"], found["vouched"]) == (CONFIRMED, "confirmed", True)
    assert run(["replay", str(receipt), *ASKED, "--ref", "4711"]) == CONFIRMED
    assert capfd.readouterr().out == "Confirmed: the same subjects with the same scores.\n"
    code, said = answer(capfd, "replay", str(receipt), *ASKED)
    assert (code, said["error"]["code"]) == (2, "bad_input")
    assert "Lakhwi" not in str(said)


def test_a_changed_receipt_has_an_exit_code_of_its_own(app: App, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    receipt = here / "receipt.json"
    run(["match", *ASKED, "--receipt", str(receipt)])
    capfd.readouterr()
    receipt.write_text(receipt.read_text().replace('"threshold": 0.7', '"threshold": 0.9'))
    code, said = answer(capfd, "replay", str(receipt), *ASKED)
    assert (code, said["error"]["code"]) == (CHANGED, "tampered")
    receipt.write_text("no receipt")
    assert answer(capfd, "replay", str(receipt), *ASKED)[0] == 2
    assert answer(capfd, "replay", str(here / "nowhere.json"), *ASKED)[0] == 1


def test_an_answer_that_differs_has_an_exit_code_of_its_own(app: App, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    receipt = here / "receipt.json"
    run(["match", "Lashkar-e-Tayyiba", "--receipt", str(receipt)])
    run(["review", "--same", "hizbul-mujahideen", "lashkar-e-tayyiba", "--author", "A", "--ground", "test"])
    capfd.readouterr()
    code, found = answer(capfd, "replay", str(receipt), "Lashkar-e-Tayyiba")
    assert (code, found["verdict"], found["remarks"][0]["code"]) == (NOT_CONFIRMED, "differs", "joined")
    assert run(["replay", str(receipt), "Lashkar-e-Tayyiba"]) == NOT_CONFIRMED
    assert "joined otherwise since then" in capfd.readouterr().out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_screened_file_is_replayed_as_it_was_read(
    app: App, here: Path, customers: Path, jobs: str, capfd: pytest.CaptureFixture[str]
) -> None:
    receipt, summary = here / "receipt.json", here / "summary.json"
    written = ("--out", str(here / "hits.jsonl"), "--receipt", str(receipt), "--summary", str(summary))
    assert run(["screen", str(customers), *READING, "--jobs", jobs, *written]) == 3
    capfd.readouterr()
    issued = json.loads(receipt.read_text())
    assert json.loads(summary.read_text())["receipt"] == issued["id"]
    assert (issued["outcome"]["asked"], issued["outcome"]["with_hits"], issued["outcome"]["failed"]) == (61, 9, 1)
    assert "Nobody" not in receipt.read_text()
    code, found = answer(capfd, "replay", str(receipt), "--file", str(customers))
    assert (code, found["verdict"]) == (CONFIRMED, "confirmed")
    customers.write_text(customers.read_text().replace("Nobody Number 8;", "Nobody Number 9;"))
    assert answer(capfd, "replay", str(receipt), "--file", str(customers))[0] == 2


def test_a_receipt_never_takes_the_place_of_what_is_read_or_written(
    app: App, here: Path, customers: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = customers.read_bytes()
    for path in (customers, here, here / "nowhere" / "receipt.json"):
        assert run(["screen", str(customers), *READING, "--receipt", str(path)]) == 2
    assert customers.read_bytes() == before


def test_who_has_a_receipt(app: App, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    receipt = here / "receipt.json"
    assert run(["who", "Hizbul Mujahideen", "--receipt", str(receipt)]) == 0
    assert run(["replay", str(receipt), "Hizbul Mujahideen"]) == CONFIRMED


def test_programs_get_a_receipt_with_each_answer_and_replay_it(
    client: TestClient, here: Path
) -> None:
    asked = {"a": {"name": "Zakiur Rehman Lakhwi", "born": "1960"}, "b": {"name": "?"}, "c": {"name": ["Hafiz Saeed"]}}
    told = client.post("/api/v1/match", json={"queries": asked}).json()
    assert (told["receipt"]["outcome"]["asked"], set(told["results"])) == (2, {"a", "b", "c"})
    found = client.post("/api/v1/replay", json={"receipt": told["receipt"], "queries": asked})
    assert (found.status_code, found.json()["verdict"]) == (200, "confirmed")
    changed = {**told["receipt"], "asked_by": "somebody else"}
    assert client.post("/api/v1/replay", json={"receipt": changed, "queries": asked}).status_code == 422
    fewer = {"receipt": told["receipt"], "queries": {"a": asked["a"]}}
    assert client.post("/api/v1/replay", json=fewer).status_code == 400
    (here / "receipt.json").write_text(json.dumps(told["receipt"]))  # as another program writes it
    (here / "queries.json").write_text(json.dumps({"queries": asked, "threshold": 0.5}))
    assert run(["replay", str(here / "receipt.json"), "--query-file", str(here / "queries.json")]) == CONFIRMED
    who = client.get("/api/v1/who", params={"name": "Hizbul Mujahideen"}).json()["receipt"]
    queries = {"x": {"name": "Hizbul Mujahideen"}}
    assert client.post("/api/v1/replay", json={"receipt": who, "queries": queries}).json()["verdict"] == "confirmed"


def test_the_audit_is_paged_checked_and_its_questions_found_and_purged_over_http(
    app: App, client: TestClient
) -> None:
    from msgspec import structs

    kept = App(structs.replace(app.settings, keep_queries="full"))
    for number in range(5):
        kept.match_many([]) if number else kept.who("Hafiz Saeed")
    lines = client.get("/api/v1/audit", params={"limit": 2}).json()["lines"]
    newest = app.verify_audit()
    assert [line["number"] for line in lines] == [newest, newest - 1]
    older = client.get("/api/v1/audit", params={"limit": 2, "before": newest - 1}).json()["lines"]
    assert [line["number"] for line in older] == [newest - 2, newest - 3]
    assert client.get("/api/v1/audit/verify").json() == {"lines": newest, "good": True}
    asked = client.post("/api/v1/audit/asked", json={"name": "hafiz saeed"}).json()
    assert [q["kind"] for q in asked["questions"]] == ["who"]
    assert client.post("/api/v1/audit/purge", json={"every": True}).json() == {"questions": 1}
    assert client.post("/api/v1/audit/asked", json={"name": "hafiz saeed"}).json()["questions"] == []


def test_only_administrators_audit(app: App) -> None:
    web = make_web(app, Options(jobs=False))
    for role in ("machine", "approver"):
        with open_desk(app.settings.desk, write=True) as connection:
            _, key = add_key(connection, role, role, by="test", at=dt.datetime.now(dt.UTC))  # type: ignore[arg-type]
        client = TestClient(web, headers={"Authorization": f"Bearer {key}"})
        for method, path in (("GET", "audit"), ("GET", "audit/verify"), ("POST", "audit/asked"), ("POST", "audit/purge"), ("POST", "replay")):
            assert client.request(method, f"/api/v1/{path}", json={}).status_code == 403, path


def test_the_commands_of_the_audit(
    app: App, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_KEEP_QUERIES", "hashed")
    run(["match", *ASKED])
    capfd.readouterr()
    code, found = answer(capfd, "audit", "asked", "zakiur rehman LAKHWI")
    assert (code, len(found["questions"])) == (0, 1)
    assert run(["audit", "asked", "Zakiur Rehman Lakhwi"]) == 0
    assert "1 question. Questions are kept for 30 days (hashed)." in capfd.readouterr().err
    assert answer(capfd, "audit", "verify")[1] == answer(capfd, "audit", "--verify")[1]
    assert run(["--home", str(app.settings.home), "audit", "--last", "2"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert [int(line.split()[0]) for line in lines] == [app.verify_audit(), app.verify_audit() - 1]
    assert run(["--home", str(app.settings.home), "audit", "verify"]) == 0
    capfd.readouterr()
    assert answer(capfd, "audit", "purge", "--all") == (0, {"questions": 1})
    assert answer(capfd, "audit", "asked", "Zakiur Rehman Lakhwi")[1]["questions"] == []
    assert answer(capfd, "audit", "--before", "2")[0] == 2
    assert answer(capfd, "audit", "--last", "0")[0] == 2


def test_an_edited_line_is_named(app: App, capfd: pytest.CaptureFixture[str]) -> None:
    import sqlite3
    from contextlib import closing

    run(["match", *ASKED])
    with closing(sqlite3.connect(app.settings.audit)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET actor = 'somebody else' WHERE number = 2")
        db.commit()
    capfd.readouterr()
    code, said = answer(capfd, "audit", "verify")
    assert (code, said["error"]["code"]) == (1, "store_failed")
    assert "broken at line 2" in said["error"]["message"]


def test_the_receipt_of_a_job_is_that_of_its_file_however_often_it_was_interrupted(
    app: App, here: Path, customers: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.app.jobs.STEP", 7)
    monkeypatch.setattr("tocsin.app.jobs.PLACE_S", 0.0)
    jobs = Jobs(app)
    ask = JobAsk(mapping={"name": "holder"}, ignore=("shoe size",), dates="day-first")
    with jobs.receive() as (id, file):
        file.write(customers.read_bytes())
    jobs.add(id, ask, label="customers", by="asha")
    assert client.get(f"/api/v1/jobs/{id}/receipt").status_code == 404
    turns = 0
    while jobs.get(id).state != "done":
        calls = iter([False] * turns)
        jobs.run_next(f"runner {turns}", stop=lambda calls=calls: next(calls, True))  # type: ignore[misc]
        with open_desk(app.settings.desk, write=True) as connection:
            from tocsin.store.jobs import release_jobs

            release_jobs(connection, f"runner {turns}")
        turns += 1
    assert turns > 2
    receipt = client.get(f"/api/v1/jobs/{id}/receipt").json()
    assert (receipt["id"], receipt["asked_by"], receipt["outcome"]["asked"]) == (id, "asha", 61)
    assert run(["jobs", "receipt", id[:8], "--out", str(here / "receipt.json")]) == 0
    assert json.loads((here / "receipt.json").read_text()) == receipt
    assert run(["replay", str(here / "receipt.json"), "--file", str(customers)]) == CONFIRMED


def test_decisions_of_a_job_are_those_of_its_beginning(
    app: App, here: Path, customers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.library import make_query
    from tocsin.store.jobs import release_jobs

    def decide(reference: str) -> None:
        query = make_query("Hafiz Saeed", born="1950-04-03")
        app.decide_hit(query, "QDi.263", "false_match", author="A", ground="seen", reference=reference)

    monkeypatch.setattr("tocsin.app.jobs.STEP", 7)
    monkeypatch.setattr("tocsin.app.jobs.PLACE_S", 0.0)
    decide("0")
    jobs = Jobs(app)
    with jobs.receive() as (id, file):
        file.write(customers.read_bytes())
    jobs.add(id, JobAsk(mapping={"name": "holder"}, ignore=("shoe size",), dates="day-first"), label="x", by="asha")
    calls = iter([False] * 3)
    jobs.run_next("first", stop=lambda: next(calls, True))
    assert jobs.get(id).totals["rows"] > 0
    decide("49")
    with open_desk(app.settings.desk, write=True) as connection:
        release_jobs(connection, "first")
    assert jobs.run_next("second")
    receipt = jobs.get_receipt(id)
    assert (receipt.outcome.suppressed, receipt.outcome.asked) == (1, 61)
    assert run(["jobs", "receipt", id, "--out", str(here / "receipt.json")]) == 0
    assert run(["replay", str(here / "receipt.json"), "--file", str(customers)]) == CONFIRMED


def test_a_match_without_kept_questions_loads_no_database_toolkit(app: App, here: Path) -> None:
    code = "import sys; from tocsin.cli import run; run(['match', 'Hafiz Saeed', '--receipt', sys.argv[1]]); print('sqlalchemy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code, str(here / "r.json")], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "False"
