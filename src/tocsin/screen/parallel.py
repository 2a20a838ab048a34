"""Screening by several processes over one mapped index: the same results in the same order, sooner.

Rows go out in parcels and come back in order; only a few parcels are on their way at any time, so memory does not grow with
the number of rows.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from tocsin.errors import BadInput, StoreFailed
from tocsin.match import Index, open_index
from tocsin.screen.hit_decisions import Held, screen_held
from tocsin.screen.results import RowResult
from tocsin.screen.rows import DateOrder, Row

PARCEL = 200        # rows handed to a process at once
AHEAD = 2           # parcels on their way for each process
MOST_JOBS = 64

_opened: list[tuple[Index, Held | None]] = []  # in a worker: its index, opened once, and the decisions


def screen_in_processes(
    rows: Iterable[Row], folder: Path, *, register: str, engine: str, threshold: float, limit: int, jobs: int,
    dates: DateOrder | None = None, held: Held | None = None,
) -> Iterator[RowResult]:
    """As `batch.screen_rows`, by `jobs` processes that each open the index under `folder`.

    `register` is the state and `engine` the scorer that the caller answers for: `StoreFailed` when an update has swapped
    the index meanwhile, or a process dies. `held` are the decisions to apply. `BadInput` for a number of jobs that is none.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise BadInput(f"The number of jobs: expected 1 to {MOST_JOBS}. Nothing was screened.")
    source = iter(rows)
    sent: deque[Future[list[RowResult]]] = deque()
    spawn = multiprocessing.get_context("spawn")
    start = (folder, register, engine, held)
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_open, initargs=start) as pool:
        try:
            while parcel := list(islice(source, PARCEL)):
                sent.append(pool.submit(_screen_parcel, parcel, threshold, limit, dates))
                if len(sent) > AHEAD * jobs:
                    yield from sent.popleft().result()
            while sent:
                yield from sent.popleft().result()
        except BrokenProcessPool as error:
            raise StoreFailed(
                "A screening process died, or an update changed the register while they started. No output was kept."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _open(folder: Path, register: str, engine: str, held: Held | None) -> None:
    warnings.simplefilter("ignore")  # who started this process has been warned
    index = open_index(folder, engine=engine)
    if index.register != register:
        raise StoreFailed("The register was updated while the processes started.")
    _opened.append((index, held))


def _screen_parcel(rows: list[Row], threshold: float, limit: int, dates: DateOrder | None) -> list[RowResult]:
    index, held = _opened[0]
    return list(screen_held(rows, index, held, threshold=threshold, limit=limit, dates=dates))
