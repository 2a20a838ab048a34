"""NACTA's list in its states of November 2025, March 2026 and June 2026.

In the files at hand each card number is replaced by a token, under the key "CNIC_key"; the true key is put back here.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tocsin.registry.changes import diff_listings
from tocsin.sources import Parsed, RawFile, get_source

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def states(shared_data: Path) -> dict[str, Parsed]:
    made = {}
    with tarfile.open(shared_data / "lists/pk/pk_nacta_proscribed_persons_2025-11_2026-06.tar.xz") as archive:
        for member in sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name):
            stream = archive.extractfile(member)
            assert stream is not None
            data = stream.read().replace(b'"CNIC_key"', b'"CNIC"')
            made[member.name[-15:-5]] = get_source("pk_nacta").parse([RawFile("source.json", data)])
    return made


def test_every_state_is_read_whole_and_without_remainder(states: dict[str, Parsed]) -> None:
    records = {date: parsed.records["persons"] for date, parsed in states.items()}
    assert records == {"2025-11-18": 3652, "2026-03-06": 4290, "2026-06-03": 4665}
    for date, parsed in states.items():
        assert (len(parsed.listings), parsed.unread) == (records[date] - 1, ())
        assert parsed.notes[1:] == (
            "1 records that say the same twice, read once",
            "9 records with the CNIC of another record, kept beside it",
        )
        assert len({x.ref for x in parsed.listings}) == len(parsed.listings)
        assert sum(not x.identifiers for x in parsed.listings) == 15


def test_references_stay_from_state_to_state(states: dict[str, Parsed]) -> None:
    first, second, third = (parsed.listings for parsed in states.values())
    moves = [diff_listings(old, new) for old, new in ((first, second), (second, third))]
    assert [(len(m.added), len(m.removed), len(m.changed)) for m in moves] == [(729, 91, 34), (482, 107, 38)]


def test_names_and_facts_are_those_of_the_last_file(states: dict[str, Parsed]) -> None:
    listings = states["2026-06-03"].listings
    qualities = [(n.role, n.quality) for x in listings for n in x.names]
    assert {q: qualities.count(q) for q in sorted(set(qualities))} == {
        ("alias", "strong"): 46, ("alias", "weak"): 90, ("primary", "strong"): 4664,
    }  # fmt: skip
    keys = [f.key for x in listings for f in x.facts]
    assert {key: keys.count(key) for key in keys} == {"father_name": 4496, "husband_name": 3, "resident_of": 1}
    azhar = next(x for x in listings if x.caption == "Maulana Masood Azhar")
    assert [f.text for f in azhar.facts] == ["Allah Bakhsh Sabir"]
    assert (azhar.addresses[0].city, azhar.addresses[0].region) == ("BAHAWALPUR", "Punjab")
    wali = next(x for x in listings if x.caption == "Abdul Wali" and len(x.names) == 4)
    assert [n.text for n in wali.names[1:]] == ["Umer Khurasani", "Umer Khalid", "Doctor"]
