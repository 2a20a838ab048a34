"""Which paths a mapping reads, and what of a file it does not: a misspelt path is refused, an unmapped one reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tocsin.errors import suggest
from tocsin.sources.base import RawFile, Unread
from tocsin.sources.imported.description import Description, PartsRule, Pick, Rule
from tocsin.sources.imported.records import refuse
from tocsin.sources.imported.scopes import FILE, as_paths

# The options of a rule that are paths; inside `each` they start there.
_PATHS = (
    "text", "note", "year", "month", "day", "street", "city", "region", "postcode", "country", "issued", "expires",
    "programme", "ground", "since", "ref", "label",
)
_PICKS = ("role", "quality", "kind", "circa", "programme", "ground", "label")
_OPEN = frozenset({"programme", "ground", "label"})  # a plain word of these is a path
_OPEN_KIND = "RelationRule"


def find_paths(description: Description) -> set[str]:
    """All paths that the mapping reads, each from the record's top."""
    fields = description.fields
    if fields is None:
        return set()
    found: set[str] = set()
    for name in fields.__struct_fields__:
        value = getattr(fields, name)
        found.update(_of_pick(value, "") if isinstance(value, Pick) else _of_value(name, value))
    return found - {FILE}


def _of_value(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Rule):
        yield from _of_rule(value)
    elif isinstance(value, str):
        if name != "kind":
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _of_value(name, inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _of_value(name, inner)


def _of_rule(rule: Rule) -> Iterator[str]:
    for top in as_paths(rule.each) or ("",):
        if top:
            yield top
        else:
            yield from as_paths(rule.path)
        yield from _inside(rule, top)


def _inside(rule: Rule, top: str) -> Iterator[str]:
    for option in rule.__struct_fields__:
        value = getattr(rule, option)
        if isinstance(value, Pick):
            yield from _of_pick(value, top)
        elif isinstance(value, PartsRule):
            yield _join(top, value.each)
            yield _join(_join(top, value.each), value.text)
            if isinstance(value.kind, Pick):
                yield from _of_pick(value.kind, _join(top, value.each))
        elif option in _PATHS or (option == "kind" and type(rule).__name__ == _OPEN_KIND):
            yield from (_join(top, path) for path in as_paths(value) if path)


def _of_pick(pick: Pick, top: str) -> Iterator[str]:
    yield from (_join(top, path) for path in (*as_paths(pick.path), *(pick.present or ())))


def _join(top: str, path: str) -> str:
    return f"{top}.{path}" if top else path


def check_paths(file: RawFile, description: Description, *, columns: tuple[str, ...] | None, met: set[str]) -> None:
    """`ListRefused` for a path that the mapping names and the file does not have, with the nearest that it has."""
    optional = set(description.file.optional)
    known = set(columns) if columns is not None else met
    named = find_paths(description) - optional
    if columns is not None:
        named |= set(description.ignore) - optional
    missing = sorted(named - known)
    if missing:
        what = "column" if columns is not None else "path"
        hint = suggest(missing[0], known) if known else "it has none"
        hint = hint if hint.endswith("?") else f"{hint[:500]}."
        raise refuse(
            file, f"there is no {what} '{missing[0][:80]}', which the mapping names; {hint} If a state may be without it, "
            "name it in file.optional", reason="different_document",
        )


def find_unread(description: Description, leaves: Counter[str], odd: Counter[str]) -> tuple[Unread, ...]:
    """What nothing was made of: paths that are neither mapped nor ignored, and values that could not be understood."""
    mapped, ignored = find_paths(description), tuple(description.ignore)
    rest = {
        path: count for path, count in leaves.items()
        if path not in mapped and not any(path == i or path.startswith(f"{i}.") for i in ignored)
    }
    return tuple(Unread(path=path, count=count) for path, count in sorted({**rest, **odd}.items()))


def describe_ignored(description: Description) -> dict[str, str]:
    ignore = description.ignore
    return dict(ignore) if isinstance(ignore, Mapping) else dict.fromkeys(ignore, "named as ignored in the mapping")


def iter_rules(description: Description) -> Iterator[tuple[str, msgspec.Struct]]:
    """Every rule of the mapping with its place, for checks of what cannot be said in its shape."""
    fields = description.fields
    for name in fields.__struct_fields__ if fields else ():
        value = getattr(fields, name)
        one = [(None, value)]
        for at, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else one:
            if isinstance(item, msgspec.Struct):
                yield f"fields.{name}" if at is None else f"fields.{name}[{at}]", item
