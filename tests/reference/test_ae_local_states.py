"""The sheet of persons of August 2025 of the UAE's list is read whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.sources.ae_local import parse
from tocsin.sources.base import Parsed, RawFile

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    return parse([RawFile("sheet.csv", (shared_data / "lists/ae/ae_local_terrorist_list_2025-08.csv").read_bytes())])


def test_every_line_is_read_and_nothing_is_left(parsed: Parsed) -> None:
    assert (len(parsed.listings), parsed.records, parsed.unread) == (155, {"person": 155}, ())
    assert parsed.notes == (
        "1 sheet of persons only: organisations stand in sheets of their own, give those with --from too",
    )
    assert all({n.script for n in x.names} == {"Latn", "Arab"} and x.listed_on for x in parsed.listings)
    assert all(c.code for x in parsed.listings for c in x.countries)
    assert not any(f.key == "birth_text" for x in parsed.listings for f in x.facts)


def test_facts_checked_by_hand(parsed: Parsed) -> None:
    first = parsed.listings[0]
    assert [(i.kind, i.number, i.country) for i in first.identifiers] == [("passport", "685868", "qa")]
    assert (str(first.births[0].span), first.measures[0].ground) == ("1965-01-01", "Cabinet Decision No. (18) of 2017")
    assert Counter(x.measures[0].ground for x in parsed.listings).most_common(2) == [
        ("Cabinet Decision No. (18) of 2017", 49), ("Cabinet Decision No. (83) of 2021", 34),
    ]
    numbers = {i.number: i.country for x in parsed.listings for i in x.identifiers}
    assert (len(numbers), numbers["U24171753"], numbers["760001649"]) == (68, "tr", "gb")


def test_error_pages_and_other_lists_are_refused(shared_data: Path) -> None:
    others = [shared_data / "lists/us/sdn_2024-05-07.xml.gz", shared_data / "lists/ca/ca_listed_terrorist_entities_misp_2026.json"]
    for path in [*(shared_data / "lists/bad_downloads").iterdir(), *others]:
        with pytest.raises(ListRefused):
            parse([RawFile("sheet.csv", path.read_bytes())])
