"""The invented feed beside this file, read value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ca_listed import LAW, parse

HERE = Path(__file__).parent / "ca_listed"
LAYOUTS = ("feed",)


def read(layout: str) -> Parsed:
    return parse([RawFile("lstd-ntts-eng.xml", (HERE / f"{layout}.xml").read_bytes())])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invented_feed_reads_as_written_beside_it(layout: str) -> None:
    expected = msgspec.json.decode((HERE / f"{layout}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(layout))) == expected


def test_an_entity_is_read_whole() -> None:
    entity = read("feed").listings[0]
    assert (entity.authority, entity.ref, entity.kind, entity.caption) == ("CA", "901", "organization", "Invented Brigades (IB)")
    assert [n.text for n in entity.names[1:]] == [
        "The Invented Brigade", "the Brigades of the Invented (Front, Party)", "the Test Hadid Battalions",
    ]
    assert (str(entity.listed_on), [str(d) for d in entity.updated_on]) == ("2015-06-29", ["2024-06-07"])
    assert (entity.measures[0].ground, entity.measures[0].since) == (LAW, entity.listed_on)
    assert [(f.key, f.text) for f in entity.facts] == [
        ("comment", "The IB is an invented group. It never was."), ("source", "https://entities.example/901"),
    ]


def test_what_was_not_reviewed_has_no_date_of_it_and_nothing_is_unread() -> None:
    parsed = read("feed")
    assert [x.updated_on for x in parsed.listings[1:]] == [(), ()]
    assert (parsed.unread, parsed.notes, str(parsed.published_at)) == ((), (), "2026-01-02 03:04:05+00:00")
    assert [n.text for n in parsed.listings[2].names[1:]] == ["Frente Inventado", "First Invented Army", "Army of the Inventors"]
