"""The service under load, beside a naive one on the same data in the same run.

    python bench/load.py [--seconds N] [--lists un us_ofac eu_fsf uk_sl] [--workers 1 2] [--home FOLDER]

Single questions and batches of 100 are posted by several connections over loopback for some seconds, at full load and at
half of what full load gave: names that the service never met, and names whose words it has met, as nearly all are after some
time. The naive service answers with rapidfuzz's best token match over the same names and no more.
Prints requests a second, p50, p95, p99, the processor time of the server for a request (which another load of the machine
changes least), and the memory of all processes (Pss).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from measure import SHARED, describe_machine, load_rows
from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from uk_archive import make_xml

LISTS = SHARED / "lists"
FILES = {
    "un": "un/un_consolidated_2026-02-27.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz",
    "eu_fsf": "eu/eu_fsf_2024-05-13.xml.gz",
}
BATCH = 100
NAMES = 10_000
CONNECTIONS = 16
NAIVE = '''
import json, sys
from fastapi import FastAPI, Request
from rapidfuzz import fuzz, process, utils
names = json.load(open({names!r}))
app = FastAPI()
@app.post("/api/v1/match")
async def match(request: Request):
    asked = (await request.json())["queries"]
    return {{
        key: process.extract(utils.default_process(q["name"]), names, scorer=fuzz.token_set_ratio, score_cutoff=85, limit=10)
        for key, q in asked.items()
    }}
'''


class Load(NamedTuple):
    """What came of one run: answers a second, and seconds that each took, sorted."""

    rate: float
    times: list[float]

    def describe(self) -> str:
        if not self.times:
            return "none answered"
        at = [1000 * self.times[min(len(self.times) - 1, int(len(self.times) * share))] for share in (0.5, 0.95, 0.99)]
        return f"{self.rate:,.0f} | {at[0]:.1f} | {at[1]:.1f} | {at[2]:.1f}"


async def press(
    port: int, bodies: Iterator[bytes], *, key: str, seconds: float, rate: float | None = None, most: int | None = None
) -> Load:
    """Ask on `CONNECTIONS` connections, as fast as answers come, or `rate` questions a second over all of them; for some
    seconds, or until `most` were asked."""
    times: list[float] = []
    start, end = time.perf_counter(), time.perf_counter() + seconds
    count = max(1, min(CONNECTIONS, int(2 * rate))) if rate else CONNECTIONS  # one that rests for long would be closed

    async def ask(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = start + number / rate if rate else 0.0
        while (now := time.perf_counter()) < end and (most is None or len(times) < most):
            if rate:
                await asyncio.sleep(max(0.0, turn - now))
                turn += count / rate
            body = next(bodies)
            begun = time.perf_counter()
            writer.write(
                b"POST /api/v1/match HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.split(b"\r\n")[0].decode())
            length = next(int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length"))
            await reader.readexactly(length)
            times.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(ask(n) for n in range(count)))
    return Load(len(times) / (time.perf_counter() - start), sorted(times))


def prepare(home: Path, lists: list[str]) -> tuple[str, list[str]]:
    """A register with the lists, a key, and the names of all its subjects."""
    app = App(Settings(home=home))
    app.ensure_register()
    for key in lists:
        if app.lists() and any(x.list_key == key and x.in_force for x in app.lists()):
            continue
        path = LISTS / FILES[key] if key in FILES else home / "uk.xml"
        if key == "uk_sl":
            path.write_bytes(make_xml(LISTS / "uk/uk_yaml_2026-02-23.tar.xz", LISTS / "uk"))
        (result,) = app.update([key], files=[path])
        print(f"{key}: {result.outcome}", file=sys.stderr)
    with open_desk(app.settings.desk, write=True) as connection:
        _, secret = add_key(connection, "load", "machine", by="bench", at=dt.datetime.now(dt.UTC))
    names = {n.text for e in app.index().entities() for x in e.listings for n in x.names}
    return secret, sorted(names)


def find_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def serve(what: str, *, port: int, home: Path, workers: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start a server and wait until it answers."""
    command = [sys.executable, "-m", "uvicorn", what, "--port", str(port), "--workers", str(workers), "--log-level", "error"]
    command += ["--factory"] if what.endswith(":make") else []
    env = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": str(folder)}
    child = subprocess.Popen(command, env=env, cwd=folder)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return child
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def find_processes(pid: int) -> list[int]:
    """A process and its children."""
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [pid, *map(int, out.split())]


def find_processor_time(pid: int) -> float:
    """Seconds that a process and its children have worked."""
    ticks = 0
    for one in find_processes(pid):
        stat = Path(f"/proc/{one}/stat")
        ticks += sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) if stat.exists() else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def find_memory(pid: int) -> float:
    """Megabytes of a process and its children, shared pages counted by their share."""
    total = 0
    for one in find_processes(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines() if Path(f"/proc/{one}").exists() else []
        total += sum(int(x.split()[1]) for x in lines if x.startswith("Pss:"))
    return total / 1024


def meet(port: int, names: list[str], *, key: str) -> None:
    """Have every process of the service meet all the names: as often as makes it likely."""

    async def ask() -> None:
        await press(port, make_bodies(names, BATCH), key=key, seconds=60, most=3 * len(names) // BATCH)

    asyncio.run(ask())


def make_bodies(names: list[str], size: int) -> Iterator[bytes]:
    """Questions about the names in their order, and again from the first."""
    turn = cycle(names)
    while True:
        yield json.dumps({"queries": {str(n): {"name": next(turn)} for n in range(size)}}).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--lists", nargs="*", default=[*FILES, "uk_sl"])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    if not LISTS.is_dir():
        print("The lists (../shared/data) are not here; nothing was measured.", file=sys.stderr)
        return 1
    print(f"Machine: {describe_machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = given.home or folder / "home"
        key, listed = prepare(home, given.lists)
        (folder / "names.json").write_text(json.dumps([" ".join(n.lower().split()) for n in listed]))
        (folder / "naive.py").write_text(NAIVE.format(names=str(folder / "names.json")))
        asked = [row["full_name"] for row in load_rows("screening_negatives_global_dev.csv.gz")[:NAMES]]
        print(f"{len(listed):,} names; strangers of the world are asked.\n")
        heads = (
            "service", "workers", "asked", "words", "load", "requests/s", "p50 ms", "p95 ms", "p99 ms", "processor ms", "MB",
        )
        print(f"| {' | '.join(heads)} |\n" + "|---" * len(heads) + "|")
        runs = [("Tocsin", "tocsin.web.factory:make", n) for n in given.workers] + [("naive rapidfuzz", "naive:app", 1)]
        for title, what, workers in runs:
            port = find_port()
            child = serve(what, port=port, home=home, workers=workers, folder=folder)
            try:
                for words in ("new", "met before"):
                    if words != "new" and title == "Tocsin":
                        meet(port, asked, key=key)
                    if words != "new" and title != "Tocsin":
                        continue
                    for size in (1, BATCH):
                        bodies = make_bodies(asked if size == 1 else asked[len(asked) // 2:], size)
                        rate: float | None = None
                        for load in ("full", "half"):
                            before = find_processor_time(child.pid)
                            found = asyncio.run(press(port, bodies, key=key, seconds=given.seconds, rate=rate))
                            worked = 1000 * (find_processor_time(child.pid) - before) / max(1, len(found.times))
                            memory = f"{find_memory(child.pid):.0f}"
                            row = (title, workers, size, words, load, found.describe(), f"{worked:.2f}", memory)
                            print(f"| {' | '.join(map(str, row))} |", flush=True)
                            rate = found.rate / 2
            finally:
                child.terminate()
                child.wait(timeout=30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
