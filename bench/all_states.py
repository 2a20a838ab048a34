"""Every state of every list at hand in one register: python bench/all_states.py [--home FOLDER]

Loads them list by list, oldest first, but for the newest state of the UN's list; then measures a look-up of a listing as of
a day, the database, and how long `tocsin update un` takes to bring that newest state in force, from file to new index. What
is archived only as other projects' rendering (UK, Canada's entities) is put back into the publisher's layout, or imported
with the mappings of docs/examples. With `--home` the register is kept there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import shutil
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from sqlalchemy import func, select

from measure import SHARED, describe_machine, run_tocsin
from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.database import open_reader
from tocsin.store.history import find_listing
from tocsin.store.schema import LISTING, SNAPSHOT
from uk_archive import make_xml

LISTS = SHARED / "lists"
EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
NEWEST_UN = LISTS / "un" / "un_consolidated_2026-02-27.xml.gz"
LOOKUPS = 2000


class Batch(NamedTuple):
    """States of a list that are brought at once: their files, the day or where it stands, a mapping for imports."""

    key: str
    files: tuple[Path, ...]
    dated: Any = "own"
    mapping: Path | None = None


def unpack(archive: Path, folder: Path) -> tuple[Path, ...]:
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return tuple(sorted(f for f in folder.rglob("*") if f.is_file()))


def make_feed(source: Path, target: Path) -> Path:
    """Canada's feed from another project's JSON of it."""
    feed = etree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    for value in json.loads(source.read_bytes())["values"]:
        entry = etree.SubElement(feed, "entry")
        for name in ("title", "id", "summary", "content", "published", "updated"):
            text = value["meta"][name]
            etree.SubElement(entry, name).text = text if isinstance(text, str) else text[0]
    target.write_bytes(etree.tostring(feed))
    return target


def render_uk(name: str, target: Path) -> Path:
    target.write_bytes(make_xml(LISTS / "uk" / name, LISTS / "uk"))
    return target


def find_batches(folder: Path) -> list[Batch]:
    """All states at hand; what has to be unpacked or rendered is put into `folder`."""
    us, day = LISTS / "us", dt.date
    un = [f for f in sorted((LISTS / "un").glob("un_consolidated_*.xml.gz")) if f != NEWEST_UN]
    return [
        Batch("un", (*unpack(LISTS / "un/un_history_2021-01_2025-06.tar.xz", folder / "un"), *un)),
        Batch("us_ofac", tuple(us / f"{n}_2019-01.csv.gz" for n in ("sdn", "add", "alt")), day(2019, 1, 31)),
        Batch("us_ofac", tuple(us / f"{n}_2021-07.csv.gz" for n in ("sdn", "add", "alt")), day(2021, 7, 31)),
        Batch("us_ofac", (us / "sdn_2021-03-10.xml.gz", us / "sdn_2024-05-07.xml.gz")),
        Batch("us_ofac_nonsdn", (*unpack(us / "consolidated_nonsdn_history_2021_2024.tar.xz", folder / "cons"),
                                 us / "consolidated_nonsdn_2024-05-06.xml.gz")),
        Batch("eu_fsf", tuple(sorted((LISTS / "eu").glob("eu_fsf_*.xml.gz")))),
        Batch("uk_sl", (render_uk("uk_yaml_2026-02-23.tar.xz", folder / "uk_2026-02-23.xml"),
                        render_uk("uk_yaml_2026-08-22.tar.xz", folder / "uk_2026-08-22.xml"))),
        Batch("in_uapa", (LISTS / "in/in_mha_banned_orgs_page_saved_2023-12-18.html",)),
        Batch("au_dfat", (LISTS / "au/au_dfat_regulation8_consolidated_2024-12.xlsx",)),
        Batch("ca_sema", (LISTS / "ca/ca_sema_2020-03.xml.gz",), day(2020, 3, 31)),
        Batch("ca_listed", (make_feed(LISTS / "ca/ca_listed_terrorist_entities_misp_2026.json", folder / "ca.xml"),),
              day(2026, 1, 31)),
        Batch("ae_local", (LISTS / "ae/ae_local_terrorist_list_2025-08.csv",), day(2025, 8, 31)),
        Batch("wb_debarred", unpack(LISTS / "wb/wb_debarred_monthly_2021-01_2026-02.tar.xz", folder / "wb")),
        Batch("pk_nacta", unpack(LISTS / "pk/pk_nacta_proscribed_persons_2025-11_2026-06.tar.xz", folder / "pk"), "name"),
        Batch("ch_seco_yaml", (LISTS / "ch/ch_seco_yaml_2026-03.tar.xz",), day(2026, 3, 31), EXAMPLES / "ch_seco.yaml"),
        Batch("tr_hmb_yaml", (LISTS / "tr/tr_hmb_yaml_2026-08-08.tar.xz",), day(2026, 8, 8), EXAMPLES / "tr_hmb.yaml"),
    ]


def load(app: App, batch: Batch) -> int:
    """Bring the states of a batch; how many were taken. What was not taken is told on stderr."""
    if batch.mapping:
        results: Sequence[Any] = [
            app.import_list(list(batch.files), batch.key, map_file=batch.mapping, dated=batch.dated, accept=True)
        ]
    else:
        each = not isinstance(batch.dated, dt.date)
        results = app.update([batch.key], files=batch.files, dated=batch.dated, each=each, accept=True)
    for result in results:
        if result.outcome not in ("updated", "unchanged"):
            print(f"{batch.key}: {result.outcome}: {result.message}", file=sys.stderr)
    return sum(r.outcome == "updated" for r in results)


def measure_lookups(app: App) -> tuple[float, float]:
    """Milliseconds of a random listing as of a random day, on one connection: median, and 99 of 100."""
    dice, times = random.Random(1), []
    first, days = dt.datetime(2019, 1, 1, tzinfo=dt.UTC), 2700
    with open_reader(app.settings.database) as connection:
        known = [(row.list_key, row.ref) for row in connection.execute(select(LISTING.c.list_key, LISTING.c.ref).distinct())]
        for _ in range(LOOKUPS):
            (key, ref), moment = dice.choice(known), first + dt.timedelta(days=dice.randrange(days))
            start = time.perf_counter()
            find_listing(connection, key, ref, valid_at=moment)
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the register in this folder, which must be new")
    given = parser.parse_args()
    if not LISTS.is_dir():
        print("The lists (../shared/data) are not here; nothing was measured.", file=sys.stderr)
        return 1
    print(f"Machine: {describe_machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = given.home or folder / "home"
        app = App(Settings(home=home))
        app.ensure_register()
        print("| list | states | seconds of processor, reading, storing and index |\n|---|---|---|")
        spent = 0.0
        for batch in find_batches(folder):
            start = time.process_time()
            taken = load(app, batch)
            spent += time.process_time() - start
            print(f"| {batch.key} | {taken} | {time.process_time() - start:.1f} |", flush=True)
        with open_reader(app.settings.database) as connection:
            states = connection.execute(select(func.count()).select_from(SNAPSHOT)).scalar_one()
            rows = connection.execute(select(func.count()).select_from(LISTING)).scalar_one()
        median, most = measure_lookups(app)
        whole, database = (sum(f.stat().st_size for f in home.glob(p) if f.is_file()) / 1e6 for p in ("**/*", "register.db"))
        print(f"\n{states} states of {len(app.lists())} lists, {rows:,} listings: loaded in {spent:.0f} s of processor; "
              f"database {database:.0f} MB, the register's whole folder {whole:.0f} MB.")
        print(f"A listing as of a day: median {median:.3f} ms, 99 of 100 in {most:.2f} ms ({LOOKUPS} look-ups).")
        run = run_tocsin("update", "un", "--from", str(NEWEST_UN), home=home)
        print(f"`tocsin update un` of a new state, end to end: {run.seconds:.1f} s, {run.peak_mb:.0f} MB, exit {run.code}.")
        if not given.home:
            shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
