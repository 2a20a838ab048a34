"""OFAC's real enhanced exports, and a real advanced file where it is at hand, agree with the plain XML."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source

pytestmark = pytest.mark.reference
MORE = {"sanctions_list", "sanctions_type", "legal_authority", "relation_quality"}
# What the enhanced exports of May and August 2024 have that the plain file of 7 May has not: later changes of the list.
ADDED_PROGRAMME = {"28924", "40601", "40602"}
ADDED_FACT = {"12055"}
OTHER_APOSTROPHE = {"30624"}


def load(folder: Path, name: str) -> RawFile:
    return RawFile(name.removesuffix(".gz"), gzip.decompress((folder / "lists" / "us" / name).read_bytes()))


def parse(folder: Path, name: str, key: str = "us_ofac") -> Parsed:
    read = get_source(key).parse_partial
    assert read is not None
    return read([load(folder, name)])


@pytest.fixture(scope="module")
def plain(shared_data: Path) -> dict[str, Listing]:
    return {x.ref: x for x in parse(shared_data, "sdn_2024-05-07.xml.gz").listings}


@pytest.fixture(scope="module")
def irgc(shared_data: Path) -> Parsed:
    return parse(shared_data, "ofac_enhanced_IRGC.xml.gz")


@pytest.fixture(scope="module")
def yemen(shared_data: Path) -> Parsed:
    return parse(shared_data, "ofac_enhanced_YEMEN.xml.gz")


def test_the_exports_have_all_their_records_and_nothing_unread(irgc: Parsed, yemen: Parsed) -> None:
    assert irgc.records == {"Entity": 84, "Individual": 165, "Aircraft": 44}
    assert yemen.records == {"Individual": 10}
    assert (irgc.unread, yemen.unread) == ((), ())
    assert str(irgc.published_at) == "2024-08-28 00:00:00+00:00"
    assert str(yemen.published_at) == "2024-05-24 19:59:26.451180+00:00"


def test_an_export_of_one_programme_is_no_whole_list(shared_data: Path) -> None:
    with pytest.raises(ListRefused, match="1 of OFAC's 82 programmes") as caught:
        get_source("us_ofac").parse([load(shared_data, "ofac_enhanced_IRGC.xml.gz")])
    assert caught.value.reason == "incomplete"


def unequal(rich: Parsed, plain: dict[str, Listing], read: object) -> set[str]:
    return {x.ref for x in rich.listings if read(x) != read(plain[x.ref])}  # type: ignore[operator]


def test_each_record_says_what_the_plain_file_says(irgc: Parsed, yemen: Parsed, plain: dict[str, Listing]) -> None:
    for rich in (irgc, yemen):
        assert all(x.ref in plain for x in rich.listings)
        for read in (
            lambda x: (x.kind, x.caption, x.gender),
            lambda x: {(n.text, n.role, n.quality) for n in x.names if n.role != "original_script"},
            lambda x: {str(b.span) for b in x.births},
            lambda x: {(i.kind, i.label, i.number, i.country, i.issued, i.expires) for i in x.identifiers},
            lambda x: {(c.role, c.code, c.text) for c in x.countries},
            lambda x: {(str(a), a.country) for a in x.addresses},
            lambda x: len(x.relations),
        ):
            assert unequal(rich, plain, read) == set()
        assert unequal(rich, plain, lambda x: {(m.programme, m.ground) for m in x.measures}) <= ADDED_PROGRAMME
        assert unequal(rich, plain, lambda x: {str(p) for p in x.birth_places}) <= OTHER_APOSTROPHE
        assert unequal(rich, plain, lambda x: {(f.key, f.text) for f in x.facts if f.key not in MORE}) <= ADDED_FACT


def test_what_the_enhanced_export_has_more_is_kept(irgc: Parsed) -> None:
    by_ref = {x.ref: x for x in irgc.listings}
    scripts = [n.script for x in irgc.listings for n in x.names if n.role == "original_script"]
    assert {s: scripts.count(s) for s in set(scripts)} == {"Arab": 92, "Cyrl": 3, "Hani": 1}
    assert all(x.listed_on for x in irgc.listings)
    assert (str(by_ref["10391"].listed_on), str(by_ref["4632"].listed_on)) == ("2007-10-25", "2010-06-16")
    ties = [r for x in irgc.listings for r in x.relations]
    assert len(ties) == 229
    assert all(r.ref for r in ties)
    assert ("Owned or Controlled By", "ANSAR BANK", "12478") in {(r.kind, r.target, r.ref) for r in by_ref["26527"].relations}
    assert sum("not valid" in (i.note or "") for x in irgc.listings for i in x.identifiers) == 2
    assert sum((b.note or "").startswith("reliability") for x in irgc.listings for b in x.births) == 2
    assert len([f for x in irgc.listings for f in x.facts if f.key == "legal_authority"]) == 444


def test_a_real_advanced_file_is_read_whole_and_agrees_with_the_plain_one(shared_data: Path) -> None:
    name = "cons_advanced_2020-03-17.xml.gz"
    if not (shared_data / "lists" / "us" / name).exists():
        pytest.skip(f"{name} is not among the reference data")
    parsed = get_source("us_ofac_nonsdn").parse([load(shared_data, name)])
    assert parsed.records == {"Individual": 82, "Entity": 293}
    assert parsed.unread == ()
    assert all(x.listed_on and x.measures for x in parsed.listings)
    assert sum(len(x.relations) for x in parsed.listings) == 276
