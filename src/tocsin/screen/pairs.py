"""A file of name pairs to the scores of the same scorer: for tuning and for audits."""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from tocsin.errors import BadInput, StoreFailed, suggest
from tocsin.match import Engine, compare_names, load_engine
from tocsin.screen.rows import parse_kind
from tocsin.screen.text import open_bytes, open_text

REQUIRED = ("name1", "name2", "schema")


class PairsDone(msgspec.Struct, frozen=True, kw_only=True):
    """How many pairs a file had, and how many could not be compared."""

    pairs: int
    failed: int


def compare_pairs(
    source: str, target: Path, *, engine: str | None = None, tell: Callable[[int], None] = lambda _: None
) -> PairsDone:
    """Write `source` to `target` with a column `score` (0 to 1, six decimals), and `error` where a pair has no score.

    The columns `name1`, `name2` and `schema` (Person, Company, Organization, LegalEntity, Vessel, ...) are needed, all
    others are carried along. `BadInput` when one is missing; the target then stays as it was.
    """
    if Path(source).exists() and target.exists() and target.samefile(source):
        raise BadInput(f"{target.name} is the file being read; give another --out. Nothing was compared.")
    if target.exists() and not target.is_file():  # a folder, or a device that must not be replaced
        raise BadInput(f"--out {target.name}: expected a file. Nothing was compared.")
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    scorer = load_engine(engine) if engine else load_engine()
    pairs = failed = 0
    try:
        with closing(open_bytes(source)) as raw, fresh.open("w", encoding="utf-8", newline="") as out:
            rows = csv.DictReader(open_text(raw, Path(source).name), restkey="", restval="")
            header = list(rows.fieldnames or ())
            _check_header(header)
            fields = [*header, *(c for c in ("score", "error") if c not in header)]
            writer = csv.DictWriter(out, fields, extrasaction="ignore")
            writer.writeheader()
            for pairs, row in enumerate(rows, start=1):
                score, error = _compare(row, scorer)
                failed += bool(error)
                writer.writerow({**row, "score": score, "error": error})
                tell(pairs)
        fresh.replace(target)
    except (OSError, EOFError, UnicodeError, csv.Error, zlib.error) as error:
        raise StoreFailed(f"{target.name} was not written: fault after pair {pairs} of {Path(source).name}.") from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return PairsDone(pairs=pairs, failed=failed)


def _check_header(header: list[str]) -> None:
    for column in REQUIRED:
        if column not in header:
            near = suggest(column, [h for h in header if h] or ["none"])
            raise BadInput(f"Column '{column}' is missing; expected {', '.join(REQUIRED)}; {near} Nothing was compared.")


def _compare(row: dict[str, str], engine: Engine) -> tuple[str, str]:
    """Score and error, one of them empty."""
    try:
        kind = parse_kind(row["schema"])
    except ValueError:
        return "", "schema: expected Person, Company, Organization, LegalEntity, Vessel or Airplane"
    try:
        return f"{compare_names(row['name1'], row['name2'], kind=kind, engine=engine).score:.6f}", ""
    except BadInput as error:
        return "", str(error).replace("Name 1", "name1").replace("Name 2", "name2")
