"""The EU list's reader: what it keeps, what it reports, what it refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.match.identifiers import weigh_identifiers
from tocsin.model import Listing, PartialDate
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.eu_acts import Act, find_dates, make_act_facts
from tocsin.sources.eu_fsf import IGNORED, parse

ACT = '<regulationSummary regulationType="amendment" publicationDate="2012-03-04" numberTitle="1/9012 (OJ L1)"/>'
REGULATION = (
    '<regulation regulationType="amendment" organisationType="council" publicationDate="2015-06-07" '
    'entryIntoForceDate="2015-06-08" numberTitle="2/9015 (OJ L2)" programme="TERR" logicalId="1"/>'
)
PERSON = '<subjectType code="person" classificationCode="P"/>'
FIRM = '<subjectType code="enterprise" classificationCode="E"/>'


def alias(name: str, inner: str = "", *, number: int = 1, **more: str) -> str:
    attributes = {"wholeName": name, "strong": "true", "logicalId": str(number), **more}
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"<nameAlias {written}>{inner}{ACT}</nameAlias>"


def record(inner: str = alias("Albern Testov"), *, kind: str = PERSON, ref: str = "EU.9001.10", number: str = "13", more: str = "") -> str:
    head = f'<sanctionEntity euReferenceNumber="{ref}" logicalId="{number}" {more}>'
    return f"{head}{REGULATION}{kind}{inner}</sanctionEntity>"


def document(*records: str, generated: str = "2024-05-13T17:44:28+02:00") -> bytes:
    head = f'<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="{generated}" globalFileId="1">'
    return f"{head}{''.join(records)}</export>".encode()


def read(data: bytes) -> Parsed:
    return parse([RawFile("eu.xml", data)])


def read_one(inner: str, **more: str) -> Listing:
    return read(document(record(inner, **more))).listings[0]


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def facts(listing: Listing, key: str) -> list[str]:
    return [fact.text for fact in listing.facts if fact.key == key]


def test_the_list_is_found_by_its_key() -> None:
    source = get_source("eu_fsf")
    assert (source.authority, source.plausible, source.shrink_limit) == ("EU", (1_000, 20_000), 0.2)
    assert len(source.urls) == 1


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (document(record(alias("A", shoeSize="44"))), ["sanctionEntity/nameAlias@shoeSize"]),
        (document(record(alias("A", shoeSize=""))), ["sanctionEntity/nameAlias@shoeSize"]),
        (document(record(alias("A", "<boat name='x'/>"))), ["sanctionEntity/nameAlias/boat", "sanctionEntity/nameAlias/boat@name"]),
        (document(record(alias("A") + REGULATION))[:-9] + b"<other/></export>", ["other", "sanctionEntity/regulation"]),
        (document(record(alias("A") + "stray")), ["sanctionEntity#text"]),
        (document(record(alias("A")), '<entity xmlns=""/>'), ["entity"]),
    ],
)
def test_what_no_rule_reads_is_reported_with_its_path(data: bytes, paths: list[str]) -> None:
    found = [u.path for u in read(data).unread]
    assert [path for path in found if not path.startswith("sanctionEntity/regulation@")] == paths


def test_a_renamed_column_is_reported_and_what_it_held_is_missed() -> None:
    other = alias("B", number=2).replace("wholeName", "fullName")
    parsed = read(document(record(alias("A") + other)))
    assert parsed.unread == (Unread(path="sanctionEntity/nameAlias@fullName", count=1),)
    assert [n.text for n in parsed.listings[0].names] == ["A"]


def test_without_a_name_in_any_record_the_list_is_refused() -> None:
    assert refusal(document(record(alias("A").replace("wholeName", "fullName")))).reason == "malformed"


def test_ignored_attributes_have_a_reason_and_are_not_reported() -> None:
    assert read(document(record(alias("A", regulationLanguage="en")))).unread == ()
    assert all(IGNORED.values())


@pytest.mark.parametrize(
    ("inner", "path"),
    [
        (alias("A", gender="X"), "nameAlias@gender (unknown word)"),
        ('<identification number="1" identificationTypeCode="starfleet"/>' + alias("A"),
         "identification@identificationTypeCode (starfleet)"),
        ('<address><contactInfo key="PIGEON" value="7"/></address>' + alias("A"), "address/contactInfo@key (PIGEON)"),
    ],
)
def test_an_unknown_code_is_reported_and_its_value_kept(inner: str, path: str) -> None:
    parsed = read(document(record(inner)))
    assert [u.path for u in parsed.unread] == [f"sanctionEntity/{path}"]


def test_an_unknown_number_is_another_identifier_and_an_unknown_contact_a_fact() -> None:
    listing = read_one(
        '<identification number="N1" identificationTypeCode="starfleet"/><address><contactInfo key="PIGEON" value="7"/></address>'
        + alias("A")
    )
    assert [(i.kind, i.number) for i in listing.identifiers] == [("other_id", "N1")]
    assert facts(listing, "contact") == ["7"]


def test_an_unknown_programme_is_kept_and_reported() -> None:
    parsed = read(document(record().replace('"TERR"', '"ATLANTIS"')))
    assert [(m.programme, m.ground) for m in parsed.listings[0].measures] == [("ATLANTIS", "last act 2/9015 (OJ L2)")]
    assert [u.path for u in parsed.unread] == ["sanctionEntity/regulation@programme (unknown code)"]


def test_an_unknown_kind_of_subject_is_told_by_its_class() -> None:
    parsed = read(document(record(kind='<subjectType code="ghost" classificationCode="E"/>')))
    assert parsed.listings[0].kind == "organization"
    assert [u.path for u in parsed.unread] == ["sanctionEntity/subjectType@code (unknown word)"]


@pytest.mark.parametrize(
    ("names", "main"),
    [
        (alias("Альберн", number=1) + alias("Albern", number=2), "Albern"),
        (alias("Albern", number=1) + alias("Albern Testov", number=2, function="Head"), "Albern Testov"),
        (alias("Abu X", "<remark>good quality alias</remark>", number=1) + alias("Albern", number=2), "Albern"),
        (alias("AX", number=1) + alias("Alpha X", number=2), "Alpha X"),
        (alias("Albernus", number=1, nameLanguage="LT") + alias("Albern", number=2, nameLanguage="EN"), "Albern"),
        (alias("Albern", number=1) + alias("Albern T", "<remark>Son of T.</remark>", number=2), "Albern T"),
        (alias("Abu X", number=1) + alias("Albern T", number=2, firstName="Albern", lastName="T"), "Albern T"),
        (alias("Abu X", number=1) + alias("Albern T", number=2, gender="M"), "Albern T"),
        (alias("Later", number=10) + alias("First", number=9), "First"),
        (alias("Albern", number=1, strong="false") + alias("Albern T", number=2), "Albern T"),
    ],
)
def test_the_main_name_is_found_in_any_order(names: str, main: str) -> None:
    first, second = names.split("</nameAlias>")[:2]
    for order in ((first, second), (second, first)):
        listing = read_one("".join(f"{name}</nameAlias>" for name in order))
        assert listing.caption == main
        assert [n.role == "primary" for n in listing.names] == [True, False]


def test_a_name_without_its_whole_form_is_made_of_its_parts() -> None:
    assert read_one(alias("", firstName="Albern", middleName="M", lastName="T")).caption == "Albern M T"


def test_a_name_that_is_not_strong_is_weak() -> None:
    names = read_one(alias("A Testov", number=1) + alias("B", number=2, strong="false")).names
    assert [(n.text, n.quality) for n in names] == [("A Testov", "strong"), ("B", "weak")]


def test_soft_hyphens_and_doubled_spaces_leave_a_name_and_stay_in_its_origin() -> None:
    name = read_one(alias("Mo\u00adhammad  T\u202f")).names[0]
    assert (name.text, name.origin.text) == ("Mohammad T", "Mo\u00adhammad  T\u202f")


def test_an_original_script_in_a_remark_is_a_name() -> None:
    names = read_one(alias("Sever", "<remark>(original script: Север)</remark>")).names
    assert [(n.text, n.role) for n in names] == [("Sever", "primary"), ("Север", "original_script")]


@pytest.mark.parametrize("remark", ["formerly known as", "Former name", "Anciennement connue sous le nom d’", "Entinen", "former name of X"])
def test_a_former_name_is_told_in_several_languages(remark: str) -> None:
    names = read_one(alias("A Testov", number=1) + alias("B", f"<remark>{remark}</remark>", number=2)).names
    assert [n.role for n in names] == ["primary", "former"]


def test_an_office_held_before_is_no_former_name() -> None:
    names = read_one(alias("A Testov", number=1) + alias("B", "<remark>Former Director of Works</remark>", number=2)).names
    assert [n.role for n in names] == ["primary", "alias"]


def test_names_of_both_genders_give_none() -> None:
    parsed = read(document(record(alias("A", number=1, gender="M") + alias("B", number=2, gender="F"))))
    assert parsed.listings[0].gender is None
    assert parsed.notes == ("1 records whose names are of both genders; none is kept",)


@pytest.mark.parametrize(
    ("attributes", "remark", "edtf"),
    [
        ('birthdate="1970-02-03" year="1970"', "", "1970-02-03"),
        ('year="1970" monthOfYear="2"', "", "1970-02"),
        ('year="1970" circa="true"', "", "1970~"),
        ('year="1970" monthOfYear="0" dayOfMonth="0"', "", "1970"),
        ('year="1970" monthOfYear="13"', "", "1970"),
        ('year="1979"', "Approximately 1979.", "1979~"),
        ('yearRangeFrom="1970" yearRangeTo="1973"', "", "1970/1973"),
        ('yearRangeTo="1980"', "", "1980"),
        ('calendarType="ISLAMIC" birthdate="1982-04-19" year="1402"', "", "1982-04-19"),
        ('circa="false"', "between 1953 and 1958", "1953/1958"),
    ],
)
def test_dates_of_birth_are_read_in_every_form_of_the_list(attributes: str, remark: str, edtf: str) -> None:
    remarks = f"<remark>{remark}</remark>" if remark else ""
    listing = read_one(f"{alias('A')}<birthdate {attributes}>{remarks}{ACT}</birthdate>")
    assert [str(b.span) for b in listing.births] == [edtf]


@pytest.mark.parametrize(
    "attributes",
    ['calendarType="ISLAMIC" year="1343"', 'year="12"', 'yearRangeFrom="1973" yearRangeTo="1970"', 'birthdate="1970-02-31"'],
)
def test_what_is_no_date_of_birth_is_kept_as_text_and_noted(attributes: str) -> None:
    parsed = read(document(record(f"{alias('A')}<birthdate {attributes}>{ACT}</birthdate>")))
    assert parsed.listings[0].births == ()
    assert len(facts(parsed.listings[0], "birth_text")) == 1
    assert parsed.notes == ("1 dates of birth that are no dates, kept as text",)


def test_a_country_that_is_unknown_is_none_and_an_old_one_is_named() -> None:
    addresses = "".join(
        f'<address city="X" countryIso2Code="{code}" countryDescription="{text}" logicalId="{n}">{ACT}</address>'
        for n, (code, text) in enumerate((("00", "UNKNOWN"), ("YU", "YUGOSLAVIA"), ("SY", "SYRIAN ARAB REPUBLIC")))
    )
    found = read_one(alias("A") + addresses).addresses
    assert [(a.country, a.country_text) for a in found] == [(None, None), ("rs", "YUGOSLAVIA"), ("sy", "SYRIAN ARAB REPUBLIC")]


@pytest.mark.parametrize(
    ("key", "value", "numbers"),
    [
        ("EMAIL", "pac@x. com and kn@y.com", ["pac@x.com", "kn@y.com"]),
        ("WEB", "www.a.ir; www.b.ir", ["www.a.ir", "www.b.ir"]),
        ("PHONE", "8502- 18111; and 850 2 18111- 3818642", ["8502- 18111", "850 2 18111- 3818642"]),
        ("PHONE", "+7 (926) 428 +7 (967) 171", ["+7 (926) 428", "+7 (967) 171"]),
        ("PHONE", "963112110059/963112110043", ["963112110059", "963112110043"]),
        ("PHONE", "+850-2-18111 (ext. 8327).", ["+850-2-18111 (ext. 8327)"]),
    ],
)
def test_a_contact_may_hold_several(key: str, value: str, numbers: list[str]) -> None:
    found = read_one(f'{alias("A")}<address><contactInfo key="{key}" value="{value}"/>{ACT}</address>').identifiers
    assert [i.number for i in found] == numbers
    assert all(i.origin.text == value for i in found)


@pytest.mark.parametrize(
    ("code", "remark", "kind"),
    [
        ("passport", "", "passport"), ("fiscalcode", "", "tax_id"), ("regnumber", "", "registration"),
        ("drivinglicence", "", "other_id"), ("other", "", "other_id"), ("other", "INN", "tax_id"), ("other", "OGRN", "registration"),
        ("other", "National ID No.", "national_id"), ("other", "Military ID number", "other_id"),
        ("other", "Passport or ID number", "other_id"), ("other", "Service passport number", "passport"),
    ],
)
def test_numbers_are_sorted_by_code_and_remark(code: str, remark: str, kind: str) -> None:
    remarks = f"<remark>{remark}</remark>" if remark else ""
    inner = f'<identification number="A1" identificationTypeCode="{code}">{remarks}{ACT}</identification>'
    assert [(i.kind, i.number) for i in read_one(alias("A") + inner).identifiers] == [(kind, "A1")]


@pytest.mark.parametrize(("un_id", "kind"), [("QDi.43", PERSON), ("LYi.28", PERSON), ("QDe.014", PERSON), ("QDi.263", FIRM), ("yes", PERSON)])
def test_a_un_reference_that_cannot_be_the_subjects_is_a_fact(un_id: str, kind: str) -> None:
    parsed = read(document(record(kind=kind, more=f'unitedNationId="{un_id}"')))
    assert parsed.listings[0].identifiers == ()
    assert facts(parsed.listings[0], "un_ref_unclear") == [un_id]
    assert len(parsed.notes) == 1


def test_stray_spaces_leave_a_un_reference_and_stay_in_its_origin() -> None:
    found = read_one(alias("A"), more='unitedNationId="QDi. 263 "').identifiers
    assert [(i.kind, i.number, i.origin.text) for i in found] == [("un_ref", "QDi.263", "QDi. 263 ")]


def test_a_un_reference_of_two_subjects_joins_neither() -> None:
    records = [record(ref=f"EU.{n}.1", number=str(n), more='unitedNationId="KPi.045"') for n in (1, 2)]
    parsed = read(document(*records))
    assert [x.identifiers for x in parsed.listings] == [(), ()]
    assert [facts(x, "un_ref_unclear") for x in parsed.listings] == [["KPi.045"], ["KPi.045"]]
    assert parsed.notes == ("1 UN references that two subjects carry, kept as facts",)


@pytest.mark.parametrize(
    ("remark", "own", "mentioned"),
    [
        ("A leader of the Valdarian Front (QDe.998).", [], ["QDe.998"]),
        ("Appointed by Albern Other (CFi.002) in 2014.", [], ["CFi.002"]),
        ("Formed by X (QDi.299), part of Y (QDe.115).", [], ["QDi.299", "QDe.115"]),
        ("UN reference number: QDi.263", ["QDi.263"], []),
        ("UN ref. QDi.263.", ["QDi.263"], []),
        ("(QDi.263)", ["QDi.263"], []),
        ("UN reference QDe.263", [], ["QDe.263"]),
        ("UN reference QDi.263 and QDi.264", [], ["QDi.263", "QDi.264"]),
        ("UNSC RESOLUTION 1483", [], []),
    ],
)
def test_a_un_reference_in_a_remark_is_the_subjects_only_where_it_stands_alone(
    remark: str, own: list[str], mentioned: list[str]
) -> None:
    listing = read_one(f"<remark>{remark}</remark>" + alias("A"))
    assert [i.number for i in listing.identifiers] == own
    assert facts(listing, "un_ref_mentioned") == mentioned


def test_a_cross_reference_is_never_taken_for_a_passport() -> None:
    listing = read_one(alias("A"), more='unitedNationId="QDi.263"')
    assert weigh_identifiers(["passport QDi263"], listing.identifiers) is None


def test_the_listing_dates_from_the_earliest_of_designation_and_acts() -> None:
    dates = {"": "2012-03-04", "2010-07-20": "2010-07-20", "2023-10-17": "2012-03-04", "2099-01-01": "2012-03-04"}
    for designated, listed in dates.items():
        listing = read_one(alias("A"), more=f'designationDate="{designated}"')
        assert str(listing.listed_on) == listed
        assert [str(m.since) for m in listing.measures] == [listed]
    assert facts(read_one(alias("A"), more='designationDate="2023-10-17"'), "designation_date") == ["2023-10-17"]


def test_dates_that_cannot_be_date_nothing() -> None:
    act = Act(title="t", kind=None, url=None, published=PartialDate(year=1012))
    assert find_dates(None, [act], until=dt.date(2024, 1, 1)) == (None, ())


def test_an_act_is_one_fact_in_its_fullest_form() -> None:
    day = PartialDate(year=2020, month=1, day=2)
    acts = [Act(title="t", kind="amendment", url=None, published=day), Act(title="t", kind="amendment", url="u", published=day)]
    assert [fact.text for fact in make_act_facts(acts)] == ["t, amendment, published 2020-01-02, u"]


def test_records_of_one_subject_are_joined_whatever_their_order() -> None:
    first, second = record(alias("Albern Testov")), record(alias("Albern", number=7)).replace('"TERR"', '"TAQA"')
    one, other = read(document(first, second)), read(document(second, first))
    assert one.listings == other.listings
    assert [m.programme for m in one.listings[0].measures] == ["TAQA", "TERR"]
    assert sum(n.role == "primary" for n in one.listings[0].names) == 1
    assert one.records == {"person": 2}


def test_two_subjects_with_one_reference_both_stay() -> None:
    other = record(number="14")
    for records in ((record(), other), (other, record())):
        parsed = read(document(*records))
        assert {(x.ref, x.record_id) for x in parsed.listings} == {("EU.9001.10", "13"), ("EU.9001.10/14-person", "14")}
        assert len(parsed.notes) == 1


def test_a_record_without_a_reference_is_called_by_its_number() -> None:
    parsed = read(document(record(ref="")))
    assert parsed.listings[0].ref == "FSF-13"
    assert len(parsed.notes) == 1


def test_a_record_without_reference_and_number_is_refused_without_its_name() -> None:
    error = refusal(document(record(ref="", number="")))
    assert error.reason == "malformed"
    assert "sanctionEntity 1" in str(error)
    assert "Testov" not in str(error)


def test_a_date_of_delisting_is_kept_and_noted() -> None:
    parsed = read(document(record(more='delistingDate="2024-06-01"')))
    assert facts(parsed.listings[0], "delisting_date") == ["2024-06-01"]
    assert parsed.notes == ("1 records with a date of delisting, kept as facts",)


def test_letters_that_were_damaged_on_the_way_are_noted() -> None:
    assert read(document(record(alias("MohÃ©d Testov")))).notes == ("1 names with damaged letters",)


@pytest.mark.parametrize(("generated", "moment"), [("yesterday", None), ("2024-05-13T17:44:28", dt.datetime(2024, 5, 13, 17, 44, 28, tzinfo=dt.UTC))])
def test_a_moment_of_publication_that_is_not_whole_is_noted(generated: str, moment: dt.datetime | None) -> None:
    parsed = read(document(record(), generated=generated))
    assert parsed.published_at == moment
    assert len(parsed.notes) == 1


def test_additional_information_is_a_fact() -> None:
    listing = read_one('<additionalInformation key="ship" value="tanker"/>' + alias("A"))
    assert facts(listing, "additional_information") == ["ship: tanker"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (document(), "empty"),
        (b"<!DOCTYPE HTML PUBLIC '-//W3C'>\n<HTML>", "error_page"),
        (b'{"timestamp":"2021","status":500}', "error_page"),
        (b"Service unavailable", "error_page"),
        (b"<CONSOLIDATED_LIST/>", "different_document"),
        (b"<export/>", "different_document"),
        (b"<WHOLE Date='01/01/2017'/>", "different_document"),
        (document(record())[:-30], "truncated"),
        (document(record())[:120], "truncated"),
        (document(record("<x>")), "malformed"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + document(record()), "malformed"),
        (document(record("<remark>&who;</remark>")), "malformed"),
        (document(record("<a>" * 20 + "</a>" * 20)), "malformed"),
        (document(record(alias("Mohéd"))).replace("é".encode(), b"\xe9"), "malformed"),
        (b"\x1f\x8b\x08packed", "malformed"),
    ],
)
def test_what_is_not_the_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    error = refusal(data)
    assert error.reason == reason
    assert str(error).startswith("EU list: ")


def test_the_unions_older_layout_is_named() -> None:
    assert "layout 1.0 is not read" in str(refusal(b"<export xmlns='http://eu.europa.ec/fpi/fsd/old'/>"))


def test_one_file_is_expected() -> None:
    for files in ([], [RawFile("a", document(record()))] * 2):
        with pytest.raises(ListRefused):
            parse(files)


def test_an_external_file_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    data = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode() + document(record("<remark>&a;</remark>"))
    assert "hidden" not in str(refusal(data))
