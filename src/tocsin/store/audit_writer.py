"""The audit of a process that answers many at once: lines that come together are written together.

`append_audit` opens the file and waits for the disk with each line, some milliseconds, and two that come at once wait
for one another. Here one thread has the file open, writes all lines that wait in one transaction, and lets their askers
go when that is on disk. What is kept of their questions (`store.questions`) is written before, together too. The chain's
head is read inside the transaction, so that other processes may write between.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.errors import StoreFailed
from tocsin.model.kept import KeptQuestion
from tocsin.store.audit import AuditLine, append_lines, audit_errors, describe_line, open_audit

MOST_TOGETHER = 500  # lines of one transaction


class AuditWriter:
    """Adds lines for many threads. Use it as a context, or close it."""

    def __init__(self, path: Path, *, keep: Callable[[Sequence[KeptQuestion]], None] | None = None) -> None:
        """`keep` writes what is kept of questions; without it nothing may be given to be kept."""
        self._path, self._keep = path, keep
        self._waiting: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._db: sqlite3.Connection | None = None
        self._lock, self._is_over = threading.Lock(), False
        self._thread = threading.Thread(target=self._work, name="tocsin-audit", daemon=True)
        self._thread.start()

    def append(
        self, action: str, details: Mapping[str, Any], *, actor: str | None = None, kept: Sequence[KeptQuestion] = ()
    ) -> AuditLine:
        """As `append_audit`: the line is on disk when this returns, and what is `kept` of questions. `StoreFailed` once
        it is closed."""
        wish = _Wish(describe_line(action, details, actor), kept)
        with self._lock:  # nothing comes behind the word that ends it, where nobody would write it
            if self._is_over:
                raise StoreFailed("The audit is closed, since the service ends. Nothing was answered; ask again.")
            self._waiting.put(wish)
        wish.done.wait()
        if wish.line is None:
            assert wish.error is not None
            raise wish.error
        return wish.line

    def close(self) -> None:
        """Write what still waits, and end."""
        with self._lock:
            if not self._is_over:
                self._is_over = True
                self._waiting.put(None)
        self._thread.join()

    def __enter__(self) -> AuditWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        is_over = False
        while not is_over:
            wishes = [self._waiting.get()]
            while not self._waiting.empty() and len(wishes) < MOST_TOGETHER:
                wishes.append(self._waiting.get())
            is_over = None in wishes
            self._write([wish for wish in wishes if wish is not None])
        self._close()

    def _write(self, wishes: list[_Wish]) -> None:
        try:
            kept = [question for wish in wishes for question in wish.kept]
            if kept:
                assert self._keep is not None
                self._keep(kept)
            with audit_errors(self._path):
                self._db = self._db or open_audit(self._path)
                lines = append_lines(self._db, self._path, [w.content for w in wishes]) if wishes else ()
                for wish, line in zip(wishes, lines, strict=True):
                    wish.line = line
        except Exception as error:  # whoever waits is told, and gives no answer
            self._close()
            for wish in wishes:
                wish.error = error
        for wish in wishes:
            wish.done.set()

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


class _Wish:
    def __init__(self, content: tuple[str, str, str, str], kept: Sequence[KeptQuestion]) -> None:
        self.content, self.kept, self.done = content, kept, threading.Event()
        self.line: AuditLine | None = None
        self.error: Exception | None = None
