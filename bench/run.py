"""`make bench`: update, start-up, screening, names unseen, peers and streaming, on the real lists, in one run.

    python bench/run.py [SECTION ...] [--quick]

Prints a report in Markdown. `--quick` takes samples everywhere and streams 10,000 rows instead of 100,000.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from held_out import HELD_OUT, NEGATIVES, WHOLE, measure_sections, print_figures
from lists import LISTS, load_entities
from measure import SHARED, TOCSIN, describe_machine, load_rows, run_process, run_tocsin, take_median
from peers import measure_peers, print_peers
from scale import NAMES as SCALE
from scale import QUICK as SCALE_QUICK
from scale import report_scale

HERE = Path(__file__).resolve().parent
FULL: dict[str, int | None] = {"negatives": None, "unicef": 300, "peers": 100}  # cases of a section; `None` is all of them
QUICK: dict[str, int | None] = {
    "aliases": 60, "scripts": 60, "orgs": 100, "positives": 100, "negatives": 500, "unicef": 30, "peers": 20,
}
SIZES = {False: (10_000, 100_000), True: (2_000, 10_000)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, "all"], default="all", help="which; all without")
    parser.add_argument("--quick", action="store_true", help="fewer cases and fewer streamed rows")
    given = parser.parse_args()
    if not SHARED.is_dir():
        print("The reference data (../shared/data) is not here; nothing was measured.", file=sys.stderr)
        return 1
    command = f"make bench{' (quick)' if given.quick else ''}"
    print(f"Machine: {describe_machine()}  \nDate: {dt.date.today()}  \nCommand: {command}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in SECTIONS if "all" in given.sections else given.sections:
            SECTIONS[name](Path(folder), given.quick)
            sys.stdout.flush()
    return 0


def report_updates(home: Path, _quick: bool) -> None:
    print("\n## Update\n\n| list | seconds | peak MB |\n|---|---|---|")
    for key in LISTS:
        run = load_list(key, home)
        print(f"| {key} ({Path(LISTS[key]).name}) | {run[0]:.1f} | {run[1]:.0f} |")


def load_list(key: str, home: Path) -> tuple[float, float]:
    """Update one list, and give seconds and peak memory; ends the bench when that fails."""
    run = run_tocsin("update", key, "--from", str(SHARED / "lists" / LISTS[key]), home=home)
    if run.code != 0:
        sys.exit(f"The update of {key} failed: {(home / 'stderr').read_text()}")
    return run.seconds, run.peak_mb


def load_lists(home: Path) -> None:
    """See that both lists are in force, for sections that are run alone."""
    if not (home / "index").is_dir():
        for key in LISTS:
            load_list(key, home)


def report_start(home: Path, _quick: bool) -> None:
    load_lists(home)
    python = take_median([sys.executable, "-c", "pass"], home=home)
    print("\n## Start-up (median of 9 processes)\n\n| command | seconds | times an empty Python |\n|---|---|---|")
    asked = (
        ["--help"], ["match", "Osama bin Laden", "--json"], ["match", "Hafiz Mohd Saeed"], ["who", "al-Qaida"],
    )
    for arguments in asked:
        seconds = take_median([str(TOCSIN), *arguments], home=home)
        print(f"| tocsin {' '.join(arguments)} | {seconds:.2f} | {seconds / python:.0f} |")


def report_screening(_home: Path, quick: bool) -> None:
    print("\n## Screening")
    _report_cases([*WHOLE], quick)


def report_held_out(_home: Path, quick: bool) -> None:
    print("\n## Names that the index has not seen")
    _report_cases([*HELD_OUT], quick)


def _report_cases(names: list[str], quick: bool) -> None:
    for title, outcomes in measure_sections(names, samples=QUICK if quick else FULL):
        print_figures(title, outcomes)


def report_pairs(home: Path, _quick: bool) -> None:
    print("\n## Labelled pairs\n", flush=True)
    report_script("pairs.py", home)


def report_scripts(home: Path, _quick: bool) -> None:
    print("\n## One name in two scripts\n", flush=True)
    report_script("scripts.py", home)


def report_speed_of_both(home: Path, quick: bool) -> None:
    print("\n## Speed on both lists\n", flush=True)
    report_script("speed.py", home, "--sample", "500" if quick else "4000")


def report_script(name: str, home: Path, *arguments: str) -> None:
    """Print what a bench of its own prints."""
    run = run_process([sys.executable, str(HERE / name), *arguments], home=home)
    print(run.stdout.decode() if run.code == 0 else f"Not measured: {name} failed.")


def report_peers(home: Path, quick: bool) -> None:
    sample = (QUICK if quick else FULL)["peers"] or 0
    lines, missing = measure_peers(load_entities(), home, sample=sample)
    print_peers(lines, missing, sample=sample)


def report_streaming(home: Path, quick: bool) -> None:
    load_lists(home)
    print("\n## Streaming\n\n| rows | seconds | rows/s | peak MB |\n|---|---|---|---|")
    rows = [r for name in NEGATIVES.values() for r in load_rows(name)]
    for size in SIZES[quick]:
        source = home / f"rows_{size}.csv"
        with source.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "full_name"])
            for number in range(size):
                writer.writerow([number, rows[number % len(rows)]["full_name"]])
        run = run_tocsin("screen", str(source), "--out", str(home / "hits.jsonl"), home=home)
        failed = "" if run.code in (0, 3) else f" FAILED ({run.code})"
        print(f"| {size:,} | {run.seconds:.0f} | {size / run.seconds:.0f} | {run.peak_mb:.0f} |{failed}", flush=True)


def report_names_by_million(home: Path, quick: bool) -> None:
    report_scale(home, SCALE_QUICK if quick else SCALE)


SECTIONS: dict[str, Callable[[Path, bool], None]] = {
    "update": report_updates, "start": report_start, "screening": report_screening, "held-out": report_held_out,
    "pairs": report_pairs, "scripts": report_scripts, "speed": report_speed_of_both, "peers": report_peers,
    "streaming": report_streaming, "scale": report_names_by_million,
}

if __name__ == "__main__":
    sys.exit(main())
