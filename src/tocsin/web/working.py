"""The work that a service does beside answering: screening jobs one at a time, and monitored populations, each in a thread
of its own, so that a long job keeps nobody from being told.

Of several processes over one register one does each of them, whichever comes first; when it ends or dies, another goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tocsin.app import App
from tocsin.app.alerts import Alerts
from tocsin.app.jobs import Jobs, name_runner
from tocsin.errors import Busy, StoreFailed
from tocsin.store.lock import hold_work_lock
from tocsin.web.logs import describe_error

LOG = logging.getLogger("tocsin.web")
JOBS_S = 0.5        # seconds between two looks for jobs
MONITOR_S = 5.0     # for a new state of the register, and for notices that are due
PURGE_S = 3600.0    # for what has been kept long enough
AFTER_ERROR_S = 5.0
TURN_S = 1.0        # between two looks whether the process that does this work still lives


@contextmanager
def work_beside(app: App) -> Iterator[None]:
    """Do what waits for as long as the block lasts. What is begun when it ends is left at its place: the next goes on."""
    over = threading.Event()
    tasks = {"jobs": (make_jobs_task(app, over.is_set), JOBS_S), "monitoring": (lambda: monitor(app), MONITOR_S)}
    threads = [
        threading.Thread(target=_take_turns, args=(app, name, act, pause, over), name=f"tocsin-{name}", daemon=True)
        for name, (act, pause) in tasks.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=30)


def make_jobs_task(app: App, stop: Callable[[], bool]) -> Callable[[], bool]:
    """A function that runs the next job, and forgets what was kept long enough; whether there was a job."""
    jobs, alerts, runner = Jobs(app), Alerts(app), name_runner()
    purged = float("-inf")

    def run() -> bool:
        nonlocal purged
        if time.monotonic() - purged > PURGE_S:
            jobs.purge()
            app.purge_questions()
            alerts.refresh()
            purged = time.monotonic()
        return jobs.run_next(runner, stop=stop)

    return run


def monitor(app: App) -> bool:
    """Check all populations against the state in force, by whatever door it came, and send the notices that are due. Never
    says that there is more."""
    if app.list_populations():
        with suppress(Busy):  # an update is under way, or another process checks them: the next look sees what is left
            app.check_populations()
        app.deliver()
    return False


def _take_turns(app: App, name: str, act: Callable[[], bool], pause: float, over: threading.Event) -> None:
    while not over.is_set():
        try:
            with hold_work_lock(app.settings.home, name):
                _repeat(name, act, pause, over)
        except Busy:  # another process does it
            over.wait(TURN_S)
        except StoreFailed as error:
            LOG.warning("%s: %s", name, error)
            over.wait(AFTER_ERROR_S)


def _repeat(name: str, act: Callable[[], bool], pause: float, over: threading.Event) -> None:
    while not over.is_set():
        try:
            if act():
                continue
        except Exception as error:  # a full disk, a lost server, a fault of ours: what comes after it is done all the same
            LOG.warning("%s: %s", name, describe_error(error))
            over.wait(AFTER_ERROR_S)
        over.wait(pause)
