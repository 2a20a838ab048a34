"""One updater at a time, one process that does the work of a service beside its answers, and turns for those who write by
and by: advisory locks on files in the register's folder.

The system frees them when the process ends, however it ends, so that a killed update never leaves the register locked.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tocsin.errors import Busy, StoreFailed

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        """Lock the first byte; `OSError` at once when another holds it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        """Lock the file; `OSError` at once when another holds it."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

HELD_BY_ANOTHER = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)  # the last two on Windows
LOOK_S = 0.001  # between two looks whether a turn has come


@contextmanager
def hold_update_lock(home: Path) -> Iterator[None]:
    """Hold the right to update the register in `home`, which is made when it does not exist.

    `Busy`, at once, when another process holds it; `StoreFailed` when the folder cannot be written.
    """
    busy = (
        f"Another process is updating the register in {home}. Nothing was changed; reading stays possible. "
        "Try again when it has finished."
    )
    with _hold(home, "update.lock", busy):
        yield


@contextmanager
def hold_work_lock(home: Path, work: str) -> Iterator[None]:
    """Hold the right to do one kind of a service's work. Errors as `hold_update_lock`."""
    with _hold(home, f"{work}.lock", f"Another process does this work ({work}) for the register in {home}."):
        yield


@contextmanager
def _hold(home: Path, name: str, busy: str) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / name, os.O_RDWR | os.O_CREAT, 0o644)  # never inherited: PEP 446
    except OSError as error:
        raise StoreFailed(
            f"The register's folder {home} cannot be written ({error.strerror}). Nothing was changed; "
            "give a writable folder with --home or TOCSIN_HOME."
        ) from error
    try:
        try:
            is_ours = _take(handle)
        except OSError as error:
            raise StoreFailed(
                f"The register's folder {home} cannot be locked ({error.strerror}). Nothing was changed; give a folder "
                "on a disk that knows locks with --home or TOCSIN_HOME."
            ) from error
        if not is_ours:
            raise Busy(busy)
        yield
    finally:
        os.close(handle)


@contextmanager
def hold_turn(path: Path, *, patience_s: float) -> Iterator[None]:
    """Hold the right to be the next who waits for something that is taken and given back again and again, such as the write
    lock of an SQLite file: whoever has just given that back is the first to find it free, and a few who write all the time
    would keep others from it for ever. Wait for it inside the block, and leave the block when it has come.

    `path` is the lock's file, which is made. It is a courtesy: where no such file can be had, and after `patience_s`, the
    block is entered without.
    """
    handle, deadline = -1, time.monotonic() + patience_s
    try:
        with suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            while not _take(handle) and time.monotonic() < deadline:
                time.sleep(LOOK_S)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def _take(handle: int) -> bool:
    """Lock the file, if nobody else holds it."""
    try:
        _lock(handle)
    except OSError as error:
        if error.errno not in HELD_BY_ANOTHER:
            raise
        return False
    return True
