"""The steps of `scale.py`, each in a process of its own so that its memory shows. Figures go to stdout as JSON.

    python scale_run.py build FOLDER NAMES     make the subjects and build the index
    python scale_run.py ask FOLDER NAMES       open it and ask, of names that may be persons' or others'
    python scale_run.py ask_told FOLDER NAMES  the same, each as what it is, as a file of customers tells
    python scale_run.py hold FOLDER NAMES      open it, ask a little, and wait for a line on stdin
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from held_out import NEGATIVES
from measure import SHARED, load_rows
from synthetic import Maker
from tocsin.match import Index, build_index, open_index
from tocsin.model import Entity, Query
from tocsin.settings import DEFAULT_THRESHOLD

SEED, OTHER_SEED = 2026, 2027
ASKED, BATCH, HELD = 3000, 10_000, 300
LIMIT = 10


class Timed:
    """Passes subjects on, and knows how long it took to make them."""

    def __init__(self, entities: Iterator[Entity]) -> None:
        self._entities, self.seconds, self.count = entities, 0.0, 0

    def __iter__(self) -> Iterator[Entity]:
        while True:
            start = time.perf_counter()
            entity = next(self._entities, None)
            self.seconds += time.perf_counter() - start
            if entity is None:
                return
            self.count += 1
            yield entity


def build(folder: Path, names: int) -> None:
    timed = Timed(Maker(SEED).iter_entities(names))
    start, cpu = time.perf_counter(), time.process_time()
    index = build_index(timed, folder, register="scale")
    size = sum(path.stat().st_size for path in index.iterdir())
    _tell(
        seconds=time.perf_counter() - start, cpu=time.process_time() - cpu, made=timed.seconds, entities=timed.count,
        mb=size / 1e6,
    )


def ask(folder: Path, names: int, *, told: bool = False) -> None:
    queries = [q if told else replace(q, kind=None) for q in itertools.islice(iter_questions(names), ASKED + BATCH)]
    start = time.perf_counter()
    index = open_index(folder)
    opened = time.perf_counter() - start
    first, _ = _time_one(index, queries[0])
    times = [_time_one(index, query) for query in queries[:ASKED]]
    start = time.perf_counter()
    hits = index.find_many(queries[ASKED:], threshold=DEFAULT_THRESHOLD, limit=LIMIT)
    batch = time.perf_counter() - start
    wall, cpu = (statistics.quantiles(each, n=100) for each in zip(*times, strict=True))
    _tell(
        open=opened, first=first, p50=wall[49] * 1e3, p99=wall[98] * 1e3, cpu50=cpu[49] * 1e3, cpu99=cpu[98] * 1e3,
        rate=BATCH / batch, hits=sum(map(bool, hits)) / BATCH,
    )


def ask_told(folder: Path, names: int) -> None:
    ask(folder, names, told=True)


def _time_one(index: Index, query: Query) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    start, cpu = time.perf_counter(), time.thread_time()
    index.find_hits(query, threshold=DEFAULT_THRESHOLD, limit=LIMIT)
    return time.perf_counter() - start, time.thread_time() - cpu


def hold(folder: Path, names: int) -> None:
    index = open_index(folder)
    for query in itertools.islice(iter_questions(names), HELD):
        index.find_hits(query, threshold=DEFAULT_THRESHOLD, limit=LIMIT)
    _tell(ready=True)
    sys.stdin.readline()


def iter_questions(names: int) -> Iterator[Query]:
    """By turns: a listed name with a slip, a name of the same words that need not be listed, and a stranger's."""
    rng, maker = random.Random(SEED), Maker(OTHER_SEED)
    listed = [(e.listings[0].names[0].text, e.kind) for e in Maker(SEED).iter_entities(min(names, 200_000))]
    strangers = [r["full_name"] for name in NEGATIVES.values() for r in load_rows(name)] if SHARED.is_dir() else []
    while True:
        text, kind = rng.choice(listed)
        yield Query(names=(maker.make_slip(text),), kind=kind)
        yield Query(names=(maker.make_person(),), kind="person")
        yield Query(names=(rng.choice(strangers) if strangers else maker.make_person(),), kind="person")


def _tell(**figures: float) -> None:
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    {"build": build, "ask": ask, "ask_told": ask_told, "hold": hold}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
