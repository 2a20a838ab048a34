"""The history of a list from all its states: in order, in random order, and how fast a moment of it is looked up.

    python bench/history.py [--states FOLDER.tar.xz] [--orders N]

Loads the 114 states of the UN list into new registers: once in the order of dates, then in random orders, and compares every
version of every reference. Prints how long loading took, how large the database is,
and the median time of a look-up as of a day.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, select

from measure import SHARED, describe_machine
from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.database import open_reader
from tocsin.store.history import find_listing, find_versions
from tocsin.store.schema import LISTING

Versions = dict[str, list[tuple[bytes, str, str | None]]]
LOOKUPS = 2000


def unpack(archive: Path, folder: Path) -> list[Path]:
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return sorted(f for f in folder.rglob("*") if f.is_file())


def load(files: list[Path], home: Path) -> tuple[App, float]:
    """A register with all states, in the order given, and the processor seconds that took."""
    app = App(Settings(home=home))
    start = time.process_time()
    app.ensure_register()
    results = app.update(["un"], files=files, dated="own", each=True)
    bad = [r.message for r in results if r.outcome not in ("updated", "unchanged")]
    if bad:
        print(f"{len(bad)} states were not taken; the first: {bad[0]}", file=sys.stderr)
    return app, time.process_time() - start


def read_refs(connection: Connection) -> list[str]:
    query = select(LISTING.c.ref).where(LISTING.c.list_key == "un").order_by(LISTING.c.ref)
    return [row.ref for row in connection.execute(query)]


def read_versions(app: App) -> Versions:
    import msgspec

    with open_reader(app.settings.database) as connection:
        return {
            ref: [
                (msgspec.json.encode(v.listing), v.valid_from.isoformat(), v.valid_to.isoformat() if v.valid_to else None)
                for v in find_versions(connection, "un", ref)
            ]
            for ref in read_refs(connection)
        }


def measure_lookups(app: App) -> float:
    """Median milliseconds of a listing as of a moment, in one connection."""
    dice, times = random.Random(1), []
    first, days = dt.datetime(2021, 1, 1, tzinfo=dt.UTC), 1600
    with open_reader(app.settings.database) as connection:
        refs = read_refs(connection)
        for _ in range(LOOKUPS):
            ref, moment = dice.choice(refs), first + dt.timedelta(days=dice.randrange(days))
            start = time.perf_counter()
            find_listing(connection, "un", ref, valid_at=moment)
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def describe_past(app: App, ref: str) -> str:
    (past,) = app.history(f"un:{ref}")
    gaps = "; ".join(
        f"{g.since:%Y-%m-%d} to {f'{g.until:%Y-%m-%d}' if g.until else 'now'}: {g.mark or 'delisted'}" for g in past.gaps
    )
    return f"| {ref} | {len(past.versions)} | {gaps or 'none'} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=Path, default=SHARED / "lists" / "un" / "un_history_2021-01_2025-06.tar.xz")
    parser.add_argument("--orders", type=int, default=1, help="random orders to compare with that of dates")
    given = parser.parse_args()
    if not given.states.is_file():
        print("The states (../shared/data) are not here; nothing was measured.", file=sys.stderr)
        return 1
    print(f"Machine: {describe_machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        files = unpack(given.states, Path(folder) / "states")
        app, seconds = load(files, Path(folder) / "in order")
        versions = read_versions(app)
        size = app.settings.database.stat().st_size
        print(f"{len(files)} states, {len(versions):,} references, {sum(map(len, versions.values())):,} versions: loaded in "
              f"{seconds:.0f} s, {size / 1e6:.0f} MB, a look-up as of a day {measure_lookups(app):.3f} ms (median).")
        for k in range(given.orders):
            shuffled = random.Random(k).sample(files, len(files))
            other, seconds = load(shuffled, Path(folder) / f"order {k}")
            same = read_versions(other) == versions
            print(f"In random order {k}: {seconds:.0f} s, {'the same history' if same else 'ANOTHER HISTORY'}.")
        print("\n| reference | versions | gaps |\n|---|---|---|")
        for ref in ("KPi.063", "HTi.001", "KPe.068", "IRi.043"):
            print(describe_past(app, ref))
        gone = app.difference("un", since=dt.date(2023, 10, 18), until=dt.date(2023, 10, 20))
        print(f"\nRemoved from 2023-10-18 to 2023-10-20: {sum(c.kind == 'removed' for c in gone)}, of Iran "
              f"{sum(c.kind == 'removed' and bool(c.before and c.before.ref.startswith('IR')) for c in gone)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
