"""YAML as plain text: mappings, lists and words, nothing else.

All scalars are read as text (`no` is not false, `007` keeps its zeros). Anchors, aliases, tags, doubled keys and deep
nesting are refused, and sizes are bounded, before a tree grows: one pass over the parser's events builds the values.
"""

from __future__ import annotations

from typing import Any

import yaml

MAX_DEPTH = 30
MAX_NODES = 5_000_000
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})  # unquoted; YAML 1.2.2 §10.2.1
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class PlainFault(ValueError):
    """What is wrong, and in which line; never what stands there."""


class Budget:
    """How many values may still be read, over all documents of a list."""

    def __init__(self, nodes: int = MAX_NODES) -> None:
        self.left = nodes

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PlainFault("it has more values than any list")


def read_yaml(data: bytes, budget: Budget | None = None) -> list[Any]:
    """The documents of a YAML file: `dict`, `list`, `str`, or `None` for an empty one. `PlainFault` for what is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlainFault(f"byte {error.start + 1:,} is not UTF-8") from None
    try:
        return _Builder(budget or Budget()).build(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PlainFault(f"it is not well-formed YAML{_line(mark)}") from None
    except ValueError as error:
        if isinstance(error, PlainFault):
            raise
        raise PlainFault("it has characters that YAML does not allow") from None


class _Builder:
    """Values out of parser events. Each open collection is on the stack with the key that waits for a value."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._documents: list[Any] = []
        self._stack: list[dict[str, Any] | list[Any]] = []
        self._keys: list[str | None] = []

    def build(self, text: str) -> list[Any]:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise PlainFault(f"anchors and aliases are not read{_line(event.start_mark)}; write the value out")
            if getattr(event, "tag", None):
                raise PlainFault(f"tags are not read{_line(event.start_mark)}; write plain values")
            self._take(event)
        return self._documents

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._budget.spend()
            self._put(None if not event.style and event.value in _NOTHING else event.value, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._budget.spend()
            if len(self._stack) >= MAX_DEPTH:
                raise PlainFault(f"more than {MAX_DEPTH} levels{_line(event.start_mark)}")
            made: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._put(made, event)
            self._stack.append(made)
            self._keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._keys.pop()

    def _put(self, value: Any, event: Any) -> None:
        if not self._stack:
            self._documents.append(value)
            return
        top = self._stack[-1]
        if isinstance(top, list):
            top.append(value)
        elif self._keys[-1] is None:
            if not isinstance(value, str):
                raise PlainFault(f"a key must be plain text{_line(event.start_mark)}")
            if value in top:
                raise PlainFault(f"a key stands twice in one mapping{_line(event.start_mark)}")
            self._keys[-1] = value
        else:
            top[self._keys[-1]] = value
            self._keys[-1] = None


def _line(mark: Any) -> str:
    return "" if mark is None else f" (line {mark.line + 1:,})"
