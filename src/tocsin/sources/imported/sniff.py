"""Files that say themselves what their fields mean: FollowTheMoney entities and statements, and Senzing JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from tocsin.sources.base import RawFile

STATEMENT_COLUMNS = frozenset({"entity_id", "prop", "value"})


def find_self_described(file: RawFile) -> str | None:
    """The format of a file that needs no mapping, by its first line; `None` for any other."""
    first = first_object(file.data)
    if first is not None:
        if {"id", "schema", "properties"} <= first.keys():
            return "ftm"
        return "senzing" if "RECORD_ID" in first else None
    line = file.data[:4096].split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    is_headed = set(cells) >= STATEMENT_COLUMNS
    is_pack = len(cells) >= 9 and ":" in cells[1] and cells[1].partition(":")[0].isalpha()
    return "statements" if is_headed or is_pack else None


def first_object(data: bytes) -> dict[str, Any] | None:
    """The object in the first line, or the first of an array in one line; `None` where there is none."""
    line = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:4_000_000].split(b"\n", 1)[0]
    try:
        value = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else None
