"""Opening the database, and keeping its schema up to date: a file of SQLite's, or a PostgreSQL server (`store.postgres`).

SQLite in write-ahead mode: readers see the state before an update until the moment it is committed. Transactions are
begun by hand, because Python's sqlite3 would commit before some statements by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from tocsin.errors import Busy, NotFound, StoreFailed
from tocsin.settings import Server
from tocsin.store import decision_tables as decision_tables  # its tables belong to the schema too

REVISIONS = ("r0001", "r0002", "r0003")  # all that this code knows, oldest first; a test compares them with the migrations
BUSY_TIMEOUT_S = 10.0
CACHE = "cache_size=-32000"  # 32 MB for a writer: its indexes are filled in no order


@contextmanager
def open_reader(database: Path | Server) -> Iterator[Connection]:
    """A connection that sees one state of the register from its first query to its last, whatever others write.

    `NotFound` when there is no register. `StoreFailed` when it is none, is damaged, or is of another version.
    """
    if isinstance(database, Path) and not database.is_file():
        raise NotFound(f"There is no register in {database.parent} yet; run `tocsin update`.")
    with _open_engine(database, write=False) as engine:
        revision = _find_revision(engine, database)
        if revision is None and isinstance(database, Server):
            raise NotFound(f"There is no register in {database} yet; run `tocsin update`.")
        if revision != REVISIONS[-1]:
            raise StoreFailed(f"Database {database} was written by an older version of Tocsin; run `tocsin update`.")
        with engine.begin() as connection:
            yield connection


def has_register(database: Path | Server) -> bool:
    """Whether there is a register at all. A database that cannot be read counts as one: reading it says what is wrong."""
    if isinstance(database, Path):
        return database.is_file()
    try:
        with open_reader(database):
            return True
    except NotFound:
        return False
    except (StoreFailed, Busy):
        return True


@contextmanager
def open_writer(database: Path | Server) -> Iterator[Connection]:
    """A connection in one transaction: committed when the block ends, undone when it raises or the process dies.

    The database is made when missing and brought to this version's schema. Hold `lock.hold_update_lock` around it; a server
    has a lock of its own beside, and `Busy` is raised when another holds it.
    """
    with _open_engine(database, write=True) as engine:
        if _find_revision(engine, database) != REVISIONS[-1]:
            _upgrade(engine)
        with engine.begin() as connection:
            yield connection


@contextmanager
def store_errors(database: Path | Server) -> Iterator[None]:
    """Turn what the database or the disk reports into `StoreFailed` or `Busy`, naming the place and the next step."""
    try:
        if isinstance(database, Server):
            from tocsin.store.postgres import server_errors

            with server_errors(database):
                yield
        else:
            yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        if "locked" in cause:
            raise Busy(f"Database {database} is locked by another process. Nothing was changed; try again.") from error
        raise StoreFailed(
            f"Database {database}: {cause}. Nothing was changed, the state in force stays; check the disk's space and "
            "rights (docs/operations.md)."
        ) from error
    except UnicodeEncodeError as error:
        raise StoreFailed(
            f"Database {database}: a text has half of a surrogate pair, which is no character. Nothing was changed, the "
            "state in force stays."
        ) from error
    except OSError as error:
        raise StoreFailed(
            f"{error.filename or database}: {error.strerror}. Nothing was changed, the state in force stays; check the "
            "disk's space and rights (docs/operations.md)."
        ) from error


@contextmanager
def _open_engine(database: Path | Server, *, write: bool) -> Iterator[Engine]:
    with store_errors(database):
        if isinstance(database, Server):
            from tocsin.store.postgres import make_engine

            engine = make_engine(database, write=write)
        else:
            engine = make_file_engine(database, write=write)
        try:
            yield engine
        finally:
            engine.dispose()


def make_file_engine(path: Path, *, write: bool) -> Engine:
    """An engine on a file of SQLite's. Use it inside `store_errors`, and dispose of it."""
    uri = path.resolve().as_uri() + ("?mode=rwc" if write else "?mode=rw")

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", CACHE) if write else ("query_only=ON",):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _find_revision(engine: Engine, database: Path | Server) -> str | None:
    """The schema's revision; `None` for a database that is still empty."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        tables, found = _find_tables(cursor, database), None
        if _ALEMBIC in tables:
            cursor.execute("SELECT version_num FROM alembic_version")
            found = cursor.fetchone()
        raw.rollback()
    finally:
        raw.close()
    if tables and _ALEMBIC not in tables:
        raise StoreFailed(f"{database} is a database, but not a Tocsin register. Nothing was changed.")
    if found is not None and found[0] not in REVISIONS:
        raise StoreFailed(
            f"Database {database} was written by a newer version of Tocsin (schema {found[0]}; this one knows up to "
            f"{REVISIONS[-1]}). Nothing was changed; install that version, or give another folder with --home."
        )
    return str(found[0]) if found else None


def _find_tables(cursor: Any, database: Path | Server) -> set[str]:
    if isinstance(database, Server):
        from tocsin.store.postgres import find_tables

        return find_tables(cursor)
    return {row[0] for row in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


_ALEMBIC = "alembic_version"


def _upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision in one transaction. Imported late: Alembic is needed here only."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "postgresql":
            from tocsin.store.postgres import finish_schema

            finish_schema(connection)
