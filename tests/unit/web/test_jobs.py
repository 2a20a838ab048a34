"""Files that are handed in, screened beside, and taken up again where a stopped process left them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from tocsin.app import App, jobs
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.errors import BadInput, NotFound
from tocsin.settings import Server, Settings
from tocsin.store.desk import open_desk
from tocsin.store.jobs import claim_job, keep_place

ROWS = "id,name,born\n" + "".join(f"{n},Invented Stranger {n},\n" for n in range(1, 40)) + "40,Zakiur Rehman Lakhwi,1960\n41,?,\n"


@pytest.fixture
def server_settings(make_server_database: Callable[[], AbstractContextManager[Server]], tmp_path: Path) -> Iterator[Settings]:
    with make_server_database() as server:
        yield Settings(home=tmp_path / "here", server=server)


def hand_in(app: App, text: str = ROWS, **ask: object) -> str:
    made = Jobs(app)
    with made.receive() as (id, file):
        file.write(text.encode())
    return made.add(id, JobAsk(**ask), label="customers", by="test").id  # type: ignore[arg-type]


def take(app: App, id: str) -> list[dict[str, object]]:
    with Jobs(app).results(id, "jsonl") as path:
        return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_is_screened_and_its_results_are_taken_in_any_format(client: TestClient) -> None:
    with client:
        handed = client.post("/api/v1/jobs?format=csv&label=customers", content=ROWS.encode())
        assert (handed.status_code, handed.json()["state"]) == (202, "queued")
        path = f"/api/v1/jobs/{handed.json()['id']}"
        assert [c["use"] for c in client.get(f"{path}/columns").json()["columns"]] == ["used", "used", "used"]
        for _ in range(200):
            job = client.get(path).json()
            if job["state"] == "done":
                break
            time.sleep(0.05)
        assert (job["totals"]["rows"], job["totals"]["with_hits"], job["totals"]["unscreenable"], job["read"]) == (41, 1, 1, 1.0)
        lines = [json.loads(line) for line in client.get(f"{path}/results").text.splitlines()]
        assert [line["row"] for line in lines] == [40, 41]
        table = list(csv.DictReader(io.StringIO(client.get(f"{path}/results?format=csv").text)))
        assert [row["id"] for row in table] == ["40", "41"]
        assert pq.read_table(io.BytesIO(client.get(f"{path}/results?format=parquet").content)).num_rows == 2
        assert client.get("/api/v1/jobs").json()["jobs"][0]["label"] == "customers"
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404


def test_a_file_that_cannot_be_read_is_refused_at_once_and_leaves_nothing(client: TestClient, app: App) -> None:
    problem = client.post("/api/v1/jobs?format=csv", content=b"nmae\nx\n")
    assert problem.status_code == 400
    assert "did you mean 'name'?" in problem.json()["detail"]
    assert client.post("/api/v1/jobs?format=csv&mapping=name", content=b"x\n").status_code == 400
    assert list((app.settings.home / "jobs").iterdir()) == []


def test_a_job_that_was_left_is_taken_up_where_it_was(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STEP", 7)
    monkeypatch.setattr(jobs, "PLACE_S", 0.0)
    id, stops = hand_in(app, every=True), iter([False, False, True, True])
    assert Jobs(app).run_next("first", stop=lambda: next(stops))
    left = Jobs(app).get(id)
    assert left.state == "running"
    assert 0 < left.totals["rows"] < 41
    with (app.settings.home / "jobs" / id / "results").open("ab") as file:
        file.write(b'{"row": 999, half a li')  # what was written after its last place
    assert not Jobs(app).run_next("second")  # the first may still be alive
    past = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    monkeypatch.setattr(jobs, "now_utc", lambda: past)
    assert Jobs(app).run_next("second")
    assert Jobs(app).get(id).totals["rows"] == 41
    assert [line["row"] for line in take(app, id)] == list(range(1, 42))
    assert not (app.settings.home / "jobs" / id / "input").exists()


def test_a_runner_that_was_taken_for_gone_writes_nothing_more(app: App) -> None:
    id, now = hand_in(app), dt.datetime.now(dt.UTC)
    with open_desk(app.settings.desk, write=True) as connection:
        assert claim_job(connection, "first", at=now)
        assert claim_job(connection, "second", at=now) is None
        assert claim_job(connection, "second", at=now + dt.timedelta(minutes=2))
        told = {"register": "r", "totals": "{}", "offset": 0, "read": 0.5, "at": now}
        assert not keep_place(connection, id, "first", **told)  # type: ignore[arg-type]
        assert keep_place(connection, id, "second", **told)  # type: ignore[arg-type]


def test_a_job_of_another_machine_over_the_same_server_is_left_to_it(server_settings: Settings, tmp_path: Path) -> None:
    here = App(server_settings)
    here.ensure_register()
    there = App(msgspec.structs.replace(server_settings, home=tmp_path / "there"))
    id = hand_in(here)
    assert not Jobs(there).run_next("there")
    assert Jobs(here).run_next("here")
    assert Jobs(there).get(id).state == "done"


def test_a_job_that_lost_its_file_fails(app: App) -> None:
    id = hand_in(app)
    (app.settings.home / "jobs" / id / "input").unlink()
    assert Jobs(app).run_next("here")
    assert Jobs(app).get(id).state == "failed"


def test_results_rest_on_one_state_of_the_register(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    id = hand_in(app, every=True)
    with open_desk(app.settings.desk, write=True) as connection:
        now = dt.datetime.now(dt.UTC)
        claim_job(connection, "first", at=now)
        keep_place(connection, id, "first", register="another", totals='{"rows": 30}', offset=0, read=0.5, at=now)
    monkeypatch.setattr(jobs, "now_utc", lambda: now + dt.timedelta(minutes=2))
    assert Jobs(app).run_next("second")
    assert [line["row"] for line in take(app, id)] == list(range(1, 42))
    assert Jobs(app).get(id).register == app.index().register


def test_a_cancelled_or_failed_job_gives_no_results(app: App) -> None:
    id = hand_in(app)
    assert Jobs(app).cancel(id).state == "cancelled"
    assert not Jobs(app).run_next("any")
    with pytest.raises(NotFound, match="not done"), Jobs(app).results(id, "csv"):
        pass
    broken = hand_in(app, "name\nA B\n")
    (app.settings.home / "jobs" / broken / "input").write_bytes(b"nmae\nA\n")
    assert Jobs(app).run_next("any")
    assert (Jobs(app).get(broken).state, "nmae" in str(Jobs(app).get(broken).told)) == ("failed", True)
    with pytest.raises(BadInput, match="limit"):
        hand_in(app, limit=0)


def test_what_was_kept_long_enough_is_forgotten_with_its_files(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    id = hand_in(app)
    assert Jobs(app).purge() == 0
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=jobs.KEPT_DAYS + 1)
    monkeypatch.setattr(jobs, "now_utc", lambda: later)
    assert Jobs(app).purge() == 1
    assert not Path(app.settings.home / "jobs" / id).exists()
