"""FollowTheMoney entities out of JSON lines or statements, with the text that each value was made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tocsin.errors import ListRefused
from tocsin.sources.base import RawFile
from tocsin.sources.imported.records import decode, iter_json, refuse

# A pack without a header line, as written before followthemoney 4 (its LEGACY_PACK_COLUMNS).
PACK = (
    "entity_id", "prop", "value", "dataset", "lang", "original_value", "target", "external", "first_seen", "last_seen", "id",
)
MAX_CELL = 1_000_000


class FtmValue(msgspec.Struct, frozen=True):
    """A value, and the text it was cleaned from where that differs."""

    text: str
    original: str | None = None


class FtmEntity(msgspec.Struct, frozen=True, kw_only=True):
    """One entity. `extra` is what an export of ours says beside the vocabulary."""

    id: str
    schema: str
    caption: str
    properties: Mapping[str, tuple[FtmValue, ...]]
    extra: Mapping[str, Any]

    def get(self, name: str) -> tuple[FtmValue, ...]:
        return self.properties.get(name, ())

    def first(self, name: str) -> str | None:
        return next((value.text for value in self.get(name)), None)


def read_entities(file: RawFile) -> dict[str, FtmEntity]:
    """The entities of a file, by id. `ListRefused` for a line that is none, and for an id that stands twice."""
    found: dict[str, FtmEntity] = {}
    for place, value in iter_json(file):
        entity = _make_entity(file, place, value)
        if entity.id in found:
            raise refuse(file, f"{place}: id {entity.id[:80]} stands twice; expected each entity once")
        found[entity.id] = entity
    return found


def _make_entity(file: RawFile, place: str, value: Any) -> FtmEntity:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not isinstance(value.get("schema"), str):
        raise refuse(file, f"{place}: expected an entity with id, schema and properties")
    properties = value.get("properties")
    if not isinstance(properties, dict):
        raise refuse(file, f"{place}: expected an entity with properties")
    return FtmEntity(
        id=value["id"], schema=value["schema"], caption=_text(value.get("caption")) or "",
        properties={name: tuple(_values(texts)) for name, texts in properties.items()},
        extra=value["tocsin"] if isinstance(value.get("tocsin"), dict) else {},
    )


def _values(texts: Any) -> Iterator[FtmValue]:
    """The values of a property; an entity that stands there itself (nested form) counts by its id."""
    for item in texts if isinstance(texts, list) else [texts]:
        text = _text(item.get("id") if isinstance(item, dict) else item)
        if text:
            yield FtmValue(text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else str(value) if isinstance(value, int | float) else None


def read_statements(file: RawFile) -> tuple[dict[str, FtmEntity], int]:
    """The entities that statements make up, by canonical id, and how many external statements were left aside.

    Both forms: CSV with a header, and the pack (`Schema:property` in one column), with or without one.
    """
    rows = _iter_statements(file)
    entities: dict[str, tuple[set[str], dict[str, dict[str, FtmValue]]]] = {}
    external = 0
    for row in rows:
        if row.get("external", "").lower() in ("t", "true", "1"):
            external += 1
            continue
        entity_id = row.get("canonical_id") or row["entity_id"]
        schema, _, name = row["prop"].rpartition(":")
        schemata, properties = entities.setdefault(entity_id, (set(), {}))
        schemata.add(row.get("schema") or schema)
        if name != "id":
            original = row.get("original_value") or None
            value = FtmValue(row["value"], original if original != row["value"] else None)
            properties.setdefault(name, {}).setdefault(value.text, value)
    return {
        key: FtmEntity(
            id=key, schema=_most_special(schemata), caption="", extra={},
            properties={name: tuple(values.values()) for name, values in properties.items()},
        )
        for key, (schemata, properties) in entities.items()
    }, external


def _iter_statements(file: RawFile) -> Iterator[dict[str, str]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(decode(file), newline=""), strict=True)
    columns: tuple[str, ...] = PACK
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1 and "entity_id" in cells:
                columns = tuple(cells)
                continue
            if cells and len(cells) not in (len(columns), len(columns) - 1):
                raise refuse(file, f"line {number:,} has {len(cells)} cells, expected {len(columns)}")
            row = dict(zip(columns, cells, strict=False))
            if cells and row.get("value"):
                yield row
    except (csv.Error, KeyError) as error:
        if isinstance(error, ListRefused):
            raise
        raise refuse(file, f"line {number:,} is no statement; expected entity_id, prop and value") from error


def _most_special(schemata: set[str]) -> str:
    """Of the schemata that an entity's statements name, the one that says most."""
    order = ("Company", "PublicBody", "Organization", "Person", "LegalEntity", "Vessel", "Airplane", "Vehicle", "Passport")
    return next((schema for schema in order if schema in schemata), min(schemata))
