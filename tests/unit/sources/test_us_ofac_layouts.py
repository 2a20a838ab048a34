"""What the readers of OFAC's enhanced and advanced XML refuse, and what they report as new."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.ofac_paths import make_paths
from tocsin.sources.ofac_stream import find_root_name, make_span, say_span

GOLDEN = Path(__file__).parents[2] / "golden" / "us_ofac"
ENHANCED = (GOLDEN / "enhanced.xml").read_bytes()
ADVANCED = (GOLDEN / "advanced.xml").read_bytes()
CHOSEN = ENHANCED.replace(
    b"<sanctionsPrograms />", b'<sanctionsPrograms><sanctionsProgram refId="211">SDGT</sanctionsProgram></sanctionsPrograms>'
)
OTHER = b"Non-SDN Palestinian Legislative Council List"


def parse(data: bytes, key: str = "us_ofac") -> Parsed:
    return get_source(key).parse([RawFile("x.xml", data)])


def refusal(data: bytes, key: str = "us_ofac") -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        parse(data, key)
    return caught.value


def tell(data: bytes) -> str | None:
    identify = get_source("us_ofac").identify
    assert identify is not None
    return identify([RawFile("x.xml", data)])


@pytest.mark.parametrize("whole", [ENHANCED, ADVANCED], ids=["enhanced", "advanced"])
def test_a_file_that_breaks_off_is_truncated(whole: bytes) -> None:
    assert refusal(whole[: len(whole) // 2]).reason == "truncated"
    assert refusal(whole[: len(whole) * 9 // 10]).reason == "truncated"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ENHANCED.replace(b"<entity id=\"90002\"", b"<entity id=\"\""), "malformed"),
        (ENHANCED.replace(b"</names>", b"</nam>", 1), "malformed"),
        (ENHANCED.replace(b"<sanctionsData", b'<!DOCTYPE x [<!ENTITY a "b">]><sanctionsData', 1), "malformed"),
        (ENHANCED.replace(b"<entity ", b"<entity>" + b"<a>" * 300 + b"</a>" * 300 + b"</entity><entity ", 1), "malformed"),
        (ENHANCED[: ENHANCED.index(b"<entities>")] + b"<entities/></sanctionsData>", "empty"),
        (ENHANCED[: ENHANCED.index(b"<entities>")] + b"</sanctionsData>", "different_document"),
        (CHOSEN, "incomplete"),
        (ADVANCED.replace(b'DistinctParty FixedRef="90002"', b'DistinctParty FixedRef=""'), "malformed"),
        (ADVANCED.replace(b"<Sanctions ", b'<!DOCTYPE x [<!ENTITY a "b">]><Sanctions ', 1), "malformed"),
        (ADVANCED.replace(b'Version="3"', b'Version="3" DeltaBaseVersion="2"'), "different_document"),
        (ADVANCED[: ADVANCED.index(b"<SanctionsEntries>")] + b"</Sanctions>", "different_document"),
        (b"<Sanctions/>", "different_document"),
        (b"<sanctionsData><entity id='1'/></sanctionsData>", "different_document"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    error = refusal(data)
    assert error.reason == reason
    assert "INVENTED" not in str(error)


def test_an_export_of_some_programmes_is_taken_only_when_asked_and_noted() -> None:
    parse_partial = get_source("us_ofac").parse_partial
    assert parse_partial is not None
    parsed = parse_partial([RawFile("x.xml", CHOSEN)])
    assert len(parsed.listings) == 3
    assert parsed.notes == ("1 programmes are all that this export has; it is no whole list",)


def test_a_filter_that_lets_all_programmes_through_is_no_filter() -> None:
    both = CHOSEN.replace(
        b'<sanctionsProgram refId="211">SDGT</sanctionsProgram>',
        b'<sanctionsProgram refId="211">SDGT</sanctionsProgram><sanctionsProgram refId="204">FTO</sanctionsProgram>',
    )
    assert len(parse(both).listings) == 3


@pytest.mark.parametrize(
    ("data", "both"),
    [
        (ENHANCED, ENHANCED.replace(b"SDN List</sanctionsList></sanctionsLists>\n      <sanctionsPrograms><sanctionsProgram "
                                    b"refId=\"1\"", OTHER + b"</sanctionsList></sanctionsLists>\n      <sanctionsPrograms>"
                                    b"<sanctionsProgram refId=\"1\"")),
        (ADVANCED, ADVANCED.replace(b'<List ID="1550">SDN List</List>', b'<List ID="1550">SDN List</List><List ID="2">' + OTHER
                                    + b"</List>").replace(b'ProfileID="90003" ListID="1550"', b'ProfileID="90003" ListID="2"')),
    ],
    ids=["enhanced", "advanced"],
)
def test_a_file_with_both_lists_gives_each_list_its_own_records(data: bytes, both: bytes) -> None:
    assert data != both
    assert (tell(data), tell(both)) == ("us_ofac", None)
    assert [x.ref for x in parse(both).listings] == ["90001", "90002"]
    rest = parse(both, "us_ofac_nonsdn")
    assert [x.ref for x in rest.listings] == ["90003"]
    assert rest.notes == ("2 records of OFAC's other list in the file, left out",)


@pytest.mark.parametrize("data", [ENHANCED, ADVANCED], ids=["enhanced", "advanced"])
def test_the_other_list_is_refused_with_the_key_to_use(data: bytes) -> None:
    assert "update us_ofac with it" in str(refusal(data, "us_ofac_nonsdn"))
    other = data.replace(b"SDN List<", OTHER + b"<")
    assert "update us_ofac_nonsdn with it" in str(refusal(other))
    assert tell(other) == "us_ofac_nonsdn"


def test_new_elements_attributes_and_types_are_reported_and_values_kept() -> None:
    data = ENHANCED.replace(b"<identityId>1<", b"<shoeSize>44</shoeSize><identityId>1<").replace(b">Passport<", b">Odd Permit<")
    data = data.replace(b'<script refId="20100"', b'<script lang="ar" refId="20100"').replace(b"</entities>", b"<odd/></entities>")
    data = data.replace(b"</sanctionsData>", b"<news/></sanctionsData>")
    parsed = parse(data)
    assert {u.path for u in parsed.unread} == {
        "/entity/generalInfo/shoeSize", "/entity/names/name/translations/translation/script@lang", "/entities/odd", "/news",
        "/type of identifier: Odd Permit",
    }
    assert parsed.listings[0].identifiers[0].kind == "other_id"


def test_numbers_that_lead_nowhere_are_reported() -> None:
    data = ADVANCED.replace(b'VersionLocation LocationID="501"', b'VersionLocation LocationID="9"').replace(
        b'IdentityID="703" ValidityID', b'IdentityID="9" ValidityID').replace(b'ProfileID="90003" ListID', b'ProfileID="9" ListID')
    data = data.replace(b'From-ProfileID="90001"', b'From-ProfileID="9"').replace(b'FeatureTypeID="26"', b'FeatureTypeID="9999"')
    assert {u.path for u in parse(data).unread} >= {
        "/DistinctParty/VersionLocation: LocationID without Location", "/IDRegDocument: IdentityID without Identity",
        "/SanctionsEntry: ProfileID without Profile", "/DistinctParty without SanctionsEntry",
        "/ProfileRelationship: From-ProfileID without Profile", "/FeatureTypeID without FeatureType",
    }


def test_a_tie_to_a_record_outside_the_file_keeps_its_number() -> None:
    relation = parse(ADVANCED.replace(b'To-ProfileID="90002"', b'To-ProfileID="77"')).listings[0].relations[0]
    assert (relation.target, relation.ref) == ("77", "77")


def test_a_region_without_a_country_stands_in_its_place_as_in_the_plain_file() -> None:
    data = ENHANCED.replace(b'<country refId="11160">Pakistan</country>', b"").replace(
        b'<type refId="1451">ADDRESS1</type><value>House 1, Test Road</value>', b'<type refId="1450">REGION</type><value>Gaza</value>')
    place = parse(data).listings[0].addresses[0]
    assert (place.city, place.country, place.country_text) == ("Lahore", "ps", "Region: Gaza")


def test_a_name_of_a_false_identity_is_no_primary_name() -> None:
    listing = parse(ADVANCED.replace(b'Primary="true" False="false"', b'Primary="true" False="true"', 1)).listings[0]
    assert {n.note for n in listing.names if n.script == "Latn"} == {"name of a false identity"}
    assert all(n.role != "primary" for n in listing.names)


def test_text_and_parts_of_a_date_that_differ_are_noted_and_the_text_is_taken() -> None:
    parsed = parse(ENHANCED.replace(b"<value>circa 1965</value>", b"<value>circa 1966</value>"))
    assert str(parsed.listings[0].births[0].span) == "1966~"
    assert parsed.notes == ("1 dates of birth of which the text and the parts differ; the text was taken",)


def test_a_date_whose_text_is_none_is_taken_from_its_parts() -> None:
    assert str(parse(ENHANCED.replace(b"<value>circa 1965</value>", b"<value>?</value>")).listings[0].births[0].span) == "1965~"


def test_a_weak_alias_of_the_plain_file_has_its_parts_in_order() -> None:
    data = (GOLDEN / "new.xml").read_bytes().replace(b"<lastName>MAJOR</lastName>", b"<lastName>MAJOR, Test</lastName>")
    name = next(n for n in parse(data).listings[0].names if n.quality == "weak")
    assert (name.text, name.origin.text) == ("Test MAJOR", "MAJOR, Test")


def test_a_link_in_brackets_behind_a_remark_is_a_relation() -> None:
    data = (GOLDEN / "new.xml").read_bytes().replace(b"(Linked To: INVENTED BRIGADE)", b"A remark.; (Linked To: INVENTED BRIGADE)")
    assert [r.target for r in parse(data).listings[0].relations] == ["INVENTED BRIGADE"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("1965-01-01", "1965-12-31", "1965"), ("1965-02-01", "1965-02-28", "Feb 1965"), ("1965-02-14", "1965-02-14", "14 Feb 1965"),
        ("1961-01-01", "1963-12-31", "1961 to 1963"), ("1962-03-01", "1963-03-31", "01 Mar 1962 to 31 Mar 1963"),
    ],
)
def test_first_and_last_days_become_the_dates_that_they_stand_for(first: str, last: str, words: str) -> None:
    assert say_span(make_span(dt.date.fromisoformat(first), dt.date.fromisoformat(last))) == words


def test_the_root_is_found_behind_marks_and_comments() -> None:
    assert find_root_name(b'\xef\xbb\xbf<?xml version="1.0"?><!-- <x> --><un:Sanctions a="b">') == "Sanctions"
    assert find_root_name(b"") == ""


def test_paths_are_written_short() -> None:
    assert make_paths("a/b c", "d @e", "@f") == {"a", "a/b", "a/c", "d", "d@e", "@f"}
