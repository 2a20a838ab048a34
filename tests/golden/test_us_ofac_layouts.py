"""OFAC's enhanced and advanced XML say of the invented subjects what the plain XML says, and more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source

FOLDER = Path(__file__).parent / "us_ofac"
RICH = ("enhanced.xml", "advanced.xml")
MORE = {"sanctions_list", "sanctions_type", "legal_authority", "relation_quality"}  # facts that the plain files have not


def parse(name: str) -> Parsed:
    return get_source("us_ofac").parse([RawFile(name, (FOLDER / name).read_bytes())])


def contents(listing: Listing) -> dict[str, Any]:
    """What both layouts say, without where it was read and without what only the rich ones have."""
    names = [n for n in listing.names if n.role != "original_script"]
    return {
        "ref": listing.ref, "kind": listing.kind, "caption": listing.caption, "gender": listing.gender,
        "names": {(n.text, n.role, n.quality) for n in names},
        "births": {str(b.span) for b in listing.births}, "birth_places": {(str(p), p.country) for p in listing.birth_places},
        "addresses": [(str(p), p.country) for p in listing.addresses],
        "countries": {(c.role, c.code, c.text) for c in listing.countries},
        "identifiers": {(i.kind, i.label, i.number, i.country, i.issued, i.expires) for i in listing.identifiers},
        "measures": [(m.programme, m.ground) for m in listing.measures],
        "facts": {(f.key, f.text) for f in listing.facts if f.key not in MORE},
        "targets": {r.target for r in listing.relations},
    }


@pytest.mark.parametrize("name", RICH)
def test_each_layout_gives_the_same_subjects_as_the_plain_file(name: str) -> None:
    plain, rich = parse("new.xml"), parse(name)
    assert [contents(x) for x in rich.listings] == [contents(x) for x in plain.listings]
    assert rich.records == plain.records
    assert rich.unread == ()
    assert rich.notes == ()


@pytest.mark.parametrize("name", RICH)
def test_a_name_in_its_own_script_is_kept_without_marks_of_direction(name: str) -> None:
    name_in_arabic = parse(name).listings[0].names[-1]
    assert (name_in_arabic.text, name_in_arabic.role, name_in_arabic.script) == ("عمر مخترع", "original_script", "Arab")
    assert (name_in_arabic.quality, name_in_arabic.note) == ("strong", "Arabic")
    assert {p.kind: p.text for p in name_in_arabic.parts} == {"given": "عمر", "family": "مخترع"}


def test_what_was_published_around_an_arabic_name_stays_in_its_origin() -> None:
    assert parse("enhanced.xml").listings[0].names[-1].origin.text == "\u202bعمر مخترع\u202c"


@pytest.mark.parametrize("name", RICH)
def test_the_parts_of_a_name_are_those_of_the_list(name: str) -> None:
    assert {p.kind: p.text.casefold() for p in parse(name).listings[0].names[0].parts} == {
        "given": "omar", "middle": "test", "family": "invented"
    }


@pytest.mark.parametrize("name", RICH)
def test_dates_of_listing_lists_and_legal_authorities_are_kept(name: str) -> None:
    person, brigade, ship = parse(name).listings
    assert [str(x.listed_on) for x in (person, brigade, ship)] == ["2012-09-19", "2001-10-31", "2012-07-12"]
    facts = {f.key: f.text for f in person.facts}
    assert facts["sanctions_list"] == "SDN List (2012-09-19)"
    assert facts["legal_authority"] == "Executive Order 13224 (Terrorism)"
    assert facts["sanctions_type"] == "Block"


@pytest.mark.parametrize("name", RICH)
def test_ties_lead_to_the_other_record_by_its_reference(name: str) -> None:
    person, brigade, _ = parse(name).listings
    assert [(r.kind, r.target, r.ref) for r in person.relations] == [
        ("Leader or official of", "INVENTED BRIGADE", brigade.ref)
    ]
    assert "Leader or official of INVENTED BRIGADE: High" in {f.text for f in person.facts}


@pytest.mark.parametrize(("name", "word"), [("enhanced.xml", "not valid"), ("advanced.xml", "validity: Fraudulent")])
def test_a_document_that_is_not_valid_says_so_and_in_whose_name_it_is(name: str, word: str) -> None:
    passport = parse(name).listings[0].identifiers[0]
    assert passport.note is not None
    said = passport.note.split("; ")
    assert said[0] == word
    assert "issued in Lahore" in said
    assert any(part.startswith("in the name of") and "Umar" in part for part in said)


@pytest.mark.parametrize("name", RICH)
def test_how_sure_a_date_of_birth_is_stands_beside_it(name: str) -> None:
    birth = parse(name).listings[0].births[0]
    assert (str(birth.span), birth.note) == ("1965~", "reliability: Reported")


def test_the_moment_of_publication_is_that_of_the_file() -> None:
    assert str(parse("enhanced.xml").published_at) == "2024-05-07 19:59:26.451180+00:00"
    assert str(parse("advanced.xml").published_at) == "2024-05-07 00:00:00+00:00"


def test_both_namespaces_of_the_advanced_file_give_the_same_listings() -> None:
    data = (FOLDER / "advanced.xml").read_bytes().replace(
        b"http://www.un.org/sanctions/1.0", b"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"
    )
    assert get_source("us_ofac").parse([RawFile("x.xml", data)]).listings == parse("advanced.xml").listings


@pytest.mark.parametrize("name", RICH)
def test_listings_can_be_written_and_read_again(name: str) -> None:
    for listing in parse(name).listings:
        assert msgspec.json.decode(msgspec.json.encode(listing), type=Listing) == listing
