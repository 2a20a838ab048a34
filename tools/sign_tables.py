"""The tables of Chinese signs (`han_signs.yaml`, `japanese_names.yaml`, `readings.yaml`) as `signs.json` has them.

The YAML files say what a sign is read as (a syllable of Cantonese or Hokkien, kana) and how syllables are spelt; here each
sign gets its line of Latin readings and costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from tocsin.names.readings import parse_reading

ALONE = "^"        # behind a syllable without an initial that is spelt in its own way
AGAIN = "々"
VOWELS = frozenset("aeiouy")
SECOND = 40        # what another syllable of a sign costs more: which one is meant is not known
MOST_SPELLINGS, MOST_OF_SIGN, MOST_MORE = 8, 12, 350

Line = tuple[tuple[str, int], ...]


def make_signs(data: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What `tocsin.names.tables.load_signs` reads."""
    signs, names, readings = data["han_signs"], data["japanese_names"], data["readings"]
    same = find_same(signs)
    spelt = {
        key: {sound: spell_syllable(sound, readings[key]) for sound in signs[key]} for key in ("yue", "nan") if key in signs
    }
    spelt["jpn"] = {kana: spell_kana(kana, readings["jpn"]) for kana in names["signs"]}
    return {
        "version": version,
        "same": dict(sorted(signs["same"].items())),
        "lines": {
            "foreign": {line: sign for sign, line in sorted(signs["foreign"].items())},
            **{key: _make_lines(spelt[key], names["signs"] if key == "jpn" else signs[key], same) for key in sorted(spelt)},
        },
        "surnames": _fold_names(names["surnames"], same),
        "given": _fold_names(names["given"], same, without=_families(readings["Hani"], same)),
    }


def find_same(signs: Mapping[str, Mapping[str, str]]) -> dict[int, str]:
    """The forms of signs as `str.translate` takes them."""
    return {ord(sign): form for form, others in signs["same"].items() for sign in others}


def cut_syllable(syllable: str, spellings: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of a syllable as the table has them: itself, or an initial and a final; none if it has neither."""
    for whole in (syllable + ALONE, syllable):
        if whole in spellings:
            return (whole,)
    at = next((n for n, letter in enumerate(syllable) if letter in VOWELS), 0)
    initial, final = syllable[:at], syllable[at:]
    return (initial, final) if initial in spellings and final in spellings else ()


def spell_syllable(syllable: str, spellings: Mapping[str, str]) -> Line:
    """The Latin spellings of a syllable, the likeliest first."""
    return _combine(spellings[part] for part in cut_syllable(syllable, spellings))


def cut_kana(kana: str, spellings: Mapping[str, str]) -> tuple[str, ...]:
    """The units of a reading in kana, the longest first; none if it has others."""
    found: list[str] = []
    at = 0
    while at < len(kana):
        length = next((n for n in range(4, 0, -1) if kana[at: at + n] in spellings), 0)
        if not length:
            return ()
        found.append(kana[at: at + length])
        at += length
    return tuple(found)


def spell_kana(kana: str, spellings: Mapping[str, str]) -> Line:
    """The Latin spellings of a reading in kana, the likeliest first."""
    return _combine(spellings[part] for part in cut_kana(kana, spellings))


def _combine(lines: Iterable[str]) -> Line:
    options = [[parse_reading(reading) for reading in line.split()] for line in lines]
    found: dict[str, int] = {}
    for choice in product(*options):
        text, cost = "".join(part for part, _ in choice), sum(cost for _, cost in choice)
        found[text] = min(cost, found.get(text, cost))
    return _keep(found, MOST_SPELLINGS)


def _keep(found: Mapping[str, int], most: int) -> Line:
    ranked = sorted(found.items(), key=lambda entry: (entry[1], entry[0]))[:most]
    return tuple((text, cost) for text, cost in ranked if cost <= ranked[0][1] + MOST_MORE)


def _make_lines(spelt: Mapping[str, Line], signs_of: Mapping[str, str], same: Mapping[int, str]) -> dict[str, str]:
    """Line of readings to the signs that have it."""
    sounds: dict[str, list[str]] = defaultdict(list)
    for sound, signs in signs_of.items():
        for sign in dict.fromkeys(signs.translate(same)):
            sounds[sign].append(sound)
    lines: dict[str, str] = defaultdict(str)
    for sign, of_sign in sorted(sounds.items()):
        found: dict[str, int] = {}
        for sound in of_sign:
            for text, cost in spelt[sound]:
                dearer = cost + (SECOND if len(of_sign) > 1 else 0)
                found[text] = min(dearer, found.get(text, dearer))
        lines[" ".join(f"{text or '-'}={cost}" for text, cost in _keep(found, MOST_OF_SIGN))] += sign
    return dict(sorted(lines.items()))


def _families(units: Mapping[str, str], same: Mapping[int, str]) -> frozenset[str]:
    """The family names of China: as Japanese given names in their Chinese sound they would make each Li a Ri."""
    return frozenset(fold_name(unit[1:-1], same) for unit in units if unit.startswith("^") and unit.endswith("$"))


def _is_native(kana: str) -> bool:
    """Whether a reading has the length and sounds of Japanese words (タケシ), not of Chinese ones (リ, リュウ, ケン)."""
    return len(kana) >= 3 and not set(kana) & set("ャュョンッ")


def _fold_names(
    names: Mapping[str, str], same: Mapping[int, str], *, without: frozenset[str] = frozenset()
) -> dict[str, str]:
    found = {}
    for kana, line in sorted(names.items()):
        forms = (fold_name(written, same) for written in line.split())
        kept = dict.fromkeys(name for name in forms if name not in without or _is_native(kana))
        if kept:
            found[kana] = " ".join(kept)
    return found


def fold_name(name: str, same: Mapping[int, str]) -> str:
    """A name as `names.analysis.same_signs` has it."""
    for at, sign in enumerate(name):
        if sign == AGAIN and at:
            name = name[:at] + name[at - 1] + name[at + 1:]
    return name.translate(same)
