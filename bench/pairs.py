"""The labelled pairs at the default threshold: F1, what the surest pairs come to, and Arabic names that are two persons'.

    python bench/pairs.py

`tocsin evaluate` gives every threshold and calibration, `make fit` the same by cross-validation.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from measure import SHARED, describe_machine, load_rows
from own_run import KINDS
from tocsin.match import score_names

THRESHOLD = 0.70
PAIRS = "name_pairs_dev.csv"
ARABIC_PARTICLE = re.compile(r"\b(?:al|el|bin|ben|ibn|bint|abu|abou|abd|abdul)\b", re.IGNORECASE)


class Judged(NamedTuple):
    """One pair: what it is, and whether it was taken for a match."""

    names: str
    quality: str
    matches: bool
    taken: bool


def judge_pairs() -> list[Judged]:
    """Every labelled pair, in the order of the file."""
    judged = []
    for row in load_rows(PAIRS):
        score = score_names(row["name1"], row["name2"], kind=KINDS[row["schema"]])
        names = f"{row['name1']} | {row['name2']}"
        judged.append(Judged(names, row["quality"], row["is_match"].lower() == "true", score >= THRESHOLD))
    return judged


def print_row(title: str, some: Sequence[Judged]) -> None:
    """One line in Markdown: pairs, matches found, others taken for matches, F1."""
    matches, found = sum(p.matches for p in some), sum(p.matches and p.taken for p in some)
    false = sum(p.taken and not p.matches for p in some)
    f1 = f"{2 * found / (found + false + matches):.3f}" if matches else "-"
    print(f"| {title} | {len(some)} | {found} of {matches} | {false} of {len(some) - matches} | {f1} |")


def main() -> int:
    if not SHARED.is_dir():
        print("The reference data (../shared/data) is not here; nothing was measured.", file=sys.stderr)
        return 1
    pairs = judge_pairs()
    print(f"Machine: {describe_machine()}\n\n| pairs | cases | matches found | others taken | F1 |\n|---|---|---|---|---|")
    print_row("all", pairs)
    for quality in sorted({p.quality for p in pairs}):
        print_row(f"{quality} tier", [p for p in pairs if p.quality == quality])
    particles = [p for p in pairs if ARABIC_PARTICLE.search(p.names)]
    print_row("with an Arabic particle, two persons", [p for p in particles if not p.matches])
    print_row("with an Arabic particle, one person", [p for p in particles if p.matches])
    return 0


if __name__ == "__main__":
    sys.exit(main())
