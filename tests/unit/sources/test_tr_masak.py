"""Turkey's lists: four workbooks told by their headings, dates in Turkish, numbers among words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.local_countries import find_local_country
from tocsin.sources.tr_fields import find_day, name_column, parse_day, read_births, read_ids, read_names
from workbooks import make_workbook

GOLDEN = Path(__file__).parents[2] / "golden" / "tr_masak"
BOOKS: dict[str, list[list[Any]]] = {letter: json.loads((GOLDEN / f"{letter}.json").read_bytes()) for letter in "abcd"}


def read(**books: list[list[Any]]) -> Parsed:
    return get_source("tr_masak").parse([RawFile("x.xlsx", make_workbook({"S": rows})) for rows in {**BOOKS, **books}.values()])


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("ADI SOYADI-ÜNVANI", "name"), ("Adı Soyadı-Ünvanı", "name"), ("AD-SOYAD/ÜNVANI", "name"),
        ("GERÇEK/TÜZEL KİŞİ/KURULUŞ/ORGANİZASYON ADI SOYADI ÜNVANI", "name"), ("TCKN/ VKN/GKN PASAPORT NO", "id"),
        ("Kullandığı Bilinen Diğer İsmler", "alias"), ("DOĞUM TARİHİ/KURULUŞ", "birth_or_founding"), ("Doğum Tarihi", "birth"),
        ("R.Gazete Tarih Sayı", "gazette"), ("RESMİ GAZETE TARİH- SAYISI", "gazette"), ("Ayakkabı", "ayakkabi"), ("", ""),
    ],
)  # fmt: skip
def test_headings_are_known_in_every_spelling(heading: str, column: str) -> None:
    assert name_column(heading) == column


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24.02.2021", "2021-02-24"), ("2016-11-30", "2016-11-30"), ("30 Mart 2018", "2018-03-30"), ("9 AĞUSTOS 2020", "2020-08-09"),
        ("Kasım 1999", "1999-11"), ("1969", "1969"), ("3/4/1970", "1970-04-03"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(text: str, day: str) -> None:
    assert str(parse_day(text)) == day


@pytest.mark.parametrize("text", ["31.02.2021", "30 Foo 2018", "0", "", "bilinmiyor"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text) is None


def test_the_first_day_of_a_text_is_found() -> None:
    assert str(find_day("07.04.2021-31447 (Mükerrer)")) == "2021-04-07"
    assert str(find_day("30 Mart 2018 (değişiklik 26 Temmuz 2022)")) == "2018-03-30"
    assert find_day("31447") is None


def test_dates_of_birth_are_parted_and_may_be_approximate() -> None:
    births, facts = read_births("a) 1 Mart 1970 b) yaklaşık 1971\n1965-1968 veya 1972 civarı; bilinmiyor", "c")
    assert [str(b.span) for b in births] == ["1970-03-01", "1971~", "1965/1968", "1972~"]
    assert [f.text for f in facts] == ["bilinmiyor"]


@pytest.mark.parametrize(
    ("text", "turkish", "numbers"),
    [
        ("99999999990", True, [("national_id", "99999999990")]),
        ("9999999990", True, [("tax_id", "9999999990")]),
        ("99999999990", False, [("other_id", "99999999990")]),
        ("IMO number: 9999993.", False, [("imo", "9999993")]),
        ("SWIFT/BIC: INVEKPPY", False, [("bic", "INVEKPPY")]),
        ("PS 999999999 (Expires 9 Temmuz 2028)", False, [("passport", "PS 999999999")]),
        ("a) 99999, İranda düzenlenmiş b)A9999999, İranda düzenlenmiş", False, [("other_id", "99999"), ("passport", "A9999999")]),
        ("999999999-Ulusal kimlik no:888888888", False, [("national_id", "888888888"), ("other_id", "999999999")]),
        ("Diplomatik Pasaport: Z99999999 (9 Haziran 2020", False, [("passport", "Z99999999")]),
        ("Telephone: +850-2-0000000\nEmail: a-b@c.example.", False, [("email", "a-b@c.example"), ("phone", "+850-2-0000000")]),
        ("-", True, []),
    ],
)
def test_numbers_are_told_by_their_form_and_the_words_before(text: str, turkish: bool, numbers: list[tuple[str, str]]) -> None:
    found, _ = read_ids(text, "c", turkish=turkish)
    assert sorted((i.kind, i.number) for i in found) == sorted(numbers)


def test_a_cell_of_numbers_without_any_is_a_fact() -> None:
    assert [f.text for f in read_ids("bilinmiyor", "c", turkish=True)[1]] == ["bilinmiyor"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a) BİR b) İKİ ÜÇ", ["BİR", "İKİ ÜÇ"]),
        ("BİR, İKİ; ÜÇ\nDÖRT", ["BİR", "İKİ", "ÜÇ", "DÖRT"]),
        ("UYDURMA CO, LTD", ["UYDURMA CO, LTD"]),
        ("UYDURMA (UYD)", ["UYDURMA (UYD)"]),
        ("UYDURMA (INVENTED CO)", ["UYDURMA", "INVENTED CO"]),
        ("--", []),
    ],
)
def test_a_cell_may_hold_several_names(text: str, names: list[str]) -> None:
    assert [n.text for n in read_names(text, "c", "alias")] == names


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [("ÇİN", "tr", "cn"), ("Almanya", "tr", "de"), ("IRAK", "tr", "iq"), ("北朝鮮", "ja", "kp"), ("Peru", "tr", "pe"), ("Atlantis", "tr", None)],
)
def test_countries_are_known_by_their_local_names(text: str, language: str, code: str | None) -> None:
    assert find_local_country(text, language) == code


def test_a_reference_stays_when_rows_are_counted_anew_and_has_no_citizens_number() -> None:
    rows = [[*row] for row in BOOKS["c"]]
    before = read().listings[2]
    rows[1][0] = 77
    assert read(c=rows).listings[2] == before
    assert "99999999990" not in before.ref


def test_the_order_of_rows_does_not_matter() -> None:
    turned = read(**{letter: [rows[0], *rows[:0:-1]] for letter, rows in BOOKS.items()})
    assert {x.ref: x for x in turned.listings} == {x.ref: x for x in read().listings}


def test_a_column_that_no_rule_knows_is_reported_and_empty_rows_are_none() -> None:
    rows = [[*row, text] for row, text in zip(BOOKS["b"], ["Ayakkabı", "43"], strict=True)]
    parsed = read(b=[*rows, ["", " "], ["5", "", "999999999"]])
    assert [(u.path, u.count) for u in parsed.unread] == [("S/ayakkabi", 1)]
    assert "1 rows without a name, left out" in parsed.notes


def test_three_of_four_workbooks_are_incomplete_and_may_be_accepted() -> None:
    source = get_source("tr_masak")
    files = [RawFile("x.xlsx", make_workbook({"S": BOOKS[letter]})) for letter in "abd"]
    with pytest.raises(ListRefused, match="list C is missing") as caught:
        source.parse(files)
    assert caught.value.reason == "incomplete"
    assert source.parse_partial is not None
    assert "1 list missing: this state has nothing of list C" in source.parse_partial(files).notes


@pytest.mark.parametrize(
    ("books", "reason"),
    [
        ({"b": BOOKS["a"]}, "malformed"),
        ({"b": [["x", "y"]]}, "incomplete"),
        ({"b": [[h for h in BOOKS["b"][0] if "GAZETE" not in h]]}, "different_document"),
        ({letter: rows[:1] for letter, rows in BOOKS.items()}, "empty"),
        ({letter: [["x"]] for letter in BOOKS}, "different_document"),
    ],
)
def test_other_workbooks_are_refused_with_the_reason(books: dict[str, list[list[Any]]], reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read(**books)
    assert caught.value.reason == reason
