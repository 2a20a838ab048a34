"""The command that measures the scorer on a labelled file of the user's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.opening import DASH, EngineName, Home, Json, Threshold, open_app, open_console, write_json
from tocsin.cli.screening import TOLD_EVERY, FileFormat, count_rows

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.match import Engine
    from tocsin.screen import Options
    from tocsin.screen.evaluate import Report
    from tocsin.screen.figures import Line
    from tocsin.screen.labelled import Judged
    from tocsin.screen.rows import DateOrder

DASHES = "–"


def evaluate(
    file: str,
    /,
    *,
    threshold: Threshold = None,
    wrong: Annotated[Path | None, Parameter(help="Write the wrongly decided cases, with score and reasons, as CSV.")] = None,
    map: Annotated[str, Parameter(help="FIELD=COLUMN,... for columns of other names.")] = "",
    ignore: Annotated[str, Parameter(help="COLUMN,... that are not to be screened.")] = "",
    format: Annotated[FileFormat | None, Parameter(help="Format of FILE, when its name does not say.")] = None,
    encoding: Annotated[str | None, Parameter(help="Encoding of FILE, when it is neither UTF-8 nor UTF-16.")] = None,
    delimiter: Annotated[str | None, Parameter(help="What separates CSV columns, when the header does not show it.")] = None,
    day_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 3 April.")] = False,
    month_first: Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 4 March.")] = False,
    json: Json = False,
    engine: EngineName = None,
    home: Home = None,
) -> int:
    """Measure the scorer on a labelled FILE of your own: precision, recall and F1 by threshold, and calibration.

    Its columns tell its shape. Pairs: name1, name2, schema, is_match (true or false). Screening rows: the columns of any
    customer file, and expected: the reference of the subject that must be found, or nothing for a stranger.

    Example: tocsin evaluate labelled.csv --wrong wrong.csv

    Exits with 1 when some case had to be left out, else 0.
    """
    from tocsin.screen import Options, parse_mapping

    options = Options(
        format=format, mapping=parse_mapping(map), ignore=tuple(c.strip() for c in ignore.split(",") if c.strip()),
        encoding=encoding, delimiter=delimiter,
    )
    dates = read_order(day_first, month_first)
    source = "-" if file == DASH else file
    report = _evaluate(source, options, home, threshold=threshold, wrong=wrong, dates=dates, engine=engine)
    if json:
        write_json(report)
    else:
        _print_report(report)
    for text in () if json else report.errors:
        print(text, file=sys.stderr)
    return 1 if report.failed else 0


def _evaluate(
    file: str, options: Options, home: Path | None, *, threshold: float | None, wrong: Path | None,
    dates: DateOrder | None, engine: str | None,
) -> Report:
    from tocsin.match import load_engine
    from tocsin.screen.evaluate import WRONG, evaluate_cases
    from tocsin.screen.labelled import find_shape
    from tocsin.screen.tables import open_table

    shape, expected = find_shape(file, options)
    app = open_app(home, make=shape == "rows", engine=engine)
    scorer = load_engine(app.settings.engine) if app.settings.engine else load_engine()
    least = app.settings.threshold if threshold is None else threshold
    cases = _judge_rows(app, file, options, expected, dates) if shape == "rows" else _judge_pairs(file, options, scorer)
    with count_rows() as tell, open_table(wrong, WRONG, option="--wrong", source=file) as write:
        report = evaluate_cases(
            cases, shape=shape, threshold=least, engine=scorer.name,
            register=app.index().register if shape == "rows" else None, write_wrong=write,
            tell=lambda number: tell(number) if number % TOLD_EVERY == 0 else None,
        )
        if shape == "rows":
            app.record_screening({
                "register": report.register, "engine": report.engine, "threshold": least, "purpose": "evaluate",
                "rows": report.matches + report.others + report.failed,
            })
    return report


def _judge_pairs(file: str, options: Options, engine: Engine) -> Iterator[Judged]:
    from functools import partial

    from tocsin.match import compare_names
    from tocsin.screen.labelled import judge_pairs

    return judge_pairs(file, partial(compare_names, engine=engine), options)


def _judge_rows(
    app: App, file: str, options: Options, expected: str, dates: DateOrder | None
) -> Iterator[Judged]:
    import msgspec

    from tocsin.screen import read_rows
    from tocsin.screen.labelled import judge_rows

    rows = read_rows(file, msgspec.structs.replace(options, carry=(expected,)))
    return judge_rows(rows, app.index(), expected=expected, dates=dates)


def _print_report(report: Report) -> None:
    pairs = report.shape == "pairs"
    what = ("pairs that match", "that do not") if pairs else ("rows of listed subjects", "of strangers")
    print(f"{report.matches:,} {what[0]}, {report.others:,} {what[1]}; {report.failed:,} left out. Engine {report.engine}"
          + (f", register {report.register}." if report.register else "."))
    _print_lines(report)
    _print_bands(report)
    print(_describe_line("Default", report.default, pairs=pairs))
    if report.best is not None:
        print(_describe_line("Best F1", report.best, pairs=pairs))


def _print_lines(report: Report) -> None:
    from rich.table import Table

    pairs = report.shape == "pairs"
    table = Table(title="By threshold", title_justify="left")
    headings = ["threshold", "precision", "recall" if pairs else "found", "F1", "others taken" if pairs else "strangers hit"]
    for heading in headings if pairs else [*headings, "hits a row"]:
        table.add_column(heading, justify="right")
    for line in report.lines:
        shares = [_share(line.precision), _share(line.recall)]
        cells = [f"{line.threshold:.2f}", *shares, _number(line.f1), _share(line.alerted)]
        table.add_row(*cells if pairs else [*cells, _number(line.hits_a_row)])
    open_console().print(table)


def _print_bands(report: Report) -> None:
    from rich.table import Table

    what = "pairs" if report.shape == "pairs" else "hits"
    table = Table(title=f"What a score means: of the {what} with it, matches", title_justify="left")
    for heading in ("score", "cases", "matches", "share"):
        table.add_column(heading, justify="right")
    for band in report.bands:
        until = f"{band.low:.2f}" if band.low == 1.0 else f"{band.low:.2f} to under {band.high:.2f}"
        table.add_row(until, f"{band.cases:,}", f"{band.matches:,}", _share(band.share))
    open_console().print(table)


def _describe_line(name: str, line: Line, *, pairs: bool) -> str:
    found, alerted = ("recall", "others taken for matches") if pairs else ("found", "strangers with a hit")
    return (
        f"{name}: threshold {line.threshold:.2f}, precision {_share(line.precision)}, {found} {_share(line.recall)}, "
        f"F1 {_number(line.f1)}, {alerted} {_share(line.alerted)}."
    )


def _share(value: float | None) -> str:
    return DASHES if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return DASHES if value is None else f"{value:.3f}"


def read_order(day_first: bool, month_first: bool) -> DateOrder | None:
    """What the two options say together. `BadInput` for both."""
    from tocsin.errors import BadInput

    if day_first and month_first:
        raise BadInput("Say --day-first or --month-first, not both. Nothing was screened.")
    return "day-first" if day_first else "month-first" if month_first else None
