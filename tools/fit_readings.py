"""Costs of readings, proposed from pairs of words: suggestions for `readings.yaml`, reviewed like any other change.

    python tools/fit_readings.py SCRIPT [../shared/data] [--sample N] [--rounds N] [--kept SHARE] [--judge N]

Each Latin word is aligned with the units of its original, unit by unit (none to four letters each), in all ways at once and
each by its likelihood (expectation-maximisation), which begins with the costs that are there. The costs that come out are
mixed with those (`--kept`): what was completed by hand stays. Rows that explain nothing are left out, since the files were
aligned by machine. With `--judge` nothing is proposed: half of the words (by hash) is fitted, and of N others is
told how often the Latin word gains most among a thousand, before and after.

Development data only: the train splits of Wikidata's names, and words of the public Hindi lists that stand in the same place.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from tocsin.names.analysis import analyse_name
from tocsin.names.readings import SILENT_E, TWICE, UNREAD, UNVOCALISED, UNWRITTEN, VOWEL, cut_units, parse_reading, spell_units
from tocsin.names.tables import load_tables

FILES = {
    "Arab": ("wikidata_names_en_arabic_train.tsv.gz", True), "Cyrl": ("wikidata_names_en_russian_train.tsv.gz", True),
    "Hebr": ("wikidata_names_en_hebrew_train.tsv.gz", True), "Deva": ("hindi_english_candidate_names.tsv.gz", False),
}
LONGEST = 4            # letters of a reading that is new
NEW, NEW_LETTER = 650, 120  # what a reading costs at first that is not there, and each letter after the first more
OLD_COUNT = 5.0        # how many words the costs that are there count for
LEAST_COUNT = 2.0      # words that a new reading needs
DEAREST = 750          # what costs more is left out
SEED, OTHERS = 20260227, 999
Costs = dict[str, dict[str, int]]  # unit to reading to cost
Word = tuple[tuple[str, ...], str]  # units, and the Latin word


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", choices=FILES)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sample", type=int, default=20_000, help="words that are fitted")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kept", type=float, default=0.4, metavar="SHARE", help="of the costs that are there in the mixture")
    parser.add_argument("--judge", type=int, default=0, metavar="N", help="fit one half, and rank N words of the other")
    asked = parser.parse_args(arguments)
    if not (asked.data / "names").is_dir():
        print(f"The reference data ({asked.data}) are not here; nothing was fitted.", file=sys.stderr)
        return 1
    words = sorted(set(load_words(asked.data / "names" / FILES[asked.script][0], asked.script)))
    random.Random(SEED).shuffle(words)
    old = read_costs(asked.script)
    has_vowels = asked.script not in UNVOCALISED
    fitted = [w for w in words if not asked.judge or crc32("".join(w[0]).encode()) % 2][: asked.sample]
    costs = old
    for _ in range(asked.rounds):
        costs = fit_once(costs, fitted, has_vowels=has_vowels)
    costs = mix(old, costs, kept=asked.kept)
    if asked.judge:
        others = [w for w in words if not crc32("".join(w[0]).encode()) % 2]
        for told, table in (("before", old), ("after", costs)):
            print(f"{told}: {rank(table, others, asked.judge, has_vowels=has_vowels):.3f} first of {OTHERS + 1}")
        return 0
    for unit, line in costs.items():
        print(f'  "{unit}": {" ".join(f"{text or "-"}={cost}" for text, cost in sorted(line.items(), key=lambda r: (r[1], r[0])))}')
    return 0


def load_words(path: Path, script: str) -> Iterator[Word]:
    """The words of a file that stand in the same place of two names of as many words, in units and in Latin."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) < 2 or row[0] == "english":
                continue
            written = row[1].replace(" ", "") if FILES[script][1] else row[1]
            original = [t for t in analyse_name(written, "person") if t.kind == "name"]
            latin = [t for t in analyse_name(row[0], "person") if t.kind == "name"]
            for a, b in zip(original, latin, strict=False):
                if len(original) == len(latin) and a.script == script and b.script == "Latn" and len(b.text) > 1:
                    yield cut_units(spell_units(a.text, a.written, a.script), script), b.text


def read_costs(script: str) -> Costs:
    """The costs that are there."""
    return {unit: dict(map(parse_reading, line.split())) for unit, line in load_tables().readings[script].items()}


def tell(text: str) -> int:
    letters = load_tables().letters
    return sum(letters.get(c, 300) for c in text)


def weigh_unwritten(latin: str, *, has_vowels: bool) -> list[int]:
    """What each letter gains that no unit gives, as in `names.readings`."""
    gains = [-VOWEL if c in "aeiou" and not has_vowels else tell(c) - UNWRITTEN for c in latin]
    for j in range(1, len(latin)):
        if latin[j] == latin[j - 1]:
            gains[j] = max(gains[j], -TWICE)
    if latin.endswith("e"):
        gains[-1] = max(gains[-1], -SILENT_E)
    return gains


def weigh_new(text: str) -> int:
    """What a unit gains by letters that are none of its readings."""
    return tell(text) - (UNREAD if len(text) < 2 else NEW + NEW_LETTER * (len(text) - 1))


def fit_once(costs: Costs, words: Sequence[Word], *, has_vowels: bool) -> Costs:
    """Costs from how often each unit was read as what, by the costs before."""
    gains = {unit: {text: tell(text) - cost for text, cost in line.items()} for unit, line in costs.items()}
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for units, latin in words:
        for unit, text, share in align(gains, units, latin, weigh_unwritten(latin, has_vowels=has_vowels)):
            counts[unit][text] += share
    return {unit: _cost(line, counts[unit]) if unit in counts else line for unit, line in costs.items()}


def _cost(old: Mapping[str, int], counts: Mapping[str, float]) -> dict[str, int]:
    total = sum(counts.values()) + OLD_COUNT
    found = {}
    for text in {*old, *counts}:
        count = counts.get(text, 0.0)
        if text not in old and count < LEAST_COUNT:
            continue
        share = (count + OLD_COUNT * math.exp(-old[text] / 100) if text in old else count) / total
        if share > 0 and (cost := round(-100 * math.log(min(1.0, share)))) <= DEAREST + 100:
            found[text] = cost
    return found or dict(old)


def align(
    gains: Mapping[str, Mapping[str, int]], units: Sequence[str], latin: str, unwritten: Sequence[int]
) -> list[tuple[str, str, float]]:
    """Each unit, what it was read as, and in what share of all alignments; none for a pair that gains nothing."""
    end = len(latin)
    skip = [math.exp(g / 100) for g in unwritten]
    ways = [[_offer(gains[unit], latin, j) for j in range(end + 1)] for unit in units]
    before = [_close([1.0] + [0.0] * end, skip)]
    for ways_of in ways:
        row = [0.0] * (end + 1)
        for j, start in enumerate(before[-1]):
            for text, weight in ways_of[j]:
                row[j + len(text)] += start * weight
        before.append(_close(row, skip))
    total = before[-1][end]
    if total <= 1:  # as likely by chance
        return []
    found = []
    after = [1.0] * (end + 1)
    for j in range(end - 1, -1, -1):
        after[j] = after[j + 1] * skip[j]
    for i in range(len(units) - 1, -1, -1):
        row = [0.0] * (end + 1)
        for j in range(end, -1, -1):
            for text, weight in ways[i][j]:
                rest = weight * after[j + len(text)]
                row[j] += rest
                found.append((units[i], text, before[i][j] * rest / total))
            if j < end:
                row[j] += skip[j] * row[j + 1]
        after = row
    return found


def _offer(gains: Mapping[str, int], latin: str, start: int) -> list[tuple[str, float]]:
    texts = (latin[start: start + n] for n in range(min(LONGEST, len(latin) - start) + 1))
    return [(text, math.exp((gains[text] if text in gains else weigh_new(text)) / 100)) for text in texts]


def _close(row: list[float], skip: Sequence[float]) -> list[float]:
    """`row`, with letters passed over that no unit gives."""
    for j, share in enumerate(skip):
        row[j + 1] += row[j] * share
    return row


def mix(old: Costs, new: Costs, *, kept: float) -> Costs:
    """Costs of the mixture of both, in steps of 5; what costs too much is left out unless it was there."""
    mixed: Costs = {}
    for unit, line in old.items():
        shares = {t: kept * math.exp(-c / 100) for t, c in line.items()}
        for text, cost in new[unit].items():
            shares[text] = shares.get(text, 0.0) + (1 - kept) * math.exp(-cost / 100)
        costs = {text: max(0, 5 * round(-20 * math.log(share))) for text, share in shares.items()}
        mixed[unit] = {text: cost for text, cost in costs.items() if cost <= DEAREST}
    return mixed


def rank(costs: Costs, words: Sequence[Word], asked: int, *, has_vowels: bool) -> float:
    """How often the Latin word of the first `asked` words gains more than those of others; a tie counts against it."""
    gains = {unit: {text: tell(text) - cost for text, cost in line.items()} for unit, line in costs.items()}
    draw, first = random.Random(SEED), 0
    also = defaultdict(set)
    for units, latin in words:
        also[units].add(latin)
    for units, latin in words[:asked]:
        own = weigh(gains, units, latin, has_vowels=has_vowels)
        others = {b for _, b in draw.sample(words, min(len(words), OTHERS))} - also[units]
        first += all(weigh(gains, units, other, has_vowels=has_vowels) < own for other in others)
    return first / asked


def weigh(gains: Mapping[str, Mapping[str, int]], units: Sequence[str], latin: str, *, has_vowels: bool) -> float:
    """What the best explanation gains, as `names.readings.weigh_reading` has it, with these gains."""
    unwritten = weigh_unwritten(latin, has_vowels=has_vowels)
    row = [0.0]
    for loss in unwritten:
        row.append(row[-1] + loss)
    for unit in units:
        after = [gain - UNREAD for gain in row]
        for j in range(len(latin)):
            after[j + 1] = max(after[j + 1], row[j] + tell(latin[j]) - UNREAD)
        for text, gain in gains[unit].items():
            j = latin.find(text)
            while j >= 0:
                after[j + len(text)] = max(after[j + len(text)], row[j] + gain)
                j = latin.find(text, j + 1)
        for j, loss in enumerate(unwritten):
            after[j + 1] = max(after[j + 1], after[j] + loss)
        row = after
    return row[-1]


if __name__ == "__main__":
    sys.exit(main())
