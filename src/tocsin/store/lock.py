"""One updater at a time: an advisory lock on a file in the register's folder.

The system frees it when the process ends, however it ends, so that a killed update never leaves the register locked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.errors import Busy, StoreFailed


@contextmanager
def hold_update_lock(home: Path) -> Iterator[None]:
    """Hold the right to update the register in `home`, which is made when it does not exist.

    `Busy`, at once, when another process holds it; `StoreFailed` when the folder cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / "update.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreFailed(
            f"The register's folder {home} cannot be written ({error.strerror}). Nothing was changed; "
            "give a writable folder with --home or TOCSIN_HOME."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"Another process is updating the register in {home}. Nothing was changed; reading stays possible. "
                "Try again when it has finished."
            ) from None
        yield
    finally:
        os.close(handle)
