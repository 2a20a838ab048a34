"""About whom anything was decided, as a process keeps it in memory: most questions are about others, and are answered
without asking the database for decisions.

Decisions are only ever added, so that their last numbers say whether what is kept is all. This is for a desk on SQLite:
on a server a lower number may be committed after a higher one.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Collection
from pathlib import Path

import msgspec

_LAST = "SELECT (SELECT max(id) FROM hit_decision), (SELECT max(id) FROM hit_step)"
_KEY = "SELECT key FROM hit_key"
_IDENTITIES = "SELECT DISTINCT identity FROM hit_decision"
BUSY_TIMEOUT_S = 5.0


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Of which identities there is a decision, and the key of the desk's digests; without a key there is none."""

    key: bytes | None
    identities: Collection[str]


class DecidedReader:
    """Reads `Decided` of one desk, again only when something was added. Safe for many threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._state: tuple[object, ...] | None = None
        self._decided = Decided(key=None, identities=())

    def read(self) -> Decided | None:
        """All that is committed now; `None` when it cannot be read so, and has to be asked for in the ordinary way."""
        with self._lock:
            try:
                return self._read()
            except (sqlite3.Error, OSError):  # there is none yet, or not all tables: whoever opens the desk makes them
                self._close()
                return None

    def _read(self) -> Decided:
        found = self._path.stat()
        if self._db is None or (found.st_dev, found.st_ino) != self._file:  # another was put in its place
            self._open((found.st_dev, found.st_ino))
        assert self._db is not None
        state = self._db.execute(_LAST).fetchone()
        if state != self._state:
            key = self._db.execute(_KEY).fetchone()
            identities = frozenset(row[0] for row in self._db.execute(_IDENTITIES))
            self._state, self._decided = state, Decided(key=bytes.fromhex(key[0]) if key else None, identities=identities)
        return self._decided

    def _open(self, file: tuple[int, int]) -> None:
        self._close()
        uri = f"{self._path.resolve().as_uri()}?mode=rw"
        self._db = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        self._file = file
        self._end = weakref.finalize(self, self._db.close)
        self._db.execute("PRAGMA query_only=ON")

    def _close(self) -> None:
        if self._db is not None:
            self._end()
        self._db, self._state = None, None
