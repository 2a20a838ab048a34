"""The invented sheet beside this file, read value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.sources.ae_local import parse
from tocsin.sources.base import Parsed, RawFile

HERE = Path(__file__).parent / "ae_local"
LAYOUTS = ("persons",)


def read(layout: str) -> Parsed:
    return parse([RawFile(f"{layout}.csv", (HERE / f"{layout}.csv").read_bytes())])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invented_sheet_reads_as_written_beside_it(layout: str) -> None:
    expected = msgspec.json.decode((HERE / f"{layout}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(layout))) == expected


def test_a_person_is_read_whole() -> None:
    person = read("persons").listings[0]
    assert (person.kind, person.authority, person.ref[:8]) == ("person", "AE", "18/2017/")
    assert [(n.text, n.role, n.script) for n in person.names] == [
        ("OMAR TEST AL MUKHTARA", "primary", "Latn"), ("عمر تست المخترع", "original_script", "Arab"), ("أبو تست", "alias", "Arab"),
    ]
    assert [[p.text for p in n.parts] for n in person.names] == [["AL MUKHTARA"], ["المخترع"], []]
    assert (str(person.births[0].span), person.births[0].origin.text) == ("1965-02-01", "01-02-1965")
    assert (person.birth_places[0].city, person.birth_places[0].country) == ("دمشق", "sy")
    assert (person.addresses[0].street, person.addresses[0].city, person.addresses[0].country) == ("شارع 1", "الدوحة", "qa")
    passport = person.identifiers[0]
    assert (passport.kind, passport.number, passport.country) == ("passport", "900001", "qa")
    assert (str(passport.issued), str(passport.expires)) == ("2012-05-29", "2017-05-28")
    assert (person.measures[0].ground, str(person.listed_on)) == ("Cabinet Decision No. (18) of 2017", "2017")


def test_two_documents_and_two_countries_of_one_cell_are_parted() -> None:
    person = read("persons").listings[1]
    assert [c.code for c in person.countries] == ["se", "ae"]
    assert [(i.number, i.country) for i in person.identifiers] == [("90000002", "se"), ("A9000003", "ae")]
    assert [n.text for n in person.names] == ["SALIM TEST", "سالم تست", "سليم تست"]


def test_what_has_no_form_of_its_own_is_a_fact() -> None:
    person = read("persons").listings[2]
    assert [(f.key, f.text) for f in person.facts[:2]] == [("family_name", "Elsewhere"), ("birth_text", "قبل 1970")]
    assert [(i.kind, i.number) for i in person.identifiers] == [("national_id", "90004")]


def test_a_line_of_a_removal_is_no_listing() -> None:
    parsed = read("persons")
    assert (len(parsed.listings), parsed.records, parsed.unread) == (3, {"person": 3}, ())
    assert "1 lines of removals, not taken" in parsed.notes
