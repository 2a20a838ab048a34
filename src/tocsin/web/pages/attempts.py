"""How often one may try a password: few times for a name from one address, more for all names or from all addresses."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_S = 900.0
MOST = {"both": 5, "address": 30, "name": 50}  # failures in that time
MOST_KEPT = 10_000  # counters; the oldest are forgotten
HASHED_AT_ONCE = 2  # each takes 64 MiB


class Attempts:
    """Failures to sign in of the last minutes, in memory. Safe to share by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self.hashing = threading.BoundedSemaphore(HASHED_AT_ONCE)

    def may_try(self, name: str, address: str) -> bool:
        """Whether none of the counters is full."""
        with self._lock:
            return all(len(self._recent(key)) < MOST[what] for what, key in _keys(name, address))

    def fail(self, name: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            for _, key in _keys(name, address):
                self._failures.setdefault(key, deque()).append(self._clock())
                self._failures.move_to_end(key)
            while len(self._failures) > MOST_KEPT:
                self._failures.popitem(last=False)

    def succeed(self, name: str, address: str) -> None:
        """Who knows the password starts anew, from this address."""
        with self._lock:
            self._failures.pop(_keys(name, address)[0][1], None)

    def _recent(self, key: str) -> deque[float]:
        found = self._failures.get(key, deque())
        while found and found[0] <= self._clock() - WINDOW_S:
            found.popleft()
        return found


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    """Names as digests: a password that was typed as a name is not kept."""
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return ("both", f"{digest} {address}"), ("address", f"address {address}"), ("name", f"name {digest}")
