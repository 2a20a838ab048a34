"""A stream of rows to a stream of results, in order, one result a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from tocsin.errors import BadInput
from tocsin.model import Hit, Query
from tocsin.screen.results import RowFault, RowResult
from tocsin.screen.rows import DateOrder, Row, make_query

REMEMBERED = 10_000  # answers kept for rows that ask the same again


class Matcher(Protocol):
    """What finds hits: an opened index."""

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        """Hits at or over `threshold`, best first, at most `limit`."""
        ...


def screen_rows(
    rows: Iterable[Row], matcher: Matcher, *, threshold: float, limit: int, dates: DateOrder | None = None
) -> Iterator[RowResult]:
    """One result for each row, in order; memory does not grow with their number. A row's fault is its result's error.

    `BadInput`, before any row is read, for a threshold that is not from 0 to 1 or a limit under 1.
    """
    if not 0 <= threshold <= 1:
        raise BadInput("The threshold: expected a number from 0 to 1. Nothing was screened.")
    if limit < 1:
        raise BadInput("The limit of hits: expected 1 or more. Nothing was screened.")
    return _screen_each(rows, matcher, threshold=threshold, limit=limit, dates=dates)


def _screen_each(
    rows: Iterable[Row], matcher: Matcher, *, threshold: float, limit: int, dates: DateOrder | None
) -> Iterator[RowResult]:

    @lru_cache(maxsize=REMEMBERED)
    def find(query: Query) -> tuple[Hit, ...]:
        return matcher.find_hits(query, threshold=threshold, limit=limit)

    for row in rows:
        yield _screen_row(row, find, dates)


def _screen_row(row: Row, find: Callable[[Query], tuple[Hit, ...]], dates: DateOrder | None) -> RowResult:
    name = next(iter(row.values.get("id", ())), None)
    if row.fault is not None:
        return RowResult(row=row.number, id=name, error=row.fault)
    try:
        query, warnings = make_query(row, dates=dates)
        return RowResult(row=row.number, id=name, hits=find(query), warnings=warnings)
    except BadInput as error:
        return RowResult(row=row.number, id=name, error=RowFault(code="bad_name", field="name", text=str(error)))
