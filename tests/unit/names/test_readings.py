"""How well Latin words read words of other scripts."""

from __future__ import annotations

import pytest

from tocsin.names.analysis import analyse_name
from tocsin.names.readings import (
    cut_units,
    find_units,
    has_readings,
    hear_foreign,
    hear_latin,
    hear_written,
    spell_units,
    spell_ways,
    weigh_reading,
    weigh_ways,
)
from tocsin.names.tables import load_tables


def share(original: str, latin: str) -> float:
    """What a Latin word gains of what the likeliest reading of the original would."""
    token = analyse_name(original, "person")[0]
    gain, best = weigh_reading(spell_units(token.text, token.written, token.script), token.script, latin)
    return gain / best


def sounds(original: str) -> frozenset[str]:
    token = analyse_name(original, "person")[0]
    return hear_written(spell_units(token.text, token.written, token.script), token.script)


@pytest.mark.parametrize(
    ("original", "spellings", "other"),
    [
        ("جمال", ["jamal", "gamal"], "kamal"),
        ("حسين", ["husayn", "hussein", "hossein"], "hasan"),
        ("چنگیز", ["changiz", "chengiz"], "aziz"),
        ("כהן", ["cohen", "kohen"], "levi"),
        ("Жуков", ["zhukov", "joukov"], "zaykov"),
        ("Хрущёв", ["khrushchev"], "kirsanov"),
        ("शर्मा", ["sharma", "sarma"], "varma"),
        ("রহমান", ["rahman", "rohman"], "rafiq"),
        ("정", ["jung", "jeong", "chung"], "kang"),
        ("최", ["choi", "choe"], "cho"),
        ("王", ["wang", "wong", "ong"], "huang"),
        ("陳", ["chen", "chan", "tan"], "zhang"),
        ("ジョン", ["john", "jon"], "shane"),
        ("ヴィクトル", ["viktor", "victor"], "hector"),
        ("Παπαδόπουλος", ["papadopoulos", "papadopulos"], "papadakis"),
        ("გიორგი", ["giorgi"], "grigol"),
        ("Սարգսյան", ["sargsyan", "sarkisian"], "petrosyan"),
        ("ชินวัตร", ["shinawatra", "chinnawat"], "wongsawat"),
    ],
)
def test_customary_spellings_read_a_word_better_than_those_of_another_name(original: str, spellings: list[str], other: str) -> None:
    assert min(share(original, latin) for latin in spellings) > max(0.2, share(original, other))


@pytest.mark.parametrize(("original", "latin"), [("محمد", "muhammad"), ("김", "kim"), ("リチャード", "richard"), ("दाऊद", "dawood")])
def test_a_word_and_its_latin_spelling_share_sounds(original: str, latin: str) -> None:
    assert sounds(original) & hear_latin(latin)


@pytest.mark.parametrize("typed", ["ג'ון", "ג׳ון", "ג’ון"])
def test_a_geresh_makes_another_sound_of_its_letter_however_it_is_typed(typed: str) -> None:
    assert share(typed, "john") > share("גון", "john")
    assert sounds(typed) & hear_latin("john")
    assert analyse_name(typed, "person") == analyse_name("ג׳ון", "person")


@pytest.mark.parametrize(("original", "latin"), [("жалу", "jaloux"), ("тё", "theux"), ("למיה", "lemieux")])
def test_an_x_that_is_not_spoken_is_not_asked_for(original: str, latin: str) -> None:
    assert sounds(original) & hear_latin(latin)
    assert hear_latin("dux") == {"T", "TKS"}


def test_an_e_that_is_not_spoken_is_read_with_the_vowel_before_it() -> None:
    assert share("найл", "nile") > share("найл", "nil")
    assert share("дейл", "dale") > share("дейл", "dal")


def test_hiragana_reads_as_katakana_does() -> None:
    assert share("さくら", "sakura") == share("サクラ", "sakura")


def test_a_family_name_has_the_spellings_of_its_bearers_and_not_of_its_sounds() -> None:
    assert cut_units(spell_units("wang", "王", "Hani"), "Hani") == ("^王$",)
    assert cut_units(spell_units("weiwang", "伟王", "Hani"), "Hani") == ("w", "ei", "w", "ang")


def test_a_script_without_readings_has_no_units_and_no_sounds() -> None:
    assert not has_readings("Mong")
    assert hear_written("^x$", "Mong") == frozenset()
    assert weigh_reading("^x$", "Mong", "x")[0] == 0


def test_signs_in_no_unit_are_passed_over() -> None:
    assert cut_units("^ب?ب$", "Arab") == ("ب", "ب")


def test_the_likeliest_reading_of_each_unit_stands_first() -> None:
    for script in load_tables().readings:
        units = find_units(script)
        assert units is not None
        assert set(units.best) == set(units.readings) == set(units.sounds)


def test_nothing_reads_as_nothing() -> None:
    assert weigh_reading("^$", "Arab", "")[0] == 0


@pytest.mark.parametrize(("original", "own", "near"), [("李 秀英", "xiuying", "cuiying"), ("李 玉梅", "yumei", "youmin"), ("王 建中", "jianzhong", "jiantong")])
def test_a_chinese_word_is_held_to_what_it_gains_in_pinyin(original: str, own: str, near: str) -> None:
    token = analyse_name(original, "person")[-1]
    spelt = spell_units(token.text, token.written, token.script)
    (gain, best), (less, _) = weigh_reading(spelt, "Hani", own), weigh_reading(spelt, "Hani", near)
    assert gain == best
    assert less < 0.7 * best


def test_signs_that_write_other_languages_are_heard_as_these_write_them() -> None:
    assert hear_latin("steinberg") & hear_foreign("sitanbeige", "斯坦贝格", "Hani")
    assert not hear_foreign("ge", "格", "Hani")
    assert not hear_foreign("", "하우", "Hang")


def test_a_name_of_another_language_is_read_with_few_of_its_sounds_but_no_chinese_name_as_another() -> None:
    def share(text: str, written: str, latin: str) -> float:
        gain, best = weigh_ways(spell_ways(text, written, "Hani"), latin)
        return gain / best

    assert share("geleihamu", "格雷厄姆", "graham") > share("geleihamu", "格雷厄姆", "grimm")
    assert share("xiuying", "秀英", "cuiying") < 0.6 < share("xiuying", "秀英", "xiuying")
