"""Names of the UN list that stand beside remarks: in an alias with a remark behind it, and in an alias's note."""

from __future__ import annotations

import pytest

from tocsin.model import Listing
from tocsin.sources.base import RawFile
from tocsin.sources.un import parse


def read_listing(kind: str, inner: str) -> Listing:
    record = f"<{kind}><DATAID>1</DATAID><REFERENCE_NUMBER>QDi.901</REFERENCE_NUMBER>{inner}</{kind}>"
    persons, entities = (record, "") if kind == "INDIVIDUAL" else ("", record)
    sections = f"<INDIVIDUALS>{persons}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES>"
    return parse([RawFile("consolidated.xml", f"<CONSOLIDATED_LIST>{sections}</CONSOLIDATED_LIST>".encode())]).listings[0]


def read_alias(name: str, note: str = "", quality: str = "Good") -> Listing:
    inner = f"<QUALITY>{quality}</QUALITY><ALIAS_NAME>{name}</ALIAS_NAME><NOTE>{note}</NOTE>"
    return read_listing("INDIVIDUAL", f"<INDIVIDUAL_ALIAS>{inner}</INDIVIDUAL_ALIAS>")


@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        ("Albern Vale, born in Valdo on 01 Jan.1967", "Albern Vale", "born in Valdo on 01 Jan.1967"),
        ("Albern Vale born in 1963", "Albern Vale", "born in 1963"),
        ("Vala Vale, born 1 Jan. 1953 (Vald passport no.12)", "Vala Vale", "born 1 Jan. 1953 (Vald passport no.12)"),
        ("Albern Vale (birth name)", "Albern Vale", "birth name"),
        ("EL VALE (COMBAT NAME)", "EL VALE", "COMBAT NAME"),
        ("Albern Vale (false identity linked to a document)", "Albern Vale", "false identity linked to a document"),
        ("Albern Vale, III (third)", "Albern Vale, III", "third"),
    ],
)
def test_a_remark_behind_an_alias_is_its_note_and_not_its_name(text: str, name: str, note: str) -> None:
    (alias,) = read_alias(text).names
    assert (alias.text, alias.note, alias.origin.text) == (name, note, text)


@pytest.mark.parametrize("text", ["Albern Vale (AV)", "Albern Osborn", "Born Vale", "(birth name)", "Vale, Albern"])
def test_what_is_no_remark_stays_in_the_name(text: str) -> None:
    (alias,) = read_alias(text).names
    assert (alias.text, alias.note, alias.origin.text) == (text, None, None)


@pytest.mark.parametrize("words", ["previously listed as", "formerly listed as", "Previously listed as."])
def test_a_name_previously_listed_is_a_former_name_of_the_same_quality(words: str) -> None:
    (alias,) = read_alias("Albern Vale", words, quality="Low").names
    assert (alias.role, alias.quality, alias.note) == ("former", "weak", words)


def test_a_remark_and_a_note_are_both_kept() -> None:
    (alias,) = read_alias("Albern Vale (previously listed as)", "nom de guerre").names
    assert (alias.role, alias.text, alias.note) == ("former", "Albern Vale", "previously listed as; nom de guerre")


@pytest.mark.parametrize(
    ("note", "names"),
    [
        ("Albern al-Vale; Alborn al-Vale", ["Albern al-Vale", "Alborn al-Vale"]),
        ("(Abu Va’l; Abu Vaal’) known by this nom de guerre", ["Abu Va’l", "Abu Vaal’"]),
        ("transliterations: Shaykh al-Val; Al Val ) (Translation: The Valley)", ["Shaykh al-Val", "Al Val"]),
        ("born in 1971 in Valdo (‘Albern Vale; Dr. Albern the Vale)", ["‘Albern Vale", "Dr. Albern the Vale"]),
    ],
)
def test_romanisations_in_the_note_of_an_alias_are_names(note: str, names: list[str]) -> None:
    first, *others = read_alias("ألبرن", note, quality="Low").names
    assert (first.text, first.note) == ("ألبرن", note)
    assert [n.text for n in others] == names
    assert {(n.role, n.quality, n.script, n.origin.field, n.origin.text) for n in others} == {
        ("alias", "weak", "Latn", "INDIVIDUAL_ALIAS/NOTE", note)
    }


@pytest.mark.parametrize(
    "note",
    [
        "Passport number: V0515260; DOB: 1948; POB: Valdo",
        "Nom de guerre; Used in Valdo",
        "Passport lost; Born in Valdo",
        "The Valdan",
        "Val 12; Val 13",
        "; ;",
    ],
)
def test_other_notes_of_an_alias_are_no_names(note: str) -> None:
    assert len(read_alias("ألبرن", note).names) == 1


def test_an_entity_with_two_names_in_one_element_has_a_primary_name_and_an_alias() -> None:
    names = read_listing("ENTITY", "<FIRST_NAME>VALE AIR (VA) ; GREAT VALE COMPANY (GVC)</FIRST_NAME>").names
    assert [(n.text, n.role) for n in names] == [("VALE AIR (VA)", "primary"), ("GREAT VALE COMPANY (GVC)", "alias")]
    assert {n.origin.text for n in names} == {"VALE AIR (VA) ; GREAT VALE COMPANY (GVC)"}


def test_an_entity_with_one_name_keeps_it_as_it_is() -> None:
    (name,) = read_listing("ENTITY", "<FIRST_NAME>VALE / VL (VALE; COUNTRY OF)</FIRST_NAME>").names[:1]
    assert name.role == "primary"


@pytest.mark.parametrize(
    ("type2", "kind"),
    [
        ("Driver's Permit", "other_id"),
        ("Ration card no.", "other_id"),
        ("Birth certificate", "other_id"),
        ("Certificate of Nationality", "other_id"),
        ("Voter ID", "other_id"),
        ("National Identity Card", "national_id"),
        ("Italian Fiscal Code:", "tax_id"),
        ("national passport", "passport"),
    ],
)
def test_the_second_type_of_a_document_says_what_its_number_is(type2: str, kind: str) -> None:
    inner = (
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National Identification Number</TYPE_OF_DOCUMENT>"
        f"<TYPE_OF_DOCUMENT2>{type2}</TYPE_OF_DOCUMENT2><NUMBER>12</NUMBER></INDIVIDUAL_DOCUMENT>"
    )
    (document,) = read_listing("INDIVIDUAL", inner).identifiers
    assert (document.kind, document.label) == (kind, f"National Identification Number, {type2}")
