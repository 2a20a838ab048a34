"""How fast names are screened against both lists, in one process on one thread, beside comparing with every listed name.

    python bench/speed.py [--sample N] [--index DIR]

Three things are asked: names one by one (a query in process), whole files at once (a batch), and a few names against every
listed name, word by word, as the naive way. "New" names are asked for the first time in a process, "again" for the second
time; files of customers hold mostly words that were met before. "After others" are new names in a process that has met all
the others of both files, as a desk's has. Processor time, since other work may run on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from math import log
from pathlib import Path

from lists import load_entities, make_index
from measure import SHARED, describe_machine, load_rows
from tocsin.match.engine import load_engine
from tocsin.match.index import load_files
from tocsin.match.kernel import KernelFinder

THRESHOLD = 0.70
LEAST = log(THRESHOLD / (1 - THRESHOLD))
FILES = {"world": "screening_negatives_global_dev.csv.gz", "US": "screening_negatives_us_dev.csv.gz"}
PERSON = 2  # as `Finder.score_many` counts readings
NAIVE = 20


def load_finder(folder: Path) -> KernelFinder:
    """A finder over the index that has met no word of a query yet."""
    return KernelFinder(load_files(folder))


def measure_single(finder: KernelFinder, names: Sequence[str]) -> list[float]:
    """Milliseconds of each name asked alone, sorted."""
    engine, times = load_engine(), []
    for name in names:
        start = time.thread_time_ns()
        finder.score_names(name, engine, person=True, least=LEAST)
        times.append((time.thread_time_ns() - start) / 1e6)
    return sorted(times)


def measure_batch(finder: KernelFinder, names: Sequence[str]) -> float:
    """Names a second, all asked at once on one thread."""
    start = time.process_time()
    finder.score_many(names, [PERSON] * len(names), load_engine(), [LEAST] * len(names), threads=1)
    return len(names) / (time.process_time() - start)


def measure_naive(finder: KernelFinder, names: Sequence[str]) -> float:
    """Median milliseconds of a name against every listed name."""
    engine, times = load_engine(), []
    for name in names:
        start = time.process_time()
        finder.score_all(name, engine, person=True, least=LEAST)
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def print_single(title: str, times: Sequence[float]) -> None:
    """One row: the median, what 99 of 100 stay below, and the most, in ms; `times` are sorted."""
    p50, p99 = (times[int(len(times) * share)] for share in (0.5, 0.99))
    print(f"| {title} | {len(times):,} | {p50:.3f} | {p99:.2f} | {times[-1]:.1f} |", flush=True)


def report_speed(folder: Path, *, sample: int) -> None:
    """Print the tables for the index in `folder`."""
    names = {group: [r["full_name"] for r in load_rows(file)] for group, file in FILES.items()}
    samples = {group: some[::max(1, len(some) // sample)][:sample] for group, some in names.items()}
    print("\n### One name at a time\n\n| names | asked | p50 ms | p99 ms | worst ms |\n|---|---|---|---|---|")
    for group, asked in samples.items():
        finder = load_finder(folder)
        finder.score_names("John Smith", load_engine(), person=True, least=LEAST)  # loads its tables
        for when in ("new", "again"):
            print_single(f"{group}, {when}", measure_single(finder, asked))
    sampled = {n for some in samples.values() for n in some}
    finder = load_finder(folder)
    measure_batch(finder, [n for some in names.values() for n in some if n not in sampled])
    for group, some in samples.items():
        print_single(f"{group}, after others", measure_single(finder, some))
    foreign = [n for n in samples["world"] if not n.isascii()]
    print_single("world, in other scripts or with marks, again", measure_single(finder, foreign))
    naive = measure_naive(finder, samples["world"][:NAIVE])
    print(f"\nA name against every listed name, without the index: {naive:.1f} ms (median of {NAIVE}).")
    print("\n### Whole files, one thread\n\n| names | asked | new, names/s | again, names/s |\n|---|---|---|---|")
    for group, all_names in names.items():
        for title, some in ((group, all_names), (f"{group}, ASCII", [n for n in all_names if n.isascii()])):
            finder = load_finder(folder)
            first, again = measure_batch(finder, some), measure_batch(finder, some)
            print(f"| {title} | {len(some):,} | {first:,.0f} | {again:,.0f} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=4000, help="names asked one by one")
    parser.add_argument("--index", type=Path, help="an index of both lists that is there, instead of one made now")
    given = parser.parse_args()
    if not SHARED.is_dir():
        print("The reference data (../shared/data) is not here; nothing was measured.", file=sys.stderr)
        return 1
    print(f"Machine: {describe_machine()}")
    if given.index:
        report_speed(given.index, sample=given.sample)
        return 0
    with make_index(load_entities()) as folder:
        report_speed(folder, sample=given.sample)
    return 0


if __name__ == "__main__":
    sys.exit(main())
