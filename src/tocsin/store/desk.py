"""The desk: what people and programs do with the register, in a database beside it.

Users, keys, decisions on hits, alerts, monitored populations, jobs. It is apart from the register because an update holds
that for seconds, and nobody who decides may have to wait for it. On SQLite it is the file `desk.db` in the register's
folder, on PostgreSQL the schema `tocsin_desk` of the same database. Each feature keeps its tables in a module of its own, on
`DESK`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, inspect, select

from tocsin.errors import StoreFailed
from tocsin.settings import Server
from tocsin.store.database import make_file_engine, store_errors
from tocsin.store.schema import METADATA

DESK = MetaData(naming_convention=METADATA.naming_convention)
SCHEMA = "tocsin_desk"  # on a server
MAKING = 0x6465736B    # "desk": the number of a lock among a database's advisory locks
VERSION = 1             # of the tables that are there; new tables are added without a new version
CONNECTIONS = 20        # to a server, of one process, for each of reading and writing
MOST_READY = 8          # desks that are kept at hand
SWEEP_MS = 2_000
DESK_VERSION = Table("desk_version", DESK, Column("number", Integer, primary_key=True, autoincrement=False))
Key = tuple[Path | Server, bool, tuple[int, int] | None, int]
_READY: dict[Key, Engine] = {}  # by use, the last one last
_LOCK = threading.RLock()


@contextmanager
def open_desk(database: Path | Server, *, write: bool = False, forgets: bool = False) -> Iterator[Connection]:
    """A connection to the desk in one transaction, committed when the block ends; the desk is made when it is missing. Who
    deletes what was said of a person says `forgets`: then it leaves the disk now, and not when SQLite next tidies up.

    `Busy` when another process writes for longer than the database waits; `StoreFailed` when it cannot be read or written,
    or is of another version.
    """
    with store_errors(database):
        engine = _get_engine(database, write=write)
        with engine.begin() as connection:
            yield connection
        if forgets and isinstance(database, Path):
            _sweep(engine)


def has_desk(database: Path | Server) -> bool:
    """Whether anybody ever wrote to the desk: without loading what a database needs, where that is a file."""
    return not isinstance(database, Path) or database.is_file()


def _sweep(engine: Engine) -> None:
    """Have SQLite write all that was committed into the file, and empty the log beside it: both may hold what was deleted.
    While others read for longer than `SWEEP_MS` it stays there, until the next one."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SWEEP_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _get_engine(database: Path | Server, *, write: bool) -> Engine:
    """An engine on a desk that is there and known to be of this version: made once, and again for another file in its
    place. To make one and to look into the desk takes several times as long as most of what is asked of it."""
    with _LOCK:
        engine = _READY.pop(_make_key(database, write=write), None)
        if engine is None:
            engine = _make_engine(database, write=write)
            try:
                _prepare(engine, database, write=write)
            except BaseException:
                engine.dispose()
                raise
        _READY[_make_key(database, write=write)] = engine
        while len(_READY) > MOST_READY:
            _READY.pop(next(iter(_READY))).dispose()  # who still uses it is not disturbed
        return engine


def _make_key(database: Path | Server, *, write: bool) -> Key:
    """What an engine is for: also which file has the desk's name now (none for a server), and for how many tables, since
    each feature brings its own when it is first used."""
    file = None
    if isinstance(database, Path):
        found = database.stat() if database.is_file() else None
        file = (found.st_dev, found.st_ino) if found else (0, 0)
    return database, write, file, len(DESK.tables)


def _make_engine(database: Path | Server, *, write: bool) -> Engine:
    if isinstance(database, Path):
        database.parent.mkdir(parents=True, exist_ok=True)
        engine = make_file_engine(database, write=write)
        if write:  # what is deleted is overwritten, or it would stay in pages that are free
            event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA secure_delete=ON"))
        return engine
    from tocsin.store.postgres import make_engine

    engine = make_engine(database, write=write, alone=False, most=CONNECTIONS)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")

    return engine


def _prepare(engine: Engine, database: Path | Server, *, write: bool) -> None:
    if isinstance(database, Path) and not database.is_file() and not write:
        writer = _make_engine(database, write=True)
        try:
            _prepare(writer, database, write=True)
        finally:
            writer.dispose()
        return
    with engine.connect() as connection:
        schema = None if isinstance(database, Path) else SCHEMA
        names = set(inspect(connection).get_table_names(schema=schema))
        number = connection.execute(select(DESK_VERSION)).scalar() if DESK_VERSION.name in names else None
        connection.rollback()
    if number is not None and number != VERSION:
        raise StoreFailed(f"The desk {database} is of version {number}; this version of Tocsin knows {VERSION}.")
    if DESK.tables.keys() <= names:
        return
    maker = engine if write else _make_engine(database, write=True)
    try:
        with maker.begin() as connection:
            if not isinstance(database, Path):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKING})")  # two at once fail
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            DESK.create_all(connection)
            if connection.execute(select(DESK_VERSION)).scalar() is None:
                connection.execute(DESK_VERSION.insert(), {"number": VERSION})
    finally:
        if maker is not engine:
            maker.dispose()
