"""Bytes of a customer file to text: which encoding, and what is no text at all."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import IO, BinaryIO

from tocsin.errors import BadInput, UnreadableFile

HEAD = 4096
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; save it as CSV"), (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"), (b"%PDF", "a PDF document"), (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save it as CSV"), (b"\x7fELF", "a program"), (b"GIF8", "a picture"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ", "an xz archive"), (b"7z\xbc\xaf", "a 7-Zip archive"),
)
_CONTROL = frozenset(range(32)) - set(b"\t\n\r\x0b\x0c\x00\x1a\x1b")


def open_bytes(path: str, *, called: str | None = None) -> BinaryIO:
    """The bytes of a file ("-" is standard input), unpacked when they are gzip. `UnreadableFile` when there are none, which
    names the file as it is `called`, where it has another name here."""
    if path == "-":
        if sys.stdin is None:  # closed by the shell: `<&-`
            raise UnreadableFile("Standard input is closed; expected rows on it. Nothing was read.")
        return _unpack(sys.stdin.buffer, "standard input")
    where = Path(path)
    if where.is_dir():
        raise UnreadableFile(f"{path}: expected a file, this is a folder. Nothing was read.")
    try:
        return _unpack(where.open("rb"), called or where.name)
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path}: there is no such file. Nothing was read.") from error
    except OSError as error:
        raise UnreadableFile(f"{path}: the file cannot be opened ({error.strerror}). Nothing was read.") from error


def _unpack(raw: BinaryIO, name: str) -> BinaryIO:
    try:
        head = peek(raw)
        if not head:
            raise UnreadableFile(f"{name}: the file is empty; expected a header and rows. Nothing was read.")
    except UnreadableFile:
        raw.close()
        raise
    return io.BufferedReader(_Packed(raw), HEAD) if head.startswith(b"\x1f\x8b") else raw


class _Packed(gzip.GzipFile):
    """Unpacked bytes of a gzip file, which is closed with them."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self._raw = raw

    def close(self) -> None:
        super().close()
        self._raw.close()


def peek(file: BinaryIO) -> bytes:
    """The first bytes, without taking them."""
    try:
        return bytes(file.peek(HEAD)[:HEAD])  # type: ignore[attr-defined]
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("The file cannot be read: it is damaged or breaks off. Nothing was read.") from error


def open_text(file: BinaryIO, name: str, *, encoding: str | None = None) -> IO[str]:
    """The text of `file`. The encoding is told by a byte order mark, by the zeros that UTF-16 leaves, else UTF-8.

    `UnreadableFile` when the bytes are another kind of file, or the encoding's name is unknown.
    """
    head = peek(file)
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise UnreadableFile(f"{name}: this is {what}; expected CSV, JSON Lines or Parquet. Nothing was read.")
    found = encoding or find_encoding(head)
    try:
        text = io.TextIOWrapper(file, encoding=found, errors="strict", newline="")
    except (LookupError, ValueError) as error:  # unknown, or one of Python's codecs that are not for text
        raise BadInput(f"There is no text encoding called '{found}'; expected one like utf-8 or cp1252.") from error
    if not found.lower().startswith(("utf-16", "utf-32")) and sum(b in _CONTROL for b in head) > len(head) // 50:
        raise UnreadableFile(f"{name}: this is no text; expected CSV, JSON Lines or Parquet. Nothing was read.")
    return text


def find_encoding(head: bytes) -> str:
    """The encoding that the first bytes show: by mark, or for UTF-16 without one by which bytes are zero."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # before UTF-16, whose mark it begins with
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return "utf-8"
