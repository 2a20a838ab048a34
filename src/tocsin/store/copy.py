"""Copying a whole register from one database to another, of the same kind or not.

Every row of every table is copied, numbers too, so that what was said of the one (a snapshot's number, a digest, what was
known on a day) holds for the other. It is one transaction, and it is committed only when what was written reads back as what
was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, insert, select

from tocsin.errors import BadInput, StoreFailed
from tocsin.settings import Server
from tocsin.store.database import open_reader, open_writer
from tocsin.store.lock import hold_update_lock
from tocsin.store.schema import METADATA

CHUNK = 2_000
DIGEST_SIZE = 1 << 256


class CopiedTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table as it was copied: how many rows it has, and a digest of them that does not depend on their order."""

    name: str
    rows: int
    digest: str


def copy_register(
    source: Path | Server, target: Path | Server, *,
    progress: Callable[[str, int, int | None], None] = lambda *_: None,
    record: Callable[[tuple[CopiedTable, ...]], None] = lambda _: None,
) -> tuple[CopiedTable, ...]:
    """Copy all that `source` holds into `target`, which is made when missing and must be empty. One entry for each table.

    `source` may be read and updated meanwhile: what is copied is its state at the start. `record` is called when all is
    written and found right, and the copy is undone when it raises.

    `NotFound` without a register in `source`, `BadInput` for a target that holds something, `Busy` when another process
    writes there, `StoreFailed` when either fails or the copy is not what was read; the target is then as it was.
    """
    with _hold(target), open_reader(source) as old, open_writer(target) as new:
        for table in METADATA.sorted_tables:
            if new.execute(select(table).limit(1)).first() is not None:
                raise BadInput(f"Register {target} is not empty: expected one without any state. Nothing was copied.")
        copied = tuple(_copy_table(old, new, table, progress) for table in METADATA.sorted_tables)
        if isinstance(target, Server):
            from tocsin.store.postgres import set_counters

            set_counters(new)
        for table, said in zip(METADATA.sorted_tables, copied, strict=True):
            progress(f"{table.name}: checking", 0, None)
            if _describe(table, _iter_rows(new, table)) != said:
                raise StoreFailed(f"Register {target}: table {table.name} does not read back as it was. Nothing was copied.")
            progress(f"{table.name}: checking", said.rows, said.rows)
        record(copied)
    return copied


def _hold(target: Path | Server) -> AbstractContextManager[None]:
    """The lock of a folder; a server has its own, which goes with the writer."""
    return nullcontext() if isinstance(target, Server) else hold_update_lock(target.parent)


def _copy_table(
    old: Connection, new: Connection, table: Table, progress: Callable[[str, int, int | None], None]
) -> CopiedTable:
    total = old.execute(select(func.count()).select_from(table)).scalar() or 0
    statement = str(insert(table).compile(dialect=new.dialect, column_keys=[column.name for column in table.columns]))

    def pass_on() -> Iterator[Sequence[Any]]:
        done = 0
        for rows in _chunk_rows(old, table):
            new.exec_driver_sql(statement, rows)  # straight to the driver: half the time
            done += len(rows)
            progress(table.name, done, total)
            yield from rows

    return _describe(table, pass_on())


def _iter_rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    for rows in _chunk_rows(connection, table):
        yield from rows


def _chunk_rows(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for rows in connection.execute(query).partitions():
        yield [tuple(row) for row in rows]


def _describe(table: Table, rows: Iterator[Sequence[Any]]) -> CopiedTable:
    count, total = 0, 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(msgspec.msgpack.encode(row)).digest(), "big")
    return CopiedTable(name=table.name, rows=count, digest=f"{total % DIGEST_SIZE:064x}")
