"""A selection to a file or to standard output. A file appears when it is complete, or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from tocsin.errors import BadInput, StoreFailed
from tocsin.exchange.flat import COLUMNS, Line, iter_lines
from tocsin.exchange.ftm import iter_ftm
from tocsin.exchange.selection import Chosen
from tocsin.exchange.senzing import iter_senzing
from tocsin.screen.writing import make_harmless

ExportFormat = Literal["ftm", "csv", "parquet", "senzing"]
STDOUT = "-"
GROUP = 5_000
_ENCODE = msgspec.json.Encoder().encode


def export(
    chosen: tuple[Chosen, ...], out: str, *, format: ExportFormat, record: Callable[[int], object]
) -> int:
    """Write a selection; gives the number of lines or entities. `out` "-" is standard output, for text formats only.

    `record` is told that number before the file appears: nothing goes out to a file without its audit line.
    CSV cells are such that no spreadsheet runs them (`screen.writing.make_harmless`).
    """
    if format == "parquet" and out == STDOUT:
        raise BadInput("Parquet is no text: expected --out FILE with it. Nothing was written.")
    with _open_out(out) as file:
        count = _write(file, chosen, format)
        record(count)
    return count


def _write(file: IO[bytes], chosen: tuple[Chosen, ...], format: ExportFormat) -> int:
    if format == "csv":
        return _write_csv(file, iter_lines(chosen))
    if format == "parquet":
        return _write_parquet(file, iter_lines(chosen))
    return _write_json(file, iter_ftm(chosen) if format == "ftm" else iter_senzing(chosen))


def _write_json(file: IO[bytes], objects: Iterable[Any]) -> int:
    count = 0
    for value in objects:
        file.write(_ENCODE(value) + b"\n")
        count += 1
    return count


def _write_csv(file: IO[bytes], lines: Iterable[Line]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    count = 0
    try:
        rows.writerow(COLUMNS)
        for line in lines:
            rows.writerow([make_harmless(line[column]) for column in COLUMNS])
            count += 1
    finally:
        with contextlib.suppress(ValueError, OSError):
            text.detach()  # or it would close `file` when it goes
    return count


def _write_parquet(file: IO[bytes], lines: Iterable[Line]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    group: list[Line] = []
    count = 0
    with pq.ParquetWriter(file, schema) as writer:
        for line in lines:
            group.append(line)
            count += 1
            if len(group) >= GROUP:
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
                group.clear()
        writer.write_table(pa.Table.from_pylist(group, schema=schema))
    return count


@contextmanager
def _open_out(out: str) -> Iterator[IO[bytes]]:
    if out == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(out)
    if target.exists() and not target.is_file():
        raise BadInput(f"--out {target.name}: expected a file. Nothing was written.")
    target = target.resolve()  # what a link points to is replaced, not the link
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with fresh.open("wb") as file:
            yield file
        fresh.replace(target)
    except OSError as error:
        raise StoreFailed(f"{target.name} cannot be written ({error.strerror}). Nothing is left of it.") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
