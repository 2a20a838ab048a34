"""One updater at a time: an advisory lock on a file in the register's folder.

The system frees it when the process ends, however it ends, so that a killed update never leaves the register locked.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def hold_update_lock(home: Path) -> Iterator[None]:
    """Hold the right to update the register in `home`, which is made when it does not exist.

    `Busy`, at once, when another process holds it; `StoreFailed` when the folder cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / "update.lock", os.O_RDWR | os.O_CREAT, 0o644)  # never inherited: PEP 446
    except OSError as error:
        raise StoreFailed(
            f"The register's folder {home} cannot be written ({error.strerror}). Nothing was changed; "
            "give a writable folder with --home or TOCSIN_HOME."
        ) from error
    try:
        try:
            _lock(handle)
        except OSError as error:
            if error.errno not in HELD_BY_ANOTHER:
                raise StoreFailed(
                    f"The register's folder {home} cannot be locked ({error.strerror}). Nothing was changed; give a folder "
                    "on a disk that knows locks with --home or TOCSIN_HOME."
                ) from error
            raise Busy(
                f"Another process is updating the register in {home}. Nothing was changed; reading stays possible. "
                "Try again when it has finished."
            ) from None
        yield
    finally:
        os.close(handle)
