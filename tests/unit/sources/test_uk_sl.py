"""The UK list's reader: its oddities, what it reports as new, what it refuses."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources import RawFile, get_source
from tocsin.sources.base import Parsed, Unread
from tocsin.sources.uk_csv import COLUMNS
from tocsin.sources.uk_numbers import find_emails, find_expiry, find_issued, split_numbers, split_phones
from tocsin.sources.uk_values import find_code, find_issuer, parse_date, parse_report_date, read_un_refs

GOLDEN = Path(__file__).parents[2] / "golden" / "uk_sl"
XML, CSV = (GOLDEN / "list.xml").read_bytes(), (GOLDEN / "list.csv").read_bytes()
SOURCE = get_source("uk_sl")
NAME = "<Names><Name><Name6>INVENTED</Name6><NameType>Primary Name</NameType></Name></Names>"
KIND = "<IndividualEntityShip>Individual</IndividualEntityShip>"
REGIME = "<RegimeName>The Russia (Sanctions) (EU Exit) Regulations 2019</RegimeName>"
DATED = "<DateGenerated>05/10/2026</DateGenerated>"


def document(inner: str = "", *, ref: str = "<UniqueID>TST0001</UniqueID>", base: str = NAME + KIND + REGIME) -> bytes:
    record = f"<Designation>{ref}{base}{inner}</Designation>"
    return f"<Designations>{DATED}{record}</Designations>".encode()


def read(data: bytes, name: str = "list.xml") -> Parsed:
    return SOURCE.parse([RawFile(name, data)])


def read_record(inner: str, base: str = NAME + KIND + REGIME) -> Listing:
    return read(document(inner, base=base)).listings[0]


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, first: str = "Report Date: 05-Oct-2026\n") -> bytes:
    base = {
        "Unique ID": "TST0001", "Name 6": "INVENTED", "Name type": "Primary Name", "Designation Type": "Individual",
        "Regime Name": "The Russia (Sanctions) (EU Exit) Regulations 2019",
    }
    out = io.StringIO(newline="")
    out.write(first)
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**base, **row} for row in rows)
    return out.getvalue().encode()


def test_the_csv_has_58_columns_as_the_publishers_header() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == 58


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<Designations><DateGenerated>05/10/2026</DateGenerated></Designations>", "empty"),
        (table(), "empty"),
        (b"<!DOCTYPE html><html><body>503</body></html>", "error_page"),
        (b"\n<html><body>Not found</body></html>", "error_page"),
        (b'{"error": "not found"}', "error_page"),
        (b"PK\x03\x04xxxx", "error_page"),
        (b"Service unavailable", "different_document"),
        (b"a,b\n1,2\n", "different_document"),
        (b"<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>", "different_document"),
        (XML[: len(XML) // 2], "truncated"),
        (XML.rstrip()[:-3], "truncated"),
        (XML.replace(b"</Name6>", b"</Name7>", 1), "malformed"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + document("<Titles><Title>&a;</Title></Titles>"), "malformed"),
        (document("<Titles><Title>&undefined;</Title></Titles>"), "malformed"),
        (document(ref=""), "malformed"),
        (document(ref="<UniqueID> </UniqueID>"), "malformed"),
        (CSV[: CSV.index(b"RUS9003") + 20], "truncated"),
        (CSV[: CSV.rindex(b'"Shipping') + 8], "truncated"),
        (CSV.replace(b"RUS9002,", b"", 1), "malformed"),
        (CSV.replace(b"RUS9002,", b",", 1), "malformed"),
        (CSV.replace(b"Unique ID", b"Unique Key", 1), "different_document"),
        (CSV.replace(b"Designation Type", b"Kind", 1), "different_document"),
        (CSV.replace(b"D.O.B", b"Date of birth", 1), "incomplete"),
        (CSV.replace(b"Title,", b"Position,", 1), "malformed"),
        (CSV[3:].decode().encode("utf-16")[:-1], "malformed"),
        (CSV + b"\0", "malformed"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    error = refusal(data)

    assert error.reason == reason
    assert "INVENTED" not in str(error)


def test_a_refusal_names_the_place() -> None:
    assert "Designation 1: expected a UniqueID" in str(refusal(document(ref="")))
    assert "line 27: expected 58 cells" in str(refusal(CSV.replace(b"RUS9002,", b"", 1)))
    assert "D.O.B (1)" in str(refusal(CSV.replace(b"D.O.B", b"Date of birth", 1)))


def test_two_files_are_refused() -> None:
    with pytest.raises(ListRefused) as caught:
        SOURCE.parse([RawFile("a.xml", XML), RawFile("a.csv", CSV)])
    assert caught.value.reason == "incomplete"


def test_an_operator_may_take_a_csv_without_a_column_and_it_is_noted() -> None:
    assert SOURCE.parse_partial is not None
    parsed = SOURCE.parse_partial([RawFile("a.csv", CSV.replace(b"D.O.B", b"Date of birth", 1))])

    assert any("D.O.B" in note for note in parsed.notes)
    assert parsed.unread == (Unread(path="column date of birth", count=1),)
    assert [x.births for x in parsed.listings[:2]] == [(), ()]


def test_an_unknown_element_attribute_and_text_are_reported_with_path_and_count() -> None:
    parsed = read(document(
        '<Boats x="1"><Boat>y</Boat></Boats><Titles>stray<Title n="1">Dr<b/></Title></Titles><Names><Name><Name9>z</Name9></Name></Names>'
    ))

    assert {u.path: u.count for u in parsed.unread} == {
        "Boats": 1, "Boats@x": 1, "Boats/Boat": 1, "Titles#text": 1, "Titles/Title@n": 1, "Titles/Title/b": 1,
        "Names/Name/Name9": 1,
    }


def test_text_between_records_is_reported() -> None:
    data = XML.replace(b"<Designation>", b"one<Designation>").replace(b"</Designations>", b"two</Designations>")

    assert read(data).unread == (Unread(path="#text", count=4),)
    assert read(data).listings == read(XML).listings


def test_a_document_that_is_nested_too_deeply_is_refused() -> None:
    assert refusal(document("<a>" * 2_000 + "</a>" * 2_000)).reason == "malformed"
    assert refusal(b"<a>" * 2_000 + b"</a>" * 2_000).reason in ("malformed", "different_document")


def test_elements_that_the_schema_has_and_the_list_does_not_fill_are_reported_when_they_come() -> None:
    parsed = read(document("<CryptoWalletAddresses><CryptoWalletAddress>x</CryptoWalletAddress></CryptoWalletAddresses>"))

    assert parsed.unread[0].path == "CryptoWalletAddresses"


def test_unknown_words_and_columns_are_reported() -> None:
    row = {"Designation Type": "Aircraft", "Regime Name": "The Moon (Sanctions) Regulations 2030", "Gender": "Other",
           "Name type": "Nickname", "Alias strength": "So so", "Designation source": "UK|EU", "Shoe size": "44"}
    parsed = read(table(row, columns=(*COLUMNS, "Shoe size")), "list.csv")

    assert {u.path for u in parsed.unread} == {
        "Designation Type (unknown word)", "Regime Name (unknown regime)", "Gender (unknown word)", "Name type (unknown word)",
        "Alias strength (unknown word)", "Designation source (unknown word)", "column shoe size",
    }
    listing = parsed.listings[0]
    assert (listing.kind, listing.measures[0].programme) == ("unknown", "The Moon (Sanctions) Regulations 2030")
    assert ("gender", "Other") in {(f.key, f.text) for f in listing.facts}


def test_an_indicator_that_the_text_does_not_name_is_kept_and_noted() -> None:
    parsed = read(document(
        "<SanctionsImposed>Asset freeze|De-flag</SanctionsImposed><SanctionsImposedIndicators><AssetFreeze>true</AssetFreeze>"
        "<Deflag>true</Deflag><CharteringOfShips>true</CharteringOfShips><TravelBan>false</TravelBan><New>maybe</New>"
        "</SanctionsImposedIndicators>"
    ))

    assert [f.text for f in parsed.listings[0].facts] == ["Asset freeze", "De-flag", "Chartering of ships"]
    assert "1 measures that only SanctionsImposedIndicators names" in parsed.notes
    assert [u.path for u in parsed.unread] == ["SanctionsImposedIndicators/New (unknown word)"]


def test_rows_of_one_id_are_one_listing_wherever_they_stand() -> None:
    one, other = {"Name 6": "ONE"}, {"Unique ID": "TST0002", "Name 6": "OTHER"}
    alias = {"Name 6": "Uno", "Name type": "Alias", "D.O.B": "1962"}
    parsed = read(table(one, other, alias), "list.csv")

    assert [[n.text for n in x.names] for x in parsed.listings] == [["ONE", "Uno"], ["OTHER"]]
    assert str(parsed.listings[0].births[0].span) == "1962"


def test_a_record_given_twice_in_the_xml_is_read_as_one_and_noted() -> None:
    one = document().removesuffix(b"</Designations>")
    again = b"<Designation>" + document("<LastUpdated>01/02/2020</LastUpdated>").partition(b"<Designation>")[2]
    parsed = read(one + again)

    assert len(parsed.listings) == 1
    assert parsed.notes == ("1 records given twice under one Unique ID, read as one",)


def test_rows_that_disagree_keep_the_first_and_a_fact() -> None:
    parsed = read(table({"Last Updated": "01/02/2020"}, {"Last Updated": "02/02/2020"}), "list.csv")

    assert [str(d) for d in parsed.listings[0].updated_on] == ["2020-02-01"]
    assert [(f.key, f.text) for f in parsed.listings[0].facts] == [("other_updated", "02/02/2020")]


@pytest.mark.parametrize(("data", "noted"), [
    (CSV[3:], False), (CSV[3:].decode().encode("utf-16"), False), (table({}, first=""), True), (table({}, first="Report Date: soon\n"), True),
])
def test_the_date_stands_before_the_header(data: bytes, noted: bool) -> None:
    parsed = read(data, "list.csv")

    assert (parsed.published_at is None) == noted
    assert any("Report Date" in note for note in parsed.notes) == noted


def test_utf_16_xml_and_a_date_that_is_none() -> None:
    data = XML.decode().replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16")
    assert read(data).listings == read(XML).listings
    assert read(XML.replace(b"05/10/2026", b"soon")).published_at is None


def test_windows_1252_is_read_and_noted_and_garbled_scripts_are_refused() -> None:
    accented = {"Name 6": "Désiré"}
    parsed = read(table(accented).decode().encode("cp1252"), "list.csv")
    assert parsed.listings[0].caption == "Désiré"
    assert any("Windows-1252" in note for note in parsed.notes)
    garbled = {"Name non-latin script": "Тест".encode().decode("latin-1")}
    assert refusal(table(garbled)).reason == "malformed"
    assert any("garbled" in n for n in read(table({"Name non-latin script": "Тест"}, {"Name non-latin script": "Проба"}, garbled), "a.csv").notes)


def test_n_a_counts_as_nothing_but_not_as_a_name() -> None:
    parsed = read(table({"Name 1": "Unknown", "Nationality(/ies)": "N/A", "Phone number": "Unknown", "UN Reference Number": "N/A"}), "list.csv")

    assert parsed.listings[0].caption == "Unknown INVENTED"
    assert (parsed.listings[0].countries, parsed.listings[0].identifiers) == ((), ())
    assert parsed.notes[-1].startswith("3 values left out")


def test_names_without_a_word_are_left_out_and_a_record_may_have_none() -> None:
    parsed = read(document(base="<Names><Name><NameType>Primary Name</NameType></Name></Names>" + KIND + REGIME))

    assert parsed.listings[0].names == ()
    assert set(parsed.notes) == {"1 names without a word, left out", "1 records without a name"}


def test_an_imo_number_that_stands_only_in_the_name_is_found() -> None:
    base = NAME.replace("INVENTED", 'IMO 9000009 ("INVENTED")') + KIND.replace("Individual<", "Ship<") + REGIME
    ship = read_record("", base)

    assert (ship.caption, ship.identifiers[0].number) == ("INVENTED", "9000009")
    odd = read_record("<ShipDetails><Ship><IMONumbers><IMONumber>IMO 12</IMONumber></IMONumbers></Ship></ShipDetails>", base)
    assert [i.number for i in odd.identifiers] == ["IMO 12"]


def test_documents_and_contacts_without_a_number_are_facts() -> None:
    person = read_record(
        "<EmailAddresses><EmailAddress>none given here</EmailAddress></EmailAddresses><Websites><Website>offline</Website></Websites>"
        "<IndividualDetails><Individual><PassportDetails><Passport><PassportAdditionalInformation>Afghan, lost"
        "</PassportAdditionalInformation></Passport></PassportDetails></Individual></IndividualDetails>"
    )

    assert [(f.key, f.text) for f in person.facts] == [
        ("document", "Afghan, lost"), ("email_text", "none given here"), ("website_text", "offline"),
    ]


@pytest.mark.parametrize(("text", "found"), [
    ("dd/mm/1962", "1962"), ("dd/07/1978", "1978-07"), ("04/08/2026", "2026-08-04"), ("00/00/1975", "1975"), ("'00/00/1975", "1975"),
    ("1975", "1975"), ("15/mm/1975", "1975"), ("29/06/2012 00:00:00", "2012-06-29"), ("30/02/1975", "None"), ("15/08/19yy", "None"),
    ("dd/13/1975", "None"), ("", "None"), ("about 1975", "None"), ("dd/mm/0000", "None"),
])
def test_dates_are_read_as_the_fcdo_writes_them(text: str, found: str) -> None:
    assert str(parse_date(text)) == found


def test_the_report_date_has_the_month_in_letters() -> None:
    assert str(parse_report_date("Report Date: 08-Oct-2026")) == "2026-10-08"
    assert parse_report_date("Report Date: 08-Foo-2026") is None


@pytest.mark.parametrize(("text", "code"), [
    ("Congo (Democratic Republic)", "cd"), ("Former USSR Currently Ukraine", "ua"), ("Former USSR, now Belarus", "by"),
    ("Ukrainian SSR", "ua"), ("Russia (USSR)", "ru"), ("USSR (now Moldova)", "md"), ("Occupied Palestinian Territories", "ps"),
    ("Yakut Autonomous SSR", "ru"), ("Former USSR", None), ("Occupied Golan Heights", None),
])
def test_countries_are_read_as_the_fcdo_writes_them(text: str, code: str | None) -> None:
    assert find_code(text) == code


@pytest.mark.parametrize(("words", "country", "issued", "expires"), [
    ("Tunisia number, issued on 14 Feb. 1995 (expired on 13 Feb. 2000)", "tn", "1995-02-14", "2000-02-13"),
    ("Date of Issue: 22 November 2011 Date of Expiry: 21 November 2021", None, "2011-11-22", "2021-11-21"),
    ("Issuing Country: Belgium. Date of Expiry: 19/09/2023.", "be", None, "2023-09-19"),
    ("a Afghanistan passport, issued in Dubai on 1 Jan 2019", "af", "2019-01-01", None),
    ("(Central African Republic) (letter O)", "cf", None, None),
    ("Russian foreign travel passport number", "ru", None, None),
    ("Date of Expiration: 4.7.2017", None, None, "2017-07-04"),
    ("issued in Berlin, Embassy of Morocco", None, None, None),
    ("No. 12", None, None, None),
    ("expired 31 Foo 2013", None, None, None),
])
def test_what_stands_beside_a_passport_is_read(words: str, country: str | None, issued: str | None, expires: str | None) -> None:
    dates = [str(d) if d else None for d in (find_issued(words), find_expiry(words))]
    assert [find_issuer(words), *dates] == [country, issued, expires]


@pytest.mark.parametrize(("text", "numbers"), [
    ("OGRN: 1027700000000 INN: 7700000000", [("OGRN", "1027700000000"), ("INN", "7700000000")]),
    ("INN: 7700000000OGRN: 1027700000000", [("INN", "7700000000"), ("OGRN", "1027700000000")]),
    ("Tax Identification Number: INN: 7700000000", [("INN", "7700000000")]),
    ("Russian TIN number - 7700000000", [("Russian TIN number", "7700000000")]),
    ("INN - 7700000000 Russia License No. - 415", [("INN", "7700000000"), ("Russia License No", "415")]),
    ("Unified Social Credit Code: 91110105MA00000000", [("Unified Social Credit Code", "91110105MA00000000")]),
    ("HK0017500000", [(None, "HK0017500000")]), ("1534000 (BVI)", [(None, "1534000")]), ("'00990011", [(None, "00990011")]),
    ("Russia - 1027700000000", [(None, "1027700000000")]), ("1027700000000 - OGRN", [(None, "1027700000000 - OGRN")]),
    ("96 03 464000", [(None, "96 03 464000")]), ("(1)", [(None, "(1)")]),
])
def test_numbers_are_taken_apart_only_where_each_piece_is_one(text: str, numbers: list[tuple[str | None, str]]) -> None:
    assert [(n.label, n.number) for n in split_numbers(text)] == numbers


def test_phones_and_addresses_are_split_where_they_are_several() -> None:
    assert split_phones("+7 495 000 00 01, +7 495 000 00 02") == ("+7 495 000 00 01", "+7 495 000 00 02")
    assert split_phones("+98 21 1234567, ext. 12") == ("+98 21 1234567, ext. 12",)
    assert find_emails("a@b.example and c@d.example, nobody") == ("a@b.example", "c@d.example")


@pytest.mark.parametrize(("text", "refs"), [
    ("QDE.145", ("QDe.145",)), ("TAi. 002", ("TAi.002",)), ("QDi.001; QDi.002", ("QDi.001", "QDi.002")), ("unlisted", ()),
])
def test_the_uns_references_are_written_as_the_un_does(text: str, refs: tuple[str, ...]) -> None:
    assert read_un_refs(text) == refs
