"""One name in two scripts: how often its Latin spelling is ranked first among those of 999 others.

    python bench/scripts.py [SCRIPT ...] [--sample N]

Each question is a name in its own script; the thousand that are ranked are its Latin spelling and 999 drawn from the same
file (a fixed seed). A tie counts against us. Names that the file gives for the very same original are no others, nor are
those of the same words ("PANDIYAN, S." and "S.Pandiyan").

The Wikidata files were aligned by machine: rows join a family name to a given name ("hayato" to the Korean for Sasaki), most
of all those of Japanese persons. No rule ranks these first. Pairs that were seen twice are seldom so, and shown apart.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from measure import SHARED
from tocsin.match.engine import load_engine
from tocsin.match.kernel import find_kernel, weigh_natively

NAMES = SHARED / "names"
SAMPLE, OTHERS, SPARE, SEED = 500, 999, 20, 20260227
LEAST = -8.0  # what the scorer gives to names that it does not compare further


class Pair(NamedTuple):
    """One name: in Latin letters and in its own, and how often the file has seen that pair (0: it does not say)."""

    latin: str
    original: str
    seen: int = 0


class File(NamedTuple):
    """A file of pairs, how its rows are read, and the share that must be ranked first."""

    path: str
    read: Callable[[list[str]], Pair]
    bar: float


class Ranking(NamedTuple):
    """What came of one file: questions, share ranked first (of all and of the pairs seen twice), and who was beaten."""

    asked: int
    first: float
    often: int
    often_first: float
    beaten: list[tuple[Pair, str]]


def _spaced(row: list[str]) -> Pair:
    return Pair(row[0], row[1].replace(" ", ""), int(row[2]))


def _plain(row: list[str]) -> Pair:
    return Pair(row[0], row[1])


def _long(row: list[str]) -> Pair:
    return Pair("" if "," in row[0] else row[0], row[2])  # with a comma only initials stand beside the family name


FILES: dict[str, File] = {
    "Arabic": File("wikidata_names_en_arabic_dev.tsv.gz", _spaced, 0.97),
    "Russian": File("wikidata_names_en_russian_dev.tsv.gz", _spaced, 0.97),
    "Hindi (candidates)": File("hindi_english_candidate_names.tsv.gz", _plain, 0.97),
    "Hindi (cricketers)": File("hindi_english_cricketer_names.tsv.gz", _long, 0.97),
    "Hebrew": File("wikidata_names_en_hebrew_dev.tsv.gz", _spaced, 0.90),
    "Chinese": File("wikidata_names_en_chinese_dev.tsv.gz", _spaced, 0.90),
    "Korean": File("wikidata_names_en_korean_dev.tsv.gz", _spaced, 0.90),
    "katakana": File("wikidata_names_en_katakana_dev.tsv.gz", _spaced, 0.90),
}


def load_pairs(file: File) -> list[Pair]:
    """The pairs of a file, in its order; rows of the heading, without a name, or without another script are left out."""
    with gzip.open(NAMES / file.path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) > 1]
    pairs = (file.read(row) for row in rows if row[0] != "english")
    return list(dict.fromkeys(p for p in pairs if p.latin.strip() and p.original.strip() and not p.original.isascii()))


def rank_pairs(pairs: Sequence[Pair], *, sample: int) -> Ranking:
    """Rank the Latin spelling of `sample` originals, drawn with a fixed seed, each among 999 others."""
    draw = random.Random(SEED)
    also: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for pair in pairs:
        also[pair.original].add(_words(pair.latin))
    asked = draw.sample(list(pairs), min(sample, len(pairs)))
    first = often = often_first = 0
    beaten = []
    for pair in asked:
        drawn = draw.sample(list(pairs), min(len(pairs), OTHERS + SPARE))
        others = [p.latin for p in drawn if _words(p.latin) not in also[pair.original]][:OTHERS]
        own = weigh(pair.original, pair.latin)
        best = max((weigh(pair.original, other), other) for other in others)
        is_first, is_often = own > best[0], pair.seen > 1
        first, often, often_first = first + is_first, often + is_often, often_first + (is_first and is_often)
        if not is_first:
            beaten.append((pair, best[1] if own > LEAST else ""))
    return Ranking(len(asked), first / len(asked), often, often_first / max(1, often), beaten)


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever their capitals and order."""
    return tuple(sorted("".join(c if c.isalnum() else " " for c in name.casefold()).split()))


def weigh(original: str, latin: str) -> float:
    """Log-odds that two names are one person's."""
    return weigh_natively(original, latin, "person", load_engine())[0]


def rank_file(name: str, sample: int) -> Ranking:
    """`rank_pairs` of one named file."""
    return rank_pairs(load_pairs(FILES[name]), sample=sample)


def print_rankings(names: Sequence[str], *, sample: int, wrong: int = 0) -> None:
    """A table in Markdown; with `wrong`, that many of the beaten of each below it."""
    print(f"\n### The Latin spelling among {OTHERS} others ({sample} names of each file, seed {SEED})\n")
    print("| names | asked | ranked first | bar | met | of pairs seen twice |\n|---|---|---|---|---|---|")
    rankings = {}
    with ProcessPoolExecutor(max_workers=2) as pool:
        for name, ranking in zip(names, pool.map(rank_file, names, [sample] * len(names)), strict=True):
            rankings[name] = ranking
            met = "yes" if ranking.first >= FILES[name].bar else "no"
            often = f"{100 * ranking.often_first:.1f} % of {ranking.often}" if ranking.often else "not told"
            print(
                f"| {name} | {ranking.asked} | {100 * ranking.first:.1f} % | {100 * FILES[name].bar:.0f} % | {met} "
                f"| {often} |", flush=True,
            )
    for name, ranking in rankings.items():
        for pair, better in ranking.beaten[:wrong]:
            print(f"  {name}: {pair.original} is {pair.latin}; {f'{better} came before' if better else 'not compared'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*FILES, "all"], default="all", help="which files; all without")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="names asked of each file")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="also print N names of each that others beat")
    given = parser.parse_args()
    if not Path(NAMES).is_dir() or find_kernel() is None:
        print("The reference data (../shared/data) or the native kernel is not here; nothing was measured.", file=sys.stderr)
        return 1
    print_rankings([*FILES] if "all" in given.names else given.names, sample=given.sample, wrong=given.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
