"""Letters to comparable forms: fold, frame, scripts and readings of unvocalised words."""

from __future__ import annotations

import pytest

from tocsin.names.abjad import read_frames, same_letters
from tocsin.names.fold import drop_apostrophes, fold_token, frame_token, to_ascii
from tocsin.names.scripts import script_of


@pytest.mark.parametrize(
    ("one", "other"),
    [("muhammad", "muhamad"), ("youssef", "yusef"), ("saeed", "said"), ("khalid", "xalid"), ("qadir", "kadir"), ("lakhwi", "lakhvi")],
)
def test_spellings_of_one_sound_fold_alike(one: str, other: str) -> None:
    assert fold_token(one) == fold_token(other)


@pytest.mark.parametrize(
    ("word", "frame"), [("mohammed", "mhmd"), ("muhammad", "mhmd"), ("usama", "asm"), ("zaki", "zk"), ("abdullah", "abdl"), ("", "")]
)
def test_a_frame_keeps_the_consonants_and_an_initial_vowel(word: str, frame: str) -> None:
    assert frame_token(word) == frame


@pytest.mark.parametrize(
    ("word", "latin"),
    [("محمد", "muhammad"), ("أسامة", "usama"), ("حافظ", "hafiz"), ("سعید", "saeed"), ("ذکی", "zaki"), ("لکھوی", "lakhvi"),
     ("مسعود", "masood"), ("اظہر", "azhar"), ("یوسف", "yusuf"), ("ولید", "walid"), ("שלום", "shalom")],
)
def test_a_word_without_vowels_is_read_to_the_frame_of_its_latin_spelling(word: str, latin: str) -> None:
    assert frame_token(latin) in read_frames(same_letters(word))


def test_keyboards_of_arabic_and_persian_write_one_word_alike() -> None:
    assert same_letters("علي") == same_letters("علی")


@pytest.mark.parametrize(
    ("text", "code"),
    [("Ali", "Latn"), ("علی", "Arab"), ("दाऊद", "Deva"), ("Аслан", "Cyrl"), ("习近平", "Hani"), ("김정은", "Hang"), ("123", "Zyyy"), ("", "Zyyy")],
)
def test_the_script_of_most_letters_is_told(text: str, code: str) -> None:
    assert script_of(text) == code


@pytest.mark.parametrize(("text", "plain"), [("Müller", "Muller"), ("Çelik", "Celik"), ("Łódź", "Lodz"), ("دین", "dyn"), ("Владимир", "Vladimir")])
def test_marks_are_dropped_and_other_letters_transliterated(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@pytest.mark.parametrize(("text", "plain"), [("MU’TASSIM", "MUTASSIM"), ("Al-‘Ali", "Al-Ali"), ("Qur'an", "Quran"), ("O'Neil", "ONeil")])
def test_apostrophes_inside_words_do_not_cut_them(text: str, plain: str) -> None:
    assert drop_apostrophes(text) == plain
