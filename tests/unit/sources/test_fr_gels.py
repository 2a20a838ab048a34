"""The French register: fields by type and by key, references of the EU and the UN, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, Unread, get_source

GOLDEN = (Path(__file__).parents[2] / "golden" / "fr_gels" / "register.json").read_bytes()


def read(*fields: tuple[str, dict[str, Any]], nature: str = "Personne physique", date: str = "2026-07-11 12:00:00") -> Parsed:
    details = [{"TypeChamp": kind, "Valeur": [value]} for kind, value in fields]
    record = {"IdRegistre": 7, "Nature": nature, "Nom": "EXEMPLE", "RegistreDetail": details}
    return read_bytes(json.dumps({"Publications": {"DatePublication": date, "PublicationDetail": [record]}}).encode())


def read_bytes(data: bytes) -> Parsed:
    return get_source("fr_gels").parse([RawFile("x.json", data)])


@pytest.mark.parametrize(
    ("key", "text", "kind", "numbers"),
    [
        ("ReferenceUe", "EU.4721.83", "eu_ref", ["EU.4721.83"]),
        ("ReferenceUe", "UE. 4721 .83 et EU.1.2", "eu_ref", ["EU.4721.83", "EU.1.2"]),
        ("ReferenceOnu", "QDi.006 / TAe. 010", "un_ref", ["QDi.006", "TAe.010"]),
        ("ReferenceOnu", "inconnue", "un_ref", ["inconnue"]),
    ],
)
def test_references_of_other_lists_are_identifiers(key: str, text: str, kind: str, numbers: list[str]) -> None:
    listing = read(("REFERENCE", {key: text})).listings[0]
    assert [(i.kind, i.number) for i in listing.identifiers] == [(kind, number) for number in numbers]


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        ({"Identification": "INN 7799999999", "CommentaireIdentification": "numéro fiscal"}, "tax_id", "7799999999"),
        ({"Identification": "OGRN: 1099999999999"}, "registration", "1099999999999"),
        ({"Identification": "Numéro IMO : 9999993"}, "imo", "9999993"),
        ({"Identification": "SWIFT/BIC: INVEXX22"}, "bic", "INVEXX22"),
    ],
)
def test_an_identification_that_says_which_number_it_is_is_one(value: dict[str, str], kind: str, number: str) -> None:
    (found,) = read(("IDENTIFICATION", value)).listings[0].identifiers
    assert (found.kind, found.number) == (kind, number)


@pytest.mark.parametrize("text", ["Type d'entité: société", "Numéro d'enregistrement: 1 du 2.3.1999", "Entités associées: X", "999"])
def test_another_identification_is_a_fact(text: str) -> None:
    listing = read(("IDENTIFICATION", {"Identification": text})).listings[0]
    assert (listing.identifiers, [(f.key, f.text) for f in listing.facts]) == ((), [("identification", text)])


@pytest.mark.parametrize(
    ("label", "programme"),
    [
        ("Règlement 269/2014 (UE Ukraine intégrité territoriale - règlement 269/2014)", "UE Ukraine intégrité territoriale"),
        ("Règlement (UE) 269/2014", "Règlement (UE) 269/2014"),
        ("Arrêté du 1er janvier", "Arrêté du 1er janvier"),
    ],
)
def test_the_regime_is_taken_out_of_the_legal_ground(label: str, programme: str) -> None:
    (measure,) = read(("FONDEMENT_JURIDIQUE", {"FondementJuridique": 3, "FondementJuridiqueLabel": label})).listings[0].measures
    assert (measure.programme, measure.ground) == (programme, label)


def test_a_value_of_an_unknown_type_is_read_by_its_key_and_an_unknown_key_is_reported() -> None:
    parsed = read(("NOUVEAU", {"Telephone": "1"}), ("NOUVEAU", {"Pointure": "43"}), ("TITRE", {"Titre": "x", "Pointure": "43"}))
    assert parsed.listings[0].identifiers[0].kind == "phone"
    assert parsed.unread == (
        Unread(path="RegistreDetail/Valeur/Pointure", count=2), Unread(path="TypeChamp NOUVEAU (no known key)", count=1),
    )  # fmt: skip


def test_unknown_words_and_dates_are_reported() -> None:
    parsed = read(("SEXE", {"Sexe": "X"}), nature="Avion", date="hier")
    assert [u.path for u in parsed.unread] == ["Nature (unknown word)", "SEXE/Sexe (unknown word)"]
    assert (parsed.listings[0].kind, parsed.published_at) == ("unknown", None)
    assert parsed.notes == ("1 date of publication (DatePublication) that could not be read",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", "different_document"),
        (b'{"Publications": []}', "different_document"),
        (b'{"Publications": {"PublicationDetail": []}}', "empty"),
        (GOLDEN.replace(b"90001", b"90002"), "malformed"),
        (GOLDEN.replace(b'"Nom": "EXEMPLE"', b'"Nom": ""'), "malformed"),
        (GOLDEN[:800], "truncated"),
        (b"<!DOCTYPE html><html>Maintenance</html>", "error_page"),
    ],
)
def test_what_is_no_whole_register_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_bytes(data)
    assert caught.value.reason == reason
    assert "EXEMPLE" not in str(caught.value)
