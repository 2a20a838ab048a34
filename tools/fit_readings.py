"""Costs of readings, proposed from pairs of words: suggestions for `readings.yaml`, reviewed like any other change.

    python tools/fit_readings.py SCRIPT [../shared/data] [--sample N] [--rounds N] [--kept SHARE] [--judge N]

Each Latin word is aligned with the units of its original, none to four letters each, in all ways at once and each by its
likelihood (expectation-maximisation), beginning with the costs that are there. What comes out is mixed with those
(`--kept`), so that what was completed by hand stays. Rows no likelier than by chance are left out: the files were aligned by
machine. With `--judge N` half of the words (by hash) is fitted, and it is told how often N words of the other half
gain most among a thousand, before and after.

Development data only: the train splits of Wikidata's names, and words in the same place of public Hindi names.
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
from tocsin.names.readings import (
    UNREAD,
    UNVOCALISED,
    cut_units,
    parse_reading,
    spell_units,
    tell_letters,
    weigh_letters,
    weigh_units,
)
from tocsin.names.tables import load_tables

FILES = {
    "Arab": "wikidata_names_en_arabic_train.tsv.gz", "Cyrl": "wikidata_names_en_russian_train.tsv.gz",
    "Hebr": "wikidata_names_en_hebrew_train.tsv.gz", "Deva": "hindi_english_candidate_names.tsv.gz",
}
LONGEST = 4                 # letters of a reading that is new
NEW, NEW_LETTER = 650, 120  # what a reading costs at first that is not there, and each letter after the first more
OLD_COUNT = 5.0             # words that the costs of the round before count for
LEAST_COUNT = 2.0           # words that a new reading needs
DEAREST = 750               # what costs more is left out
SEED, OTHERS = 20260227, 999
Costs = dict[str, dict[str, int]]   # unit to reading to cost
Word = tuple[tuple[str, ...], str]  # units, and the Latin word


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when costs were proposed or judged; 1 without the reference data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", choices=FILES)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sample", type=int, default=20_000, help="words that are fitted")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kept", type=float, default=0.5, metavar="SHARE", help="of the costs that are there")
    parser.add_argument("--judge", type=int, default=0, metavar="N", help="fit one half, and rank N words of the other")
    asked = parser.parse_args(arguments)
    path = asked.data / "names" / FILES[asked.script]
    if not path.is_file():
        print(f"{path} is not here; nothing was fitted.", file=sys.stderr)
        return 1
    words = sorted(set(load_words(path, asked.script)))
    random.Random(SEED).shuffle(words)
    halves = [[w for w in words if crc32("".join(w[0]).encode()) % 2 == half] for half in (0, 1)]
    fitted = (halves[1] if asked.judge else words)[: asked.sample]
    old, has_vowels = read_costs(asked.script), asked.script not in UNVOCALISED
    costs = old
    for _ in range(asked.rounds):
        costs = fit_once(costs, fitted, has_vowels=has_vowels)
    costs = mix(old, costs, kept=asked.kept)
    if asked.judge:
        for when, table in (("before", old), ("after", costs)):
            share = rank(table, halves[0], asked.judge, has_vowels=has_vowels)
            print(f"{when}: {100 * share:.1f} % gain most of {OTHERS + 1}")
    else:
        print("\n".join(f'  "{unit}": {write_line(line)}' for unit, line in costs.items()))
    return 0


def load_words(path: Path, script: str) -> Iterator[Word]:
    """Words that stand in the same place of two names of as many words, in units and in Latin."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) > 1]
    for row in rows:
        written = row[1] if script == "Deva" else row[1].replace(" ", "")  # Wikidata's words have spaces between letters
        original, latin = ([t for t in analyse_name(n, "person") if t.kind == "name"] for n in (written, row[0]))
        if len(original) == len(latin):
            for a, b in zip(original, latin, strict=True):
                if a.script == script and b.script == "Latn" and len(b.text) > 1:
                    yield cut_units(spell_units(a.text, a.written, a.script), script), b.text


def read_costs(script: str) -> Costs:
    """The costs that are there."""
    return {unit: dict(map(parse_reading, line.split())) for unit, line in load_tables().readings[script].items()}


def write_line(line: Mapping[str, int]) -> str:
    """Readings as readings.yaml has them, the likeliest first."""
    return " ".join(f"{text or '-'}={cost}" for text, cost in sorted(line.items(), key=lambda r: (r[1], r[0])))


def fit_once(costs: Costs, words: Sequence[Word], *, has_vowels: bool) -> Costs:
    """Costs from how often each unit is read as what, by the costs before."""
    gains = to_gains(costs)
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for units, latin in words:
        for unit, text, share in align(gains, units, latin, has_vowels=has_vowels):
            counts[unit][text] += share
    return {unit: _to_costs(line, counts[unit]) if unit in counts else line for unit, line in costs.items()}


def _to_costs(old: Mapping[str, int], counts: Mapping[str, float]) -> dict[str, int]:
    total = sum(counts.values()) + OLD_COUNT
    found = {}
    for text in {*old, *counts}:
        count = counts.get(text, 0.0)
        if text in old:
            count += OLD_COUNT * math.exp(-old[text] / 100)
        elif count < LEAST_COUNT:
            continue
        if count > 0 and (cost := round(-100 * math.log(min(1.0, count / total)))) <= DEAREST:
            found[text] = max(0, cost)
    return found or dict(old)


def mix(old: Costs, new: Costs, *, kept: float) -> Costs:
    """Costs of a mixture of both, in steps of 5."""
    mixed: Costs = {}
    for unit, line in old.items():
        shares = {text: kept * math.exp(-cost / 100) for text, cost in line.items()}
        for text, cost in new[unit].items():
            shares[text] = shares.get(text, 0.0) + (1 - kept) * math.exp(-cost / 100)
        costs = {text: 5 * round(-20 * math.log(min(1.0, share))) for text, share in shares.items() if share > 0}
        mixed[unit] = {text: cost for text, cost in costs.items() if cost <= DEAREST}
    return mixed


def to_gains(costs: Costs) -> Costs:
    return {unit: {text: sum(tell_letters(text)) - cost for text, cost in line.items()} for unit, line in costs.items()}


def align(
    gains: Mapping[str, Mapping[str, int]], units: Sequence[str], latin: str, *, has_vowels: bool
) -> list[tuple[str, str, float]]:
    """Each unit, what it is read as, and in what share of all alignments; none for a pair that is likely by chance only."""
    end = len(latin)
    skip = [math.exp(gain / 100) for gain in weigh_letters(latin, has_vowels=has_vowels)[1]]
    ways = [[_offer(gains[unit], latin, j) for j in range(end + 1)] for unit in units]
    before = [_skip([1.0] + [0.0] * end, skip)]
    for way in ways:
        row = [0.0] * (end + 1)
        for j, share in enumerate(before[-1]):
            for text, weight in way[j]:
                row[j + len(text)] += share * weight
        before.append(_skip(row, skip))
    total = before[-1][end]
    if total <= 1:
        return []
    found = []
    after = [math.prod(skip[j:]) for j in range(end + 1)]
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
    """What a unit may take from a place on, each with its weight."""
    texts = [latin[start: start + n] for n in range(min(LONGEST, len(latin) - start) + 1)]
    return [(text, math.exp((gains[text] if text in gains else _weigh_new(text)) / 100)) for text in texts]


def _weigh_new(text: str) -> int:
    return sum(tell_letters(text)) - (UNREAD if len(text) < 2 else NEW + NEW_LETTER * (len(text) - 1))


def _skip(row: list[float], skip: Sequence[float]) -> list[float]:
    """`row`, with letters passed over that no unit gives."""
    passed = list(row)
    for j, share in enumerate(skip):
        passed[j + 1] += passed[j] * share
    return passed


def rank(costs: Costs, words: Sequence[Word], asked: int, *, has_vowels: bool) -> float:
    """How often the Latin word gains more than those of others, of the first `asked` words; a tie counts against it."""
    gains, draw = to_gains(costs), random.Random(SEED)
    also = defaultdict(set)
    for units, latin in words:
        also[units].add(latin)
    first = 0
    for units, latin in words[:asked]:
        others = {b for _, b in draw.sample(words, min(len(words), OTHERS))} - also[units]
        own = weigh(gains, units, latin, has_vowels=has_vowels)
        first += own > max(weigh(gains, units, other, has_vowels=has_vowels) for other in others)
    return first / max(1, min(asked, len(words)))


def weigh(gains: Costs, units: Sequence[str], latin: str, *, has_vowels: bool) -> int:
    """What the best explanation gains."""
    return weigh_units(units, {unit: gains[unit].items() for unit in units}, latin, has_vowels=has_vowels)


if __name__ == "__main__":
    sys.exit(main())
