"""Pakistan's proscribed persons: names in one field, card numbers that are none, references that stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source

GOLDEN = Path(__file__).parents[2] / "golden" / "pk_nacta" / "persons.json"
ROW = {"Name": "Omar Exemplar", "FatherName": "Bashir", "CNIC": "9999912345671", "Province": "Punjab", "District": "LAHORE"}


def read(*rows: dict[str, Any]) -> Parsed:
    return read_bytes(json.dumps(list(rows)).encode())


def read_bytes(data: bytes) -> Parsed:
    return get_source("pk_nacta").parse([RawFile("x.json", data)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Omar", [("Omar", "primary", "strong")]),
        ("Omar@Hafiz", [("Omar", "primary", "strong"), ("Hafiz", "alias", "weak")]),
        ("Omar @ Abu Umar @ Doctor", [("Omar", "primary", "strong"), ("Abu Umar", "alias", "strong"), ("Doctor", "alias", "weak")]),
        ("Omar Alias Shoukat, Abu Ali ,Asad", [("Omar", "primary", "strong"), ("Shoukat", "alias", "weak"), ("Abu Ali", "alias", "strong"), ("Asad", "alias", "weak")]),
        ("Omar, Junior", [("Omar, Junior", "primary", "strong")]),
        ("Omar Aliasghar", [("Omar Aliasghar", "primary", "strong")]),
        ("@ Omar", [("Omar", "primary", "strong")]),
        ("Omar @ Omar", [("Omar", "primary", "strong")]),
        ("Omar (Tata)", [("Omar (Tata)", "primary", "strong")]),
    ],
)
def test_aliases_are_taken_out_of_the_name(text: str, names: list[tuple[str, str, str]]) -> None:
    assert [(n.text, n.role, n.quality) for n in read({**ROW, "Name": text}).listings[0].names] == names


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Bashir (late)", [("father_name", "Bashir (late)")]),
        ("S/o Bashir", [("father_name", "Bashir")]),
        ("D/O Bashir", [("father_name", "Bashir")]),
        ("W/o Dawood", [("husband_name", "Dawood")]),
        ("nill", []),
        (" ", []),
        (None, []),
    ],
)
def test_the_fathers_name_is_a_fact(text: str | None, facts: list[tuple[str, str]]) -> None:
    assert [(f.key, f.text) for f in read({**ROW, "FatherName": text}).listings[0].facts] == facts


@pytest.mark.parametrize("text", ["99999-1234567-1", "9999912345671", " 99999 1234567 1"])
def test_a_card_number_is_kept_in_digits(text: str) -> None:
    (card,) = read({**ROW, "CNIC": text}).listings[0].identifiers
    assert (card.kind, card.number, card.country) == ("national_id", "9999912345671", "pk")


@pytest.mark.parametrize("text", ["1111111111117", "11111-1111111-1", "0000000000000", "1234567891011"])
def test_a_number_that_stands_for_an_unknown_one_is_nobodys(text: str) -> None:
    parsed = read({**ROW, "CNIC": text}, {**ROW, "CNIC": text, "Name": "Other"})
    assert [x.identifiers for x in parsed.listings] == [(), ()]
    assert len({x.ref for x in parsed.listings}) == 2
    assert parsed.notes == ("2 CNIC that stand for an unknown number, kept as a fact",)


def test_a_number_of_another_length_is_kept_as_published_and_noted() -> None:
    parsed = read({**ROW, "CNIC": "999-123"})
    assert parsed.listings[0].identifiers[0].number == "999-123"
    assert parsed.notes == ("1 CNIC that are not 13 digits, kept as published",)


def test_a_reference_stays_when_the_spelling_changes_and_has_no_card_number_in_it() -> None:
    first, second = read(ROW).listings[0], read({**ROW, "Name": "Umar Exemplar", "District": "MULTAN"}).listings[0]
    assert first.ref == second.ref
    assert "9999912345671" not in first.ref


def test_without_a_card_the_reference_is_of_the_other_fields_whatever_their_case() -> None:
    one = {**ROW, "CNIC": None}
    assert read(one).listings[0].ref == read({**one, "Name": "OMAR  exemplar "}).listings[0].ref
    assert read(one).listings[0].ref != read({**one, "FatherName": "Other"}).listings[0].ref


def test_two_persons_with_one_card_number_have_a_reference_each_in_any_order() -> None:
    other = {**ROW, "Name": "Zahid Nobody"}
    one_way, other_way = read(ROW, other), read(other, ROW)
    assert {x.caption: x.ref for x in one_way.listings} == {x.caption: x.ref for x in other_way.listings}
    assert len({x.ref for x in one_way.listings}) == 2
    assert one_way.notes == ("1 records with the CNIC of another record, kept beside it",)


def test_the_keys_of_the_publishers_service_are_read_too() -> None:
    service = {"name": "Omar Exemplar", "fatherName": "Bashir", "cnic": "9999912345671", "province": "Punjab", "district": "LAHORE"}
    assert read(service) == read(ROW)


def test_a_new_key_is_reported() -> None:
    parsed = read({**ROW, "ShoeSize": 43, "name": "again"})
    assert [(u.path, u.count) for u in parsed.unread] == [("name (twice)", 1), ("shoesize", 1)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", "empty"),
        (b'{"Name": "x"}', "different_document"),
        (b'[{"Name": "x"}]', "different_document"),
        (GOLDEN.read_bytes().replace(b"CNIC", b"Card"), "different_document"),
        (GOLDEN.read_bytes().replace(b"Omar Exemplar @ Umar Khan Misali @ Danger", b"@"), "malformed"),
        (GOLDEN.read_bytes()[:300], "truncated"),
        (b"<html>Login</html>", "error_page"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_bytes(data)
    assert caught.value.reason == reason
    assert "Invented" not in str(caught.value)
