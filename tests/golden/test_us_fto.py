"""An invented page in the layout of the State Department's gives its organisations, value by value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.us_fto import find_delisted

FILE = RawFile("page.html", (Path(__file__).parent / "us_fto" / "page.html").read_bytes())


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    return get_source("us_fto").parse([FILE])


def names(listing: Listing) -> list[tuple[str, str, str | None]]:
    return [(n.text, n.role, n.note) for n in listing.names]


def test_designated_organisations_are_the_listings(parsed: Parsed) -> None:
    assert [(x.ref, str(x.listed_on)) for x in parsed.listings] == [
        ("2025-03-05-helpers-of-nowhere", "2025-03-05"),
        ("2001-12-26-army-of-invention", "2001-12-26"),
        ("2014-05-15-the-invented-front", "2014-05-15"),
        ("2001-05-16-new-invented-army", "2001-05-16"),
        ("1997-10-08-workers-of-invention", "1997-10-08"),
        ("1997-10-08-group-of-invention", "1997-10-08"),
        ("2021-12-01-invented-forces-peoples-army", "2021-12-01"),
    ]
    assert {(x.authority, x.kind) for x in parsed.listings} == {("US", "organization")}
    assert parsed.records == {"designated": 7, "delisted": 2}
    assert parsed.unread == ()


def test_the_designation_has_its_law_and_its_date(parsed: Parsed) -> None:
    measure = parsed.listings[1].measures[0]
    assert (measure.programme, measure.ground) == ("FTO", "Immigration and Nationality Act, section 219 (8 U.S.C. 1189)")
    assert (str(measure.since), measure.origin.text) == ("2001-12-26", "December 26, 2001")


def test_names_aliases_and_amendments(parsed: Parsed) -> None:
    assert names(parsed.listings[1]) == [
        ("Army of Invention", "primary", None), ("AoI", "alias", None),
        ("Charity of Invention", "alias", "amendment of 2014-06-26"), ("Voice of Invention", "alias", "amendment of 2014-06-26"),
        ("Young Inventors", "alias", "amendment of 2014-06-26"), ("Invention Students", "alias", "amendment of 2016-12-30"),
    ]
    assert [str(d) for d in parsed.listings[1].updated_on] == ["2014-06-26", "2016-12-30"]
    assert names(parsed.listings[2]) == [
        ("The Invented Front", "primary", None), ("Council of Invention", "alias", None), ("TIF/CI", "alias", None),
        ("Front for Conquest", "alias", "amendment of 2016-11-14"),
    ]
    assert names(parsed.listings[3]) == [("New Invented Army", "primary", None), ("Real Invented Army", "former", None)]
    assert names(parsed.listings[5])[1:] == [("Invented Group", "alias", None), ("IG", "alias", None)]
    assert names(parsed.listings[6])[0] == ("Invented Forces – People’s Army", "primary", None)


def test_delisted_organisations_are_history_and_not_listings(parsed: Parsed) -> None:
    assert not any("Faction" in n.text for x in parsed.listings for n in x.names)
    assert [(x.name, str(x.designated), str(x.removed)) for x in find_delisted([FILE])] == [
        ("Helpers of Nowhere", "2021-01-19", "2021-02-16"), ("Invented Faction – Interior", "1997-10-08", "1999-10-08"),
    ]
    assert parsed.notes == ("2 delisted organisations on the page, which are not listings in force",)


def test_an_organisation_designated_again_tells_when_it_was_before(parsed: Parsed) -> None:
    fact = parsed.listings[0].facts[0]
    assert (fact.key, fact.text) == ("earlier_designation", "designated 2021-01-19, removed 2021-02-16")
    assert fact.origin.text == "February 16, 2021 | Helpers of Nowhere | January 19, 2021"
