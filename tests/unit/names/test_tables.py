"""The name data as the matcher sees them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.names.tables import FIRST_NICKNAME, FIRST_TRANSLATION, FIRST_WORD, NAME_DATA, load_tables

TABLES = load_tables()


def test_the_version_is_the_one_that_answers_name() -> None:
    assert TABLES.version == NAME_DATA == "2026.8"


def test_the_data_are_read_once() -> None:
    assert load_tables() is TABLES


def test_importing_tocsin_does_not_read_the_name_data() -> None:
    code = "import tocsin, sys\nassert 'tocsin.names.tables' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("pair", ["mohammed mehmet", "abdullahi cabdullaahi", "yusuf joseph", "choudhury chaudhry"])
def test_spellings_of_one_name_share_a_family(pair: str) -> None:
    one, other = pair.split()
    assert set(TABLES.same_name[one]) & set(TABLES.same_name[other])


@pytest.mark.parametrize("pair", ["alexander oleksandr", "ivanovich ivanovitch", "james jacques"])
def test_forms_of_a_name_in_european_languages_are_weaker_than_spellings(pair: str) -> None:
    one, other = pair.split()
    assert {n for n in set(TABLES.nicknames[one]) & set(TABLES.nicknames[other]) if n >= FIRST_TRANSLATION}
    assert one not in TABLES.same_name


@pytest.mark.parametrize("pair", ["hasan hussein", "karim rahim", "said sayyaf", "salim salam", "khalid khalil", "umar ammar"])
def test_names_that_only_look_alike_share_none(pair: str) -> None:
    one, other = pair.split()
    assert not set(TABLES.same_name[one]) & set(TABLES.same_name[other])


@pytest.mark.parametrize("pair", ["bank banque", "foundation muassasa", "front jabhat", "army jaish", "party hizb", "movement tehrik", "liberation tahrir", "martyrs shuhada", "youth shabaab"])
def test_translations_of_a_word_share_a_family(pair: str) -> None:
    one, other = pair.split()
    assert set(TABLES.same_word[one]) & set(TABLES.same_word[other])


def test_a_pet_name_belongs_to_each_of_its_formal_names_and_joins_no_family() -> None:
    sasha = set(TABLES.nicknames["sasha"])
    assert sasha & set(TABLES.nicknames["alexander"])
    assert sasha & set(TABLES.nicknames["alexandra"])
    assert sasha & set(TABLES.nicknames["oleksandr"])
    assert "sasha" not in TABLES.same_name


def test_no_number_is_a_family_of_names_and_of_words_at_once() -> None:
    numbers = [{n for found in table.values() for n in found} for table in (TABLES.same_name, TABLES.same_word, TABLES.nicknames)]
    assert max(numbers[0]) < FIRST_WORD <= min(numbers[1])
    assert max(numbers[1]) < FIRST_NICKNAME <= min(numbers[2])


def test_the_families_behind_words_without_vowels_are_those_of_the_muslim_world() -> None:
    assert set(TABLES.same_name["mehmet"]) <= TABLES.muslim_families
    assert not set(TABLES.same_name["gurdeep"]) & TABLES.muslim_families


def test_an_acronym_gives_its_long_forms() -> None:
    assert "lashkar e tayyiba" in TABLES.acronyms["let"]
    assert len(TABLES.acronyms["daesh"]) >= 2


def test_longer_phrases_come_before_those_that_they_hold() -> None:
    phrases = [phrase for phrase, _ in TABLES.legal_phrases]
    assert phrases.index("public joint stock company") < phrases.index("joint stock company")
    assert ("private limited", "pvt ltd") in TABLES.legal_phrases


def test_bands_are_from_the_commonest_to_the_rarer() -> None:
    assert TABLES.person_bands["mohammed"] < TABLES.person_bands["bilal"] < TABLES.person_bands["zaydan"] < 1
    assert TABLES.org_bands["trading"] < TABLES.org_bands["marine"] < TABLES.org_bands["falcon"] < 1


def test_a_rarer_spelling_of_a_common_name_is_common_too() -> None:
    assert TABLES.person_bands["mohammed"] < TABLES.person_bands["maxamed"] < 1


def test_the_bands_of_unvocalised_words_hold_no_names_of_other_scripts() -> None:
    assert "wang" not in TABLES.unvocalised_bands
    assert "khalid" in TABLES.unvocalised_bands


@pytest.mark.parametrize(("word", "value"), [("three", "3"), ("troisieme", "3"), ("cuarenta", "40"), ("siebte", "7"), ("pervyi", "1"), ("thalith", "3"), ("ninetynine", "99")])
def test_number_words_have_their_value(word: str, value: str) -> None:
    assert TABLES.number_words[word] == value


def test_roman_numerals_go_from_two_to_thirty() -> None:
    assert (TABLES.roman["ii"], TABLES.roman["xiv"], TABLES.roman["xxx"]) == ("2", "14", "30")
    assert "i" not in TABLES.roman


@pytest.mark.parametrize(("word", "meaning"), [("بن", ("particle", "bin")), ("ооо", ("legal", "ooo")), ("有限公司", ("legal", "ltd")), ("银行", ("name", "bank")), ("श्री", ("title", "shri")), ("주식회사", ("legal", "ltd"))])
def test_words_of_other_scripts_are_known_as_they_are_compared(word: str, meaning: tuple[str, str]) -> None:
    assert TABLES.script_words[word] == meaning
