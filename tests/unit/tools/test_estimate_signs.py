"""What is learnt of Chinese signs from names of other languages."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import estimate_signs
from estimate_signs import Pair, cut_reading, cut_sound, make_line, propose

NAMES = [("卡托", "kato"), ("托卡", "tocca"), ("卡尔", "kar"), ("尔托", "lto"), ("卡卡托", "cacato"), ("托尔", "tor")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [("sch", ("sch", "", "")), ("ann", ("", "a", "nn")), ("", ("", "", "")), ("bau", ("b", "au", ""))],
)
def test_a_reading_is_cut_at_its_vowels(text: str, parts: tuple[str, str, str]) -> None:
    assert cut_reading(text) == parts


def test_a_sound_is_cut_before_its_vowels() -> None:
    assert [cut_sound(sound) for sound in ("zhang", "er")] == [("zh", "ang", "ang"), ("", "er", "er")]


def test_each_sign_gets_the_letters_that_it_stands_for() -> None:
    lines = propose([Pair(signs, latin) for signs, latin in NAMES] * 20)

    assert {sign: line.split("=")[0] for sign, line in lines.items()} == {"卡": "ca", "托": "to", "尔": "r"}
    assert "ka=" in lines["卡"]
    assert "l=" in lines["尔"]


def test_what_was_seen_once_beside_another_name_is_not_learnt() -> None:
    lines = propose([*[Pair(signs, latin) for signs, latin in NAMES] * 20, Pair("卡托", "wexyq")])

    assert "wex" not in lines["卡"]
    assert "xyq" not in lines["托"]


def test_a_sign_seen_too_seldom_has_no_line() -> None:
    assert "木" not in propose([*[Pair(signs, latin) for signs, latin in NAMES] * 20, Pair("木托", "muto")])


def test_readings_stand_by_their_costs_and_the_dear_ones_are_left_out() -> None:
    assert make_line({"ka": 0.5, "": 0.3, "x": 0.0001}) == "ka=70 -=120"


def test_halves_of_a_file_share_no_row(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{latin}\t{' '.join(signs)}\t1\n" for signs, latin in NAMES)

    halves = [set(estimate_signs.iter_pairs(path, part)) for part in (0, 1)]

    assert halves[0] | halves[1] == {Pair(signs, latin) for signs, latin in NAMES}
    assert not halves[0] & halves[1]
