"""The audit: who did what with the register, in lines that can be added and not changed unseen.

It is a file of its own and uses the standard library's sqlite3: `tocsin match` writes one line for each question and
must answer in half a second, of which SQLAlchemy's import alone would take most. Triggers refuse to change or delete a
line; a hash chain shows it when somebody did so around them. The chain cannot show that its end was cut off: compare
the last digest with one that was kept elsewhere (docs/operations.md).

No line holds a person's data: only counts, digests, the register's state, settings, and the operator's user name.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tocsin.errors import Busy, StoreFailed
from tocsin.store.lock import hold_turn

BUSY_TIMEOUT_S = 15.0
START = "0" * 64
_SCHEMA = """
CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, details TEXT NOT NULL,
    previous TEXT NOT NULL, digest TEXT NOT NULL UNIQUE
);
CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
"""
_SELECT = "SELECT number, at, actor, action, details, previous, digest FROM audit"
_READ = f"{_SELECT} WHERE number > ? ORDER BY number LIMIT ?"
_NEWEST = 2**63 - 1  # what SQLite counts to
PAGE = 1_000  # read in pages: a reader who pauses must not keep writers waiting


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: its number from 1, UTC time, operating-system user, action, details, and its place in the chain.

    `digest` is the sha256 of `previous` and all else in the line; `previous` is the digest of the line before,
    sixty-four zeros for the first.
    """

    number: int
    at: str
    actor: str
    action: str
    details: dict[str, Any]
    previous: str
    digest: str


def append_audit(path: Path, action: str, details: Mapping[str, Any], *, actor: str | None = None) -> AuditLine:
    """Add one line and give it back; it is on disk when this returns. Safe for many processes at once. `actor` is who did
    it, the operating-system user when not said.

    The file and its folder are made when missing. `StoreFailed` when it cannot be written: what was to be recorded
    must then not be done. `Busy` when others hold it for longer than `BUSY_TIMEOUT_S`.
    """
    with audit_errors(path), closing(open_audit(path)) as db:  # closing undoes what was not committed
        (line,) = append_lines(db, path, [describe_line(action, details, actor)])
    return line


def describe_line(action: str, details: Mapping[str, Any], actor: str | None) -> tuple[str, str, str, str]:
    """When, who, what, and the rest, as a line holds them."""
    body = json.dumps(dict(details), sort_keys=True, separators=(",", ":"))
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"), actor or find_operator(), action, body


def append_lines(db: sqlite3.Connection, path: Path, contents: Sequence[tuple[str, str, str, str]]) -> list[AuditLine]:
    """Add lines, as `describe_line` gives them, in one transaction to the audit `path`, of which `db` is a connection. Use
    it inside `audit_errors`."""
    with hold_turn(path.with_name(f"{path.name}-turn"), patience_s=BUSY_TIMEOUT_S):
        db.execute("BEGIN IMMEDIATE")
    last = db.execute("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1").fetchone() or (0, START)
    rows = []
    for at, actor, action, body in contents:
        content = (last[0] + 1, at, actor, action, body, last[1])
        rows.append((*content, _digest(*content)))
        last = rows[-1][0], rows[-1][-1]
    db.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    return [_make_line(row) for row in rows]


def open_audit(path: Path) -> sqlite3.Connection:
    """A connection to an audit, which is made with its folder when missing. Use it inside `audit_errors`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = _connect(path)
    try:
        db.execute("PRAGMA journal_mode=WAL")  # a line is on disk with one wait for it in place of three
        _make_tables(db)
    except sqlite3.Error:
        db.close()
        raise
    return db


def read_audit(path: Path) -> Iterator[AuditLine]:
    """All lines, oldest first; none when nothing was recorded yet."""
    return (_make_line(row) for row in _iter_rows(path))


def verify_audit(path: Path) -> int:
    """Walk the whole chain; gives the number of lines, all of them good.

    `StoreFailed`, naming the first bad line, when one was changed, removed or put in.
    """
    lines, head = 0, START
    for row in _iter_rows(path):
        *content, digest = row
        if content[0] != lines + 1 or content[-1] != head or digest != _digest(*content):
            raise StoreFailed(
                f"The audit {path} is broken at line {content[0]}: it or the line before was changed, removed or put "
                f"in. The {lines} lines before are whole. Keep the file as it is and compare it with a backup."
            )
        lines, head = content[0], digest
    return lines


def read_audit_page(path: Path, *, before: int | None = None, limit: int = 100) -> tuple[AuditLine, ...]:
    """The newest lines, or those before a number, the newest first; no more than `limit` are read."""
    newest = before if before is not None else _NEWEST
    return tuple(_find_lines(path, "number < ? ORDER BY number DESC LIMIT ?", min(newest, _NEWEST), limit))


def find_line(path: Path, *, number: int | None = None, digest: str | None = None) -> AuditLine | None:
    """The line of a number, or else that with this digest; `None` when there is none. `StoreFailed` when its digest is
    not that of what it says."""
    where, value = ("number = ?", min(number, _NEWEST)) if number is not None else ("digest = ?", digest)
    return next(_find_lines(path, where, value), None)


def _find_lines(path: Path, where: str, *values: object) -> Iterator[AuditLine]:
    if not path.exists():
        return
    with audit_errors(path), closing(_connect(path)) as db:
        _make_tables(db)
        rows = db.execute(f"{_SELECT} WHERE {where}", values).fetchall()
    for row in rows:
        if row[-1] != _digest(*row[:-1]):
            raise StoreFailed(f"The audit {path} is broken at line {row[0]}: what it says was changed.")
        yield _make_line(row)


def _iter_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    if not path.exists():
        return
    with audit_errors(path), closing(_connect(path)) as db:
        _make_tables(db)
        rows = db.execute(_READ, (-1, PAGE)).fetchall()
        while rows:
            yield from rows
            rows = db.execute(_READ, (rows[-1][0], PAGE)).fetchall()


def _digest(*content: Any) -> str:
    """Over a JSON array, so that no two different lines are written the same."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _make_line(row: tuple[Any, ...]) -> AuditLine:
    number, at, actor, action, body, previous, digest = row
    return AuditLine(
        number=number, at=at, actor=actor, action=action, details=json.loads(body), previous=previous, digest=digest
    )


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous=FULL")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_no_delete'").fetchone() is None:
        db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def find_operator() -> str:
    """The operating-system user of this process."""
    try:
        return getpass.getuser().encode("utf-8", "replace").decode()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


@contextmanager
def audit_errors(path: Path) -> Iterator[None]:
    """Turn what the disk or SQLite reports into `StoreFailed` or `Busy`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise Busy(f"The audit {path} is held by other processes. Nothing was done; try again.") from error
        cause = error.strerror if isinstance(error, OSError) else str(error)
        raise StoreFailed(
            f"The audit {path} cannot be read or written ({cause}). Nothing is answered without a line in it; check "
            "the folder's rights and the disk's space, or give another folder with --home."
        ) from error
