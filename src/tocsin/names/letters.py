"""What a letter or mark of another script is wherever it stands, so that the native kernel can read words by their letters.

Most letters mean the same in every word: these are told here, one by one, and `native/foreign.hpp` puts them together as
`names.analysis` would. A letter whose form depends on its neighbours, or that splits a word, is not told.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

from tocsin.names.abjad import same_letters
from tocsin.names.fold import to_ascii
from tocsin.names.readings import UNVOCALISED
from tocsin.names.scripts import script_of_letter
from tocsin.names.signs import same_signs

SARA_AM = "\u0e33"      # of Thai: the one that NFKC takes apart in every word alike
JOINERS = "\u200c\u200d"
SYLLABLES = ("\uac00", "\ud7a3")  # of Korean; its letters alone join with their neighbours
BLOCKS = {"Hani": range(0x4E00, 0xA000, 0x100), "Hang": range(0xAC00, 0xD800, 0x100)}  # of the scripts of many letters


class Letter(NamedTuple):
    """One letter: its script (empty for a mark), the form in which it is compared, and that in ASCII letters and digits.

    `dropped`: whether words without vowels are read without it.
    """

    script: str
    form: str
    ascii: str
    dropped: bool = False


def tell_letter(letter: str) -> Letter | None:
    """What one character is; `None` for one that is Latin, no letter, or not to be read alone."""
    if letter.isascii() or (unicodedata.normalize("NFKC", letter) != letter and letter != SARA_AM):
        return None
    if unicodedata.category(letter)[0] == "M" or letter in JOINERS:
        form = _fold(letter)
        return Letter("", form, _to_plain(form), not same_letters(letter))
    script = script_of_letter(letter)
    if script in (None, "Latn", "Zzzz") or (script == "Hang" and not SYLLABLES[0] <= letter <= SYLLABLES[1]):
        return None
    if script in BLOCKS:
        _load_blocks(script)
    form = same_letters(letter) if script in UNVOCALISED else same_signs(letter) if script == "Hani" else _fold(letter)
    return Letter(script, form, _to_plain(form))


@cache
def _load_blocks(script: str) -> None:
    """Has the ASCII of all letters at hand: it is read block by block, and would hold up one query after another."""
    for start in BLOCKS[script]:
        to_ascii(chr(start))


def _fold(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter).casefold()


def _to_plain(form: str) -> str:
    return "".join(c for c in to_ascii(form).lower() if c.isascii() and c.isalnum())
