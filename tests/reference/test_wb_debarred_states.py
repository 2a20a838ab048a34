"""The World Bank's list in its monthly states from January 2021 to February 2026."""

from __future__ import annotations

import itertools
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from tocsin.model import Listing
from tocsin.registry.changes import diff_listings
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.wb_debarred import MISPLACED

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def states(shared_data: Path) -> dict[str, tuple[Parsed, int]]:
    """Each state by its date, with the count of records in its JSON."""
    made = {}
    with tarfile.open(shared_data / "lists/wb/wb_debarred_monthly_2021-01_2026-02.tar.xz") as archive:
        for member in sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name):
            stream = archive.extractfile(member)
            assert stream is not None
            data = stream.read()
            parsed = get_source("wb_debarred").parse([RawFile("firms.json", data)])
            made[member.name[-15:-5]] = (parsed, len(json.loads(data)["response"]["ZPROCSUPP"]))
    return made


def find(parsed: Parsed, ref: str) -> Listing:
    return next(x for x in parsed.listings if x.ref == ref)


def test_every_state_is_read_whole_and_without_remainder(states: dict[str, tuple[Parsed, int]]) -> None:
    assert len(states) == 62
    low, high = get_source("wb_debarred").plausible
    for date, (parsed, count) in states.items():
        assert (date, len(parsed.listings), parsed.unread) == (date, count, ())
        assert low <= count <= high
        assert all(x.names and x.measures and x.listed_on and x.addresses[0].country for x in parsed.listings)


def test_references_stay_over_the_months(states: dict[str, tuple[Parsed, int]]) -> None:
    refs = [{x.ref for x in parsed.listings} for parsed, _ in states.values()]
    moves = [(len(new - old), len(old - new)) for old, new in itertools.pairwise(refs)]
    assert max(moves, key=lambda m: m[0]) == (232, 20)  # August 2024: 228 in one cross-debarment
    assert max(moves, key=lambda m: m[1]) == (18, 151)  # April 2021: a firm's affiliates were let go
    names: dict[str, set[str]] = {}
    for parsed, _ in states.values():
        for listing in parsed.listings:
            names.setdefault(listing.ref, set()).add(listing.caption)
    assert len(names) == 2426
    assert sum(len(captions) > 1 for captions in names.values()) < 53


def test_the_last_state_says_what_its_file_says(states: dict[str, tuple[Parsed, int]]) -> None:
    parsed, _ = states["2026-02-22"]
    assert parsed.records == {"firms": 1093, "individuals": 268, "others": 9}
    assert f"{parsed.published_at:%Y-%m-%d %H:%M}" == "2026-02-21 19:00"
    individual = find(parsed, "329186")
    assert (individual.kind, individual.addresses[0].country, str(individual.listed_on)) == ("person", "ng", "2017-01-24")
    assert [(f.key, f.text) for f in individual.facts] == [
        ("ineligible_until", "no end date"), ("ineligibility_status", "Ongoing"),
    ]  # fmt: skip
    assert individual.measures[0].ground == "Consultant Guidelines, 1.22(a)(i)"


def test_a_firm_that_took_another_name_keeps_its_reference(states: dict[str, tuple[Parsed, int]]) -> None:
    names = {find(p, "627357").caption for p, _ in states.values() if any(x.ref == "627357" for x in p.listings)}
    assert names == {"RE SUSTAINABILITY LIMITED", "RAMKY ENVIRO ENGINEERS LIMITED"}
    former = {n.text for p, _ in states.values() for x in p.listings if x.ref == "627357" for n in x.names if n.role == "former"}
    assert former == {"RAMKY ENVIRO ENGINEERS LIMITED"}


def test_other_names_and_numbers_are_found(states: dict[str, tuple[Parsed, int]]) -> None:
    parsed, _ = states["2026-02-22"]
    roles = [n.role for x in parsed.listings for n in x.names]
    kinds = [i.kind for x in parsed.listings for i in x.identifiers]
    assert {role: roles.count(role) for role in roles} == {
        "primary": 1370, "original_script": 303, "alias": 49, "former": 20,
    }  # fmt: skip
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "registration": 148, "tax_id": 11, "other_id": 5, "national_id": 1,
    }  # fmt: skip
    remarks = [f.text for x in parsed.listings for f in x.facts if f.key == "remark"]
    assert len(remarks) == 18


def test_a_month_in_order_changes_only_what_the_publisher_changed(states: dict[str, tuple[Parsed, int]]) -> None:
    """Each night stamps all records anew; that is no change here."""
    changed = diff_listings(states["2024-10-01"][0].listings, states["2024-11-01"][0].listings).changed
    assert changed == ("320899",)


def test_states_whose_additional_information_has_slipped_are_told(states: dict[str, tuple[Parsed, int]]) -> None:
    """States that are told agree with no other on whose names are whose; those that are not told agree among themselves."""
    slipped = {date for date, (parsed, _) in states.items() if parsed.notes}
    assert len(slipped) == 28
    assert min(slipped) == "2021-08-01"
    assert {"2023-06-01", "2026-02-22"} <= slipped
    assert all(any(text in note for note in states[date][0].notes) for date in slipped for text in [MISPLACED])
    usual: dict[str, Counter[tuple[str, ...]]] = {}
    for date in sorted(states.keys() - slipped):
        for listing in states[date][0].listings:
            usual.setdefault(listing.ref, Counter())[find_added(listing)] += 1
    counts = {}
    for date, (parsed, _) in states.items():
        odd = [
            x.ref for x in parsed.listings
            if x.ref in usual and find_added(x) != usual[x.ref].most_common(1)[0][0]
        ]  # fmt: skip
        counts[date] = len(odd)
    assert max(counts[date] for date in counts.keys() - slipped) == 22
    assert (min(counts[date] for date in slipped), max(counts.values())) == (30, 370)


def find_added(listing: Listing) -> tuple[str, ...]:
    """What a listing has from ADD_SUPP_INFO."""
    values = [(n.text, n.origin) for n in listing.names] + [(i.number, i.origin) for i in listing.identifiers]
    return tuple(text for text, origin in values if origin.field == "ADD_SUPP_INFO")
