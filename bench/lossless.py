"""Whether the index loses anything: hits and scores against comparing with every listed name, on all development queries.

    python bench/lossless.py [--sample N]      (N strangers of each file instead of all; all of them take half an hour)

The real lists, names alone in both readings, default threshold. The exit code is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from held_out import NEGATIVES
from lists import load_entities, make_index
from measure import load_rows
from tocsin.match.engine import load_engine, to_logit
from tocsin.match.index import load_files
from tocsin.match.kernel import KernelFinder
from tocsin.settings import DEFAULT_THRESHOLD

POSITIVES = "screening_positives_dev.csv"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="strangers of each file; all without")
    sample = parser.parse_args().sample
    missed = 0
    with make_index(load_entities()) as folder:
        finder = KernelFinder(load_files(folder))
        for file, most in ((POSITIVES, None), *((name, sample) for name in NEGATIVES.values())):
            names = [row["full_name"] for row in load_rows(file)[:most]]
            wrong = _count_wrong(finder, names)
            print(f"{file}: {len(names):,} names, {wrong} answered otherwise than by comparing with every name", flush=True)
            missed += wrong
    return 1 if missed else 0


def _count_wrong(finder: KernelFinder, names: list[str]) -> int:
    engine, least = load_engine(), to_logit(DEFAULT_THRESHOLD)

    def differs(name: str) -> bool:
        return any(
            finder.score_names(name, engine, person=person, least=least)
            != finder.score_all(name, engine, person=person, least=least)
            for person in (True, False)
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(pool.map(differs, names))


if __name__ == "__main__":
    sys.exit(main())
