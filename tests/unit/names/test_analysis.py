"""A name to tokens: what each word is, and how much it tells."""

from __future__ import annotations

import pytest

from tocsin.model import Kind
from tocsin.names.analysis import MAX_TOKENS, analyse_name


def words(text: str, kind: Kind = "person") -> list[tuple[str, str]]:
    return [(t.text, t.kind) for t in analyse_name(text, kind)]


def test_particles_titles_and_initials_are_told_from_names() -> None:
    assert words("Sheikh Omar bin N. al-Zaki") == [
        ("sheikh", "title"), ("omar", "name"), ("bin", "particle"), ("n", "initial"), ("al", "particle"), ("zaki", "name"),
    ]


def test_a_surname_before_a_comma_goes_to_its_place() -> None:
    assert analyse_name("LAKHVI, Zaki", "person") == analyse_name("Zaki LAKHVI", "person")


def test_capitals_hyphens_and_marks_make_no_difference() -> None:
    assert analyse_name("ZAKI-UR-REHMAN", "person") == analyse_name("zaki ur rehman", "person")
    assert analyse_name("Müller", "person") == analyse_name("MULLER", "person")


def test_legal_forms_and_numbers_are_told_in_names_of_organisations() -> None:
    assert words("Sunrise Trading Company No. 3, L.L.C.", "organization")[-1] == ("llc", "legal")
    assert ("3", "number") in words("Brigade Three", "organization")
    assert ("8", "number") in words("Fund VIII", "organization")


def test_an_article_joined_in_arabic_script_is_cut_off() -> None:
    assert words("ذکی الرحمان")[1] == ("al", "particle")


def test_a_chinese_or_korean_name_is_cut_into_family_name_and_given_name() -> None:
    assert [t.text for t in analyse_name("习近平", "person")] == ["xi", "jinping"]
    assert [t.text for t in analyse_name("欧阳志远", "person")] == ["ouyang", "zhiyuan"]
    assert [t.written for t in analyse_name("김정은", "person")] == ["김", "정은"]


def test_a_name_of_another_language_written_in_chinese_signs_or_hangul_stays_one_word() -> None:
    assert [t.text for t in analyse_name("卡瑞斯", "person")] == ["karuisi"]
    assert len(analyse_name("블라디미르", "person")) == 1


def test_letters_that_are_named_in_devanagari_are_initials() -> None:
    assert words("आर के नारायण") == [("r", "initial"), ("k", "initial"), ("narayn", "name")]


def test_devanagari_vowel_signs_stay_with_their_letters() -> None:
    assert words("दाऊद इब्राहिम") == [("daud", "name"), ("ibrahim", "name")]


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rare, common = analyse_name("Lakhvi Muhammad", "person")
    assert rare.weight > common.weight


@pytest.mark.parametrize("text", ["", " ", "---", "’", "\u200f\u200e", "!?"])
def test_a_text_without_letters_or_digits_has_no_tokens(text: str) -> None:
    assert analyse_name(text, "person") == ()


def test_a_name_of_ten_thousand_words_is_bounded() -> None:
    assert len(analyse_name("ab " * 10_000, "person")) <= MAX_TOKENS
