"""Decisions on hits to a file and back: JSON Lines, or CSV that no spreadsheet runs. Both have the same fields.

Each line names the key under which the digests of queries were made, by a digest of it: digests under another key would
never be met again. The key itself is no part of the file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.errors import BadInput, StoreFailed, UnreadableFile
from tocsin.model.hit_decision import HitDecision
from tocsin.screen.writing import make_harmless

FileFormat = Literal["jsonl", "csv"]
COLUMNS = (*HitDecision.__struct_fields__, "key")
_INSIDE = ("asked", "listed")  # JSON within a cell
_TRUTHS = {"true": True, "false": False}  # in capitals when a spreadsheet has saved them
MAX_LINE = 10_000_000


def name_key(key: bytes) -> str:
    """How a key is named in files."""
    return hashlib.sha256(b"tocsin decisions" + key).hexdigest()[:16]


def write_decision_lines(decisions: Iterable[HitDecision], key: bytes, format: FileFormat) -> str:
    """The text of a file of decisions."""
    lines = [{**msgspec.to_builtins(d), "key": name_key(key)} for d in decisions]
    if format == "jsonl":
        return "".join(msgspec.json.encode(line).decode() + "\n" for line in lines)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for line in lines:
        cells = {**line, **{name: msgspec.json.encode(line[name]).decode() for name in _INSIDE}}
        rows.writerow([_make_cell(cells[column]) for column in COLUMNS])
    return out.getvalue()


def _make_cell(value: object) -> object:
    """As `make_harmless`, and such that `_make_plain` gives back what it was."""
    return f"'{value}" if isinstance(value, str) and value.startswith("'") else make_harmless(value)


def read_decision_lines(path: Path) -> tuple[tuple[HitDecision, ...], str]:
    """The decisions of a file and the name of their key. `BadInput`, naming the line, when one cannot be read or is of
    another key than the first; `UnreadableFile` for no file of text."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UnreadableFile(f"{path.name} cannot be read ({cause}). No decision was taken.") from error
    found, keys = [], set()
    for number, line in enumerate(_iter_lines(text, path.name), start=1):
        try:
            keys.add(line.pop("key", None))
            one = msgspec.convert(line, HitDecision)
            moments = (one.decided_at, one.expires_at, one.confirmed_at, one.withdrawn_at)
            if any(m is not None and m.tzinfo is None for m in moments):
                raise ValueError("a moment lacks its time zone")
            if not one.identity.startswith(("ref:", "facts:")):
                raise ValueError("expected an identity that begins with ref: or facts:")
        except (msgspec.ValidationError, ValueError) as error:
            raise BadInput(f"{path.name}, decision {number}: {error}. No decision was taken.") from None
        found.append(one)
    if not found:
        raise BadInput(f"{path.name}: expected decisions, found none. Nothing was done.")
    if len(keys) != 1 or not isinstance(key := keys.pop(), str):
        raise BadInput(f"{path.name}: expected the same key on each line. No decision was taken.")
    return tuple(found), key


def _iter_lines(text: str, name: str) -> Iterator[dict[str, object]]:
    if text.lstrip().startswith("{"):
        for number, line in enumerate(filter(str.strip, text.split("\n")), start=1):
            try:
                yield msgspec.json.decode(line, type=dict[str, object])
            except (msgspec.DecodeError, RecursionError):
                raise BadInput(f"{name}, line {number}: expected a JSON object. No decision was taken.") from None
        return
    csv.field_size_limit(MAX_LINE)
    rows = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(rows, ())) != COLUMNS:
        raise BadInput(f"{name}: expected JSON Lines, or CSV with the columns {', '.join(COLUMNS)}. No decision was taken.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(COLUMNS):
            raise BadInput(f"{name}, decision {number}: expected {len(COLUMNS)} cells. No decision was taken.")
        yield _read_cells(dict(zip(COLUMNS, row, strict=True)), name, number)


def _read_cells(cells: dict[str, str], name: str, number: int) -> dict[str, object]:
    try:
        line: dict[str, object] = {c: _make_plain(text) for c, text in cells.items() if text}
        inside = {c: msgspec.json.decode(str(line[c])) for c in _INSIDE if c in line}
        return {**line, **inside, "number": int(cells["number"]), "proposed": _TRUTHS[cells["proposed"].lower()]}
    except (ValueError, KeyError, msgspec.DecodeError, RecursionError):
        raise BadInput(f"{name}, decision {number}: a cell cannot be read. No decision was taken.") from None


def _make_plain(text: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from running it."""
    return text.removeprefix("'")


def read_key(path: Path) -> bytes:
    """The key of a file that `write_key` wrote."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise UnreadableFile(f"{path.name}: expected a file with a key of decisions. Nothing was done.") from None
    if len(key) != 32:
        raise UnreadableFile(f"{path.name}: expected a key of 64 hexadecimal digits. Nothing was done.")
    return key


def write_key(path: Path, key: bytes) -> None:
    """The key to a file that only its owner may read."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(key.hex() + "\n", encoding="ascii")
    except FileExistsError:
        raise BadInput(f"{path.name} is there already; give another file for the key. Nothing was written.") from None
    except OSError as error:
        raise StoreFailed(f"{path.name} cannot be written ({error.strerror}). Nothing was written.") from error
