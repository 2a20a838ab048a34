"""Readings of Chinese signs in names of other languages, estimated: proposals to review for `han_signs.yaml`, never data.

    python tools/estimate_signs.py [FILE] [--part 0|1]

Reads pairs of a Latin name and the same in Chinese signs (`../shared/data/names/wikidata_names_en_chinese_train.tsv.gz`) and
learns by expectation maximisation which letters each sign stands for, so that all signs of a name spell the Latin one
together. A sign that was seen seldom takes over what its pinyin is read as, and a syllable what its beginning and its end
are. A reading that was seen once tells nothing: rows join a family name to a given name. With `--part` only every second
row, by its hash, is learnt from, so that the others can judge.

Prints the lines of the section `foreign`; a cost is -100 ln of the share. Then `make names`, and
`python bench/scripts.py Chinese`, which judges on another file.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from tocsin.names.fold import to_ascii
from tocsin.names.readings import find_units
from tocsin.names.signs import same_signs
from tocsin.names.tables import load_tables

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "names" / "wikidata_names_en_chinese_train.tsv.gz"
ROUNDS = 9
LONGEST = 5              # letters that a sign may stand for
MOST_READINGS, DEAREST, STEP = 30, 600, 5
SEEN_FROM = 4.0          # times that a sign must have been seen to have a line of its own
ONCE = 0.75              # taken off the times that a reading was seen
BACK = 8.0               # sightings that what is known of a sound counts for
OF_KNOWN = 0.25          # and what the name data say already, for each of what the pairs say of its parts
CHANCE = 0.0025          # of any letters that are none of the readings
LEAST_SHARE = 2e-4       # of a reading that is taken over
LEAST_PART = 1e-3        # of a pair that an explanation must have to be counted
VOWELS = frozenset("aeiou")

Readings = dict[str, float]


class Pair(NamedTuple):
    """The signs of a name, and the letters that they spell together."""

    signs: str
    latin: str


def main() -> int:
    """Prints the proposed lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--part", type=int, choices=[0, 1])
    given = parser.parse_args()
    if not given.file.is_file():
        print(f"{given.file} is not here; nothing was estimated.", file=sys.stderr)
        return 1
    for sign, line in sorted(propose(list(iter_pairs(given.file, given.part))).items()):
        print(f'  "{sign}": {line}')
    return 0


def iter_pairs(path: Path, part: int | None = None) -> Iterator[Pair]:
    """The pairs of a file of two signs and more, in the form that stands for all."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if part is not None and crc32("\t".join(row[:2]).encode()) % 2 != part:
                continue
            signs = same_signs(row[1].replace(" ", ""))
            latin = "".join(c for c in to_ascii(row[0]).lower() if "a" <= c <= "z")
            if len(signs) > 1 and all("\u3400" <= c <= "\u9fff" for c in signs) and 0 < len(latin) <= LONGEST * len(signs):
                yield Pair(signs, latin)


def propose(pairs: Sequence[Pair]) -> dict[str, str]:
    """Sign to its line of readings and costs."""
    chance = {letter: math.exp(-told / 100) for letter, told in load_tables().letters.items()}
    known = {sign: find_known(to_sound(sign)) for sign in {sign for pair in pairs for sign in pair.signs}}
    model, counts = known, dict[str, Counter[str]]()
    for turn in range(ROUNDS):
        counts, gained = expect(pairs, model, chance)
        model = maximise(counts, known)
        print(f"round {turn}: {gained / max(1, len(pairs)):.3f} nats beyond chance a pair", file=sys.stderr)
    return {sign: make_line(model[sign]) for sign, count in counts.items() if sum(count.values()) >= SEEN_FROM}


def to_sound(sign: str) -> str:
    """The pinyin of a sign, without its tone."""
    return "".join(c for c in to_ascii(sign).lower() if c.isalpha())


def find_known(sound: str) -> Readings:
    """What the name data say of a syllable of pinyin: its beginning and its end, as they are read in any name."""
    units, letters = find_units("Hani"), load_tables().letters
    found: Readings = {"": 1.0}
    for part in cut_sound(sound)[:2]:
        readings = units.readings.get(part, ()) if units is not None else ()
        if readings:
            shares = {text: math.exp((gain - sum(letters[c] for c in text)) / 100) for text, gain in readings}
            found = _combine(found, shares)
    return _share({text: share for text, share in found.items() if len(text) <= LONGEST})


def expect(
    pairs: Iterable[Pair], model: Mapping[str, Readings], chance: Mapping[str, float]
) -> tuple[dict[str, Counter[str]], float]:
    """How often each sign stands for which letters, and what the pairs gain beyond chance."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    total = 0.0
    for signs, latin in pairs:
        fits = [_fit(model[sign], latin, chance) for sign in signs]
        size = len(latin)
        forward = [[1.0] + [0.0] * size]
        for fit in fits:
            row = [0.0] * (size + 1)
            for i, j, ratio in fit:
                row[j] += forward[-1][i] * ratio
            forward.append(row)
        whole = forward[-1][size]
        total += math.log(whole)
        if whole < 1:
            continue  # by chance it would be likelier: another name
        behind = [0.0] * size + [1.0]
        for sign, fit, before in zip(reversed(signs), reversed(fits), reversed(forward[:-1]), strict=True):
            row = [0.0] * (size + 1)
            for i, j, ratio in fit:
                row[i] += ratio * behind[j]
                if (part := before[i] * ratio * behind[j] / whole) > LEAST_PART:
                    counts[sign][latin[i:j]] += part
            behind = row
    return counts, total


def _fit(readings: Readings, latin: str, chance: Mapping[str, float]) -> list[tuple[int, int, float]]:
    """For each piece of a name how much likelier it is as a reading than by chance."""
    fit = []
    for i in range(len(latin) + 1):
        of_chance = 1.0
        for j in range(i, min(len(latin), i + LONGEST) + 1):
            if j > i:
                of_chance *= chance[latin[j - 1]]
            fit.append((i, j, readings.get(latin[i:j], 0.0) / of_chance + CHANCE))
    return fit


def maximise(counts: Mapping[str, Counter[str]], known: Mapping[str, Readings]) -> dict[str, Readings]:
    """Shares of the readings of each sign: its own, drawn to those of its sound, and these to those of a sound's parts."""
    of_sound: dict[str, Counter[str]] = defaultdict(Counter)
    of_part: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for sign, count in counts.items():
        of_sound[to_sound(sign)].update(count)
    for sound, count in of_sound.items():
        for text, times in count.items():
            for at, (part, letters) in enumerate(zip(cut_sound(sound), cut_reading(text), strict=True)):
                of_part[at, part][letters] += times
    shares = {part: _share(count) for part, count in of_part.items()}
    sounds: dict[str, Readings] = {}
    for sound, base in {to_sound(sign): base for sign, base in known.items()}.items():
        parts: Readings = {"": 1.0}
        for at, part in enumerate(cut_sound(sound)):
            parts = _combine(parts, shares.get((at, part), {"": 1.0}))
        sounds[sound] = _mix(of_sound[sound], _mix(parts, base, weight=OF_KNOWN, once=0))
    return {sign: _mix(counts.get(sign, {}), sounds[to_sound(sign)]) for sign in known}


def cut_sound(sound: str) -> tuple[str, str, str]:
    """The beginning and the end of a syllable of pinyin; the end twice, for its vowels and what follows them."""
    at = next((n for n, letter in enumerate(sound) if letter in VOWELS), len(sound))
    return sound[:at], sound[at:], sound[at:]


def cut_reading(text: str) -> tuple[str, str, str]:
    """Letters before vowels, vowels, and letters behind them."""
    start = next((n for n, letter in enumerate(text) if letter in VOWELS), len(text))
    stop = next((n for n in range(start, len(text)) if text[n] not in VOWELS), len(text))
    return text[:start], text[start:stop], text[stop:]


def _combine(first: Readings, second: Readings) -> Readings:
    found: Readings = defaultdict(float)
    for a, p in first.items():
        for b, q in second.items():
            if p * q > LEAST_SHARE and len(a + b) <= LONGEST:
                found[a + b] += p * q
    return found


def _share(counts: Mapping[str, float]) -> Readings:
    whole = sum(counts.values())
    return {text: times / whole for text, times in counts.items()}


def _mix(counts: Mapping[str, float], base: Readings, *, weight: float = BACK, once: float = ONCE) -> Readings:
    """Counts, with some taken off each, and `base` for what was taken off and `weight` more."""
    kept = {text: times - once for text, times in counts.items() if times > once}
    whole = sum(counts.values()) + weight
    over = (whole - sum(kept.values())) / whole
    return {text: kept.get(text, 0.0) / whole + over * base.get(text, 0.0) for text in kept.keys() | base.keys()}


def make_line(shares: Readings) -> str:
    """Readings with costs, the likeliest first."""
    costs = ((max(STEP, STEP * round(-100 * math.log(share) / STEP)), text) for text, share in shares.items() if share > 0)
    kept = sorted((cost, text) for cost, text in costs if cost <= DEAREST)[:MOST_READINGS]
    return " ".join(f"{text or '-'}={cost}" for cost, text in kept)


if __name__ == "__main__":
    sys.exit(main())
