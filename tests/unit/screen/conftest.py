"""A folder to write customer files into, and a matcher that finds whom a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tocsin.model import Hit, ListingCard, PartialDate, Query, Reason
from tocsin.screen import Options, Row, RowResult, read_rows, screen_rows

HIT = Hit(
    score=0.91, subject="s-1", caption="=Zarqon Ibn Test", kind="person", names=("Zarqon Ibn Test",),
    listings=(
        ListingCard(list_key="un", authority="UN", ref="QDi.900", caption="Z", listed_on=PartialDate(year=2020, month=2), programmes=("Test",)),
        ListingCard(list_key="us", authority="US", ref="1", caption="Z", listed_on=PartialDate(year=2019)),
    ),
    reasons=(Reason(code="name.same", text="The name is the same.", effect="for"),),
)


class FakeMatcher:
    """Finds `HIT` for each name with "Zarqon" in it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Query] = []

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        self.asked.append(query)
        return (HIT,)[:limit] if any("Zarqon" in name for name in query.names) and threshold <= HIT.score else ()

    def find_many(self, queries: Sequence[Query], *, threshold: float, limit: int) -> list[tuple[Hit, ...]]:
        return [self.find_hits(query, threshold=threshold, limit=limit) for query in queries]


@pytest.fixture
def matcher() -> FakeMatcher:
    return FakeMatcher()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Row]]:
    """Rows of a file with these bytes or this text."""

    def read(content: bytes | str, name: str = "customers.csv", **options: object) -> list[Row]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_rows(str(path), Options(**options)))  # type: ignore[arg-type]

    return read


@pytest.fixture
def screen(matcher: FakeMatcher) -> Callable[[Sequence[Row]], list[RowResult]]:
    return lambda rows: list(screen_rows(rows, matcher, threshold=0.7, limit=10))
