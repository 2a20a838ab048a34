"""Engines by name, as a preview asks them."""

from __future__ import annotations

from tocsin.match import Engine, Index, load_engine
from tocsin.match.points import explain_points
from tocsin.model import Hit, Kind, Query


class NamedEngine:
    """An index asked with one engine; `screen.preview.Side` says what its methods give."""

    def __init__(self, index: Index, engine: Engine) -> None:
        self._index, self._engine, self.name = index, engine, engine.name

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        return self._index.find_hits(query, threshold=threshold, limit=limit, engine=self._engine)

    def explain_points(self, query_name: str, listed_name: str, kind: Kind) -> dict[str, float]:
        if kind != "unknown":
            return explain_points(query_name, listed_name, kind, self._engine)
        both: tuple[Kind, ...] = ("person", "organization")  # as the index reads a subject of which the kind is not known
        return max((explain_points(query_name, listed_name, k, self._engine) for k in both), key=lambda p: sum(p.values()))


def open_engine(index: Index, name: str) -> NamedEngine:
    """The index asked with the engine of that name. `NotFound`, with the nearest name, when there is none."""
    return NamedEngine(index, load_engine(name))
