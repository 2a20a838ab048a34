"""A stream of rows to a stream of results, in order, one result a row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from tocsin.errors import BadInput
from tocsin.match import check_query
from tocsin.model import Hit, Query
from tocsin.model.hit_decision import Judged
from tocsin.screen.results import RowFault, RowResult
from tocsin.screen.rows import DateOrder, Row, make_query
from tocsin.settings import check_limit

REMEMBERED = 10_000  # answers kept for rows that ask the same again
BLOCK = 256          # rows scored together

Judge = Callable[[Query, tuple[Hit, ...], str | None], Judged]  # what decisions leave of the hits of a query, by reference


class Matcher(Protocol):
    """What finds hits: an opened index."""

    def find_many(self, queries: Sequence[Query], *, threshold: float, limit: int) -> list[tuple[Hit, ...]]:
        """For each query the hits at or over `threshold`, best first, at most `limit`."""
        ...


def screen_rows(
    rows: Iterable[Row], matcher: Matcher, *, threshold: float, limit: int, dates: DateOrder | None = None,
    judge: Judge | None = None, more: int = 0,
) -> Iterator[RowResult]:
    """One result for each row, in order; memory does not grow with their number. A row's fault is its result's error.

    `judge` leaves out hits that were decided; so that these take nobody's place, `more` than the limit are looked for.

    `BadInput`, before any row is read, for a threshold that is not from 0 to 1, or as `check_limit`.
    """
    if not 0 <= threshold <= 1:
        raise BadInput("The threshold: expected a number from 0 to 1. Nothing was screened.")
    check_limit(limit)
    decide = (lambda query, hits, reference: judge(query, hits, reference).cut(limit)) if judge else None
    return _screen_each(rows, matcher, threshold=threshold, limit=limit + more, dates=dates, judge=decide)


def _screen_each(
    rows: Iterable[Row], matcher: Matcher, *, threshold: float, limit: int, dates: DateOrder | None, judge: Judge | None
) -> Iterator[RowResult]:
    known: OrderedDict[Query, tuple[Hit, ...]] = OrderedDict()
    source, size = iter(rows), 1  # the first rows answer at once; then ever larger blocks are scored together
    while block := list(islice(source, size)):
        asked = [_ask_row(row, dates) for row in block]
        fresh = list(dict.fromkeys(a for a in asked if isinstance(a, _Asked) and a.query not in known))
        queries = list(dict.fromkeys(a.query for a in fresh))
        for query, hits in zip(queries, matcher.find_many(queries, threshold=threshold, limit=limit), strict=True):
            known[query] = hits
        for row, ask in zip(block, asked, strict=True):
            if isinstance(ask, RowResult):
                yield ask
            else:
                yield _answer(row, ask, known[ask.query], judge)
        while len(known) > REMEMBERED:
            known.popitem(last=False)
        size = min(BLOCK, size * 2)


class _Asked(NamedTuple):
    query: Query
    warnings: tuple[RowFault, ...]


def _answer(row: Row, ask: _Asked, hits: tuple[Hit, ...], judge: Judge | None) -> RowResult:
    reference = _id_of(row)
    if judge is None:
        return RowResult(row=row.number, id=reference, hits=hits, warnings=ask.warnings)
    judged = judge(ask.query, hits, reference)
    return RowResult(
        row=row.number, id=reference, hits=judged.hits, warnings=ask.warnings, suppressed=judged.suppressed,
        decided=judged.decided,
    )


def _ask_row(row: Row, dates: DateOrder | None) -> _Asked | RowResult:
    """The query of a row, or the result that says why it has none."""
    if row.fault is not None:
        return RowResult(row=row.number, id=_id_of(row), error=row.fault)
    try:
        query, warnings = make_query(row, dates=dates)
        check_query(query)
    except BadInput as error:
        return RowResult(row=row.number, id=_id_of(row), error=RowFault(code="bad_name", field="name", text=str(error)))
    return _Asked(query, warnings)


def _id_of(row: Row) -> str | None:
    return next(iter(row.values.get("id", ())), None)
