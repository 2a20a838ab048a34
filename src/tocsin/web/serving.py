"""The server: one process, or several over one index and one socket, of which each that dies is started anew.

Several are started and watched by uvicorn's own supervisor. They share the socket, the mapped files of the index, the desk
and the audit, and a folder for their figures and rates that is gone when the service ends.
"""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from tocsin.settings import Settings
from tocsin.web.factory import make_worker
from tocsin.web.frame import FIGURES_FOLDER
from tocsin.web.logs import LogForm, set_up_logs
from tocsin.web.service import Options

GRACE_S = 30   # for requests that are under way when the service ends
SILENT_S = 30  # without a sign of life for so long, a process is ended and another started


def serve(settings: Settings, options: Options, listener: socket.socket, *, workers: int = 1, log: LogForm) -> bool:
    """Answer until a signal says to end; then what is under way is answered. False when it could not start."""
    if workers == 1:
        server = uvicorn.Server(_configure(partial(make_worker, settings, options, log)))
        with suppress(SystemExit):  # of a failed start, told by the log
            server.run(sockets=[listener])
        return server.started
    set_up_logs(log)
    with tempfile.TemporaryDirectory(prefix="tocsin-", ignore_cleanup_errors=True) as folder:
        shared = msgspec.structs.replace(options, shared=Path(folder))
        os.environ[FIGURES_FOLDER] = folder
        supervisor = Multiprocess(_configure(partial(make_worker, settings, shared, log), workers), [listener])
        supervisor.run()
        return all(process.exitcode != STARTUP_FAILURE for process in supervisor.processes)


def _configure(make: partial[FastAPI], workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        make, factory=True, workers=workers, log_config=None, log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=GRACE_S, timeout_worker_healthcheck=SILENT_S,
    )
