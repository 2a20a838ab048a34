"""How well a Latin word reads a word of another script, and the sounds under which both are filed.

No single romanisation is what people write: ج is j in Jamal and g in Gamal, 정 is Jong, Jung or Chung, and an English name
in katakana has lost its l and its th. So a word is cut into units (letters, or a few that are read together), each unit
has its readings with what each costs (`data/readings.yaml`), and the Latin word is explained by one reading after the
other. What an explanation gains is in hundredths of a nat: how much likelier these letters are as a reading of that word
than by chance. Integers, so that the native kernel (`native/readings.hpp`) gives the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, product

import msgspec

from tocsin.names.tables import load_signs, load_tables

UNREAD = 700        # cost of a unit that gives no letter, or one letter that is none of its readings
UNWRITTEN = 700     # cost of a letter that no unit gives
UNHEARD = 600       # the same in names of other languages in Chinese signs, of which some sounds are left out
LEAST_LOST = 90     # by the rarest letter that no unit gives
VOWEL = 60          # loss for a vowel that no unit gives, where short vowels are not written
SILENT_E = 150      # the same for an "e" that ends the word, which many languages do not speak
TWICE = 100         # the same for a letter that is written twice
OF_LETTER = 300     # what a sign beyond a to z tells
LEAST_BEST = 300    # what the likeliest reading of the shortest word is taken to gain
MOST_UNITS = 40
BEGIN, END = "^", "$"
BY_SIGNS = ("yue", "nan", "foreign")  # languages in which each sign has its readings
OTHER_WAY, BY_SOUND = 150, 60  # what a word loses when it is read in another way than the first; in Japanese
IN_FOREIGN = 0      # the same as a name of another language, which two words are seldom read as by chance
LOST = {"jpn": BY_SOUND, "foreign": IN_FOREIGN}
OTHER_LEAST = 0.5   # of what the likeliest reading gains, for a word to be read in another way than the first at all
FOREIGN_LEAST = 0.05  # the same as a name of another language, of which few sounds may be written
MOST_KANA = 4       # readings of a Japanese name that are looked at
SAME_READINGS = {"Hira": "Kana", "Syrc": "Hebr"}
UNVOCALISED = frozenset({"Arab", "Hebr", "Syrc"})
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

# Spellings of consonants, by the sound classes that scripts keep apart: labials, dentals, hissing sounds, throaty sounds,
# l and r, m, n. A spelling with several is filed under each; "" is a sound that is not heard.
_SPELLINGS: dict[tuple[str, ...], str] = {
    ("P",): "ph b p f v", ("T",): "dh t d", ("K",): "kh gh ck k g q c", ("R",): "r l", ("M",): "m", ("N",): "n",
    ("KS",): "x", ("KS", ""): "ux", ("S",): "shch tsch sch tch sh zh dj dz ts tz ce ci cy cz s z",
    ("S", "K"): "ch", ("K", "S"): "ge gi gy", ("T", "S"): "th", ("S", ""): "j", ("R", ""): "ll", ("P", ""): "w",
}
SOUNDS = {spelt: ways for ways, line in _SPELLINGS.items() for spelt in line.split()}
OPEN = 2            # letters of a word that are filed under more than one sound; the others under their first
LIKELY = 200        # how much more than the likeliest a reading may cost to be filed too
_SPELLED = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1+")


class Units(msgspec.Struct, frozen=True):
    """The units of a script, or of a language in which Chinese signs are read.

    What each reading gains, what the likeliest does, and the sounds of the likely ones.
    """

    readings: dict[str, tuple[tuple[str, int], ...]]
    best: dict[str, int]
    sounds: dict[str, tuple[str, ...]]
    longest: int
    has_vowels: bool
    unwritten: int

    def is_whole(self, word: str) -> bool:
        """Whether a word has readings as a whole, as family names of Chinese and Korean have."""
        return BEGIN + unicodedata.normalize("NFD", word) + END in self.readings


@lru_cache(maxsize=64)
def find_units(script: str) -> Units | None:
    """The units of a script or language; `None` for one without readings."""
    lines = load_tables().readings.get(SAME_READINGS.get(script, script))
    if script in BY_SIGNS or script == "jpn":
        lines = {**(lines or {}), **load_signs().lines[script]}
    if lines is None:
        return None
    readings, best, sounds = {}, {}, {}
    for unit, line in lines.items():
        costs = [parse_reading(reading) for reading in line.split()]
        readings[unit] = tuple((text, sum(tell_letters(text)) - cost) for text, cost in costs)
        best[unit] = readings[unit][0][1]
        likely = (_first_sounds(text) for text, cost in costs if cost - costs[0][1] <= LIKELY)
        sounds[unit] = tuple(dict.fromkeys(likely))[:2]
    unwritten = UNHEARD if script == "foreign" else UNWRITTEN
    return Units(readings, best, sounds, max(map(len, readings)), script not in UNVOCALISED, unwritten)


def parse_reading(reading: str) -> tuple[str, int]:
    """ "sh=90" as the letters and what they cost; "-" stands for no letters."""
    text, _, cost = reading.partition("=")
    return "" if text == "-" else text, int(cost)


def tell_letters(text: str) -> list[int]:
    """How much each letter tells: rare ones more."""
    letters = load_tables().letters
    return [letters.get(c, OF_LETTER) for c in text]


def has_readings(script: str) -> bool:
    """Whether words of this script are compared with Latin ones by their readings."""
    return find_units(script) is not None


def spell_units(text: str, written: str, script: str) -> str:
    """A word as it is cut into units, with marks for its beginning and end.

    Chinese is read by its sounds in pinyin (but for signs with readings of their own, as family names), Korean by the
    letters of its syllables, hiragana as katakana.
    """
    units = find_units(script)
    if script == "Hang":
        written = unicodedata.normalize("NFD", written)
    elif script == "Hira":
        written = written.translate(_HIRAGANA)
    whole = BEGIN + written + END
    if script == "Hani" and units is not None and whole not in units.readings:
        return BEGIN + text + END
    return whole


@lru_cache(maxsize=20_000)
def spell_ways(text: str, written: str, script: str) -> tuple[tuple[str, str], ...]:
    """A word in each way in which it may be read: how it is spelt, and the script or language whose units it is cut into.

    Only Chinese has several: as `spell_units` has it; in Wade-Giles, Cantonese and Hokkien, unless the word is a family name
    that has its own spellings; and in Japanese, by the kana of a name that is known, or else sign by sign. A word is read in
    one language as a whole, and in none that does not know all its signs.
    """
    first = spell_units(text, written, script), script
    if script != "Hani":
        return (first,)
    whole = BEGIN + written + END
    lines = load_signs().lines
    by_signs = [key for key in BY_SIGNS if all(sign in lines[key] for sign in written)]
    if len(written) == 1 and "foreign" in by_signs:
        by_signs.remove("foreign")
    chinese = [] if first[0] == whole else [(first[0], "wade"), *((whole, key) for key in by_signs)]
    kana = load_signs().kana.get(written, ())[:MOST_KANA]
    japanese = [(BEGIN + reading + END, "jpn") for reading in kana]
    if not kana and len(written) > 1 and all(sign in lines["jpn"] for sign in written):
        japanese = [(whole, "jpn")]
    return (first, *chinese, *japanese)


@lru_cache(maxsize=20_000)
def cut_units(spelt: str, script: str) -> tuple[str, ...]:
    """The units of a spelt word, the longest that fits each time; what is in no unit is passed over."""
    units = find_units(script)
    if units is None:
        return ()
    found: list[str] = []
    at = 0
    while at < len(spelt) and len(found) < MOST_UNITS:
        length = next((n for n in range(units.longest, 0, -1) if spelt[at: at + n] in units.readings), 0)
        if length:
            found.append(spelt[at: at + length])
        at += length or 1
    return tuple(found)


@lru_cache(maxsize=50_000)
def weigh_reading(spelt: str, script: str, latin: str) -> tuple[int, int]:
    """What the best explanation of `latin` as a reading gains, and what the likeliest reading of the word would."""
    units = find_units(script)
    return (_weigh(units, spelt, script, latin), _find_best(spelt, script)) if units else (0, LEAST_BEST)


def weigh_ways(ways: Sequence[tuple[str, str]], latin: str) -> tuple[int, int]:
    """As `weigh_reading`, for the way of `spell_ways` in which the word is explained best; the first of equals."""
    found = weigh_reading(*ways[0], latin)
    for spelt, script in ways[1:]:
        gain, best = weigh_reading(spelt, script, latin)
        if script == "foreign":  # a Chinese name is one of another language only as far as that is no worse than its pinyin
            best = max(best, weigh_reading(spelt, script, ways[0][0].strip(BEGIN + END))[0])
        gain -= LOST.get(script, OTHER_WAY)
        least = FOREIGN_LEAST if script == "foreign" else OTHER_LEAST
        if gain / best >= least and gain / best > found[0] / found[1]:
            found = gain, best
    return found


@lru_cache(maxsize=20_000)
def _find_best(spelt: str, script: str) -> int:
    """What the likeliest reading gains; of a Chinese word no less than its pinyin, since few syllables make all names."""
    units = find_units(script)
    if units is None:
        return LEAST_BEST
    best = max(LEAST_BEST, sum(units.best[u] for u in cut_units(spelt, script)))
    pinyin = spelt.removeprefix(BEGIN).removesuffix(END)
    return max(best, _weigh(units, spelt, script, pinyin)) if script == "Hani" and pinyin.isascii() else best


def _weigh(units: Units, spelt: str, script: str, latin: str) -> int:
    return weigh_units(
        cut_units(spelt, script), units.readings, latin, has_vowels=units.has_vowels, unwritten=units.unwritten
    )


def weigh_units(
    cut: Sequence[str], readings: Mapping[str, Iterable[tuple[str, int]]], latin: str, *, has_vowels: bool,
    unwritten: int = UNWRITTEN,
) -> int:
    """What the best explanation of `latin` by these units in turn gains, each having the readings that are given with gains.

    `unwritten` is what a letter costs that no unit gives; vowels cost less without `has_vowels`.
    """
    taken, lost, row = weigh_letters(latin, has_vowels=has_vowels, unwritten=unwritten)
    for unit in cut:
        row = _read_unit(row, readings[unit], latin, taken, lost)
    return row[-1]


@lru_cache(maxsize=20_000)
def weigh_letters(
    latin: str, *, has_vowels: bool, unwritten: int = UNWRITTEN
) -> tuple[list[int], list[int], list[int]]:
    """What each letter gains when a unit that is not read takes it, and when none does; and the sums of the latter."""
    told = tell_letters(latin)
    lost = [_lose(letter, tells, has_vowels=has_vowels, most=unwritten) for letter, tells in zip(latin, told, strict=True)]
    for j in range(1, len(latin)):
        if latin[j] == latin[j - 1]:
            lost[j] = max(lost[j], -TWICE)
    if latin.endswith("e"):
        lost[-1] = max(lost[-1], -SILENT_E)
    return [tells - UNREAD for tells in told], lost, [0, *accumulate(lost)]


def _lose(letter: str, tells: int, *, has_vowels: bool, most: int) -> int:
    return -VOWEL if letter in "aeiou" and not has_vowels else min(-LEAST_LOST, tells - most)


def _read_unit(
    row: Sequence[int], readings: Iterable[tuple[str, int]], latin: str, taken: Sequence[int], unwritten: Sequence[int]
) -> list[int]:
    """From the best gains before a unit, by letters explained so far, to those after it."""
    after = [gain - UNREAD for gain in row]
    for j, gain in enumerate(taken):
        after[j + 1] = max(after[j + 1], row[j] + gain)
    for text, gain in readings:
        j = latin.find(text)
        while j >= 0:
            after[j + len(text)] = max(after[j + len(text)], row[j] + gain)
            j = latin.find(text, j + 1)
    for j, gain in enumerate(unwritten):
        after[j + 1] = max(after[j + 1], after[j] + gain)
    return after


# ---- the sounds under which words are filed


@lru_cache(maxsize=50_000)
def hear_latin(text: str) -> frozenset[str]:
    """The consonant sounds of a Latin word, in each way in which it may be meant."""
    return _combine([SOUNDS[m] for m in _SPELLED.findall(text)])


@lru_cache(maxsize=20_000)
def hear_written(spelt: str, script: str) -> frozenset[str]:
    """The consonant sounds of a word of another script, in each likely way to read it."""
    units = find_units(script)
    if units is None:
        return frozenset()
    return _combine([units.sounds[u] for u in cut_units(spelt, script)])


@lru_cache(maxsize=20_000)
def hear_foreign(text: str, written: str, script: str) -> frozenset[str]:
    """The sounds of a word of Chinese signs as a name of another language; none where it cannot be one."""
    return frozenset().union(*(hear_written(*way) for way in spell_ways(text, written, script) if way[1] == "foreign"))


@lru_cache(maxsize=20_000)
def hear_otherwise(text: str, written: str, script: str) -> frozenset[str]:
    """The sounds of a word in the ways beside the first of `spell_ways`; of a Chinese family name in all its spellings."""
    first, *others = spell_ways(text, written, script)
    units = find_units(script)
    heard = frozenset().union(*(hear_written(spelt, of) for spelt, of in others))
    if script == "Hani" and units is not None and first[0] in units.readings:
        heard |= {_first_sounds(latin) for latin, _ in units.readings[first[0]]}
    return heard


def _first_sounds(text: str) -> str:
    return "".join(SOUNDS[m][0] for m in _SPELLED.findall(text))


def _combine(options: Sequence[tuple[str, ...]]) -> frozenset[str]:
    """All ways when few letters are open; otherwise only the first open ones vary."""
    seen, limited = 0, []
    for ways in options:
        seen += len(ways) > 1
        limited.append(ways if len(ways) == 1 or seen <= OPEN else ways[:1])
    return frozenset(_DOUBLED.sub(r"\1", "".join(choice)) for choice in product(*limited))
