"""Running a command and telling its time and memory; reading the labelled cases."""

from __future__ import annotations

import csv
import gzip
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
TOCSIN = Path(sys.executable).with_name("tocsin")


# The kernel counts a child's memory from its fork on, when it still is a copy of its parent. So a small process starts it.
STARTER = """
import os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
seconds = time.perf_counter() - start
with open(sys.argv[1], "w") as out:
    print(seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), file=out)
"""


class Run(NamedTuple):
    """One finished process: wall time, the most memory it held, exit code, what it wrote to stdout."""

    seconds: float
    peak_mb: float
    code: int
    stdout: bytes


def run_process(command: Sequence[str], *, home: Path) -> Run:
    """Run to the end and measure. Peak memory is the kernel's own figure for the child (`ru_maxrss`, Linux KiB)."""
    env = {**os.environ, "TOCSIN_HOME": str(home)}
    figures = home / "figures"
    with (home / "stdout").open("w+b") as out, (home / "stderr").open("w+b") as err:
        starter = [sys.executable, "-I", "-S", "-c", STARTER, str(figures), *command]
        subprocess.run(starter, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=env, check=True)
        seconds, peak_mb, code = figures.read_text().split()
        out.seek(0)
        return Run(float(seconds), float(peak_mb), int(code), out.read())


def run_tocsin(*arguments: str, home: Path) -> Run:
    return run_process([str(TOCSIN), *arguments], home=home)


def take_median(command: Sequence[str], *, home: Path, times: int = 9) -> float:
    """The median wall time in seconds of several runs."""
    return statistics.median(run_process(command, home=home).seconds for _ in range(times))


def load_rows(name: str) -> list[dict[str, str]]:
    """The rows of a labelled file of ../shared/data/resolution."""
    path = SHARED / "resolution" / name
    data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    return list(csv.DictReader(data.decode("utf-8").splitlines()))


def describe_machine() -> str:
    cpu = next((x.split(":")[1].strip() for x in _cpuinfo() if x.startswith("model name")), platform.processor())
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.is_file() else []
