"""Every state of the UN list at hand is read whole, and its history is that of the archive's table of changes."""

from __future__ import annotations

import csv
import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.registry.changes import Changes, diff_listings
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.un import parse

pytestmark = pytest.mark.reference

# Where the table counts more changed records than we do: date, the table's count, ours. The table counts empty and
# repeated elements; they are layout (`test_changes_we_do_not_count_are_layout`).
LAYOUT_CHANGES = {
    "2021-12-09": (2, 1),
    "2023-08-03": (955, 719),
    "2023-08-12": (793, 244),
    "2023-08-25": (668, 614),
    "2023-11-17": (3, 1),
    "2024-01-13": (3, 0),
    "2024-01-25": (163, 111),
    "2024-01-27": (157, 111),
    "2025-03-21": (146, 143),
}
NOTES = {
    "references with spaces inside, removed": ["2023-08-10"],
    "records given twice; the edition with the latest LAST_DAY_UPDATED is kept": ["2023-12-09"],
}
Content = dict[str, tuple[tuple[str, str], ...]]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One state of the archive after reading: its size, its difference to the one before, and what was odd."""

    date: str
    records: int
    changes: Changes
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    published: str
    # Only at the dates of LAYOUT_CHANGES: the elements as published, before and after, by reference.
    content: tuple[Content, Content] | None


def read(data: bytes) -> Parsed:
    return parse([RawFile("consolidated.xml", data)])


def load_archive(shared_data: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(shared_data / "lists/un/un_history_2021-01_2025-06.tar.xz") as archive:
        members = {m.name.rsplit("/", 1)[-1]: m for m in archive.getmembers() if m.isfile()}
        found = {}
        for name, member in members.items():
            stream = archive.extractfile(member)
            assert stream is not None
            found[name.split("_")[1]] = stream.read()
    yield from sorted(found.items())


def read_content(data: bytes) -> Content:
    """Each record's elements, sorted, with white space made one; written apart from the reader on purpose."""
    content: Content = {}
    for record in etree.fromstring(data).iterfind("*/*"):
        ref = "".join((record.findtext("REFERENCE_NUMBER") or "").split())
        content[ref] = tuple(sorted((str(e.tag), " ".join((e.text or "").split())) for e in record.iter()))
    return content


@pytest.fixture(scope="session")
def states(shared_data: Path) -> tuple[State, ...]:
    made: list[State] = []
    before: Parsed | None = None
    last = b""
    for date, data in load_archive(shared_data):
        parsed = read(data)
        made.append(
            State(
                date=date,
                records=len(parsed.listings),
                changes=diff_listings(before.listings if before else (), parsed.listings),
                unread=tuple(u.path for u in parsed.unread),
                notes=parsed.notes,
                published=str(parsed.published_at),
                content=(read_content(last), read_content(data)) if date in LAYOUT_CHANGES else None,
            )
        )
        before, last = parsed, data
    return tuple(made)


@pytest.fixture(scope="session")
def table(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "lists/un/un_history_changes.tsv").open(encoding="utf-8", newline="") as file:
        return {row["commit_date"]: row for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize(
    ("name", "persons", "entities"),
    [
        ("2017-07", 650, 371),
        ("2018-06-08", 693, 405),
        ("2020-11-24", 713, 305),
        ("2021-03-12", 711, 293),
        ("2024-05-15", 682, 193),
        ("2025-08", 684, 195),
        ("2025-11-21", 727, 273),
        ("2026-02-27", 730, 273),
    ],
)
def test_a_state_has_all_its_records_and_nothing_unread(
    shared_data: Path, name: str, persons: int, entities: int
) -> None:
    data = gzip.decompress((shared_data / f"lists/un/un_consolidated_{name}.xml.gz").read_bytes())
    parsed = read(data)

    kinds = [listing.kind for listing in parsed.listings]
    assert (kinds.count("person"), kinds.count("organization")) == (persons, entities)
    assert parsed.records == {"individuals": persons, "entities": entities}
    assert parsed.unread == ()
    assert parsed.published_at is not None
    assert f"{parsed.published_at:%Y-%m}" == name[:7]
    assert all(listing.names and listing.measures and listing.listed_on for listing in parsed.listings)
    assert all(measure.ground for listing in parsed.listings for measure in listing.measures)


def test_all_states_of_the_archive_are_read_without_remainder(states: tuple[State, ...]) -> None:
    assert len(states) == 114
    assert {state.date: state.unread for state in states if state.unread} == {}


def test_oddities_are_noted_in_the_states_that_have_them(states: tuple[State, ...]) -> None:
    for words, dates in NOTES.items():
        assert [state.date for state in states if f"1 {words}" in state.notes] == dates


def test_records_and_references_are_those_of_the_table(
    states: tuple[State, ...], table: dict[str, dict[str, str]]
) -> None:
    def split(text: str) -> tuple[str, ...]:
        return tuple(sorted(text.replace(" .1", ".1").split()))  # the table keeps the space of "KPi.063 .1"

    first, *rest = states
    assert (first.date, first.records) == (next(iter(table)), int(table[first.date]["records"]))
    for state in rest:
        row = table[state.date]
        assert (state.date, state.records) == (state.date, int(row["records"]))
        assert (state.date, state.changes.removed) == (state.date, split(row["removed_refs"]))
        assert (state.date, state.changes.added) == (state.date, split(row["added_refs"]))


def test_changed_records_are_those_of_the_table_but_for_layout(
    states: tuple[State, ...], table: dict[str, dict[str, str]]
) -> None:
    counts = {s.date: (int(table[s.date]["changed"]), len(s.changes.changed)) for s in states[1:]}

    assert {date: pair for date, pair in counts.items() if pair[0] != pair[1]} == LAYOUT_CHANGES


def test_changes_we_do_not_count_are_layout(states: tuple[State, ...], table: dict[str, dict[str, str]]) -> None:
    for state in states:
        if state.content is None:
            continue
        old, new = state.content
        published = {ref for ref in old.keys() & new.keys() if old[ref] != new[ref]}
        assert len(published) == int(table[state.date]["changed"])
        assert published >= set(state.changes.changed)
        for ref in published - set(state.changes.changed):
            assert find_said(old[ref]) == find_said(new[ref]), (state.date, ref)


def find_said(content: tuple[tuple[str, str], ...]) -> set[tuple[str, str]]:
    """What a record says once, without words for nothing, and with two spellings of one thing made one."""
    nothing = {"null", "Unknown"}
    same = {"a.k.a.": "Good", "Iran": "Iran (Islamic Republic of)"}
    said = {(tag, same.get(text, text)) for tag, text in content if tag != "VERSIONNUM" and text not in nothing}
    return {(tag, text) for tag, text in said if any(c.isalnum() for c in text)}


def test_error_pages_of_publishers_are_refused(shared_data: Path) -> None:
    reasons = {}
    for path in sorted((shared_data / "lists/bad_downloads").iterdir()):
        with pytest.raises(ListRefused) as caught:
            read(path.read_bytes())
        reasons[path.name] = caught.value.reason

    assert reasons == {
        "eu_2021-02-09.xml": "error_page",
        "eu_2021-11-04.xml": "error_page",
        "eu_2022-06-23.xml": "error_page",
        "eu_2022-08-27.xml": "empty",
    }
