"""How often one may try a password: few times for a name from one address, more for all names or from all addresses.

The counters are on the desk, so that they hold for all processes of the service together. A try counts when it begins: many
at once are no way around.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import threading
from collections.abc import Callable
from pathlib import Path

from tocsin.app.register import now_utc
from tocsin.settings import Server
from tocsin.store.desk import open_desk
from tocsin.store.tries import begin_try, forget_try, has_room

WINDOW = dt.timedelta(minutes=15)
MOST = {"both": 5, "address": 30, "name": 50}  # failures in that time
HASHED_AT_ONCE = 2  # by one process; each takes 64 MiB


class Attempts:
    """Tries to sign in of the last minutes. `secret` is that of this start of the service: counters are told apart by
    digests with it, since a password may have been typed as a name."""

    def __init__(self, desk: Path | Server, *, secret: bytes, clock: Callable[[], dt.datetime] = now_utc) -> None:
        self._desk, self._secret, self._clock = desk, secret, clock
        self.hashing = threading.BoundedSemaphore(HASHED_AT_ONCE)

    def begin(self, name: str, address: str) -> str | None:
        """Count a try, which is a failure until `succeed` says otherwise; `None` when there were too many."""
        now, counters = self._clock(), self._name_counters(name, address)
        with open_desk(self._desk) as connection:
            if not has_room(connection, counters, since=now - WINDOW):
                return None  # without a word to the disk
        with open_desk(self._desk, write=True) as connection:
            return begin_try(connection, counters, at=now, since=now - WINDOW)

    def succeed(self, attempt: str, name: str, address: str) -> None:
        """Who knows the password starts anew, from this address."""
        with open_desk(self._desk, write=True) as connection:
            forget_try(connection, attempt, next(iter(self._name_counters(name, address))))

    def _name_counters(self, name: str, address: str) -> dict[str, int]:
        """What each counter is called, and how much it holds; the one of this name from this address first."""
        told = {"both": f"{address} {name}", "address": address, "name": name}
        return {self._digest(f"{what} {text}"): MOST[what] for what, text in told.items()}

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
