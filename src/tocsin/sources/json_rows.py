"""Lists that are published as JSON: bytes to values, and a record that knows which of its keys were read.

`read_json` refuses what is no whole JSON document. `Row` hands out texts by key; what no rule asked for is reported with
its path, so that a new key of the publisher is seen on the first day.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from tocsin.sources.base import RawFile, Unread, refused

MAX_BYTES = 64 * 1024 * 1024
_BRACKETS = {b"{": b"}", b"[": b"]"}
_NO_LIST = (b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")


def get_one_file(files: Sequence[RawFile], title: str) -> RawFile:
    """The only file. `ListRefused` when there is none, or more than one."""
    if len(files) != 1:
        raise refused(title, "incomplete" if not files else "different_document", f"expected one file, got {len(files)}")
    return files[0]


def read_json(data: bytes, title: str) -> Any:
    """The document's value. `ListRefused`, with the reason, for what is not one whole JSON object or array."""
    if len(data) > MAX_BYTES:
        raise refused(title, "too_large", f"{len(data)} bytes; at most {MAX_BYTES} are read")
    data = _as_utf8(data, title)
    if not data:
        raise refused(title, "empty", "the file is empty")
    if data.startswith(_NO_LIST):
        raise refused(title, "malformed", "expected JSON, found a packed or binary file")
    if data[:1] not in _BRACKETS:
        raise refused(title, "error_page", "expected JSON, found a web page, XML or plain text")
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise refused(title, "malformed", "values are nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        if not data.endswith(_BRACKETS[data[:1]]):
            raise refused(title, "truncated", "the file breaks off: its last bracket is missing") from None
        raise refused(title, "malformed", "the file is not well-formed JSON in UTF-8") from None


def _as_utf8(data: bytes, title: str) -> bytes:
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.removeprefix(codecs.BOM_UTF8).strip()
    try:
        return data.decode("utf-16").strip().encode()
    except UnicodeError:
        reason = "truncated" if len(data) % 2 else "malformed"
        raise refused(title, reason, "expected UTF-16 text, found bytes that are none") from None


def get_rows(value: Any, title: str, *, where: str, seen: Seen) -> tuple[Row, ...]:
    """The records of an array of objects. `ListRefused` when it is none, or has none."""
    if not isinstance(value, list):
        raise refused(title, "different_document", f"{where}: expected an array of records")
    if not value:
        raise refused(title, "empty", f"{where}: the array has no records")
    for number, item in enumerate(value, start=1):
        if not isinstance(item, dict):
            raise refused(title, "malformed", f"{where}, record {number}: expected an object")
    return tuple(Row(item, seen) for item in value)


class Seen:
    """What was met in one file and no rule consumed, and what was odd, counted."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def make_unread(self) -> tuple[Unread, ...]:
        return tuple(Unread(path=path, count=count) for path, count in sorted(self.unread.items()) if count)

    def make_notes(self) -> tuple[str, ...]:
        return tuple(f"{count} {what}" for what, count in sorted(self.notes.items()) if count)


class Row:
    """One object. Asking for a key marks it as read; `report_unread` counts the others, unless they are empty."""

    def __init__(self, values: dict[str, Any], seen: Seen, path: str = "") -> None:
        self._values, self._seen, self._path = values, seen, path
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get_keys(self) -> tuple[str, ...]:
        return tuple(self._values)

    def find_text(self, key: str) -> str | None:
        """The text or number under the key, with runs of white space made one space; `None` for nothing.

        An object or array there is reported as unread.
        """
        text = self.find_lines(key)
        return None if text is None else " ".join(text.split("\n"))

    def find_lines(self, key: str) -> str | None:
        """As `find_text`, with the line breaks of the value; empty lines are left out."""
        self._read.add(key)
        value = self._values.get(key)
        if isinstance(value, (dict, list)):
            self._seen.unread[f"{self._path}{key} (not text)"] += 1
            return None
        lines = () if value is None else (" ".join(line.split()) for line in str(value).splitlines())
        return "\n".join(line for line in lines if line) or None

    def get_rows(self, key: str) -> tuple[Row, ...]:
        """The objects under the key, of an array or a single one; anything else there is reported as unread."""
        self._read.add(key)
        value = self._values.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        rows = [item for item in items if isinstance(item, dict)]
        if len(rows) < len(items):
            self._seen.unread[f"{self._path}{key} (no object)"] += len(items) - len(rows)
        return tuple(Row(row, self._seen, f"{self._path}{key}/") for row in rows)

    def get_texts(self, key: str) -> tuple[str, ...]:
        """The texts of an array, or the single text; anything else there is reported as unread."""
        self._read.add(key)
        value = self._values.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        texts = [" ".join(str(item).split()) for item in items if not isinstance(item, (dict, list))]
        if len(texts) < len(items):
            self._seen.unread[f"{self._path}{key} (not text)"] += len(items) - len(texts)
        return tuple(text for text in texts if text)

    def report_unread(self, ignored: Collection[str]) -> None:
        """Count each key that no rule asked for and that is not ignored; one without a value is counted as well."""
        for key in self._values:
            if key not in self._read and key not in ignored:
                self._seen.unread[f"{self._path}{key[:60]}"] += 1
