"""Commands about screening jobs: jobs add, list, run, results, receipt, cancel, remove."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from tocsin.cli.opening import Home, Json, Limit, Threshold, open_app, write_json, write_receipt

if TYPE_CHECKING:
    from tocsin.app.jobs import Jobs
    from tocsin.store.jobs import Job

jobs = App(name="jobs", help="Files that are handed in and screened beside: by the service, or by `tocsin jobs run`.")


@jobs.command
def add(
    file: Path,
    /,
    *,
    label: Annotated[str, Parameter(help="What it is, for the list of jobs; the file's name without.")] = "",
    map: Annotated[str, Parameter(help="FIELD=COLUMN,... for columns of other names.")] = "",
    ignore: Annotated[str, Parameter(help="COLUMN,... that are not to be screened.")] = "",
    threshold: Threshold = None,
    limit: Limit = None,
    all: Annotated[bool, Parameter(negative="", help="Give every row, also those without hits.")] = False,
    alerts: Annotated[bool, Parameter(negative="", help="Raise an alert for each hit that nobody has decided.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Hand in FILE (CSV, JSON Lines or Parquet) to be screened beside.

    Example: tocsin jobs add customers.csv --label "customers of May"
    """
    from tocsin.app.jobs import JobAsk, Jobs
    from tocsin.errors import UnreadableFile
    from tocsin.screen import parse_mapping
    from tocsin.screen.reading import find_format

    app = open_app(home)
    made = Jobs(app)
    ask = JobAsk(
        format=find_format(str(file)) or "csv", mapping=dict(parse_mapping(map)), threshold=threshold, limit=limit,
        every=all, alerts=alerts, called=file.name, ignore=tuple(c.strip() for c in ignore.split(",") if c.strip()),
    )
    try:
        with file.open("rb") as source, made.receive() as (id, target):
            shutil.copyfileobj(source, target)
    except OSError as error:
        raise UnreadableFile(f"{file.name} cannot be read ({error.strerror}). Nothing was handed in.") from error
    job = made.add(id, ask, label=label or file.name, by=app.actor)
    if json:
        write_json(job)
    else:
        print(job.id)
    return 0


@jobs.command(name="list")
def list_(*, json: Json = False, home: Home = None) -> int:
    """Show all jobs, the newest first.

    Example: tocsin jobs list
    """
    found = _open(home).list()
    if json:
        write_json({"jobs": found})
    for job in () if json else found:
        _print_job(job)
    return 0


@jobs.command
def run(*, json: Json = False, home: Home = None) -> int:
    """Screen what waits, until nothing does. What another process left is taken up where it was.

    Example: tocsin jobs run
    """
    from tocsin.app.jobs import name_runner

    made, count, runner = _open(home), 0, name_runner()
    while made.run_next(runner):
        count += 1
    if json:
        write_json({"jobs": count})
    else:
        print(f"{count} jobs were run.", file=sys.stderr)
    return 0


@jobs.command
def columns(id: str, /, *, json: Json = False, home: Home = None) -> int:
    """Show what the columns of a job's file were taken for, and how many values were used, cleaned or refused.

    Example: tocsin jobs columns 5c1f0e9d
    """
    made = _open(home)
    found = made.understood(_find(made, id))
    if json:
        write_json(found)
        return 0
    for column in found.columns:
        print(f"{column.column}: {column.use}{f' as {column.field}' if column.field else ''}")
    for one in found.fields:
        said = f" {one.told}" if one.told else ""
        print(f"{one.field}: {one.values:,} values, {one.cleaned:,} cleaned, {one.refused:,} refused.{said}")
    for fault in found.faults:
        print(fault)
    print(f"Of {'all' if found.is_whole else 'the first'} {found.rows:,} rows {found.unscreenable:,} cannot be screened.",
          file=sys.stderr)
    return 0


@jobs.command
def results(
    id: str,
    /,
    *,
    format: Annotated[Literal["jsonl", "csv", "parquet"], Parameter(help="jsonl, csv or parquet.")] = "jsonl",
    out: Annotated[Path | None, Parameter(help="The file to write; standard output without.")] = None,
    home: Home = None,
) -> int:
    """Write the results of the job ID, which must be done.

    Example: tocsin jobs results 5c1f0e9d --format csv --out hits.csv
    """
    from tocsin.errors import StoreFailed

    made = _open(home)
    with made.results(_find(made, id), format) as path:
        try:
            if out is not None:
                shutil.copyfile(path, out)
            else:
                with path.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        except OSError as error:
            raise StoreFailed(f"The results cannot be written ({error.strerror}).") from error
    return 0


@jobs.command
def receipt(
    id: str, /, *, out: Annotated[Path | None, Parameter(help="The file to write; standard output without.")] = None,
    home: Home = None,
) -> int:
    """Write the receipt of the job ID, which must be done, for `tocsin replay`.

    Example: tocsin jobs receipt 5c1f0e9d --out receipt.json
    """
    from tocsin.model.receipt import write_receipt as encode

    made = _open(home)
    found = made.get_receipt(_find(made, id))
    if out is not None:
        write_receipt(out, found, "The job keeps it.")
    else:
        sys.stdout.buffer.write(encode(found))
    return 0


@jobs.command
def cancel(id: str, /, *, json: Json = False, home: Home = None) -> int:
    """Stop the job ID, whether it waits or runs.

    Example: tocsin jobs cancel 5c1f0e9d
    """
    made = _open(home)
    job = made.cancel(_find(made, id))
    if json:
        write_json(job)
    else:
        _print_job(job)
    return 0


@jobs.command
def remove(id: str, /, *, home: Home = None) -> int:
    """Forget the job ID, its file and its results.

    Example: tocsin jobs remove 5c1f0e9d
    """
    made = _open(home)
    made.remove(_find(made, id))
    return 0


def _open(home: Path | None) -> Jobs:
    from tocsin.app.jobs import Jobs

    return Jobs(open_app(home))


def _find(made: Jobs, start: str) -> str:
    """The id that begins so. `NotFound` when none does; `BadInput` when several do."""
    from tocsin.errors import BadInput, NotFound

    found = [job.id for job in made.list() if job.id.startswith(start)]
    if len(found) > 1:
        raise BadInput(f"{len(found)} jobs begin so; say more of the id. Nothing was done.")
    if not found or not start:
        raise NotFound("There is no such job, or no longer; `tocsin jobs list` shows all.")
    return found[0]


def _print_job(job: Job) -> None:
    totals = job.totals
    counts = f"{totals.get('rows', 0):,} rows, {totals.get('with_hits', 0):,} with hits" if totals else "not begun"
    state = f"{job.state} {100 * job.read:.0f} %" if job.state == "running" else job.state
    print(f"{job.id}  {state:<12} {counts}  [{job.label}, {job.made_at:%Y-%m-%d %H:%M} UTC, {job.made_by}]")
    if job.told:
        print(f"    {job.told}")
