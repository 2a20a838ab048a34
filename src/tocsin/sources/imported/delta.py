"""OpenSanctions' delta feed: `entities.delta.json`, one `{"op": "ADD" | "MOD" | "DEL", "entity": {...}}` a line.

A delta leads from one version of an export to the next, and to that one only. It is applied to the file of the state in
force, so that the new state is a whole file again; one that does not follow that state is refused as a whole.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tocsin.errors import ListRefused
from tocsin.sources.base import RawFile
from tocsin.sources.imported.records import iter_json, refuse
from tocsin.sources.imported.sniff import first_object

OPS = ("ADD", "MOD", "DEL")
_ENCODE = msgspec.json.Encoder().encode


def is_delta(file: RawFile) -> bool:
    first = first_object(file.data)
    return first is not None and set(first) == {"op", "entity"}


def apply_delta(base: RawFile, delta: RawFile, *, title: str) -> RawFile:
    """The whole file after a delta, entities in the order of the base and new ones at its end.

    One that is applied already gives the base again. `ListRefused` for a delta that changes or removes what is not there,
    adds what is there with other content, or is damaged.
    """
    entities = {str(e.get("id", "")): e for _, e in iter_json(base) if isinstance(e, dict)}
    changes = [_read_change(delta, place, change) for place, change in iter_json(delta)]
    if all(_is_applied(entities, op, entity) for op, entity in changes):
        return base
    wrong = [entity["id"] for op, entity in changes if not _fits(entities, op, entity)]
    if wrong:
        raise ListRefused(
            f"{title}: {delta.name} does not follow the state in force ({len(wrong):,} of its {len(changes):,} changes do "
            f"not fit, the first of entity {str(wrong[0])[:80]}). Import the deltas between in their order, or the whole "
            "export. The state in force stays.", reason="different_document",
        )
    for op, entity in changes:
        if op == "DEL":
            entities.pop(entity["id"], None)
        else:
            entities[entity["id"]] = entity
    return RawFile(base.name, b"".join(_ENCODE(entity) + b"\n" for entity in entities.values()))


def _read_change(delta: RawFile, place: str, change: Any) -> tuple[str, dict[str, Any]]:
    entity = change.get("entity") if isinstance(change, dict) else None
    op = change.get("op") if isinstance(change, dict) else None
    if op not in OPS or not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
        raise refuse(delta, f"{place}: expected an op of ADD, MOD or DEL, and an entity with its id")
    return op, entity


def _fits(entities: dict[str, dict[str, Any]], op: str, entity: dict[str, Any]) -> bool:
    known = entities.get(entity["id"])
    return known is None or known == entity if op == "ADD" else known is not None


def _is_applied(entities: dict[str, dict[str, Any]], op: str, entity: dict[str, Any]) -> bool:
    known = entities.get(entity["id"])
    return known is None if op == "DEL" else known == entity
