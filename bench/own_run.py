"""Tocsin and plain string measures on the cases of a JSON Lines file, in a process of their own so that memory shows.

    python own_run.py MEASURE CASES SCORES [INDEX]

Cases and scores as in `peer_run.py`. The string measures see each name in Latin letters, lower case, without marks, and
score a subject by its best name; against a whole list they and Tocsin answer without `against`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from anyascii import anyascii
from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import JaroWinkler

from tocsin.match import Index, open_index, score_names
from tocsin.model import Kind, Query

LEAST = 0.3
KINDS: dict[str, Kind] = {
    "Person": "person", "Company": "organization", "Organization": "organization", "Vessel": "vessel",
    "Airplane": "aircraft", "LegalEntity": "unknown",
}
STRINGS: dict[str, tuple[Callable[..., float], float]] = {  # the function, and what it gives for equal names
    "rapidfuzz WRatio": (fuzz.WRatio, 100), "rapidfuzz token_set": (fuzz.token_set_ratio, 100),
    "Jaro-Winkler": (JaroWinkler.similarity, 1),
}


class Strings:
    """A string measure over all listed names."""

    def __init__(self, name: str) -> None:
        self._measure, self._most = STRINGS[name]
        self._names: list[str] = []
        self._subjects: list[str] = []

    def add(self, case: dict[str, Any]) -> None:
        for name in (*case["names"], *case["weak"]):
            self._names.append(clean(name))
            self._subjects.append(case["entity"])

    def compare(self, first: str, second: str, _schema: str) -> float:
        return self._measure(clean(first), clean(second)) / self._most

    def screen(self, name: str) -> dict[str, float]:
        found: dict[str, float] = {}
        hits = process.extract(
            clean(name), self._names, scorer=self._measure, score_cutoff=LEAST * self._most, limit=None
        )
        for _, score, at in hits:
            subject = self._subjects[at]
            found[subject] = max(found.get(subject, 0.0), score / self._most)
        return found


class Tocsin:
    """The product, over an index that is there."""

    def __init__(self, folder: Path) -> None:
        self._index: Index = open_index(folder)

    def add(self, case: dict[str, Any]) -> None:
        """Nothing: the index has the subjects."""

    def compare(self, first: str, second: str, schema: str) -> float:
        return score_names(first, second, kind=KINDS[schema])

    def screen(self, name: str) -> dict[str, float]:
        return {h.subject: h.score for h in self._index.find_hits(Query(names=(name,)), threshold=LEAST, limit=1000)}


@lru_cache(maxsize=4096)
def clean(name: str) -> str:
    return utils.default_process(anyascii(name))


def main(measure: str, source: str, target: str, index: str = "") -> None:
    scorer = Tocsin(Path(index)) if measure == "tocsin" else Strings(measure)
    seconds = {"pair": 0.0, "whole": 0.0}
    scorer.compare("John Smith", "Jon Smith", "Person")  # loads its tables
    with Path(source).open(encoding="utf-8") as lines, Path(target).open("w", encoding="utf-8") as out:
        for line in lines:
            case = json.loads(line)
            if "entity" in case:
                scorer.add(case)
                continue
            start = time.perf_counter()
            if "pair" in case:
                answer: dict[str, Any] = {"pair": scorer.compare(*case["pair"], case["schema"])}
            else:
                answer = {"query": scorer.screen(case["query"])}
            seconds["pair" if "pair" in case else "whole"] += time.perf_counter() - start
            out.write(json.dumps(answer) + "\n")
        out.write(json.dumps({"seconds": seconds}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:5])
