"""Small tables to a CSV file, formula-safe; a file appears when it is complete, or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tocsin.errors import BadInput, StoreFailed
from tocsin.screen.writing import make_harmless

WriteLine = Callable[[Mapping[str, object]], None]


@contextmanager
def open_table(target: Path | None, columns: Sequence[str], *, option: str, source: str) -> Iterator[WriteLine]:
    """A function that writes one line; without `target` it does nothing. What a mapping lacks is left empty.

    `option` is what the file was asked for with, for messages. `BadInput` when `target` is `source`, or no file;
    `StoreFailed` when it cannot be written. On any error nothing is left at `target` but what was there before.
    """
    if target is None:
        yield lambda _: None
        return
    _check_target(target, option, source)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _tell_faults(target):
            file = fresh.open("w", encoding="utf-8", newline="")
        with file:
            rows = csv.writer(file)

            def write(line: Mapping[str, object]) -> None:
                with _tell_faults(target):
                    rows.writerow([make_harmless(line.get(column)) for column in columns])

            rows.writerow(columns)
            yield write
            with _tell_faults(target):
                file.flush()
        with _tell_faults(target):
            fresh.replace(target)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


@contextmanager
def _tell_faults(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreFailed(f"{target.name} cannot be written ({error.strerror}). Nothing is left of it.") from error


def _check_target(target: Path, option: str, source: str) -> None:
    if "\0" in str(target):  # a lone "-" on the command line
        raise BadInput(f"{option}: expected a file, not standard output. Nothing was screened.")
    if target.exists() and not target.is_file():  # a folder, or a device that must not be replaced
        raise BadInput(f"{option} {target.name}: expected a file. Nothing was screened.")
    if source != "-" and target.exists() and Path(source).exists() and target.samefile(source):
        raise BadInput(f"{target.name} is the file being read; give another {option}. Nothing was screened.")
