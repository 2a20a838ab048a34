"""The watchdog on true states: what it finds is what is odd in them, and damage done to them is found.

A sample of the states that the rules were measured on (`registry/watch_rules.py`), so that it stays quick.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import gzip
import tarfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from tocsin.model import Listing, PartialDate
from tocsin.registry.lists import ListState
from tocsin.registry.watch import Finding, check_change, check_state
from tocsin.registry.watch_series import check_series
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.store.history import Snapshot

pytestmark = pytest.mark.reference
NOW = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
STATES = {
    "un 2025-08": ("un", ["un/un_consolidated_2025-08.xml.gz"]),
    "un 2026-02": ("un", ["un/un_consolidated_2026-02-27.xml.gz"]),
    "us_ofac 2021-03": ("us_ofac", ["us/sdn_2021-03-10.xml.gz"]),
    "us_ofac 2024-05": ("us_ofac", ["us/sdn_2024-05-07.xml.gz"]),
    "us_ofac_nonsdn 2018": ("us_ofac_nonsdn", [f"us/nonsdn_2018-05_{part}.csv" for part in ("prim", "alt", "add")]),
    "us_ofac_nonsdn 2024": ("us_ofac_nonsdn", ["us/consolidated_nonsdn_2024-05-06.xml.gz"]),
    "eu_fsf 2021-03": ("eu_fsf", ["eu/eu_fsf_2021-03-02.xml.gz"]),
    "au_dfat 2024-11": ("au_dfat", ["au/au_dfat_regulation8_consolidated_2024-12.xlsx"]),
    "ae_local 2025-08": ("ae_local", ["ae/ae_local_terrorist_list_2025-08.csv"]),
    "ca_sema 2020-03": ("ca_sema", ["ca/ca_sema_2020-03.xml.gz"]),
    "in_uapa 2023-12": ("in_uapa", ["in/in_mha_banned_orgs_page_saved_2023-12-18.html"]),
}
# All that is worse than information: true oddities of the published lists, each looked at in the raw file.
ODD = {
    "un 2025-08": {("text.replaced", "warning", ("QDi.203",))},
    "un 2026-02": {("text.replaced", "warning", ("TAi.068",))},
    "us_ofac 2024-05": {("date.future", "warning", ("45019",))},
}
ROW = ("2021-01-28", "2022-07-01", "2023-05-29", "2023-08-03", "2025-06-17")  # not one after the other
LOST = {  # on that day the UN left out its links to Interpol's notices
    "2023-08-03": {("column.emptied", "fact.interpol_notice", 618), ("column.emptied", "name.former", 10)},
}


def load(shared_data: Path, key: str, names: list[str]) -> Parsed:
    files = []
    for name in names:
        data = (shared_data / "lists" / name).read_bytes()
        files.append(RawFile(Path(name).name.removesuffix(".gz"), gzip.decompress(data) if name.endswith(".gz") else data))
    return get_source(key).parse(files)


@pytest.fixture(scope="module")
def states(shared_data: Path) -> Iterator[dict[str, Parsed]]:
    gc.disable()  # looking through a million values again and again takes longer than reading them
    yield {name: load(shared_data, *where) for name, where in STATES.items()}
    gc.enable()


def worse(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.severity != "info")


def test_true_states_give_what_is_truly_odd_in_them_and_nothing_else(states: dict[str, Parsed]) -> None:
    found = {
        name: {(f.rule, f.severity, f.refs) for f in worse(check_state(parsed.listings, moment=parsed.published_at or NOW))}
        for name, parsed in states.items()
    }
    odd_days = found["au_dfat 2024-11"]  # days of amendment before the listing: '14 May 1997' is the publisher's
    assert {rule for rule, _, _ in odd_days} <= {"date.order"}
    assert {name: odd for name, odd in found.items() if odd and name != "au_dfat 2024-11"} == ODD


def test_true_states_in_a_row_differ_by_nothing_odd_but_what_the_publisher_left_out(shared_data: Path) -> None:
    with tarfile.open(shared_data / "lists/un/un_history_2021-01_2025-06.tar.xz") as archive:
        held = {m.name.rsplit("/", 1)[-1].split("_")[1]: m for m in archive.getmembers() if m.isfile()}
        read = {day: archive.extractfile(held[day]).read() for day in ROW}  # type: ignore[union-attr]
    parsed = {day: get_source("un").parse([RawFile("consolidated.xml", data)]).listings for day, data in read.items()}
    found = {
        day: {(f.rule, f.fields[0], f.count) for f in worse(check_change(parsed[before], parsed[day]))}
        for before, day in pairwise(ROW)
    }
    assert {day: odd for day, odd in found.items() if odd} == LOST


def test_years_between_two_states_move_no_column(states: dict[str, Parsed]) -> None:
    found = worse(check_change(states["us_ofac 2021-03"].listings, states["us_ofac 2024-05"].listings))
    assert {(f.rule, f.severity, f.fields[0]) for f in found} == {
        ("column.emptied", "warning", "country.former_flag"), ("column.emptied", "warning", "fact.former_flag"),
    }


def test_of_114_states_one_shrank_by_much_and_none_fell_silent(shared_data: Path) -> None:
    with (shared_data / "lists/un/un_history_changes.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    taken = [make_snapshot(row["commit_date"], int(row["records"])) for row in rows]
    found: dict[str, set[str]] = {}
    for at in range(1, len(taken) + 1):
        day = taken[at].valid_from if at < len(taken) else taken[-1].valid_from  # asked on the day of the next state
        listed = ListState(list_key="un", title="", authority="UN", in_force=True, age_days=0, stale_after_days=7)
        odd = {f.rule for f in worse(check_series(taken[:at], listed, now=day))}
        if odd:
            found[rows[at - 1]["commit_date"]] = odd
    assert len(taken) == 114
    assert found == {"2023-10-20": {"shrunk.step"}}


def make_snapshot(day: str, records: int) -> Snapshot:
    moment = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    return Snapshot(
        id=1, list_key="un", digest=day, content=day, published_at=moment, valid_from=moment, recorded_at=moment, origin="",
        files=(), bytes=0, listings=records, kinds={}, records={}, unread=(), notes=(), accepted={}, code_version="0",
    )


def swap_parts(listing: Listing) -> Listing:
    """The first two labelled parts of each name, changed over."""
    names = []
    for name in listing.names:
        parts = list(name.parts)
        if len(parts) > 1:
            parts[:2] = [
                msgspec.structs.replace(parts[0], text=parts[1].text), msgspec.structs.replace(parts[1], text=parts[0].text)
            ]
        names.append(msgspec.structs.replace(name, parts=tuple(parts)))
    return msgspec.structs.replace(listing, names=tuple(names))


def misread(listing: Listing) -> Listing:
    names = tuple(msgspec.structs.replace(n, text=n.text.encode().decode("latin-1"), parts=()) for n in listing.names)
    return msgspec.structs.replace(listing, names=names)


def put_off(listing: Listing) -> Listing:
    return msgspec.structs.replace(listing, updated_on=(PartialDate(year=2099),))


@pytest.mark.parametrize(("name", "do", "rule"), [
    ("un 2026-02", misread, "text.mojibake"), ("eu_fsf 2021-03", misread, "text.mojibake"),
    ("un 2026-02", swap_parts, "column.moved"), ("eu_fsf 2021-03", swap_parts, "column.moved"),
    ("un 2026-02", put_off, "date.future"),
    ("un 2026-02", lambda x: msgspec.structs.replace(x, births=()), "column.emptied_core"),
    ("un 2026-02", lambda x: msgspec.structs.replace(x, ref=x.ref + "-1"), "reference.renumbered"),
])
def test_damage_done_to_true_states_is_an_error(
    states: dict[str, Parsed], name: str, do: Callable[[Listing], Listing], rule: str
) -> None:
    true = states[name].listings
    damaged = tuple(do(x) for x in true)
    found = (*check_state(damaged, moment=NOW), *check_change(true, damaged))
    assert (rule, "error") in {(f.rule, f.severity) for f in found}
