"""One set of invented subjects in all of OFAC's layouts gives one set of listings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source

FOLDER = Path(__file__).parent / "us_ofac"


def parse(*names: str) -> Parsed:
    return get_source("us_ofac").parse([RawFile(name, (FOLDER / name).read_bytes()) for name in names])


def without_origins(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_origins(v) for k, v in value.items() if k != "origin"}
    if isinstance(value, list | tuple):
        return sorted((without_origins(v) for v in value), key=repr)
    return value


def contents(listing: Listing) -> Any:
    return without_origins(msgspec.to_builtins(listing))


def test_both_namespaces_give_the_same_listings() -> None:
    assert parse("old.xml").listings == parse("new.xml").listings


def test_xml_and_csv_give_the_same_values_from_other_places() -> None:
    xml, csv = parse("new.xml"), parse("sdn.csv", "alt.csv", "add.csv")
    for one, other in zip(xml.listings, csv.listings, strict=True):
        assert contents(one) == contents(other)


def test_everything_in_the_files_is_read() -> None:
    assert parse("new.xml").unread == ()
    assert parse("sdn.csv", "alt.csv", "add.csv").unread == ()


def test_a_person_is_read_whole() -> None:
    person = parse("new.xml").listings[0]
    assert (person.ref, person.kind, person.caption, person.gender) == ("90001", "person", "Omar Test INVENTED", "male")
    assert [(n.text, n.quality) for n in person.names[1:]] == [("Umar INVENTED", "strong"), ("MAJOR", "weak")]
    assert person.names[0].origin.text == "INVENTED, Omar Test"
    assert str(person.births[0].span) == "1965~"
    assert (person.birth_places[0].city, person.birth_places[0].country) == ("Testpur", "pk")
    passport = person.identifiers[0]
    assert (passport.kind, passport.number, passport.country) == ("passport", "X1234567", "pk")
    assert (str(passport.issued), str(passport.expires)) == ("2009-06-23", "2014-06-22")
    assert [(m.programme, m.ground) for m in person.measures] == [
        ("SDGT", "Executive Order 13224, as amended"),
        ("FTO", "Immigration and Nationality Act, section 219 (8 U.S.C. 1189)"),
    ]
    assert [(r.kind, r.target) for r in person.relations] == [("Linked To", "INVENTED BRIGADE")]


def test_a_vessel_has_its_number_call_sign_and_flag() -> None:
    ship = parse("new.xml").listings[2]
    assert ship.kind == "vessel"
    assert {(i.kind, i.number) for i in ship.identifiers} == {("imo", "9000001"), ("call_sign", "TST7")}
    assert [(c.role, c.code) for c in ship.countries] == [("flag", "pa")]


def test_the_publishers_date_and_counts_are_kept() -> None:
    parsed = parse("new.xml")
    assert parsed.published_at is not None
    assert parsed.published_at.isoformat() == "2024-05-07T00:00:00+00:00"
    assert parsed.records == {"Individual": 1, "Entity": 1, "Vessel": 1}
