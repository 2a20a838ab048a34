"""The invented lists beside this file, one for each layout since 2020, read as their JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.model import Listing
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ca_sema import parse

HERE = Path(__file__).parent / "ca_sema"
LAYOUTS = ("layout_2020", "layout_2021", "layout_2026")


def read(layout: str) -> Parsed:
    return parse([RawFile("sema-lmes.xml", (HERE / f"{layout}.xml").read_bytes())])


def find(ref: str) -> Listing:
    return next(x for x in read("layout_2026").listings if x.ref == ref)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invented_list_reads_as_written_beside_it(layout: str) -> None:
    expected = msgspec.json.decode((HERE / f"{layout}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(layout))) == expected


def test_the_layout_makes_no_difference_but_for_what_it_cannot_say() -> None:
    lists = [[(x.ref, x.kind, [(n.text, n.role, n.quality) for n in x.names]) for x in read(layout).listings[:4]] for layout in LAYOUTS]
    assert lists[0] == lists[1] == lists[2]
    assert [x.listed_on for x in read("layout_2020").listings] == [None] * 4


def test_a_person_is_read_whole() -> None:
    person = find("Russia/1-Part-1/901")
    assert (person.authority, person.kind, str(person.listed_on)) == ("CA", "person", "2019-03-15")
    assert [(n.text, n.quality) for n in person.names] == [
        ("Ivan Testovich IVANOV", "strong"), ("Jan", "weak"), ("Johan IVANOFF", "strong"),
    ]
    assert [str(b.span) for b in person.births] == ["1972-08-10", "1974-05"]
    assert [(f.key, f.text, f.origin.text) for f in person.facts] == [("title", "Major General", "Major General/major-général")]
    measure = person.measures[0]
    assert (measure.programme, measure.ground) == ("Russia", "Special Economic Measures Act; schedule 1, Part 1, item 901")
    assert person.countries == ()


def test_an_entity_has_its_names_in_both_languages() -> None:
    assert [(n.text, n.note) for n in find("Iran/1/902").names] == [
        ("Institute of Tests (IT)", None), ("Institut des tests (IT)", "French"), ("Test House Co., Ltd.", None), ("The Testers", None),
    ]
    assert [n.text for n in find("Ukraine/Part-2/904").names] == [
        "Test Plant JSC", "Joint Stock Company Test Plant", "ZAO Testovy Zavod",
    ]


def test_a_vessel_has_its_number_type_and_year_of_building() -> None:
    ship = find("Russia/1.1/905")
    assert (ship.kind, ship.caption, str(ship.births[0].span)) == ("vessel", "M/V Test Mariner", "1986")
    assert [(i.kind, i.number) for i in ship.identifiers] == [("imo", "9074729")]
    assert [(f.key, f.text) for f in ship.facts] == [("vessel_type", "General Cargo")]


def test_the_law_for_corrupt_officials_is_told_apart() -> None:
    assert find("JVCFOR/3").measures[0].ground == (
        "Justice for Victims of Corrupt Foreign Officials Act (Sergei Magnitsky Law); item 3"
    )
