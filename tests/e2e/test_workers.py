"""`tocsin serve --workers`: several processes that are one service."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tocsin.app import App
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.app.people import People
from tocsin.settings import Settings

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked for in /proc")
TOCSIN = str(Path(sys.executable).with_name("tocsin"))
WORKERS = 2
ASK = json.dumps({"queries": {"q": {"name": "Hafiz Saeed"}}})


class Service(NamedTuple):
    process: subprocess.Popen[str]
    port: int
    path: str  # of the set-up link

    def find_workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"spawn_main" in read(Path(f"/proc/{pid}/cmdline"))]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, key: str, body: str | None = None) -> tuple[int, str]:
        """One question on a connection of its own, which any of the processes may take."""
        connection = self.connect()
        try:
            connection.request("POST" if body else "GET", path, body, {"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def wait(true: Callable[[], object]) -> None:
    """Until it is so; a test that waits for ever fails by the limit of its run."""
    while not true():
        time.sleep(0.05)


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(Settings(home=tmp_path / "home"))
    app.ensure_register()
    return app


@pytest.fixture
def service(app: App, tmp_path: Path) -> Iterator[Service]:
    environment = {**os.environ, "TOCSIN_HOME": str(app.settings.home), "TOCSIN_RATE": "100000", "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [TOCSIN, "serve", "--port", "0", "--workers", str(WORKERS)], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    found = None
    for line in process.stderr:
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/set-up/\S+)", line)
        if found:
            break
    assert found
    service = Service(process, int(found[1]), found[2])
    wait(lambda: len(service.find_workers()) == WORKERS)
    yield service
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said


@pytest.fixture
def key(app: App) -> str:
    return People(app).add_key("test", "administrator")[1]


def post_form(service: Service, path: str, **fields: str) -> tuple[int, str]:
    import urllib.parse

    connection = service.connect()
    connection.request("POST", path, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    found = answer.status, answer.getheader("location") or ""
    connection.close()
    return found


def test_the_link_of_the_first_start_works_in_every_process_and_once(service: Service) -> None:
    fields = {"name": "asha", "password": "correct horse battery", "again": "correct horse battery"}
    assert [service.ask(service.path, "")[0] for _ in range(8)] == [200] * 8
    assert post_form(service, service.path, **fields) == (303, "/search")
    assert {post_form(service, service.path, **fields)[0] for _ in range(8)} == {404}
    tried = [post_form(service, "/sign-in", name="asha", password="wrong")[0] for _ in range(12)]
    assert tried == [403] * 5 + [429] * 7, "tries are counted by all processes together"


def test_figures_are_those_of_all_processes(service: Service, key: str) -> None:
    for _ in range(30):
        assert service.ask("/api/v1/match", key, ASK)[0] == 200
    for _ in range(6):
        figures = service.ask("/metrics", key)[1]
        assert 'tocsin_requests_total{method="POST",route="/api/v1/match",status="200"} 30.0' in figures
        assert 'tocsin_request_seconds_count{route="/api/v1/match"} 30.0' in figures
        assert 'tocsin_list_age_days{list="starter"}' in figures


def test_a_process_that_is_killed_is_started_anew_and_its_work_is_done_by_the_other(
    service: Service, app: App, key: str
) -> None:
    for turn in range(WORKERS):
        victim = service.find_workers()[turn]
        os.kill(victim, signal.SIGKILL)
        with Jobs(app).receive() as (id, file):
            file.write(b"id,name\n1,Hafiz Saeed\n")
        Jobs(app).add(id, JobAsk(), label="x", by="test")
        wait(lambda id=id: Jobs(app).get(id).state == "done")
        wait(lambda victim=victim: len(service.find_workers()) == WORKERS and victim not in service.find_workers())
        assert service.ask("/api/v1/match", key, ASK)[0] == 200
    assert len([line for line in app.read_audit() if line.details.get("job")]) == WORKERS, "each job was done once"


def test_a_new_index_is_taken_by_all_processes_and_no_question_fails(service: Service, app: App, key: str, tmp_path: Path) -> None:
    over, faults, seen = threading.Event(), [], []

    def ask() -> None:
        while not over.is_set():
            status, body = service.ask("/api/v1/match", key, ASK)
            seen.append(json.loads(body)["results"]["q"]["answer"]["basis"]["register"] if status == 200 else "")
            if status != 200:
                faults.append(body)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait(lambda: len(seen) > 10)
    before = app.index().register
    file = tmp_path / "un.xml"
    file.write_text(
        '<CONSOLIDATED_LIST dateGenerated="2026-01-01T08:00:00Z"><INDIVIDUALS>' + "".join(
            f"<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>INVENTED NUMBER {n}</FIRST_NAME><UN_LIST_TYPE>Haiti</UN_LIST_TYPE>"
            f"<REFERENCE_NUMBER>HTi.{n}</REFERENCE_NUMBER><LISTED_ON>2022-10-21</LISTED_ON></INDIVIDUAL>" for n in range(700)
        ) + "</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"
    )
    assert [r.outcome for r in app.update(["un"], files=[file])] == ["updated"]
    after = app.index().register
    answered = len(seen)
    wait(lambda: len(seen) > answered + 40 or faults)
    over.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(seen) == {before, after}
    assert set(seen[answered + len(threads):]) == {after}


def test_what_is_under_way_is_answered_when_the_service_ends(service: Service, key: str) -> None:
    assert service.ask("/healthz", key)[0] == 200
    connection = service.connect()
    connection.putrequest("POST", "/api/v1/match")
    for name, value in (("Authorization", f"Bearer {key}"), ("Content-Length", str(len(ASK)))):
        connection.putheader(name, value)
    connection.endheaders(ASK[:10].encode())
    time.sleep(0.5)
    service.process.send_signal(signal.SIGTERM)
    time.sleep(1.0)
    connection.send(ASK[10:].encode())
    with connection.getresponse() as answer:
        assert answer.status == 200
    connection.close()
    assert service.process.wait(60) == 0
    with pytest.raises(ConnectionRefusedError):
        service.ask("/healthz", key)


def test_processes_end_when_the_one_that_started_them_was_killed(service: Service, tmp_path: Path) -> None:
    workers = service.find_workers()
    service.process.kill()
    wait(lambda: not any(b"spawn_main" in read(Path(f"/proc/{pid}/cmdline")) for pid in workers))
    assert list(tmp_path.glob("tocsin-*")) == []
    service.process.wait()
    service.process.returncode = 0  # for the end of the fixture
