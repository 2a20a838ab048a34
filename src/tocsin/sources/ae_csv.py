"""A sheet of the UAE's list as lines of cells, or its refusal."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import partial

from tocsin.sources import base
from tocsin.sources.base import RawFile

MAX_BYTES = 16 * 1024 * 1024
MAX_CELL = 100_000


refused = partial(base.refused, "UAE Local Terrorist List")


def read_rows(file: RawFile) -> list[list[str]]:
    """All lines of a sheet. `ListRefused` for what is no CSV in UTF-8."""
    if len(file.data) > MAX_BYTES:
        raise refused("too_large", f"{file.name}: {len(file.data):,} bytes, at most {MAX_BYTES:,} are read")
    head = file.data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise refused("empty", f"{file.name}: the file is empty")
    if head.startswith((b"\xd0\xcf\x11\xe0", b"pk\x03\x04")):
        raise refused(
            "different_document", f"{file.name}: a workbook; save each of its sheets as 'CSV UTF-8' and bring those"
        )
    if head.startswith((b"<", b"{", b"[")):
        raise refused("error_page", f"{file.name}: a web page, XML or JSON; expected CSV")
    try:
        text = file.data.decode("utf-8-sig")
        csv.field_size_limit(MAX_CELL)
        return list(csv.reader(io.StringIO(text, newline="")))
    except UnicodeDecodeError as error:
        raise refused("malformed", f"{file.name}: not in UTF-8 at byte {error.start:,}; save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise refused("malformed", f"{file.name}: not readable as CSV") from error


def check_widths(file: str, body: Sequence[tuple[int, list[str]]], width: int) -> None:
    """That each line is whole: `truncated` where the last one is shorter, `malformed` for any other."""
    for number, row in body:
        if len(row) != width:
            last = number == body[-1][0] and len(row) < width
            what = f"{file}, line {number}: expected {width} columns, found {len(row)}"
            raise refused("truncated" if last else "malformed", what + ("; the file breaks off" if last else ""))
