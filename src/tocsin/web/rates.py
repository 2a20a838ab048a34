"""How many requests each asker has left: a bucket for each, in memory that all processes of the service share.

A share of the limit for each process would not do: connections are not spread evenly, so that one asker would be refused
early and another late. The memory is a small file, mapped by each process, locked for the microseconds that a bucket takes.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SLOTS = 4096   # of a power of two
NEAR = 8       # slots in which an asker's bucket may be
_SLOT = struct.Struct("<16sdd")  # digest of the asker, what was left, and when
SIZE = SLOTS * _SLOT.size


class Rates:
    """Buckets that hold a minute's worth of `most` requests and fill evenly. `path` is the file that processes share;
    without one the memory is this process's own."""

    def __init__(self, most: int, path: Path | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock, self._lock = float(most), clock, threading.Lock()
        self._file = make_file(path).open("r+b") if path else None
        self._memory = mmap.mmap(self._file.fileno() if self._file else -1, SIZE)

    def take(self, name: str) -> int:
        """Take one from an asker's bucket: 0, or the seconds to wait when it is empty."""
        asker = hashlib.sha256(name.encode("utf-8", "replace")).digest()[:16]
        with self._hold():
            now = self._clock()
            place, left, at = self._find(asker, now)
            left = min(self._most, left + (now - at) * self._most / 60) - 1
            if left < 0:
                return math.ceil(-left * 60 / self._most)
            _SLOT.pack_into(self._memory, place, asker, left, now)
            return 0

    def _find(self, asker: bytes, now: float) -> tuple[int, float, float]:
        """Where an asker's bucket is, what was left in it, and when; else the oldest of the places where it may be, full."""
        start = int.from_bytes(asker[:4], "little")
        places = [(start + step) % SLOTS * _SLOT.size for step in range(NEAR)]
        slots = [(place, *_SLOT.unpack_from(self._memory, place)) for place in places]
        for place, whose, left, at in slots:
            if whose == asker:
                return place, left, at
        return min(slots, key=lambda slot: slot[3])[0], self._most, now

    @contextmanager
    def _hold(self) -> Iterator[None]:
        with self._lock:
            if self._file is None:
                yield
                return
            _lock(self._file.fileno())
            try:
                yield
            finally:
                _unlock(self._file.fileno())


def make_file(path: Path) -> Path:
    """The file that processes share, made when it is missing."""
    with path.open("ab") as file:
        file.truncate(SIZE)
    return path


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

    def _unlock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
