"""The state of March 2020 of Canada's autonomous sanctions is read whole; what is known of 2026 can be read as well."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest
import yaml

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ca_sema import parse, parse_spans

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    return parse([RawFile("sema-lmes.xml", gzip.decompress((shared_data / "lists/ca/ca_sema_2020-03.xml.gz").read_bytes()))])


def find(parsed: Parsed, ref: str) -> Listing:
    return next(x for x in parsed.listings if x.ref == ref)


def test_every_record_is_read_and_nothing_is_left(parsed: Parsed) -> None:
    assert (len(parsed.listings), parsed.records) == (1369, {"organization": 384, "person": 985})
    assert (parsed.unread, parsed.notes) == ((), ())
    assert sum(len(x.births) for x in parsed.listings) == 213  # 212 dates, one of them "or" another
    assert sum(len(x.facts) for x in parsed.listings) == 64


def test_facts_checked_by_hand(parsed: Parsed) -> None:
    guards = next(x for x in parsed.listings if x.caption == "Islamic Revolutionary Guard Corps")
    assert (guards.ref, len(guards.names)) == ("Iran/1/136", 12)
    assert [n.text for n in find(parsed, "Burma/1/17").names] == [
        "MICB", "Myanma Investment and Commercial Bank", "Burma Investment and Commercial Bank",
    ]
    assert find(parsed, "Venezuela/30").caption == "Maikel José MORENO PÉREZ"
    assert sum(x.ref.startswith("JVCFOR/") for x in parsed.listings) == 70


def test_all_dates_but_one_of_2026_can_be_read(shared_data: Path) -> None:
    unread = []
    with tarfile.open(shared_data / "lists/ca/ca_sema_yaml_2026-08-22.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            text = stream.read().decode() if stream and "ca-" in member.name else ""
            for line in text.splitlines():
                if line.startswith("date_of_birth_or_ship_build_date:"):
                    value = " ".join(str(yaml.safe_load(line.partition(":")[2])).split())
                    unread += [] if parse_spans(value) else [value]
    assert unread == ["born in the early 1970s"]


def test_error_pages_and_other_lists_are_refused(shared_data: Path) -> None:
    others = [shared_data / "lists/ca/ca_listed_terrorist_entities_misp_2026.json"]
    for path in [*(shared_data / "lists/bad_downloads").iterdir(), *others]:
        with pytest.raises(ListRefused):
            parse([RawFile("sema-lmes.xml", path.read_bytes())])
