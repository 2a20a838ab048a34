"""Names in Chinese signs: one form of each sign, where a name is cut, and the ways in which its words are read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.match import compare_names
from tocsin.names.analysis import analyse_name
from tocsin.names.readings import spell_ways, weigh_ways
from tocsin.names.signs import same_signs, split_family


@pytest.mark.parametrize(("written", "form"), [("陳水扁", "陈水扁"), ("黒沢", "黑泽"), ("黑澤", "黑泽"), ("佐々木", "佐佐木"), ("王", "王")])
def test_signs_of_before_and_after_the_reforms_are_one(written: str, form: str) -> None:
    assert same_signs(written) == form
    assert same_signs(form) == form


@pytest.mark.parametrize(("written", "parts"), [
    ("安倍晋三", ("安倍", "晋三")), ("五十岚太郎", ("五十岚", "太郎")), ("森喜朗", ("森", "喜朗")), ("纯一郎", ("纯一郎",)),
    ("小泉纯一郎", ("小泉", "纯一郎")), ("欧阳志远", ("欧阳", "志远")), ("邓小平", ("邓", "小平")), ("王伟", ("王", "伟")),
    ("高山明", ("高", "山", "明")), ("林郑月娥", ("林", "郑", "月娥")), ("马丁内斯", ("马丁内斯",)), ("建中", ("建中",)), ("", ()),
])
def test_a_name_is_cut_where_its_given_name_begins(written: str, parts: tuple[str, ...]) -> None:
    assert split_family(written, "Hani") == parts


def test_a_name_scores_as_the_same_in_either_form_of_its_signs() -> None:
    assert compare_names("鄧小平", "邓小平", kind="person").score == 1


def test_a_word_is_read_in_one_language_as_a_whole() -> None:
    ways = spell_ways("jiacheng", "嘉诚", "Hani")
    assert [language for _, language in ways][:3] == ["Hani", "wade", "yue"]
    ka_shing, jia_cheng, mixed = (gain / best for gain, best in (weigh_ways(ways, w) for w in ("kashing", "jiacheng", "jiashing")))
    assert min(ka_shing, jia_cheng) > 0.85
    assert mixed < 0.7


def test_several_readings_of_a_japanese_name_are_kept() -> None:
    ways = spell_ways("yuzi", "裕子", "Hani")
    assert {"^ユウコ$", "^ヒロコ$"} <= {spelt for spelt, language in ways if language == "jpn"}


def test_a_family_name_of_china_is_not_read_in_dialects_twice() -> None:
    assert spell_ways("chen", "陈", "Hani") == (("^陈$", "Hani"),)


def test_a_japanese_name_is_cut_from_text_without_spaces() -> None:
    assert [t.written for t in analyse_name("小泉純一郎", "person")] == ["小泉", "纯一郎"]


def test_names_without_chinese_signs_do_without_the_tables_of_signs() -> None:
    code = (
        "import tocsin; from tocsin.names.analysis import analyse_name; from tocsin.names.tables import load_signs; "
        "analyse_name('Иван Петров', 'person'); assert load_signs.cache_info().misses == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
