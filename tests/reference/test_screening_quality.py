"""The bars of screening on real lists: the listed are found, strangers are left alone. Names alone, default threshold."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from tocsin.match import Index, build_index, open_index
from tocsin.model import Entity, Query
from tocsin.settings import DEFAULT_THRESHOLD

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def index(listed: list[Entity], tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("quality")
    build_index(listed, folder, register="quality")
    return open_index(folder)


def load_rows(path: Path) -> list[dict[str, str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(data.decode("utf-8").splitlines()))


def letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def test_at_least_97_percent_of_slightly_misspelt_listed_persons_are_found(index: Index, shared_data: Path) -> None:
    bearers: dict[str, set[str]] = {}
    for entity in index.entities():
        for name in (n for listing in entity.listings for n in listing.names):
            bearers.setdefault(letters(name.text), set()).add(entity.id)
    rows = load_rows(shared_data / "resolution" / "screening_positives_dev.csv")
    missed = 0
    for row in rows:
        hits = index.find_hits(Query(names=(row["full_name"],)), threshold=DEFAULT_THRESHOLD, limit=10)
        missed += not bearers.get(letters(row["true_name"]), set()) & {hit.subject for hit in hits}
    assert 1 - missed / len(rows) >= 0.97


@pytest.mark.parametrize("population", ["global", "us"])
def test_at_most_1_percent_of_strangers_raise_any_alert(index: Index, shared_data: Path, population: str) -> None:
    rows = load_rows(shared_data / "resolution" / f"screening_negatives_{population}_dev.csv.gz")[::4]
    alerts = sum(
        bool(index.find_hits(Query(names=(row["full_name"],)), threshold=DEFAULT_THRESHOLD, limit=1)) for row in rows
    )
    assert alerts / len(rows) <= 0.010


@pytest.mark.parametrize(
    ("asked", "refs"),
    [
        ("al-Qaida", {"QDe.004", "6366"}),
        ("Lashkar e Toiba", {"QDe.118", "7140"}),
        ("Jaish e Mohammad", {"QDe.019", "6935"}),
        ("Hizbul Mujahideen", {"22812"}),
        ("Zakiur Rehman Lakhwi", {"QDi.264", "10690"}),
        ("حافظ محمد سعید", {"QDi.263", "10689"}),
        ("दाऊद इब्राहिम", {"QDi.135", "9758"}),
        ("Maulana Masood Azhar", {"QDi.422", "11459"}),
    ],
)
def test_the_subjects_of_the_dialogue_are_found_in_other_spellings(index: Index, asked: str, refs: set[str]) -> None:
    hits = index.find_hits(Query(names=(asked,)), threshold=DEFAULT_THRESHOLD, limit=10)
    assert refs <= {listing.ref for hit in hits for listing in hit.listings}


def test_a_subject_that_only_one_authority_lists_is_not_said_to_be_listed_by_the_other(index: Index) -> None:
    hits = index.find_hits(Query(names=("Hizbul Mujahideen",), kind="organization"), threshold=DEFAULT_THRESHOLD, limit=5)
    assert {listing.authority for hit in hits for listing in hit.listings} == {"US"}
