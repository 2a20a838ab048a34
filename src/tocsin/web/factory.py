"""The service as a server starts it: with the settings of the environment, or as one of several processes of one service."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import threading
from pathlib import Path

from fastapi import FastAPI

from tocsin.app import build
from tocsin.settings import Settings, load_settings
from tocsin.web.logs import LogForm, set_up_logs
from tocsin.web.service import Options, make_web


def make() -> FastAPI:
    """The application, for `uvicorn --factory tocsin.web.factory:make`."""
    return make_web(build(load_settings()))


def make_worker(settings: Settings, options: Options, log: LogForm) -> FastAPI:
    """The application of one of several processes, which ends when the one that started it has gone."""
    set_up_logs(log)
    if options.shared is not None:
        threading.Thread(target=_end_with_parent, args=(options.shared,), name="tocsin-parent", daemon=True).start()
    return make_web(build(settings), options)


def _end_with_parent(shared: Path) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(shared, ignore_errors=True)  # nobody else is left to do it
        signal.raise_signal(signal.SIGTERM)
