"""Listings that official references name as one subject are joined without them, and none wrongly."""

from __future__ import annotations

import csv
import gzip
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.model import REFERENCES, Listing
from tocsin.registry.joining import iter_members, join_listings
from tocsin.registry.resolving import compare_listings
from tocsin.sources import RawFile, get_source

pytestmark = pytest.mark.reference
REMARKS = {"EU.2272.60", "EU.3701.11", "EU.3883.11", "EU.5341.25", "EU.4075.27", "EU.4076.89"}  # see docs/resolution.md


def load(shared_data: Path, key: str, path: str) -> tuple[Listing, ...]:
    data = gzip.decompress((shared_data / "lists" / path).read_bytes())
    return get_source(key).parse((RawFile("list.xml", data),)).listings


def load_uk(shared_data: Path) -> tuple[Listing, ...]:
    path = Path(__file__).resolve().parents[2] / "bench" / "uk_archive.py"
    spec = importlib.util.spec_from_file_location("uk_archive", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = shared_data / "lists" / "uk"
    return get_source("uk_sl").parse((RawFile("uk.xml", module.make_xml(folder / "uk_yaml_2026-02-23.tar.xz", folder)),)).listings


def load_table(shared_data: Path, name: str) -> set[tuple[str, str]]:
    with (shared_data / "resolution" / name).open(encoding="utf-8") as file:
        return {(row[0], row[1]) for row in list(csv.reader(file, delimiter="\t"))[1:]}


def find_pairs(listings: Sequence[Listing], list_key: str, truth: set[tuple[str, str]], *, hidden: bool) -> set[tuple[str, str]]:
    """The joined pairs of which one listing is in the table."""
    if hidden:
        listings = [
            msgspec.structs.replace(x, identifiers=tuple(i for i in x.identifiers if i.kind not in REFERENCES)) for x in listings
        ]
    group_of = dict(iter_members(join_listings(listings, compare_listings(listings), (), author="tests").groups))
    un, its = {a for a, _ in truth}, {b for _, b in truth}
    members: dict[int, list[str]] = {}
    for member, number in group_of.items():
        if member.startswith(f"{list_key}:"):
            members.setdefault(number, []).append(member.partition(":")[2])
    pairs = {(m[3:], ref) for m, n in group_of.items() if m.startswith("un:") for ref in members.get(n, ())}
    return {(a, b) for a, b in pairs if a in un or b in its}


@pytest.mark.parametrize("hidden", [True, False])
def test_un_and_uk(shared_data: Path, hidden: bool) -> None:
    truth = load_table(shared_data, "xref_un_uk_2026_dev.tsv")
    listings = (*load(shared_data, "un", "un/un_consolidated_2026-02-27.xml.gz"), *load_uk(shared_data))
    found = find_pairs(listings, "uk_sl", truth, hidden=hidden)
    assert found - truth == set()
    assert truth - found == ({("IRe.007", "INU0361")} if hidden else set())


@pytest.mark.parametrize("hidden", [True, False])
def test_un_and_eu(shared_data: Path, hidden: bool) -> None:
    truth = {p for p in load_table(shared_data, "xref_un_eu_2024.tsv") if p[1] not in REMARKS}
    listings = (
        *load(shared_data, "un", "un/un_consolidated_2024-05-15.xml.gz"), *load(shared_data, "eu_fsf", "eu/eu_fsf_2024-05-13.xml.gz")
    )
    assert find_pairs(listings, "eu_fsf", truth, hidden=hidden) == truth
