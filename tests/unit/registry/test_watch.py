"""Damage of each kind, done to a good list of our own making, gives the finding of its kind and no other warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec
import pytest

from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Identifier,
    Listing,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
)
from tocsin.registry.watch import Finding, check_change, check_state, check_unread, tell_warnings
from tocsin.registry.watch_rules import RULES

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
GIVEN = ("Amina", "Borís", "Çiğdem", "Dmitri", "Élodie", "Fatıma", "Günther", "Håkan", "Ivo", "Jorge")
FAMILY = ("Testova", "Müster", "Probin", "Esempio", "Présumé", "Ørsted", "Łukasz", "Muñoz", "Ibn Nadie", "O'Nobody")
COUNTRIES = ("France", "Pakistan", "Türkiye", "Yemen")
O = Origin  # noqa: E741


def make_person(number: int) -> Listing:
    given, family = GIVEN[number % 10], f"{FAMILY[number // 10 % 10]}{'abcdefghij'[number // 100 % 10]}"
    country = COUNTRIES[number % 4]
    parts = (NamePart(kind="given", text=given), NamePart(kind="family", text=family))
    born = PartialDate(year=1950 + number % 40, month=1 + number % 12, day=1 + number % 28)
    return Listing(
        list_key="un", authority="UN", ref=f"A.{number:03}", kind="person", listed_on=PartialDate(year=2010),
        names=(
            Name(text=f"{given} {family}", role="primary", quality="strong", script="Latn", origin=O(field="NAME"), parts=parts),
            Name(text="أمينة تستوفا", role="original_script", quality="strong", script="Arab", origin=O(field="ORIGINAL")),
        ),
        births=(DateValue(span=DateSpan.at(born), origin=O(field="BORN")),),
        birth_places=(Place(city=f"Town of {family}", country="fr", country_text="France", origin=O(field="BIRTHPLACE")),),
        countries=(CountryValue(role="nationality", text=country, code="fr", origin=O(field="NATIONALITY")),),
        identifiers=(Identifier(kind="passport", number=f"AB{number:07}", origin=O(field="PASSPORT")),),
        facts=(Fact(key="comment", text="See https://lists.example/?a=1&copy; for more", origin=O(field="COMMENT")),),
    )


GOOD = tuple(make_person(number) for number in range(120))
change = msgspec.structs.replace


def rename(listing: Listing, text: str, *, parts: tuple[NamePart, ...] | None = None) -> Listing:
    first, *rest = listing.names
    return change(listing, names=(change(first, text=text, parts=first.parts if parts is None else parts), *rest))


def damage(count: int, do: Callable[[Listing], Listing]) -> tuple[Listing, ...]:
    return tuple(do(x) if n < count else x for n, x in enumerate(GOOD))


def worse(findings: Sequence[Finding]) -> dict[str, tuple[str, int]]:
    return {f.rule: (f.severity, f.count) for f in findings if f.severity != "info"}


def misread(encoding: str) -> Callable[[Listing], Listing]:
    def do(listing: Listing) -> Listing:
        return change(listing, names=tuple(
            change(n, text=n.text.encode().decode(encoding, "replace").replace("\ufffd", "\x81"), parts=()) for n in listing.names
        ))
    return do


def born(text: str) -> Callable[[Listing], Listing]:
    return lambda x: change(x, births=(DateValue(span=DateSpan.parse(text), origin=O(field="BORN")),))


def fact(key: str, text: str) -> Callable[[Listing], Listing]:
    return lambda x: change(x, births=(), facts=(Fact(key=key, text=text, origin=O(field="BORN")),))


def test_a_good_list_gives_nothing() -> None:
    assert check_state(GOOD, moment=NOW) == ()
    assert check_change(GOOD, GOOD) == ()
    assert check_change((), GOOD) == ()
    assert check_state((), moment=NOW) == check_change(GOOD, ()) == check_change((), ()) == ()


@pytest.mark.parametrize(("rule", "do"), [
    ("text.replaced", lambda x: rename(x, "Am\ufffd\ufffdna")),
    ("text.question_marks", lambda x: rename(x, "M?ller")),
    ("text.question_marks", lambda x: rename(x, "???? ?????")),
    ("text.markup", lambda x: rename(x, "Amina &amp; Sons")),
    ("text.markup", lambda x: rename(x, "Amina<br/>Testova")),
    ("text.markup", lambda x: rename(x, "M&#252;ller")),
    ("text.escapes", lambda x: rename(x, "M\\u00fcller")),
    ("text.control", lambda x: rename(x, "Amina\x00Testova")),
    ("text.control", lambda x: rename(x, "Amina \ue000")),
    ("text.bidi", lambda x: rename(x, "Amina \u202eavotseT")),
    ("text.mojibake", lambda x: rename(x, "MÃ¼ller")),
    ("text.mojibake", lambda x: rename(x, "ÇáÞÇÚÏÉ")),  # Arabic of Windows-1256 read as Latin-1
    ("column.date_as_name", lambda x: rename(x, "12 March 1965")),
    ("column.date_as_name", lambda x: rename(x, "1965-03-12")),
    ("column.number_as_name", lambda x: rename(x, "40960")),
    ("column.country_as_name", lambda x: rename(x, "Pakistan")),
    ("column.country_as_date", fact("birth_text", "Pakistan")),
    ("column.date_as_place", lambda x: change(x, countries=(change(x.countries[0], text="12/03/1965"),))),
    ("column.date_as_place", lambda x: change(x, birth_places=(change(x.birth_places[0], city="12 March 1965"),))),
    ("date.old", born("1849")),
    ("date.order", born("2011")),
    ("date.order", lambda x: change(x, deaths=(DateValue(span=DateSpan.parse("1912"), origin=O(field="DIED")),))),
    ("date.order", lambda x: change(x, updated_on=(PartialDate(year=1907),))),
    ("date.future", lambda x: change(x, listed_on=PartialDate(year=2026, month=3, day=3))),
    ("date.future", lambda x: change(x, updated_on=(PartialDate(year=2027),))),
])
def test_one_case_is_a_warning_and_many_are_an_error(rule: str, do: Callable[[Listing], Listing]) -> None:
    (one,) = [f for f in check_state(damage(1, do), moment=NOW, list_key="un") if f.severity != "info"]
    assert (one.rule, one.severity, one.count, one.of, one.refs) == (rule, "warning", 1, 120, ("A.000",))
    assert one.fields
    assert one.next == RULES[rule].next
    assert worse(check_state(damage(60, do), moment=NOW))[rule] == ("error", 60)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1251", "cp1256"])
def test_a_list_read_in_another_encoding_is_an_error(encoding: str) -> None:
    found = worse(check_state(damage(120, misread(encoding)), moment=NOW))
    assert found["text.mojibake"] == ("error", 120)


@pytest.mark.parametrize("text", [
    "Çiğdem Şahin", "Dvořák", "Nguyễn Thị Minh Khai", "Ærø Øre", "Français «École»", "São João", "ÂÊÎ", "Ελένη", "Владимир Путин",
    "Марія Її", "محمد الظواهري", "طه", "آگ", "گپ", "می\u200cخواهم", "हाफिज़", "金正恩", "חמאס", "O’Neill", "Al-'Iraqi", "Who?",
    "AT&T", "R&D; Ltd", "7-28", "764", "M23", "Department 140/14", "100% Pure", "ﷺ", "Zoë's “Café”",
])
def test_true_names_of_any_script_are_no_damage(text: str) -> None:
    organization = change(rename(GOOD[0], text, parts=()), kind="organization")
    assert check_state((organization,), moment=NOW) == ()


def test_remarks_may_have_questions_and_markup_but_no_mangled_letters() -> None:
    assert worse(check_state(damage(1, fact("comment", "Where? <Head Office> %20%20")), moment=NOW)) == {}
    assert worse(check_state(damage(1, fact("comment", "le prÃ©sumÃ©")), moment=NOW)) == {"text.mojibake": ("warning", 1)}


def test_few_unread_births_are_for_information_and_many_a_warning() -> None:
    few = check_state(damage(2, fact("birth_text", "in spring")), moment=NOW)
    assert [(f.rule, f.severity) for f in few] == [("column.unread_births", "info")]
    assert worse(check_state(damage(12, fact("birth_text", "in spring")), moment=NOW)) == {"column.unread_births": ("warning", 12)}


def test_a_document_that_ends_before_it_begins_or_precedes_its_holder_is_out_of_order() -> None:
    def document(issued: int, expires: int) -> Callable[[Listing], Listing]:
        dates = {"issued": PartialDate(year=issued), "expires": PartialDate(year=expires)}
        return lambda x: change(x, identifiers=(change(x.identifiers[0], **dates),))

    assert worse(check_state(damage(1, document(2001, 2000)), moment=NOW)) == {"date.order": ("warning", 1)}
    assert worse(check_state(damage(1, document(1949, 1959)), moment=NOW)) == {"date.order": ("warning", 1)}
    assert worse(check_state(damage(1, document(2001, 2011)), moment=NOW)) == {}


def test_references_given_twice_are_found_also_in_another_spelling() -> None:
    assert worse(check_state((*GOOD, GOOD[3]), moment=NOW)) == {"reference.twice": ("error", 1)}
    for ref in ("a.003", "A .003", "A-003", " A.003."):
        found = worse(check_state((*GOOD, change(make_person(500), ref=ref)), moment=NOW))
        assert found == {"reference.near": ("warning", 1)}, ref


def test_records_given_twice_under_two_references_are_told_and_many_are_a_warning() -> None:
    copies = tuple(change(x, ref=f"B.{n}") for n, x in enumerate(GOOD))
    (few,) = check_state((*GOOD, copies[0]), moment=NOW)
    assert (few.rule, few.severity, few.refs) == ("record.near", "info", ("B.0",))
    assert worse(check_state((*GOOD, *copies[:10]), moment=NOW)) == {"record.near": ("warning", 10)}


def swap_parts(listing: Listing) -> Listing:
    given, family = listing.names[0].parts
    return rename(listing, f"{family.text} {given.text}", parts=(change(given, text=family.text), change(family, text=given.text)))


def test_swapped_given_and_family_names_are_found_beside_the_state_before() -> None:
    (found,) = check_change(GOOD, damage(100, swap_parts), list_key="un")
    assert (found.rule, found.severity, found.count, found.of) == ("column.moved", "error", 100, 120)
    assert set(found.fields) == {"part.given", "part.family"}
    assert "swapped" in found.seen
    assert worse(check_change(GOOD, damage(15, swap_parts))) == {"column.moved": ("warning", 15)}
    assert check_change(GOOD, damage(5, swap_parts)) == ()  # corrections, as publishers make them


def test_a_column_that_moved_is_found_with_where_it_went() -> None:
    def move(x: Listing) -> Listing:
        number = x.identifiers[0]
        return change(x, identifiers=(change(number, kind="national_id"),))

    found = {f.rule: f for f in check_change(GOOD, damage(120, move))}
    assert set(found) == {"column.moved", "column.emptied_core"}
    assert found["column.moved"].fields == ("number.passport", "number.national_id")


@pytest.mark.parametrize(("do", "rules"), [
    (lambda x: change(x, births=()), {"column.emptied_core", "share.fell"}),
    (lambda x: change(x, countries=()), {"column.emptied_core", "share.fell"}),
    (lambda x: change(x, identifiers=()), {"column.emptied_core", "share.fell"}),
    (lambda x: change(x, facts=()), {"column.emptied"}),
    (lambda x: change(x, names=x.names[:1]), {"column.emptied"}),
])
def test_columns_that_were_filled_and_are_empty_are_found(do: Callable[[Listing], Listing], rules: set[str]) -> None:
    assert set(worse(check_change(GOOD, damage(30, do)))) == rules
    assert check_change(GOOD, damage(4, do)) == ()


def test_a_share_falls_also_when_other_listings_took_the_place_of_the_filled_ones() -> None:
    bare = tuple(change(make_person(n), births=()) for n in range(200, 280))
    assert worse(check_change(GOOD, (*GOOD[:60], *bare)))["share.fell"][0] == "error"


def test_renumbered_listings_are_found() -> None:
    found = check_change(GOOD, damage(40, lambda x: change(x, ref=f"{x.ref}/new")), list_key="un")
    assert [(f.rule, f.severity, f.count) for f in found] == [("reference.renumbered", "warning", 40)]


def test_only_what_is_newly_unread_is_told() -> None:
    assert check_unread([("A/B", 1)], [("A/B", 30)]) == ()
    (found,) = check_unread([("A/B", 1)], [("A/B", 1), ("A/C", 3)], list_key="un")
    assert (found.rule, found.severity, found.count, found.fields) == ("unread.new", "warning", 3, ("A/C",))


def test_no_finding_tells_a_name_or_another_value() -> None:
    for do in (swap_parts, misread("cp1252"), born("1849"), lambda x: rename(x, "Pakistan")):
        state = damage(60, do)
        told = " ".join(
            part for f in (*check_state(state, moment=NOW), *check_change(GOOD, state)) for part in (f.seen, *f.refs, *f.fields)
        )
        values = {text for x in (*GOOD, *state) for n in x.names for text in (n.text, *(p.text for p in n.parts))}
        assert not [value for value in values | {"1849"} if value in told]


def test_a_state_about_to_be_taken_gets_a_sentence_for_each_warning_and_none_for_information() -> None:
    assert tell_warnings((), GOOD, moment=NOW) == ()
    (told,) = tell_warnings(GOOD, damage(100, swap_parts), moment=NOW)
    assert told.startswith("error column.moved: 100 of 120 listings")
    assert "A.000, A.001" in told
    assert ", ..." in told


def test_each_rule_says_what_was_measured_and_what_to_do() -> None:
    assert all(rule.next and (rule.measured or rule.code == "rhythm") for rule in RULES.values())
    assert all(rule.code == code and rule.levels for code, rule in RULES.items())


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("letter", ["œ", "À", "é", "ş", "Ł", "Đ", "ế", "€"])
def test_each_letter_that_was_misread_is_found_also_where_its_bytes_are_controls(letter: str, encoding: str) -> None:
    mangled = "".join(bytes([byte]).decode(encoding, "replace").replace("\ufffd", chr(byte)) for byte in letter.encode())
    assert "text.mojibake" in {f.rule for f in check_state((rename(GOOD[0], f"Am{mangled}na"),), moment=NOW)}
