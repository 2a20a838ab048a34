"""Results to a file: JSON Lines whole, CSV and Parquet flat. A file appears when it is complete, or not at all."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from tocsin.errors import BadInput, StoreFailed
from tocsin.model import Hit
from tocsin.screen.reading import Format, find_format
from tocsin.screen.results import RowResult

COLUMNS = (
    "row", "id", "score", "subject", "caption", "kind", "names", "authorities", "listings", "programmes", "listed_on",
    "reasons", "error", "warnings",
)
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
GROUP = 5_000  # lines of one Parquet row group
Write = Callable[[RowResult], None]
_ENCODE = msgspec.json.Encoder().encode


@contextmanager
def open_writer(path: str, *, format: str | None = None, source: str | None = None) -> Iterator[Write]:
    """A function that writes one result; "-" is standard output, JSON Lines unless `format` says otherwise.

    `BadInput` when `path` is the file being read. On any error nothing is left at `path` but what was there before.
    """
    found = find_format(path, format)
    if found is None and Path(path).suffix:
        raise BadInput(
            f"--out {Path(path).name}: expected a name that ends in .jsonl, .csv or .parquet (the first two also with .gz), "
            "or --out-format. Nothing was screened."
        )
    found = found or "jsonl"
    if path == "-":
        with _open_format(sys.stdout.buffer, found) as write:
            yield write
        sys.stdout.flush()
        return
    target = Path(path).resolve()  # what a link points to is replaced, not the link
    if source not in (None, "-") and target.exists() and target.samefile(source or ""):
        raise BadInput(f"{target.name} is the file being screened; give another --out. Nothing was screened.")
    if target.exists() and not target.is_file() and not target.is_dir():  # a pipe or a device: never to be replaced
        with _tell_faults(target), target.open("wb") as raw, _open_format(raw, found) as write:
            yield write
        return
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _tell_faults(target), fresh.open("wb") as raw, _pack(raw, target) as file, _open_format(file, found) as write:
            yield write
        with _tell_faults(target):
            fresh.replace(target)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


@contextmanager
def _tell_faults(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StoreFailed(f"{target.name} cannot be written ({error.strerror}). Nothing is left of it.") from error


@contextmanager
def _pack(raw: IO[bytes], target: Path) -> Iterator[IO[bytes]]:
    if target.suffix != ".gz":
        yield raw
        return
    with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
        yield cast("IO[bytes]", packed)


@contextmanager
def _open_format(file: IO[bytes], format: Format) -> Iterator[Write]:
    if format == "jsonl":
        yield lambda result: _write_line(file, _ENCODE(to_object(result)))
    elif format == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        rows = csv.writer(text)
        try:
            rows.writerow(COLUMNS)
            yield lambda result: rows.writerows([make_harmless(v) for v in line.values()] for line in to_lines(result))
        finally:
            with contextlib.suppress(ValueError, OSError):
                text.detach()  # or it would close `file` when it goes
    else:
        with _open_parquet(file) as write:
            yield write


def _write_line(file: IO[bytes], line: bytes) -> None:
    file.write(line + b"\n")


@contextmanager
def _open_parquet(file: IO[bytes]) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"row": pa.int64(), "score": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    lines: list[dict[str, Any]] = []
    with pq.ParquetWriter(file, schema) as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(lines, schema=schema))
            lines.clear()

        def write(result: RowResult) -> None:
            lines.extend(to_lines(result))
            if len(lines) >= GROUP:
                flush()

        yield write
        flush()


def to_object(result: RowResult) -> dict[str, Any]:
    """One JSON object a row: always `row`, `id` and `hits`; `error`, `warnings`, `suppressed` and `decided` only where there
    are any."""
    found: dict[str, Any] = {"row": result.row, "id": result.id, "hits": result.hits}
    if result.error is not None:
        found["error"] = result.error
    if result.warnings:
        found["warnings"] = result.warnings
    if result.suppressed:
        found["suppressed"] = result.suppressed
    if result.decided:
        found["decided"] = result.decided
    return found


def to_lines(result: RowResult) -> Iterator[dict[str, Any]]:
    """Flat lines, one a hit; one for a row without hits, so that it is seen to have been screened or not."""
    base: dict[str, Any] = dict.fromkeys(COLUMNS)
    base.update(row=result.row, id=result.id, error=result.error.text if result.error else None)
    base["warnings"] = " ".join(w.text for w in result.warnings) or None
    if not result.hits:
        yield {**base, "reasons": " ".join(f"Left out: {r.text}" for r in result.suppressed) or None}
    for hit in result.hits:
        line = base | _flatten(hit)
        told = [r.text for r in result.decided if r.subject == hit.subject]
        yield {**line, "reasons": " ".join([line["reasons"], *told])} if told else line


def _flatten(hit: Hit) -> dict[str, Any]:
    dates = sorted(str(x.listed_on) for x in hit.listings if x.listed_on)
    return {
        "score": hit.score, "subject": hit.subject, "caption": hit.caption, "kind": hit.kind,
        "names": "; ".join(hit.names), "authorities": "; ".join(dict.fromkeys(x.authority for x in hit.listings)),
        "listings": "; ".join(f"{x.list_key}:{x.ref}" for x in hit.listings),
        "programmes": "; ".join(dict.fromkeys(p for x in hit.listings for p in x.programmes)),
        "listed_on": dates[0] if dates else None, "reasons": " ".join(r.text for r in hit.reasons if r.effect != "rule"),
    }


def make_harmless(value: object) -> object:
    """A cell that no spreadsheet runs: text that begins like a formula gets an apostrophe before it.

    After OWASP's advice on CSV injection: =, +, -, @ (also full-width), tab, carriage return and line feed.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
