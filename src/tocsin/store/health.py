"""Whether the files of a register are sound: the database, and the raw lists that its states were read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from tocsin.errors import NotFound, StoreFailed
from tocsin.store.history import Snapshot
from tocsin.store.raw import load_raw

MOST = 5  # complaints of the database that are told: one is enough to restore a backup


class RawHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Of so many raw files (`count`): the digests of those that are missing, and of those that are damaged."""

    count: int
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


def check_database(connection: Connection) -> tuple[str, ...]:
    """What SQLite finds wrong with the structure of the file; nothing for a sound one. Reads the whole file once.

    Other databases look after themselves: nothing is asked of them.
    """
    if connection.dialect.name != "sqlite":
        return ()
    found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA quick_check({MOST})")]
    if found != ["ok"]:
        return tuple(found)
    orphans = len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST))
    return (f"{orphans} rows or more refer to rows that are not there",) if orphans else ()


def check_raw(
    folder: Path, states: Iterable[Snapshot], *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> RawHealth:
    """Whether the files of these states are kept, each with the digest that it is named by. Unpacks all of them."""
    digests = list(dict.fromkeys(file.digest for state in states for file in state.files))
    missing, damaged = [], []
    for done, digest in enumerate(digests):
        progress(done, len(digests))
        try:
            load_raw(folder, digest)
        except NotFound:
            missing.append(digest)
        except StoreFailed:
            damaged.append(digest)
    return RawHealth(count=len(digests), missing=tuple(missing), damaged=tuple(damaged))
