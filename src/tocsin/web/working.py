"""The work that a service does beside answering: screening jobs, one at a time, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.app import App
from tocsin.app.jobs import Jobs, name_runner
from tocsin.errors import TocsinError

LOG = logging.getLogger("tocsin.web")
LOOK_S = 0.5        # seconds between two looks for work
PURGE_S = 3600.0    # and for what has been kept long enough


@contextmanager
def work_beside(app: App) -> Iterator[None]:
    """Do what waits for as long as the block lasts. What is begun when it ends is left at its place: the next goes on."""
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(app, over), name="tocsin-jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)


def _work(app: App, over: threading.Event) -> None:
    jobs, runner, purged = Jobs(app), name_runner(), 0.0
    while not over.is_set():
        try:
            if time.monotonic() - purged > PURGE_S or not purged:
                jobs.purge()
                purged = time.monotonic()
            if jobs.run_next(runner, stop=over.is_set):
                continue
        except TocsinError as error:  # a full disk, a lost server: it may pass
            LOG.warning("jobs: %s", error)
            over.wait(5)
        over.wait(LOOK_S)
