"""`make bench`: update, start-up, accuracy and streaming on the real lists, beside naive baselines in the same run.

Prints a report in Markdown. `--quick` takes 2,000 strangers of each set and streams 10,000 rows instead of 100,000.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import tempfile
from pathlib import Path

from accuracy import measure_naive, measure_negatives, measure_pairs, measure_positives, share_at
from measure import SHARED, TOCSIN, describe_machine, load_rows, run_tocsin, take_median
from tocsin.match import open_index
from tocsin.settings import load_settings

LISTS = {"un": "un/un_consolidated_2026-02-27.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz"}
NEGATIVES = ("screening_negatives_global_dev.csv.gz", "screening_negatives_us_dev.csv.gz")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer strangers and fewer streamed rows")
    quick = parser.parse_args().quick
    if not SHARED.is_dir():
        print("The reference data (../shared/data) is not here; nothing was measured.", file=sys.stderr)
        return 1
    command = f"make bench{' (quick)' if quick else ''}"
    print(f"Machine: {describe_machine()}  \nDate: {dt.date.today()}  \nCommand: {command}\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        report_updates(home)
        report_start(home)
        report_accuracy(home, rows=2000 if quick else None)
        report_streaming(home, sizes=(2_000, 10_000) if quick else (10_000, 100_000))
    return 0


def report_updates(home: Path) -> None:
    print("## Update\n\n| list | seconds | peak MB |\n|---|---|---|")
    for key, path in LISTS.items():
        run = run_tocsin("update", key, "--from", str(SHARED / "lists" / path), home=home)
        print(f"| {key} ({Path(path).name}) | {run.seconds:.1f} | {run.peak_mb:.0f} |{'' if run.code == 0 else ' FAILED'}")


def report_start(home: Path) -> None:
    python = take_median([sys.executable, "-c", "pass"], home=home)
    print("\n## Start-up (median of 9 processes)\n\n| command | seconds | times an empty Python |\n|---|---|---|")
    asked = (
        ["--help"], ["match", "Osama bin Laden", "--json"], ["match", "Hafiz Mohd Saeed"], ["who", "al-Qaida"],
    )
    for arguments in asked:
        seconds = take_median([str(TOCSIN), *arguments], home=home)
        print(f"| tocsin {' '.join(arguments)} | {seconds:.2f} | {seconds / python:.0f} |")


def report_accuracy(home: Path, *, rows: int | None) -> None:
    index = open_index(load_settings({}, home=home).index)
    found = share_at(measure_positives(index))
    alerts, speed = {}, []
    for name in NEGATIVES:
        best, seconds = measure_negatives(index, name, rows=rows)
        alerts[name] = share_at(best)
        speed.append(seconds / len(best) * 1000)
    naive_found, naive_alerts, naive_ms = measure_naive(index)
    print("\n## Screening, names alone\n")
    print("| threshold | found | alerts, world | alerts, US | token_set found | token_set alerts, US |")
    print("|---|---|---|---|---|---|")
    for t in found:
        ours = [found[t], *(alerts[name][t] for name in NEGATIVES)]
        print(f"| {t:.2f} | " + " | ".join(f"{100 * x:.2f} %" for x in [*ours, naive_found[t], naive_alerts[t]]) + " |")
    world, us = speed
    print(f"\nA stranger's name takes {world:.1f} ms (world), {us:.1f} ms (US); token_set over all {naive_ms:.0f} ms.")
    print("\n## Labelled pairs\n\n| measure | threshold | F1 |\n|---|---|---|")
    for name, (threshold, f1) in measure_pairs().items():
        print(f"| {name} | {threshold:.2f} | {f1:.3f} |")


def report_streaming(home: Path, *, sizes: tuple[int, ...]) -> None:
    print("\n## Streaming\n\n| rows | seconds | rows/s | peak MB |\n|---|---|---|---|")
    rows = [r for name in NEGATIVES for r in load_rows(name)]
    for size in sizes:
        source = home / f"rows_{size}.csv"
        with source.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "full_name"])
            for number in range(size):
                writer.writerow([number, rows[number % len(rows)]["full_name"]])
        run = run_tocsin("screen", str(source), "--out", str(home / "hits.jsonl"), home=home)
        failed = "" if run.code in (0, 3) else f" FAILED ({run.code})"
        print(f"| {size:,} | {run.seconds:.0f} | {size / run.seconds:.0f} | {run.peak_mb:.0f} |{failed}")


if __name__ == "__main__":
    sys.exit(main())
