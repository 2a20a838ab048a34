"""Commands that screen: a file of rows, and the demonstration."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tocsin.cli.keeping import show_progress, warn_of_stale
from tocsin.cli.opening import (
    DASH,
    AsOf,
    EngineName,
    Home,
    KnownOn,
    Limit,
    NoDecisions,
    ReceiptFile,
    Threshold,
    open_app,
    write_receipt,
)

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.app.receipts import Draft
    from tocsin.match import Index
    from tocsin.screen import Options, RowResult, Summary
    from tocsin.screen.hit_decisions import Held
    from tocsin.screen.rows import DateOrder, Row

FileFormat = Literal["csv", "jsonl", "parquet"]
TOLD_EVERY = 200  # rows between two words of progress


def screen(
    file: str,
    /,
    *,
    out: Annotated[str, Parameter(help='Where hits go: a .jsonl, .csv or .parquet file; "-" is stdout (JSON Lines).')] = "-",
    threshold: Threshold = None,
    limit: Limit = None,
    all: Annotated[bool, Parameter(negative="", help="Write every row, also those without hits.")] = False,
    map: Annotated[str, Parameter(help="FIELD=COLUMN,... for columns of other names.")] = "",
    ignore: Annotated[str, Parameter(help="COLUMN,... that are not to be screened.")] = "",
    format: Annotated[FileFormat | None, Parameter(help="Format of FILE, when its name does not say.")] = None,
    out_format: Annotated[FileFormat | None, Parameter(help="Format of --out, when its name does not say.")] = None,
    encoding: Annotated[str | None, Parameter(help="Encoding of FILE, when it is neither UTF-8 nor UTF-16.")] = None,
    delimiter: Annotated[str | None, Parameter(help="What separates CSV columns, when the header does not show it.")] = None,
    day_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 3 April.")] = False,
    month_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 4 March.")] = False,
    summary: Annotated[Path | None, Parameter(help="Write the totals and what they rest on as JSON.")] = None,
    receipt: ReceiptFile = None,
    jobs: Annotated[int, Parameter(help="Processes that screen side by side, over one mapped index.")] = 1,
    no_decisions: NoDecisions = False,
    engine: EngineName = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    home: Home = None,
) -> int:
    """Screen a file of customers (CSV, JSON Lines or Parquet; "-" is stdin) row by row.

    Rows with hits and rows that could not be screened are written; with --all, every row. Hits that were decided to be false
    are left out, by the row's id.

    Example: tocsin screen customers.csv --out hits.jsonl --map name=holder

    Exits with 3 when there are hits, 1 when there are none but some row could not be screened, else 0.
    """
    from tocsin.errors import BadInput
    from tocsin.screen import Options, parse_mapping

    if file.startswith("--"):
        raise BadInput(f"There is no option {file}; see `tocsin screen --help`. Nothing was screened.")
    if day_first and month_first:
        raise BadInput("Say --day-first or --month-first, not both. Nothing was screened.")
    options = Options(
        format=format, mapping=parse_mapping(map), ignore=tuple(c.strip() for c in ignore.split(",") if c.strip()),
        encoding=encoding, delimiter=delimiter,
    )
    dates: DateOrder | None = "day-first" if day_first else "month-first" if month_first else None
    file, out = ("-" if path == DASH else path for path in (file, out))
    for option, path in (("--summary", summary), ("--receipt", receipt)):
        _check_beside(option, path, file, out)
    run = _Run(file, out, options, dates=dates, every=all, out_format=out_format, jobs=jobs, decisions=not no_decisions)
    app = open_app(home, engine=engine, as_of=as_of, known_on=known_on)
    return run.go(
        app, threshold=threshold, limit=limit, summary_file=summary, receipt_file=receipt, is_now=not (as_of or known_on)
    )


class _Run:
    """One screening of one file."""

    def __init__(
        self, file: str, out: str, options: Options, *, dates: DateOrder | None, every: bool,
        out_format: FileFormat | None, jobs: int, decisions: bool,
    ) -> None:
        self.file, self.out, self.options = file, out, options
        self.dates, self.every, self.out_format, self.jobs = dates, every, out_format, jobs
        self.decisions = decisions

    def go(
        self, app: App, *, threshold: float | None, limit: int | None, summary_file: Path | None,
        receipt_file: Path | None, is_now: bool,
    ) -> int:
        import msgspec

        from tocsin.screen import read_rows
        from tocsin.screen.reading import describe_reading

        basis, index = app.open_basis(threshold)
        most = limit if limit is not None else app.settings.limit
        start = time.monotonic()
        details: dict[str, Any] = {}
        held = app.find_held() if self.decisions else None
        draft = app.draft_receipt(
            "screen", basis, limit=most, held=held, reading=describe_reading(self.options, self.dates)
        )

        def record(totals: Summary) -> None:
            details.update(msgspec.structs.asdict(basis) | totals.to_dict(), limit=most)
            issued = draft.issue(app.record_screening, details)
            details["receipt"] = issued.id
            if summary_file is not None:
                _write_summary(summary_file, details)
            if receipt_file is not None:
                write_receipt(receipt_file, issued, "No output file was kept.")

        rows = draft.read(read_rows(self.file, self.options), dates=self.dates)
        results = self._iter_results(app, index, rows, held, threshold=basis.threshold, limit=most)
        totals = self._screen(results, draft, record=record)
        if is_now:
            warn_of_stale(app.lists())
        print(describe_totals(totals, time.monotonic() - start, details), file=sys.stderr)
        return totals.exit_code

    def _screen(self, results: Iterator[RowResult], draft: Draft, *, record: Callable[[Summary], None]) -> Summary:
        """Write what comes of all rows; the output file appears only when `record` has succeeded: no answer without its
        audit line."""
        from tocsin.screen import Summary, open_writer
        from tocsin.screen.receipts import make_row_found

        totals = Summary()
        with count_rows() as tell, open_writer(self.out, format=self.out_format, source=self.file) as write:
            for result in results:
                totals.add(result)
                draft.answer(make_row_found(result))
                if self.every or result.hits or result.suppressed or result.error or result.warnings:
                    write(result)
                if totals.rows % TOLD_EVERY == 0:
                    tell(totals.rows)
            record(totals)
        return totals

    def _iter_results(
        self, app: App, index: Index, rows: Iterator[Row], held: Held | None, *, threshold: float, limit: int
    ) -> Iterator[RowResult]:
        from tocsin.screen.hit_decisions import screen_held

        if self.jobs == 1:
            return screen_held(rows, index, held, threshold=threshold, limit=limit, dates=self.dates)
        from tocsin.screen.parallel import screen_in_processes

        return screen_in_processes(
            rows, app.settings.index, register=index.register, engine=index.engine, threshold=threshold, limit=limit,
            jobs=self.jobs, dates=self.dates, held=held,
        )


def _check_beside(option: str, path: Path | None, file: str, out: str) -> None:
    """Before hours of work: what is written beside the output never overwrites what is read or written, and its folder is
    there."""
    from tocsin.errors import BadInput

    if path is None:
        return
    if any(other != "-" and path.resolve() == Path(other).resolve() for other in (file, out)):
        raise BadInput(f"{option} {path.name} is also the file being read or written. Nothing was screened.")
    if path.is_dir() or not path.parent.is_dir():
        raise BadInput(f"{option} {path.name}: expected a file in a folder that is there. Nothing was screened.")


def _write_summary(path: Path, details: dict[str, Any]) -> None:
    import msgspec

    from tocsin.errors import StoreFailed

    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(details)) + b"\n")
    except OSError as error:
        raise StoreFailed(f"{path.name} cannot be written ({error.strerror}). No output file was kept.") from error


@contextmanager
def count_rows() -> Iterator[Any]:
    """A function that shows how many rows are done, to a person at a terminal."""
    with show_progress() as progress:
        yield lambda rows: progress("rows screened", rows, None) if progress else None


def describe_totals(totals: Summary, seconds: float, details: dict[str, Any]) -> str:
    """The summary in words."""
    rate = f", {totals.rows / seconds:,.0f} rows/s" if seconds > 1 else ""
    warned = failed = ""
    if totals.with_warnings:
        warned = f" {totals.with_warnings:,} were screened without a field that could not be read."
    if totals.unscreenable:
        failed = f" {totals.unscreenable:,} COULD NOT BE SCREENED and are written as such."
    if totals.suppressed:
        warned += f" {totals.suppressed:,} hits are left out by decisions."
    return (
        f"{totals.rows:,} rows, {totals.screened:,} screened{rate}: {totals.with_hits:,} with hits ({totals.hits:,} hits at "
        f"{details['threshold']:.2f} or more).{warned}{failed} Register {details['register']}, engine {details['engine']}. "
        "A person decides."
    )


def demo(*, home: Home = None) -> int:
    """Screen a small invented customer file against the embedded starter register, with no network.

    Example: tocsin demo
    """
    from tocsin.cli.demonstration import run_demo

    return run_demo(home)
