"""OFAC's real files, in every layout at hand, are read whole."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, find_sources, get_source

pytestmark = pytest.mark.reference
SETS = [
    ("us_ofac", ("sdn_2019-01.csv.gz", "alt_2019-01.csv.gz", "add_2019-01.csv.gz"), 7_379),
    ("us_ofac", ("sdn_2021-07.csv.gz", "alt_2021-07.csv.gz", "add_2021-07.csv.gz"), 8_976),
    ("us_ofac_nonsdn", ("nonsdn_2018-05_prim.csv", "nonsdn_2018-05_alt.csv", "nonsdn_2018-05_add.csv"), 639),
]


def parse(folder: Path, key: str, *names: str) -> Parsed:
    files = []
    for name in names:
        data = (folder / "lists" / "us" / name).read_bytes()
        files.append(RawFile(name.removesuffix(".gz"), gzip.decompress(data) if name.endswith(".gz") else data))
    return get_source(key).parse(files)


@pytest.fixture(scope="module")
def sdn_2024(shared_data: Path) -> Parsed:
    return parse(shared_data, "us_ofac", "sdn_2024-05-07.xml.gz")


def test_the_sdn_list_of_2024_has_14966_entries_and_nothing_unread(sdn_2024: Parsed) -> None:
    assert len(sdn_2024.listings) == 14_966
    assert sdn_2024.unread == ()
    assert sdn_2024.records == {"Individual": 6855, "Entity": 6884, "Vessel": 851, "Aircraft": 376}


def test_the_groups_and_persons_that_only_the_us_lists_are_there(sdn_2024: Parsed) -> None:
    captions = {x.ref: x.caption for x in sdn_2024.listings}
    assert captions["22812"] == "HIZBUL MUJAHIDEEN"
    assert any("SALAHUDDIN" in n.text for x in sdn_2024.listings if x.ref == "22563" for n in x.names)


@pytest.mark.parametrize(
    ("key", "name", "entries"),
    [("us_ofac", "sdn_2021-03-10.xml.gz", 8_832), ("us_ofac_nonsdn", "consolidated_nonsdn_2024-05-06.xml.gz", 443)],
)
def test_the_old_namespace_and_the_other_list_are_read_whole(shared_data: Path, key: str, name: str, entries: int) -> None:
    parsed = parse(shared_data, key, name)
    assert (len(parsed.listings), parsed.unread) == (entries, ())


@pytest.mark.parametrize(("key", "names", "entries"), SETS)
def test_csv_sets_are_read_with_hardly_a_clause_of_unknown_head(
    shared_data: Path, key: str, names: tuple[str, ...], entries: int
) -> None:
    parsed = parse(shared_data, key, *names)
    assert len(parsed.listings) == entries
    assert sum(u.count for u in parsed.unread) <= 10


def test_aliases_that_only_the_remarks_carry_are_found(shared_data: Path) -> None:
    parsed = parse(shared_data, *([SETS[1][0], *SETS[1][1]]))
    only = [
        x for x in parsed.listings
        if any(m.programme == "SDGT" for m in x.measures)
        and len(x.names) > 1 and all(n.origin.field in ("SDN_Name", "Remarks") for n in x.names)
    ]
    assert len(only) >= 90


def test_csv_and_xml_of_one_year_agree_on_births_documents_and_programmes(shared_data: Path) -> None:
    xml = {x.ref: x for x in parse(shared_data, "us_ofac", "sdn_2021-03-10.xml.gz").listings}
    csv = {x.ref: x for x in parse(shared_data, SETS[1][0], *SETS[1][1]).listings}
    common = xml.keys() & csv.keys()
    assert len(common) > 8_000

    def share(read: object) -> float:
        return sum(read(xml[r]) == read(csv[r]) for r in common) / len(common)  # type: ignore[operator]

    def births(x: Listing) -> object:
        return {str(b.span) for b in x.births}

    def numbers(x: Listing) -> object:
        return {(i.kind, "".join(c for c in i.number if c.isalnum())) for i in x.identifiers if i.kind == "passport"}

    assert share(births) > 0.98
    assert share(lambda x: {m.programme for m in x.measures}) > 0.97
    assert share(numbers) > 0.98
    assert share(lambda x: x.gender) > 0.97


def test_every_page_that_was_really_served_in_place_of_a_list_is_refused_by_every_reader(shared_data: Path) -> None:
    pages = sorted((shared_data / "lists" / "bad_downloads").iterdir())
    assert pages
    for page in pages:
        for source in find_sources().values():
            with pytest.raises(ListRefused):
                source.parse([RawFile(page.name, page.read_bytes())])
