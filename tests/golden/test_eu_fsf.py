"""The invented list beside this file, read as its JSON says, value by value; the values that matter most are named here."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.model import Listing
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.eu_fsf import parse

FOLDER = Path(__file__).parent / "eu_fsf"


def read() -> Parsed:
    return parse([RawFile("eu.xml", (FOLDER / "invented.xml").read_bytes())])


def person() -> Listing:
    return read().listings[0]


def facts(listing: Listing, key: str) -> list[str]:
    return [fact.text for fact in listing.facts if fact.key == key]


def test_an_invented_list_reads_as_written_beside_it() -> None:
    expected = msgspec.json.decode((FOLDER / "invented.json").read_bytes())
    assert msgspec.json.decode(msgspec.json.encode(read())) == expected


def test_records_are_counted_and_those_of_one_subject_joined() -> None:
    parsed = read()
    assert parsed.records == {"enterprise": 1, "person": 2}
    assert [(x.ref, x.record_id, x.kind) for x in parsed.listings] == [
        ("EU.9001.10", "900110", "person"), ("EU.9002.20", "900220", "organization"),
    ]
    assert parsed.unread == ()
    assert parsed.published_at is not None
    assert parsed.published_at.isoformat() == "2024-05-13T17:44:28.283000+02:00"
    assert parsed.notes == (
        "1 UN references (unitedNationId) that are not written as the UN does, kept as facts",
        "1 dates of birth that are no dates, kept as text",
        "1 subjects given under several programmes, joined",
    )


def test_the_main_name_comes_first_wherever_it_stands() -> None:
    names = person().names
    assert [(n.text, n.role, n.quality, n.script) for n in names] == [
        ("Albern Maxim TESTOV", "primary", "strong", "Latn"),
        ("Abu Valdar", "alias", "weak", "Latn"),
        ("Альберн Тестов", "original_script", "strong", "Cyrl"),
        ("Albern Oldname", "former", "strong", "Latn"),
        ("Άλμπερν Τέστοφ", "alias", "strong", "Grek"),
        ("Albern Testov", "alias", "strong", "Latn"),
    ]
    assert [(p.kind, p.text) for p in names[0].parts] == [("given", "Albern"), ("middle", "Maxim"), ("family", "TESTOV")]
    assert (names[0].origin.text, names[1].origin.text) == ("Albern  Maxim TESTOV", None)
    assert [n.note for n in names[:4]] == [
        "language: EN", "low quality alias", "language: RU", "language: EN; formerly known as",
    ]


def test_an_abbreviation_and_a_translation_are_no_main_name_and_one_name_in_two_languages_is_one() -> None:
    names = read().listings[1].names
    assert [(n.text, n.note) for n in names] == [
        ("Invented Works JSC", "language: EN; language: SV"), ("Inventní závody", "language: CS"), ("IW", "language: EN"),
    ]


def test_the_measures_are_the_programmes_with_their_dates() -> None:
    listing = person()
    assert [(m.programme, m.ground, str(m.since)) for m in listing.measures] == [
        ("TAQA", "ISIL (Da'esh) and Al-Qaida: Regulation (EC) No 881/2002; last act 2017/9404 (OJ L63)", "2010-07-20"),
        ("AFG", "Afghanistan (Taliban): Regulation (EU) No 753/2011; last act 968/9011 (OJ L257)", "2011-09-30"),
    ]
    assert str(listing.listed_on) == "2010-07-20"
    assert [str(day) for day in listing.updated_on] == ["2010-08-01", "2011-09-30", "2017-03-09"]


def test_a_cross_reference_is_only_what_the_list_says_of_the_subject_itself() -> None:
    listing, firm = read().listings
    assert [(i.number, i.origin.field, i.origin.text) for i in listing.identifiers if i.kind == "un_ref"] == [
        ("QDi.999", "@unitedNationId", " QDi.999")
    ]
    assert facts(listing, "un_ref_mentioned") == ["QDe.998"]
    assert facts(firm, "un_ref_unclear") == ["KPi.99"]
    assert [i.kind for i in firm.identifiers] == ["imo"]


def test_dates_of_birth_are_read_with_ranges_and_no_year_is_taken_from_another_calendar() -> None:
    listing = person()
    assert [(str(b.span), b.note) for b in listing.births] == [("1970-02-03", None), ("1968~/1973~", "between 1968 and 1973")]
    assert facts(listing, "birth_text") == ["year 1343, calendar ISLAMIC"]
    assert [(p.city, p.region, p.country, p.note) for p in listing.birth_places] == [
        ("Testabad", "Inventia Province", "af", "former USSR")
    ]


def test_an_address_is_read_whole_and_its_contacts_apart() -> None:
    listing = person()
    assert [str(a) for a in listing.addresses] == [
        "1 Invented Street, P.O. Box 3162, Testabad, Old Town, Inventia Province, 1090, PAKISTAN"
    ]
    assert listing.addresses[0].note == "as at the time of listing; previous address"
    assert [(i.kind, i.number) for i in listing.identifiers if i.kind in ("phone", "email", "website")] == [
        ("phone", "+992 11 2121816"), ("phone", "+992 11 2121834"), ("email", "albern@example.org"),
        ("email", "office@example.org"), ("website", "www.albern.example"),
    ]
    assert facts(listing, "fax") == ["+992 11 99"]


def test_a_passport_has_its_dates_country_and_remarks() -> None:
    passport = next(i for i in person().identifiers if i.kind == "passport")
    assert (passport.number, passport.country, str(passport.issued), str(passport.expires)) == (
        "D0000001", "af", "2004-05-06", "2014-05-05",
    )
    assert passport.note == (
        "diplomatic; known to be expired; in the name Albern Other; issued by Ministry of Papers; issued in Testabad; "
        "Afghan passport"
    )


def test_an_unnamed_sort_of_number_is_told_by_its_remark_and_no_number_is_none() -> None:
    listing = person()
    assert [i.number for i in listing.identifiers if i.kind == "tax_id"] == ["000000000001"]
    assert facts(listing, "document") == ["National identification card; PAKISTAN"]
