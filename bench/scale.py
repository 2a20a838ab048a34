"""Five million made-up names: what building takes, how fast it opens and answers, and what two processes over it hold.

    python bench/scale.py [--names N]      (a section of bench/run.py as well; takes about six minutes and 7 GB of disk)

The names are those of `synthetic.py`, the same ones each time. Memory is what the kernel tells of each process: the most it
held (`ru_maxrss`), and for two that share the index the sum of their proportional shares (Pss of /proc/PID/smaps_rollup).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import describe_machine, run_process

STEPS = Path(__file__).resolve().with_name("scale_run.py")
NAMES, QUICK = 5_000_000, 200_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=NAMES, help="how many")
    names = parser.parse_args().names
    print(f"Machine: {describe_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        report_scale(Path(folder), names)


def report_scale(home: Path, names: int) -> None:
    """One table in Markdown."""
    print(f"\n## {names:,} names\n\n| measured | figure | bar |\n|---|---|---|", flush=True)
    index = home / "scale"
    index.mkdir()
    built, peak_mb = _run_step("build", index, names, home)
    making, own = built["made"], built["seconds"] - built["made"]
    _print_line("build, one core, without making the subjects", f"{own:.0f} s", "180 s")
    _print_line("making them", f"{making:.0f} s ({built['entities']:,.0f} subjects)", "")
    _print_line("processor time of both", f"{built['cpu']:.0f} s", "")
    _print_line("most memory of the build", f"{peak_mb:,.0f} MB", "3,000 MB")
    _print_line("size of the index", f"{built['mb']:,.0f} MB", "")
    asked, peak_mb = _run_step("ask", index, names, home)
    _print_line("open", f"{asked['open'] * 1e3:.0f} ms", "100 ms")
    _print_line("first question", f"{asked['first'] * 1e3:.0f} ms", "")
    told, _ = _run_step("ask_told", index, names, home)
    for what, some in ("of a person or an organisation", told), ("of either", asked):
        _print_line(f"single question {what}, p50 / p99", f"{some['p50']:.2f} / {some['p99']:.1f} ms", "2 / 12 ms")
        _print_line("the same, processor time", f"{some['cpu50']:.2f} / {some['cpu99']:.1f} ms", "")
        _print_line(f"batch {what}, one core", f"{some['rate']:,.0f} names/s ({some['hits']:.0%} with a hit)", "")
    _print_line("most memory while asking, pages of the index included", f"{peak_mb:,.0f} MB", "3,000 MB")
    for number, share in enumerate(_share_index(index, names), start=1):
        _print_line(f"process {number} of two over one index: Pss / Rss", f"{share[0]:,.0f} / {share[1]:,.0f} MB", "")


def _run_step(step: str, index: Path, names: int, home: Path) -> tuple[dict[str, float], float]:
    run = run_process([sys.executable, str(STEPS), step, str(index), str(names)], home=home)
    if run.code != 0:
        sys.exit(f"The step '{step}' failed: {(home / 'stderr').read_text()[-2000:]}")
    return json.loads(run.stdout), run.peak_mb


def _share_index(index: Path, names: int) -> list[tuple[float, float]]:
    """Pss and Rss in MB of two processes that have both asked, while both are there."""
    command = [sys.executable, str(STEPS), "hold", str(index), str(names)]
    held = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        for process in held:
            assert process.stdout is not None
            process.stdout.readline()
        return [_read_shares(process.pid) for process in held]
    finally:
        for process in held:
            process.communicate(b"\n")


def _read_shares(pid: int) -> tuple[float, float]:
    path = Path(f"/proc/{pid}/smaps_rollup")
    if not path.is_file():
        return float("nan"), float("nan")  # no Linux
    lines = (line.split() for line in path.read_text().splitlines()[1:])
    sizes = {line[0]: int(line[1]) / 1024 for line in lines}
    return sizes["Pss:"], sizes["Rss:"]


def _print_line(measured: str, figure: str, bar: str) -> None:
    print(f"| {measured} | {figure} | {bar} |", flush=True)


if __name__ == "__main__":
    main()
