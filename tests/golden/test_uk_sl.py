"""One set of invented subjects in the UK's two forms: each value as the JSON says, and the same from XML and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source

HERE = Path(__file__).parent / "uk_sl"
FORMS = ("xml", "csv")


def read(form: str) -> Parsed:
    return get_source("uk_sl").parse([RawFile(f"list.{form}", (HERE / f"list.{form}").read_bytes())])


def without_origins(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_origins(v) for k, v in value.items() if k != "origin"}
    return [without_origins(v) for v in value] if isinstance(value, list | tuple) else value


def contents(listing: Listing) -> Any:
    return without_origins(msgspec.to_builtins(listing))


@pytest.mark.parametrize("form", FORMS)
def test_an_invented_list_reads_as_written_beside_it(form: str) -> None:
    expected = msgspec.json.decode((HERE / f"{form}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(form))) == expected


def test_xml_and_csv_give_the_same_values_from_other_places() -> None:
    xml, csv = read("xml"), read("csv")

    assert xml.published_at == csv.published_at
    assert xml.records == csv.records == {"Individual": 1, "Entity": 1, "Ship": 1}
    assert [contents(x) for x in xml.listings] == [contents(x) for x in csv.listings]
    assert all(a.names[0].origin != b.names[0].origin for a, b in zip(xml.listings, csv.listings, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_everything_in_the_file_is_read(form: str) -> None:
    assert read(form).unread == ()


@pytest.mark.parametrize("form", FORMS)
def test_a_person_is_read_whole(form: str) -> None:
    person = read(form).listings[0]

    assert (person.ref, person.kind, person.caption, person.gender) == ("AQD9001", "person", "ALBERN TESTOV INVENTED", "male")
    assert [(n.text, n.role, n.quality) for n in person.names[1:]] == [
        ("Alberne Invented", "alias", "strong"), ("Abu Probe", "alias", "weak"), ("Alban Inventado", "alias", "strong"),
        ("Альберн Тестов Выдуман", "original_script", "strong"), ("Älbérn Invénted", "alias", "strong"),
    ]
    assert [str(b.span) for b in person.births] == ["1962", "1963-07", "1963-07-05"]
    assert [(p.city, p.region, p.country) for p in person.addresses] == [("Testpur", "Helmand Province", "af"), ("Goma", None, "cd")]
    assert [(p.city, p.country) for p in person.birth_places] == [("Probograd", "ua")]
    passport = person.identifiers[0]
    assert (passport.number, passport.country, str(passport.issued), str(passport.expires)) == ("00990011", "af", "2022-05-10", "2027-05-09")
    assert passport.origin.text == "'00990011"
    assert {(i.kind, i.number) for i in person.identifiers[1:]} == {
        ("tax_id", "990000000001"), ("national_id", "55-990"), ("phone", "+93 700 000 001"), ("phone", "+93 700 000 002"),
        ("un_ref", "QDi.901"), ("uk_ofsi_group", "90001"),
    }


@pytest.mark.parametrize("form", FORMS)
def test_where_the_uk_takes_over_a_listing_of_the_un_it_says_so(form: str) -> None:
    sources = [[f.text for f in x.facts if f.key == "designation_source"] for x in read(form).listings]

    assert sources == [["UN"], ["UK", "UN"], ["UK"]]


@pytest.mark.parametrize("form", FORMS)
def test_a_ship_has_its_number_flags_owners_and_year(form: str) -> None:
    ship = read(form).listings[2]

    assert (ship.kind, ship.caption, str(ship.births[0].span)) == ("vessel", "INVENTED STAR", "2003")
    assert [(i.kind, i.number) for i in ship.identifiers] == [("imo", "9000003")]
    assert [(c.role, c.code) for c in ship.countries] == [("flag", "km"), ("former_flag", "pa"), ("former_flag", "lr")]
    assert [(r.kind, r.target) for r in ship.relations] == [
        ("Current owner/operator", "Star Lines Ltd"), ("Previous owner/operator", "Moon Lines Ltd"),
    ]
