"""Whether the installation itself is sound: its folder, database, index, audit, raw files, disk and kernel."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from tocsin.errors import NotFound, TocsinError
from tocsin.match import verify_index
from tocsin.match.kernel import find_kernel
from tocsin.registry.resolve import make_register_state
from tocsin.registry.watch import Finding
from tocsin.registry.watch_rules import MANY, Severity
from tocsin.settings import Settings
from tocsin.store.audit import verify_audit
from tocsin.store.decisions import Rests
from tocsin.store.health import check_database, check_raw
from tocsin.store.history import Snapshot

RESTORE = "Restore it from a backup: docs/operations.md."
MAKE_INDEX = "Run `tocsin update`: it makes the index anew from the database."
MEGABYTE = 1_000_000


def check_files(settings: Settings) -> Iterator[Finding]:
    """What can be told without the database: the folder, the audit, the kernel."""
    if not settings.home.is_dir():
        return
    if not os.access(settings.home, os.W_OK):
        yield _find("folder", "error", f"Folder {settings.home} cannot be written: no question can be recorded.",
                    "Mend the folder's rights, or give another folder with --home.")
    try:
        lines = verify_audit(settings.audit)
    except TocsinError as error:
        yield _find("audit", "error", str(error), "Keep the file as it is and compare it with a backup.")
    else:
        yield _find("audit", "info", f"The audit has {lines:,} lines, all good.", "Nothing.")
    with warnings.catch_warnings(action="ignore"):
        kernel = find_kernel()
    if kernel is None:
        yield _find("kernel", "info", "The native kernel was not built: plain Python gives the same answers, slower.",
                    "Nothing, or install again where a C++ compiler is at hand.")
    else:
        yield _find("kernel", "info", "The native kernel is in use.", "Nothing.")


def check_space(settings: Settings, *, free: Callable[[Path], int] | None = None) -> Iterator[Finding]:
    """Whether an update finds room: for a new index beside the old one, and for a journal as large as the database."""
    index = sum(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())
    database = settings.database.stat().st_size if isinstance(settings.database, Path) else 0  # a server's disk is its own
    room = free(settings.home) if free else shutil.disk_usage(settings.home).free
    need, least = index + database, index + database // 10
    severity: Severity = "info" if room >= need else "warning" if room >= least else "error"
    yield _find("space", severity, (
        f"{room // MEGABYTE:,} MB are free; an update of every list may take {max(1, need // MEGABYTE):,} MB for a while."
    ), "Nothing." if severity == "info" else "Make room on the disk: an update that finds none changes nothing and fails.")


def check_store(connection: Connection, settings: Settings) -> Iterator[Finding]:
    """Whether the database is whole; that it opened says that it is of this version."""
    faults = check_database(connection)
    for fault in faults:
        yield _find("database", "error", f"Database {settings.database}: {fault}.", RESTORE)
    if not faults:
        yield _find("database", "info", "The database is whole and of this version.", "Nothing.")


def check_index(
    settings: Settings, states: Sequence[Snapshot], register: str | None, *, rests: Rests | None = None
) -> Iterator[Finding]:
    """Whether the index is as it was written, and of the states in force; `register` is the state that it names."""
    expected = make_register_state({state.list_key: (state.digest, state.content) for state in states}, rests)
    try:
        verify_index(settings.index)
    except NotFound:
        if states:
            yield _find("index", "error", "There is no index: nothing can be asked.", MAKE_INDEX)
    except TocsinError as error:
        yield _find("index", "error", str(error), f"Delete the folder {settings.index}. {MAKE_INDEX}")
    else:
        if register != expected:
            yield _find("index", "warning", (
                f"The index is of register state {register or 'unknown'}, the database of {expected}: answers come from an "
                "older state."
            ), MAKE_INDEX)
        else:
            yield _find("index", "info", f"The index is whole and of the register state in force, {expected}.", "Nothing.")


def check_kept(
    settings: Settings, states: Sequence[Snapshot], in_force: Sequence[Snapshot], *, progress: Callable[[int, int], None]
) -> Iterator[Finding]:
    """Whether the raw files are there and have their digests. Those of older states may have been deleted on purpose."""
    health = check_raw(settings.raw, states, progress=progress)
    needed = {file.digest for state in in_force for file in state.files}
    if health.damaged:
        yield _find("raw", "error", f"{len(health.damaged):,} of {health.count:,} raw files are damaged.", RESTORE,
                    files=health.damaged)
    now = tuple(digest for digest in health.missing if digest in needed)
    if now:
        yield _find("raw", "warning", f"{len(now):,} raw files of states in force are missing.",
                    "Restore them from a backup, or bring the lists again; without them the states cannot be read anew.",
                    files=now)
    old = tuple(digest for digest in health.missing if digest not in needed)
    if old:
        yield _find("raw", "info", f"{len(old):,} of {health.count:,} raw files, all of earlier states, are not kept.",
                    "Nothing, if your retention rule removed them.", files=old)
    if not health.damaged and not health.missing:
        yield _find("raw", "info", f"{health.count:,} raw files are kept, each with its digest.", "Nothing.")


def _find(what: str, severity: Severity, seen: str, next_: str, *, files: Sequence[str] = ()) -> Finding:
    return Finding(
        rule=f"installation.{what}", severity=severity, seen=seen, next=next_, count=len(files),
        fields=tuple(digest[:12] for digest in files[:MANY]),
    )
