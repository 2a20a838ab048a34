"""Where a mapping's paths lead to in a record, and which paths a record has.

A path is a column's name in a table; elsewhere the keys that lead to a value, with dots between. Lists on the way are walked
through: `names.value` is the value of every name. `@file` is the name of the record's own file without its ending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tocsin.sources.imported.records import Record

FILE = "@file"


class Scope(msgspec.Struct, frozen=True):
    """A record, or one object inside it: `prefix` is the path that leads to it."""

    place: str
    tree: Any
    is_table: bool
    prefix: str = ""

    def field(self, path: str) -> str:
        """The path from the record's top, as origins have it."""
        return f"{self.prefix}.{path}" if self.prefix else path

    def texts(self, paths: str | Sequence[str] | None) -> list[tuple[str, str]]:
        """The texts at one or more paths, with the whole path of each. Objects and nothing are no texts."""
        found = []
        for path in as_paths(paths):
            values = [_stem(self.place)] if path == FILE else self._values(path)
            found += [(self.field(path), text) for value in values if (text := to_text(value)) is not None]
        return found

    def first(self, paths: str | Sequence[str] | None) -> str | None:
        """The first text at the paths, with white space made plain; `None` where there is none."""
        return next((text for _, raw in self.texts(paths) if (text := tidy(raw))), None)

    def each(self, paths: str | Sequence[str] | None) -> Iterator[Scope]:
        """The objects at the paths."""
        for path in as_paths(paths):
            for value in self._values(path):
                if isinstance(value, dict):
                    yield Scope(self.place, value, self.is_table, self.field(path))

    def has(self, path: str) -> bool:
        """Whether anything stands at the path."""
        return any(value is not None and value != "" for value in self._values(path))

    def _values(self, path: str) -> list[Any]:
        found = [self.tree]
        for step in (path,) if self.is_table else path.split("."):
            found = [item[step] for item in found if isinstance(item, Mapping) and step in item]
            found = [x for item in found for x in _flatten(item)]
        return found


def make_scope(record: Record, *, is_table: bool) -> Scope:
    return Scope(record.place, record.tree, is_table)


def as_paths(paths: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if paths is None else (paths,) if isinstance(paths, str) else tuple(paths)


def tidy(text: str) -> str:
    return " ".join(text.split())


def to_text(value: Any) -> str | None:
    """A value as text: numbers as they are written, yes and no as true and false; `None` for objects and nothing."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text if text.strip() else None


def count_paths(scope: Scope, leaves: Counter[str], met: set[str]) -> None:
    """Count the leaves that say something, and note every path that the record has."""
    if scope.is_table:
        leaves.update(column for column, value in scope.tree.items() if to_text(value) is not None)
        return
    _count(scope.tree, "", leaves, met)


def _count(value: Any, path: str, leaves: Counter[str], met: set[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            met.add(here)
            _count(inner, here, leaves, met)
    elif isinstance(value, list):
        for item in value:
            _count(item, path, leaves, met)
    elif to_text(value) is not None:
        leaves[path] += 1


def _flatten(value: Any) -> list[Any]:
    return [x for item in value for x in _flatten(item)] if isinstance(value, list) else [value]


def _stem(place: str) -> str | None:
    name = place.partition(", ")[0]
    return name.rpartition(".")[0] or None if "." in name else None
