"""The command that shows what another engine would change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.evaluating import DASHES, read_order
from tocsin.cli.opening import DASH, Home, Json, Limit, Threshold, open_app, open_console, write_json
from tocsin.cli.screening import TOLD_EVERY, FileFormat, count_rows

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.screen import Options
    from tocsin.screen.preview import RowPreview, Totals
    from tocsin.screen.rows import DateOrder

SHOWN = 50   # changes that a preview prints; --out and --json have all


def preview(
    file: str,
    /,
    *,
    engine: Annotated[list[str] | None, Parameter(help="An engine by name; give two, the one in use first.")] = None,
    least: Annotated[float, Parameter(help="By how much a score must move to be told.")] = 0.02,
    out: Annotated[Path | None, Parameter(help="Write every change as a line of CSV.")] = None,
    threshold: Threshold = None,
    limit: Limit = None,
    map: Annotated[str, Parameter(help="FIELD=COLUMN,... for columns of other names.")] = "",
    ignore: Annotated[str, Parameter(help="COLUMN,... that are not to be screened.")] = "",
    format: Annotated[FileFormat | None, Parameter(help="Format of FILE, when its name does not say.")] = None,
    encoding: Annotated[str | None, Parameter(help="Encoding of FILE, when it is neither UTF-8 nor UTF-16.")] = None,
    delimiter: Annotated[str | None, Parameter(help="What separates CSV columns, when the header does not show it.")] = None,
    day_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 3 April.")] = False,
    month_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 4 March.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Screen the rows of FILE with two engines, and show which hits would be new, gone or of another score, and why.

    Example: tocsin preview customers.csv --engine 2026.0 --engine 2026.1 --out changes.csv

    Exits with 1 when some row could not be screened, else 0.
    """
    from tocsin.errors import BadInput
    from tocsin.match import find_engines
    from tocsin.screen import Options, parse_mapping

    if engine is None or len(engine) != 2:
        known = ", ".join(find_engines())
        raise BadInput(f"Expected --engine twice: the engine in use, and the other ({known}). Nothing was screened.")
    options = Options(
        format=format, mapping=parse_mapping(map), ignore=tuple(c.strip() for c in ignore.split(",") if c.strip()),
        encoding=encoding, delimiter=delimiter,
    )
    asked = _Preview(file, options, read_order(day_first, month_first), least=least, out=out, keep=None if json else SHOWN)
    totals = asked.go(open_app(home), (engine[0], engine[1]), threshold=threshold, limit=limit)
    if json:
        write_json({"engines": engine, "totals": totals, "rows": asked.kept})
    else:
        _print_preview(totals, asked.kept)
    return 1 if totals.unscreenable else 0


class _Preview:
    """One preview of one file; keeps the rows to be shown, as many as make `keep` changes."""

    def __init__(
        self, file: str, options: Options, dates: DateOrder | None, *, least: float, out: Path | None, keep: int | None
    ) -> None:
        self.file, self.options, self.dates = ("-" if file == DASH else file), options, dates
        self.least, self.out, self.keep = least, out, keep
        self.kept: list[RowPreview] = []

    def go(self, app: App, engines: tuple[str, str], *, threshold: float | None, limit: int | None) -> Totals:
        import msgspec

        from tocsin.screen import read_rows
        from tocsin.screen.engines import open_engine
        from tocsin.screen.preview import COLUMNS, Totals, preview_rows, to_lines
        from tocsin.screen.tables import open_table

        (basis, index), totals, changes = app.open_basis(threshold), Totals(), 0
        before, after = (open_engine(index, name) for name in engines)
        rows = preview_rows(
            read_rows(self.file, self.options), before, after, threshold=basis.threshold, least=self.least,
            limit=app.settings.limit if limit is None else limit, dates=self.dates,
        )
        with count_rows() as tell, open_table(self.out, COLUMNS, option="--out", source=self.file) as write:
            for row in rows:
                totals.add(row)
                if (row.changes or row.error) and (self.keep is None or changes < self.keep):
                    self.kept.append(row)
                    changes += len(row.changes) or 1
                for line in to_lines(row):
                    write(line)
                if totals.rows % TOLD_EVERY == 0:
                    tell(totals.rows)
            told = msgspec.structs.asdict(basis) | msgspec.structs.asdict(totals)
            app.record_screening(told | {"purpose": "preview", "engines": list(engines)})
        return totals


def _print_preview(totals: Totals, rows: list[RowPreview]) -> None:
    from rich.table import Table

    table = Table(title="Hits that would change", title_justify="left")
    for heading in ("row", "id", "change", "subject", "before", "after", "why, in points of the names"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        for change in row.changes:
            scores = [DASHES if x is None else f"{x:.2f}" for x in (change.before, change.after)]
            listed = f", listed as '{change.listed}'" if change.listed and change.listed != change.caption else ""
            subject = f"{change.caption} [{change.subject}]{listed}"
            table.add_row(str(row.row), row.id or "", change.kind, subject, *scores, change.why)
        if row.error:
            print(row.error, file=sys.stderr)
    if table.row_count:
        open_console().print(table)
    more = totals.new + totals.gone + totals.moved - table.row_count
    print(
        f"{totals.rows:,} rows, {totals.rows_changed:,} with changes. Hits: {totals.hits_before:,} before, "
        f"{totals.hits_after:,} after; {totals.new:,} new, {totals.gone:,} gone, {totals.moved:,} with another score."
        + (f" Changes not shown here: {more:,}; --out and --json have all." if more else "")
        + (f" Rows that COULD NOT BE SCREENED: {totals.unscreenable:,}." if totals.unscreenable else "")
    )
