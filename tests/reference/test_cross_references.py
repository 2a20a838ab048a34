"""The EU's own statements of UN references join the listings of both lists, and nothing else does."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from tocsin.registry.resolve import make_entities
from tocsin.sources import RawFile, get_source

pytestmark = pytest.mark.reference
# Rows of the table that the list does not bear out: see test_eu_fsf_states.py.
UNFOUNDED = {
    ("TAe.012", "EU.2272.60"), ("TAe.010", "EU.3701.11"), ("CFi.002", "EU.3883.11"), ("QDe.014", "EU.5341.25"),
    ("KPi.045", "EU.4075.27"), ("KPi.045", "EU.4076.89"),
}


def test_listings_of_the_un_and_the_eu_join_as_the_table_of_cross_references_says(shared_data: Path) -> None:
    listings = []
    for key, name in (("un", "un/un_consolidated_2024-05-15.xml.gz"), ("eu_fsf", "eu/eu_fsf_2024-05-13.xml.gz")):
        data = gzip.decompress((shared_data / "lists" / name).read_bytes())
        listings += get_source(key).parse([RawFile(name.removesuffix(".gz"), data)]).listings
    with (shared_data / "resolution" / "xref_un_eu_2024.tsv").open(encoding="utf-8") as file:
        table = {(row["un_ref"], row["eu_reference"]) for row in csv.DictReader(file, delimiter="\t")}

    joined = set()
    for entity in make_entities(listings):
        refs = {key: [x.ref for x in entity.listings if x.list_key == key] for key in ("un", "eu_fsf")}
        assert all(len(of_list) <= 1 for of_list in refs.values())
        joined |= {(un, eu) for un in refs["un"] for eu in refs["eu_fsf"]}

    assert joined == table - UNFOUNDED
