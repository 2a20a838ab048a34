"""What a list's state in force counted, read without SQLAlchemy, whose import costs more than `tocsin who` may take."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from tocsin.errors import NotFound, StoreFailed
from tocsin.settings import Server
from tocsin.store.clock import to_stamp

_QUERY = """
SELECT records FROM snapshot WHERE list_key = ? AND (? IS NULL OR valid_from <= ?) AND (? IS NULL OR recorded_at <= ?)
ORDER BY valid_from DESC, id DESC LIMIT 1
"""


def find_counts(
    database: Path | Server, list_key: str, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
) -> dict[str, int] | None:
    """The publisher's records by its own kinds in a list's state: that in force, or that of a moment, as known at another.

    `None` when no state was taken, or when there is no database here (an index may be used without one). `StoreFailed`
    when the database cannot be read.
    """
    if isinstance(database, Server):
        return _find_on_server(database, list_key, valid_at=valid_at, known_at=known_at)
    if not database.is_file():
        return None
    valid, known = (to_stamp(moment) if moment else None for moment in (valid_at, known_at))
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute(_QUERY, (list_key, valid, valid, known, known)).fetchone()
    except sqlite3.Error as error:
        raise StoreFailed(f"Database {database} cannot be read ({error}).") from error
    return None if row is None else msgspec.json.decode(row[0], type=dict[str, int])


def _find_on_server(
    server: Server, list_key: str, *, valid_at: dt.datetime | None, known_at: dt.datetime | None
) -> dict[str, int] | None:
    """The same of a register on a server, which the toolkit reads: it takes the time that a server's answer takes anyway."""
    from tocsin.store.database import open_reader
    from tocsin.store.history import find_states

    try:
        with open_reader(server) as connection:
            state = find_states(connection, valid_at=valid_at, known_at=known_at).get(list_key)
    except NotFound:
        return None
    return None if state is None else state.records
