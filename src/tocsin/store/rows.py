"""Rows written in chunks, and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select

CHUNK = 5_000  # rows handed over at once: bounds memory, and costs nothing in time
T = TypeVar("T")


def number_rows(connection: Connection, table: Table) -> Iterator[int]:
    """Free numbers: writers come one at a time, so that counting on from the highest is safe."""
    highest = connection.execute(select(func.max(table.c.id))).scalar() or 0
    number = int(highest)
    while True:
        number += 1
        yield number


def write_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    for chunk in chunk_rows(rows):
        connection.execute(insert(table), chunk)


def chunk_rows(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


