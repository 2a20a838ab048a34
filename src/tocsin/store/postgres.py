"""The register on a PostgreSQL server, 15 or later: connecting, and what differs from a file of SQLite's.

The driver is pg8000: psycopg's licence (LGPL) is none that Tocsin may ship. Where a reader of `store.history` or a writer of
`store.snapshots` would see a difference, it is made up for here, so that neither knows on what it runs:

- One updater at a time, on whatever machine: a writer's transaction holds an advisory lock. A reader's transaction sees one
  state from its first query to its last (REPEATABLE READ).
- Many rows at once go through COPY: one message for thousands of rows, where the driver would send three for each.
- Text cannot hold U+0000 there. It is written as U+0010 U+0030, and U+0010 itself twice, by the connection, both ways.
- Text is compared by its characters (COLLATE "C"), as SQLite does, whatever language the database was made for.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pg8000.dbapi
from scramp import ScramException
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from tocsin.errors import Busy, StoreFailed
from tocsin.settings import Server
from tocsin.store.passwords import find_password

OLDEST = 15
CONNECT_TIMEOUT_S = 10.0
BUSY_TIMEOUT_S = 10     # how long a statement waits for a lock
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}  # a lost line is told
LOCK = 0x746F6373       # "tocs": the update lock's number among a database's advisory locks
TEXT_TYPES = (25, 1043)  # text, varchar
_NUL, _ESCAPE = "\0", "\x10"
_ESCAPED = re.compile("\x10(.)", re.DOTALL)
_CAST = r"%s(?:::[A-Z]+(?:\(\d+\))?)?"
_INSERT = re.compile(rf"INSERT INTO (\S+) \(([^()]+)\) VALUES \({_CAST}(?:, {_CAST})*\)(?: RETURNING \S+)?\Z")  # noqa: S608
_IN_COPY = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})

WAIT = ("40001", "40P01", "55P03", "53300", "57P03")  # given up for another's sake, no connection free, starting up
LOST = ("network error", "connection is closed")


def make_engine(server: Server, *, write: bool, alone: bool = True, most: int = 1) -> Engine:
    """An engine with one connection, or `most` at once, of which one is kept; they die with the engine. Use it inside
    `server_errors`, and dispose of it. Who writes is `alone` in that, unless said otherwise."""
    engine = create_engine(
        "postgresql+pg8000://", creator=lambda: _connect(server), poolclass=QueuePool, pool_size=1, max_overflow=most - 1,
        pool_pre_ping=most > 1,      # one that was kept may have been lost meanwhile
        pool_reset_on_return=None,  # whoever took it has ended its transaction; on a lost line it would only make noise
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not write:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S}s'")
        if not alone:
            return
        lock = f"SELECT pg_try_advisory_xact_lock({LOCK}, hashtext(current_schema()))"
        if not connection.exec_driver_sql(lock).scalar():
            raise Busy(
                f"Another process is updating the register in {server}. Nothing was changed; reading stays possible. Try "
                "again when it has finished."
            )

    @event.listens_for(engine, "do_executemany")
    def _copy(cursor: Any, statement: str, rows: Sequence[Sequence[Any]], _context: Any) -> bool | None:
        found = _INSERT.match(statement)
        if found is None:
            return None
        data = _pack(rows)  # whole before it is sent: what cannot be packed must not break off in the middle
        cursor.execute(f"COPY {found[1]} ({found[2]}) FROM STDIN", stream=[data])
        return True

    return engine


@contextmanager
def server_errors(server: Server) -> Iterator[None]:
    """Turn what the server, the line or the driver reports into `StoreFailed` or `Busy`, naming host and database."""
    try:
        yield
    except (DBAPIError, pg8000.dbapi.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        at_commit = isinstance(error, DBAPIError) and error.statement is None
        raise _explain(server, cause, at_commit=at_commit) from error


def find_tables(cursor: Any) -> set[str]:
    """The tables of the schema in which the register would be."""
    cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()")
    return {row[0] for row in cursor.fetchall()}


def finish_schema(connection: Connection) -> None:
    """After a change of the schema: text that is compared by its characters, and counters past the highest number.

    Only columns that differ are touched, so that it costs nothing where nothing changed.
    """
    columns = connection.execute(text(
        "SELECT table_name, column_name, format_type(a.atttypid, a.atttypmod) AS type FROM information_schema.columns c "
        "JOIN pg_attribute a "
        "ON a.attrelid = format('%I.%I', table_schema, table_name)::regclass AND a.attname = column_name "
        "WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying') "
        "AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position"
    )).all()
    for table in sorted({row.table_name for row in columns}):
        changes = ", ".join(
            f'ALTER COLUMN "{row.column_name}" TYPE {row.type} COLLATE "C"' for row in columns if row.table_name == table
        )
        connection.execute(text(f'ALTER TABLE "{table}" {changes}'))
    set_counters(connection)


def set_counters(connection: Connection) -> None:
    """Counters go on from the highest number that a table has, whoever gave it."""
    for table, column in connection.execute(text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%' ORDER BY table_name"
    )).all():
        connection.execute(text(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "  # noqa: S608 - names of our own tables
            f'(SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"), false)'
        ))


class _Connection(pg8000.dbapi.Connection):  # type: ignore[misc]
    """One whose line may be lost at any moment: the driver would let some of the system's errors through as they are."""

    def handle_messages(self, context: Any) -> None:
        try:
            super().handle_messages(context)
        except OSError as error:
            raise pg8000.dbapi.InterfaceError(LOST[0]) from error

    def close(self) -> None:
        with suppress(pg8000.dbapi.InterfaceError):
            super().close()


def _connect(server: Server) -> _Connection:
    user = server.user or os.environ.get("PGUSER") or getpass.getuser()
    password, tls = find_password(server, user) or "", _make_tls(server)
    line = _reach(server)
    try:
        connection = _Connection(
            user=user, password=password, database=server.database, host=server.host, sock=line, ssl_context=tls,
            application_name="tocsin",
        )
        line.settimeout(None)
    except (OSError, ScramException, pg8000.dbapi.Error) as error:
        line.close()
        raise _explain(server, error, connecting=True) from error
    try:
        _check(server, connection.parameter_statuses)
    except StoreFailed:
        connection.close()
        raise
    connection.register_out_adapter(str, _escape)
    for number in TEXT_TYPES:
        connection.register_in_adapter(number, _unescape)
    return connection


def _reach(server: Server) -> socket.socket:
    """A line to the server. Opened here and not by the driver, whose time limit would go for every statement too."""
    try:
        if server.socket is not None:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_TIMEOUT_S)
            line.connect(server.socket)
            return line
        line = socket.create_connection((server.host, server.port), CONNECT_TIMEOUT_S)
    except OSError as error:
        raise _unreachable(server, error) from error
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # not every system has each
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return line


def _make_tls(server: Server) -> ssl.SSLContext | bool:
    if server.sslmode == "disable" or server.socket is not None:
        return False
    try:
        context = ssl.create_default_context(cafile=str(server.sslrootcert) if server.sslrootcert else None)
    except OSError as error:
        raise StoreFailed(f"Database {server}: no certificates in {server.sslrootcert}. Nothing was done.") from error
    if server.sslmode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED if server.sslrootcert else ssl.CERT_NONE
    return context


def _check(server: Server, told: dict[str, str]) -> None:
    version, encoding = told.get("server_version", ""), told.get("server_encoding", "")
    number = re.match(r"\d+", version)
    if number is None or int(number[0]) < OLDEST:
        raise StoreFailed(f"Database {server}: expected PostgreSQL {OLDEST} or later, not {version}. Nothing was done.")
    if encoding != "UTF8":
        raise StoreFailed(
            f"Database {server}: its encoding is {encoding}, expected UTF8. Nothing was done; make another with "
            "`createdb --encoding=UTF8 --template=template0` (docs/operations.md)."
        )


def _unreachable(server: Server, error: OSError) -> StoreFailed:
    cause = "no answer" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
    return StoreFailed(
        f"Database {server} cannot be reached ({cause}). Nothing was done; check that the server runs and is reached from "
        "here, and TOCSIN_DATABASE (docs/operations.md)."
    )


def _explain(
    server: Server, error: BaseException | None, *, at_commit: bool = False, connecting: bool = False
) -> StoreFailed | Busy:
    """The error to raise. Of what the server says only the sentence is told: its details can quote a row."""
    told = error.args[0] if error is not None and error.args and isinstance(error.args[0], dict) else {}
    code, message = str(told.get("C", "")), str(told.get("M", ""))
    if code in WAIT:
        return Busy(f"Database {server}: {message}. Nothing was changed; try again.")
    if code[:2] in ("08", "57") or str(error) in LOST:
        if connecting:
            return _unreachable(server, ConnectionError(0, message or "it ended the connection"))
        if at_commit:
            return StoreFailed(
                f"The connection to database {server} was lost at the end of an update, and whether it was taken is not "
                "known. Run it again: what was taken is found unchanged."
            )
        return StoreFailed(f"The connection to database {server} was lost. Nothing was changed; try again.")
    if isinstance(error, ssl.SSLError) or "SSL" in str(error):
        cause = getattr(error, "verify_message", "") or "the server offers none"
        return StoreFailed(
            f"Database {server}: no encrypted connection that can be trusted ({cause}). Nothing was done; give the "
            "authority's certificate with sslrootcert=FILE, or choose sslmode=require or disable (docs/operations.md)."
        )
    if isinstance(error, OSError):
        return _unreachable(server, error)
    if code[:2] == "28" or (connecting and not code):
        return StoreFailed(
            f"Database {server}: the server does not let us in{f' ({code})' if code else ''}. Nothing was done; check user "
            "and password (docs/operations.md)."
        )
    cause = "a value is not one that it takes" if code[:2] == "22" else message or str(error)
    return StoreFailed(
        f"Database {server}: {cause}{f' ({code})' if code else ''}. Nothing was changed, the state in force stays; "
        "check that it exists, the rights, and the server's disk (docs/operations.md)."
    )


def _escape(value: str) -> str:
    if _NUL in value or _ESCAPE in value:
        return value.replace(_ESCAPE, _ESCAPE * 2).replace(_NUL, f"{_ESCAPE}0")
    return value


def _unescape(value: str) -> str:
    if _ESCAPE in value:
        return _ESCAPED.sub(lambda found: _NUL if found[1] == "0" else found[1], value)
    return value


def _pack(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows in the text form of COPY."""
    return "".join("\t".join(map(_pack_value, row)) + "\n" for row in rows).encode()


def _pack_value(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return _escape(value).translate(_IN_COPY)
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return str(value)
