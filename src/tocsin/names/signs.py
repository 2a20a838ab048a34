"""Names in Chinese signs or Korean syllables, written without spaces: one form of each sign, and where a name is cut.

A name in Chinese signs may be Chinese or Japanese; which signs make names of either is in the name data.
"""

from __future__ import annotations

from tocsin.names.readings import find_units
from tocsin.names.tables import load_signs

AGAIN = "々"     # stands for the sign before it
MOST_GIVEN = 3   # signs of a Japanese given name
MARRIED = 4      # signs of a wife's name: her husband's family name, hers, and a given name


def same_signs(word: str) -> str:
    """Chinese signs in the one form that stands for all, that of after the reforms of China and Japan."""
    for at, sign in enumerate(word):
        if sign == AGAIN and at:
            word = word[:at] + word[at - 1] + word[at + 1:]
    return word.translate(load_signs().same)


def split_family(word: str, script: str) -> tuple[str, ...]:
    """Family name and given name of two to four signs; longer words are names of other languages, written by sound.

    Japanese names have up to six, and a wife may put her husband's family name before hers (林鄭月娥). Three signs that
    are a name in Chinese and in Japanese (高山明: Gao Shanming, Takayama Akira) are cut into single ones: the second goes
    with its neighbour on either side when names are aligned.
    """
    if script == "Hani" and (parts := _split_japanese(word) or _split_married(word)):
        return parts
    for length in (2, 1):
        if length < len(word) <= length + 2 and _is_family(word[:length], script):
            return word[:length], word[length:]
    return (word,) if word else ()


def _is_family(word: str, script: str = "Hani") -> bool:
    units = find_units(script)
    return units is not None and units.is_whole(word)


def _split_japanese(word: str) -> tuple[str, ...]:
    """Family name and given name of a Japanese person; a given name as it is; empty when the word is no such name."""
    signs = load_signs()
    if len(word) < 3:
        return ()
    if len(word) == 3 and word in signs.given:
        return (word,)
    is_chinese = len(word) == 3 and _is_family(word[0])
    for length in (2, 3, 1):
        family, given = word[:length], word[length:]
        if not given or len(given) > MOST_GIVEN or family not in signs.surnames:
            continue
        if given in signs.given and not (is_chinese and length == 1):
            return tuple(word) if is_chinese else (family, given)
        if not is_chinese and max(length, len(given)) > 1 and all(sign in signs.lines["jpn"] for sign in given):
            return family, given
    return ()


def _split_married(word: str) -> tuple[str, ...]:
    """Two Chinese family names and a given name of two signs, unless both are such by which other languages are written."""
    if len(word) != MARRIED or _is_family(word[:2]) or not (_is_family(word[0]) and _is_family(word[1])):
        return ()
    return (word[0], word[1], word[2:]) if not load_signs().lines["foreign"].keys() >= set(word[2:]) else ()
