"""Kill the service at random moments, and look whether anything was lost or wrong.

    python tools/kills.py [--kills 50] [--seed 1] [--home FOLDER]

Each cycle starts `tocsin serve` over the same register, with one process or two. Clients ask, hand in jobs and decide;
another process takes a new state of a list, so that the index is swapped meanwhile. At a random moment the service is
killed (SIGKILL): all its processes at once, the one that started the others alone, or first one of those that answer.
Whatever the service said "yes" to must then be there: every job, every decision; every answer must be right for the state of
the register that it names; and the audit's chain must be whole, with a line for each answer.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin.app import App
from tocsin.app.jobs import Jobs
from tocsin.app.people import People
from tocsin.settings import Settings

TOCSIN = str(Path(sys.executable).with_name("tocsin"))
MARKS = "abcdefgh"  # a record bears one of these, another in each state
ROWS = 2000         # of a job: some tenths of a second
LONGEST_S = 2.5     # from the first answer to the kill
GIVE_UP_S = 120.0
HOW = ("all", "parent", "worker")
ROW = (
    "<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Haiti</UN_LIST_TYPE>"
    "<REFERENCE_NUMBER>HTi.{n}</REFERENCE_NUMBER><LISTED_ON>2022-10-21</LISTED_ON></INDIVIDUAL>"
)
DECIDED = "Bahramgolzari Testpur"  # on every state, and decided on


class Lost(AssertionError):
    """Something was lost, or an answer was wrong."""


def name_mark(number: int) -> str:
    """The name that only states of this number's kind have."""
    return f"Qorbanzadeh{MARKS[number % len(MARKS)] * 3} Testpur"


def write_state(folder: Path, number: int) -> Path:
    """A state of the UN list, a day younger than the one before."""
    names = {1: name_mark(number), 2: DECIDED, **{n: f"INVENTED NUMBER {n}" for n in range(100, 750)}}
    rows = "".join(ROW.format(n=n, name=name) for n, name in names.items())
    day = f"{2020 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    file = folder / f"un-{number}.xml"
    file.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T08:00:00Z"><INDIVIDUALS>{rows}</INDIVIDUALS><ENTITIES/>'
        "</CONSOLIDATED_LIST>"
    )
    return file


class Service:
    """One run of `tocsin serve`."""

    def __init__(self, home: Path, workers: int) -> None:
        self.process = subprocess.Popen(
            [TOCSIN, "serve", "--port", "0", "--workers", str(workers)], stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TOCSIN_HOME": str(home)},
        )
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        found = re.search(r"at http://127\.0\.0\.1:(\d+)", said)
        if found is None:
            raise Lost(f"the service did not start: {said}{self.process.stderr.read()}")
        self.port = int(found[1])
        self._reader = threading.Thread(target=self.process.stderr.read, daemon=True)  # a full pipe would hold it up
        self._reader.start()

    def find_workers(self) -> list[int]:
        """The processes that it started."""
        try:
            pid = self.process.pid
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def ask(self, key: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One question; `OSError` when there is no whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST" if body is not None else "GET", path, body, {"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError from error
        finally:
            connection.close()

    def kill(self, how: str) -> None:
        """Kill it, and wait until nothing of it is left."""
        workers = self.find_workers()
        self.process.kill()
        if how != "parent":
            for pid in workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "a process outlived the service")
        assert self.process.stderr is not None
        self._reader.join()
        self.process.stderr.close()


def wait(true: Callable[[], object], otherwise: str) -> None:
    end = time.monotonic() + GIVE_UP_S
    while not true():
        if time.monotonic() > end:
            raise Lost(otherwise)
        time.sleep(0.05)


class Clients:
    """Who asks, hands in jobs and decides while the service lives, and remembers all that it said yes to."""

    def __init__(self, key: str) -> None:
        self._key, self._lock = key, threading.Lock()
        self.answers: list[tuple[str, frozenset[str]]] = []  # the register that each named, and the marks that it met
        self.jobs: list[str] = []
        self.decided: list[str] = []
        self.faults: list[str] = []
        self._count = 0

    def run(self, service: Service, over: threading.Event) -> list[threading.Thread]:
        acts = (self._match, self._match, self._hand_in, self._decide)
        threads = [threading.Thread(target=self._repeat, args=(act, service, over)) for act in acts]
        for thread in threads:
            thread.start()
        return threads

    def _repeat(self, act: Callable[[Service], None], service: Service, over: threading.Event) -> None:
        while not over.is_set():
            try:
                act(service)
            except OSError:  # not answered: nothing was promised
                over.wait(0.05)
            except Exception as error:
                self.faults.append(repr(error))
                return

    def _match(self, service: Service) -> None:
        queries = {mark: {"name": name_mark(n)} for n, mark in enumerate(MARKS)}
        found = self._post(service, "/api/v1/match", {"queries": queries, "threshold": 0.99})["results"]
        registers = {result["answer"]["basis"]["register"] for result in found.values()}
        if len(registers) != 1:
            raise Lost(f"one answer of several states: {registers}")
        met = frozenset(mark for mark, result in found.items() if result["answer"]["hits"])
        with self._lock:
            self.answers.append((registers.pop(), met))

    def _hand_in(self, service: Service) -> None:
        lines = "".join(f"{n},{name_mark(n)}\n" for n in range(ROWS)).encode()
        job = self._post(service, "/api/v1/jobs?format=csv&every=true&threshold=0.99", b"id,name\n" + lines, expected=202)
        self.jobs.append(job["id"])
        time.sleep(1.0)

    def _decide(self, service: Service) -> None:
        self._count += 1
        reference = f"customer {self._count}"
        query = {"name": DECIDED, "reference": reference}
        self._post(service, "/api/v1/decisions", {
            "query": query, "subject": "HTi.2", "outcome": "false_match", "ground": "another birth",
        })
        self.decided.append(reference)
        time.sleep(0.1)

    def _post(self, service: Service, path: str, body: Any, *, expected: int = 200) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, text = service.ask(self._key, path, data)
        if status != expected:
            raise Lost(f"{path.partition('?')[0]} was answered {status}: {text.decode()[:300]}")
        return json.loads(text)

    def check_decisions(self, service: Service) -> None:
        """Each decision leaves its hit out."""
        for start in range(0, len(self.decided), 100):
            part = self.decided[start:start + 100]
            queries = {r: {"name": DECIDED, "reference": r} for r in part}
            found = self._post(service, "/api/v1/match", {"queries": queries})["results"]
            for reference in part:
                answer = found[reference]["answer"]
                if answer["hits"] or len(answer["suppressed"]) != 1:
                    raise Lost(f"the decision on {reference} is not in force")


class Trial:
    """One register, and the kills that its service goes through."""

    def __init__(self, home: Path, seed: int) -> None:
        self.app, self._dice, self._folder = App(Settings(home=home)), random.Random(seed), home.parent
        self._marks: dict[str, str] = {}  # of each register state
        self._states, self.kills = 0, Counter[str]()
        self._take(self._start_update())
        self._home, self.clients = home, Clients(People(self.app).add_key("kills", "administrator")[1])

    def run(self, kills: int) -> None:
        """So many kills, and a last start in which everything is looked at. `Lost` at the first fault."""
        for number in range(kills):
            self._cycle()
            print(f"{number + 1}: {self.describe()}", file=sys.stderr, flush=True)
        self._end()

    def describe(self) -> str:
        did = self.clients
        return (
            f"{sum(self.kills.values())} kills ({', '.join(f'{n} {how}' for how, n in sorted(self.kills.items()))}), "
            f"{len(did.answers)} answers, {len(did.jobs)} jobs, {len(did.decided)} decisions, {self._states} states"
        )

    def _cycle(self) -> None:
        workers = self._dice.choice((1, 2))
        how = self._dice.choice(HOW[:1] if workers == 1 else HOW)
        service, over = Service(self._home, workers), threading.Event()
        threads = self.clients.run(service, over)
        update = self._start_update()
        if how == "worker" or self._dice.random() < 0.85:  # else it is killed while it starts
            wait(lambda: _is_up(service), "the service did not answer")
        time.sleep(self._dice.uniform(0, LONGEST_S))
        if how == "worker":
            os.kill(self._dice.choice(service.find_workers()[-2:]), signal.SIGKILL)
            self.kills["of one process that answers"] += 1
            time.sleep(self._dice.uniform(0, LONGEST_S))
        service.kill(how)
        self.kills["of the process that started the others" if how == "parent" else "of all processes"] += 1
        over.set()
        for thread in threads:
            thread.join()
        self._take(update)
        self._check_answers()
        self.app.verify_audit()
        there = {job.id for job in Jobs(self.app).list()}
        if lost := set(self.clients.jobs) - there:
            raise Lost(f"{len(lost)} jobs are gone")

    def _end(self) -> None:
        service = Service(self._home, 2)
        try:
            wait(lambda: _is_up(service), "the service did not answer")
            self.clients.check_decisions(service)
            for id in self.clients.jobs:
                wait(lambda id=id: Jobs(self.app).get(id).state not in ("queued", "running"), "a job did not end")
                self._check_job(id)
        finally:
            service.kill("all")
        lines = list(self.app.read_audit())
        asked = sum(line.action == "match" for line in lines)
        done = Counter(line.details["job"] for line in lines if "job" in line.details)
        if asked < len(self.clients.answers):
            raise Lost(f"{len(self.clients.answers)} answers and {asked} lines of the audit")
        if missing := set(self.clients.jobs) - set(done):
            raise Lost(f"{len(missing)} jobs without their line in the audit")
        self.app.verify_audit()

    def _check_answers(self) -> None:
        if self.clients.faults:
            raise Lost("; ".join(self.clients.faults))
        for register, met in self.clients.answers:
            if met != {self._marks.get(register)}:
                raise Lost(f"an answer from state {register} met {sorted(met)}, not {self._marks.get(register)}")

    def _check_job(self, id: str) -> None:
        job = Jobs(self.app).get(id)
        if job.state != "done":
            raise Lost(f"a job is {job.state}: {job.told}")
        with Jobs(self.app).results(id, "jsonl") as path:
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        meant = MARKS.index(self._marks[str(job.register)])
        wrong = [row["row"] for row in rows if bool(row["hits"]) != (int(row["id"]) % len(MARKS) == meant)]
        if [row["row"] for row in rows] != list(range(1, ROWS + 1)) or wrong:
            raise Lost(f"a job has {len(rows)} rows of {ROWS}, {len(wrong)} of them wrong")

    def _start_update(self) -> subprocess.Popen[str]:
        """Another process that takes the next state of the list."""
        file = write_state(self._folder, self._states)
        return subprocess.Popen(
            [TOCSIN, "update", "un", "--from", str(file)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "TOCSIN_HOME": str(self.app.settings.home)},
        )

    def _take(self, update: subprocess.Popen[str]) -> None:
        said = update.communicate()[0]
        if update.returncode:
            raise Lost(f"the update was not taken: {said}")
        self._marks[self.app.index().register] = MARKS[self._states % len(MARKS)]
        self._states += 1


def _is_up(service: Service) -> bool:
    try:
        return service.ask("", "/readyz")[0] == 200
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(asked.home or Path(folder) / "home", asked.seed)
        trial.run(asked.kills)
    print(f"{trial.describe()}: nothing lost, no wrong answer")


if __name__ == "__main__":
    main()
