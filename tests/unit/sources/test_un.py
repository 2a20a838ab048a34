"""The UN list's reader: what it keeps, what it reports, what it refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.model import DateSpan, Listing, PartialDate
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.un import IGNORED, REGIMES, parse
from tocsin.sources.un_fields import find_code, parse_date, parse_span
from tocsin.sources.un_names import split_names

PERSON = "<DATAID>1</DATAID><FIRST_NAME>ALBERN</FIRST_NAME><UN_LIST_TYPE>Taliban</UN_LIST_TYPE>"
REF = "<REFERENCE_NUMBER>TAi.901</REFERENCE_NUMBER>"


def document(*persons: str, entities: str = "<ENTITIES/>", generated: str = "2026-01-02T03:04:05.1Z") -> bytes:
    individuals = "".join(f"<INDIVIDUAL>{person}</INDIVIDUAL>" for person in persons)
    head = f'<CONSOLIDATED_LIST dateGenerated="{generated}">'
    return f"{head}<INDIVIDUALS>{individuals}</INDIVIDUALS>{entities}</CONSOLIDATED_LIST>".encode()


def read(data: bytes) -> Parsed:
    return parse([RawFile("consolidated.xml", data)])


def read_person(inner: str) -> Listing:
    return read(document(PERSON + REF + inner)).listings[0]


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def test_the_list_is_found_by_its_key() -> None:
    source = get_source("un")
    assert source.authority == "UN"
    assert source.plausible == (500, 3000)
    assert source.shrink_limit == 0.2


def test_an_unknown_element_is_reported_with_its_path_and_count() -> None:
    parsed = read(document(PERSON + REF + "<SHOE_SIZE>43</SHOE_SIZE><SHOE_SIZE/>"))
    assert parsed.unread == (Unread(path="INDIVIDUALS/INDIVIDUAL/SHOE_SIZE", count=2),)


def test_what_is_inside_an_unknown_element_is_reported_too() -> None:
    parsed = read(document(PERSON + REF + "<BOAT><NAME>x</NAME></BOAT>"))
    assert [u.path for u in parsed.unread] == ["INDIVIDUALS/INDIVIDUAL/BOAT", "INDIVIDUALS/INDIVIDUAL/BOAT/NAME"]


def test_an_unknown_section_attribute_and_stray_text_are_reported() -> None:
    data = document(PERSON + REF, entities='<ENTITIES state="new">stray<ENTITY_X/></ENTITIES><VESSELS/>')
    assert [u.path for u in read(data).unread] == ["ENTITIES#text", "ENTITIES/ENTITY_X", "ENTITIES@state", "VESSELS"]


def test_a_second_element_where_one_is_expected_is_reported() -> None:
    parsed = read(document(PERSON + REF + "<FIRST_NAME>SECOND</FIRST_NAME>"))
    assert [u.path for u in parsed.unread] == ["INDIVIDUALS/INDIVIDUAL/FIRST_NAME"]


def test_elements_inside_a_text_element_are_reported() -> None:
    parsed = read(document(PERSON + REF + "<COMMENTS1>before <b>bold</b> after</COMMENTS1>"))
    paths = [u.path for u in parsed.unread]
    assert paths == ["INDIVIDUALS/INDIVIDUAL/COMMENTS1#text", "INDIVIDUALS/INDIVIDUAL/COMMENTS1/b"]


def test_ignored_elements_have_a_reason_and_are_not_reported() -> None:
    inner = "<SORT_KEY>A</SORT_KEY><SORT_KEY_LAST_MOD/><VERSIONNUM>3</VERSIONNUM>"
    assert read(document(PERSON + REF + inner)).unread == ()
    assert all(IGNORED.values())


@pytest.mark.parametrize(
    ("inner", "path"),
    [
        ("<GENDER>Vessel</GENDER>", "GENDER (unknown word)"),
        ("<LIST_TYPE><VALUE>Other List</VALUE></LIST_TYPE>", "LIST_TYPE/VALUE (unknown word)"),
        (
            "<INDIVIDUAL_ALIAS><QUALITY>Fair</QUALITY><ALIAS_NAME>X</ALIAS_NAME></INDIVIDUAL_ALIAS>",
            "INDIVIDUAL_ALIAS/QUALITY (unknown word)",
        ),
    ],
)
def test_an_unknown_code_word_is_reported(inner: str, path: str) -> None:
    assert [u.path for u in read(document(PERSON + REF + inner)).unread] == [f"INDIVIDUALS/INDIVIDUAL/{path}"]


def test_an_unknown_regime_is_kept_as_published_and_reported() -> None:
    person = PERSON.replace("Taliban", "Atlantis") + REF
    parsed = read(document(person))
    measure = parsed.listings[0].measures[0]
    assert (measure.programme, measure.ground) == ("Atlantis", None)
    assert [u.path for u in parsed.unread] == ["INDIVIDUALS/INDIVIDUAL/UN_LIST_TYPE (unknown code)"]


def test_gb_is_guinea_bissau() -> None:
    assert REGIMES["GB"] == ("Guinea-Bissau", "Security Council resolution 2048 (2012)")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        (" ;, ", ()),
        ("One; Two ;Three", ("One", "Two", "Three")),
        ("One, Junior", ("One, Junior",)),
        ("One; Two b) Three", ("One", "Two", "Three")),
        ("Front (FRT)", ("Front (FRT)",)),
        ("Front/Army", ("Front/Army",)),
        ("Abu (original script: Абу)", ("Abu", "Абу")),
        ("Вал (Val; Vaal (VL))", ("Вал", "Val", "Vaal (VL)")),
        ("Vale Front (VF) (Фронт (original script); Front of Vale)", ("Vale Front (VF)", "Фронт", "Front of Vale")),
        ("Abu (the (broken", ("Abu (the (broken",)),
        ("Same; Same", ("Same",)),
    ],
)
def test_names_of_one_element_are_split_with_care(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


def test_the_whole_text_of_a_split_alias_stays_in_its_origin() -> None:
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>One;\n  Two</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    names = read_person(alias).names[1:]
    assert [(n.text, n.quality, n.origin.text) for n in names] == [
        ("One", "weak", "One; Two"),
        ("Two", "weak", "One; Two"),
    ]


def test_a_language_in_brackets_is_a_note_on_the_original_script() -> None:
    name = read_person("<NAME_ORIGINAL_SCRIPT>ቫል (Tigrinya)</NAME_ORIGINAL_SCRIPT>").names[1]
    assert (name.text, name.script, name.note, name.origin.text) == ("ቫል", "Ethi", "Tigrinya", "ቫል (Tigrinya)")


def test_a_wrapped_original_script_is_one_name_and_a_slash_parts_two() -> None:
    texts = [n.text for n in read_person("<NAME_ORIGINAL_SCRIPT>Вал\n   Вальд / Валь</NAME_ORIGINAL_SCRIPT>").names[1:]]
    assert texts == ["Вал Вальд", "Валь"]


def test_a_script_given_in_an_aliases_note_is_a_name() -> None:
    alias = (
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Val</ALIAS_NAME>"
        "<NOTE>previously listed as. In Arabic: فال</NOTE></INDIVIDUAL_ALIAS>"
    )
    assert [(n.text, n.role) for n in read_person(alias).names[1:]] == [("Val", "former"), ("فال", "original_script")]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1965-02-28", "1965-02-28"),
        ("1965-02-28-05:00", "1965-02-28"),
        ("1965", "1965"),
        ("1960 - 1965", "1960/1965"),
        ("Aug. 1961", "1961-08"),
        ("August 1961", "1961-08"),
    ],
)
def test_a_date_of_birth_is_read_in_every_form_of_the_list(text: str, edtf: str) -> None:
    assert parse_span(text) == DateSpan.parse(edtf)


@pytest.mark.parametrize("text", ["Invalid date", "1965-02-30", "1970 - 1960", "Foo. 1961", "24/06/1402", "0000"])
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert parse_span(text) is None


@pytest.mark.parametrize(
    ("fields", "edtf", "note"),
    [
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1970</YEAR>", "1970~", None),
        ("<YEAR>1970</YEAR><NOTE>Approximately</NOTE>", "1970~", "Approximately"),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR>", "1970", None),
        ("<NOTE>Nov. 1973</NOTE>", "1973-11", None),
    ],
)
def test_a_group_of_birth_fields_is_one_date(fields: str, edtf: str, note: str | None) -> None:
    birth = read_person(f"<INDIVIDUAL_DATE_OF_BIRTH>{fields}</INDIVIDUAL_DATE_OF_BIRTH>").births[0]
    assert (str(birth.span), birth.note) == (edtf, note)


def test_a_date_of_birth_that_is_none_is_kept_as_text_and_noted() -> None:
    inner = "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/><DATE>Invalid date</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    parsed = read(document(PERSON + REF + inner))
    assert [(f.key, f.text) for f in parsed.listings[0].facts] == [("birth_text", "Invalid date")]
    assert parsed.notes == ("1 dates of birth that are no dates, kept as text",)


def test_null_is_no_date_of_birth() -> None:
    alias = "<INDIVIDUAL_ALIAS><ALIAS_NAME>X</ALIAS_NAME><DATE_OF_BIRTH>null</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
    listing = read_person(alias)
    assert listing.births == ()
    assert listing.facts == ()


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("passport", "<TYPE_OF_DOCUMENT>Número de pasaporte</TYPE_OF_DOCUMENT>"),
        ("national_id", "<TYPE_OF_DOCUMENT>National Identification\n  Number</TYPE_OF_DOCUMENT>"),
        ("tax_id", "<TYPE_OF_DOCUMENT2>Italian Fiscal Code:</TYPE_OF_DOCUMENT2>"),
        ("other_id", "<TYPE_OF_DOCUMENT2>Ration card number:</TYPE_OF_DOCUMENT2>"),
        ("other_id", ""),
    ],
)
def test_documents_are_sorted_by_their_names(kind: str, label: str) -> None:
    inner = f"<INDIVIDUAL_DOCUMENT>{label}<NUMBER>X1</NUMBER></INDIVIDUAL_DOCUMENT>"
    assert [i.kind for i in read_person(inner).identifiers] == [kind]


def test_namibia_is_not_nationality_not_available() -> None:
    assert find_code("na") is None
    assert find_code("Namibia") == "na"


def test_a_remark_beside_a_country_does_not_hide_it() -> None:
    assert find_code("Libya (in custody)") == "ly"
    assert find_code("Tunisian passport") == "tn"


def test_a_time_zone_after_a_date_is_left_aside() -> None:
    assert parse_date("2009-03-02-05:00") == PartialDate(year=2009, month=3, day=2)


def test_spaces_inside_a_reference_are_removed_and_noted() -> None:
    parsed = read(document(PERSON + "<REFERENCE_NUMBER> TAi.901 .1 </REFERENCE_NUMBER>"))
    assert parsed.listings[0].ref == "TAi.901.1"
    assert parsed.notes == ("1 references with spaces inside, removed",)


def test_a_record_without_a_reference_is_called_by_its_number() -> None:
    parsed = read(document(PERSON))
    assert parsed.listings[0].ref == "DATAID-1"
    assert len(parsed.notes) == 1


def test_a_record_without_reference_and_number_is_refused() -> None:
    error = refusal(document("<FIRST_NAME>ALBERN</FIRST_NAME>"))
    assert error.reason == "malformed"
    assert "ALBERN" not in str(error)


def test_of_two_editions_of_a_record_the_later_is_kept() -> None:
    amended = "<LAST_DAY_UPDATED><VALUE>2023-10-20</VALUE></LAST_DAY_UPDATED>"
    for persons in ((PERSON + REF, PERSON + REF + amended), (PERSON + REF + amended, PERSON + REF)):
        parsed = read(document(*persons))
        assert [x.updated_on for x in parsed.listings] == [(PartialDate(year=2023, month=10, day=20),)]
        assert parsed.records["individuals"] == 2
        assert len(parsed.notes) == 1


def test_two_records_with_one_reference_both_stay() -> None:
    other = PERSON.replace(">1<", ">2<") + REF
    for persons in ((PERSON + REF, other), (other, PERSON + REF)):
        assert {(x.ref, x.record_id) for x in read(document(*persons)).listings} == {
            ("TAi.901", "1"),
            ("TAi.901/2", "2"),
        }


def test_the_moment_of_publication_has_its_time_zone() -> None:
    published = read(document(PERSON + REF, generated="2018-06-07T19:03:43.97-04:00")).published_at
    assert published == dt.datetime(2018, 6, 7, 23, 3, 43, 970000, tzinfo=dt.UTC)


def test_a_moment_without_a_zone_is_utc_and_noted() -> None:
    parsed = read(document(PERSON + REF, generated="2018-06-07T19:03:43"))
    assert parsed.published_at == dt.datetime(2018, 6, 7, 19, 3, 43, tzinfo=dt.UTC)
    assert len(parsed.notes) == 1


def test_a_moment_that_cannot_be_read_is_absent_and_noted() -> None:
    parsed = read(document(PERSON + REF, generated="yesterday"))
    assert parsed.published_at is None
    assert len(parsed.notes) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (document(), "empty"),
        (b"<!DOCTYPE HTML PUBLIC '-//W3C'>\n<HTML>", "error_page"),
        (b"<?xml version='1.0'?><html xmlns='x'><body/></html>", "error_page"),
        (b'{"status": 500}', "error_page"),
        (b"Service unavailable", "error_page"),
        (b"<sanctionEntities/>", "different_document"),
        (b"<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>", "different_document"),
        (document(PERSON + REF)[:-30], "truncated"),
        (document(PERSON + REF)[:120], "truncated"),
        (document(PERSON + "<X>"), "malformed"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + document(PERSON + REF), "malformed"),
        (document(PERSON + "<TITLE><VALUE>&who;</VALUE></TITLE>"), "malformed"),
        (document(PERSON + REF + "<A>" * 20 + "</A>" * 20), "malformed"),
        (document(PERSON + REF + "<A>" * 400 + "</A>" * 400), "malformed"),
        (b"\x1f\x8b\x08packed", "malformed"),
        (b"\xff\xfe<\x00", "malformed"),
    ],
)
def test_what_is_not_the_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason


def test_a_refusal_says_which_document_came_instead() -> None:
    assert "'sanctionEntities'" in str(refusal(b"<sanctionEntities/>"))


def test_one_file_is_expected() -> None:
    with pytest.raises(ListRefused):
        parse([])
    with pytest.raises(ListRefused):
        parse([RawFile("a", document(PERSON + REF))] * 2)


def test_an_external_file_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    data = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode() + document(PERSON.replace("ALBERN", "&a;"))
    assert "secret" not in str(refusal(data)).replace("secret.txt", "")


def test_a_remark_beside_a_documents_country_stays_in_its_note() -> None:
    fields = "<NUMBER>X1</NUMBER><COUNTRY_OF_ISSUE>Iran / unknown</COUNTRY_OF_ISSUE>"
    found = read_person(f"<INDIVIDUAL_DOCUMENT>{fields}</INDIVIDUAL_DOCUMENT>").identifiers[0]
    assert (found.country, found.note) == ("ir", "Iran / unknown")
