"""Commands about monitored populations: monitor add, members, check, findings, statement, feed, deliver, remove."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from tocsin.cli.keeping import show_progress
from tocsin.cli.opening import DASH, Home, Json, NoDecisions, open_app, write_json

if TYPE_CHECKING:
    from tocsin.app import App as Register
    from tocsin.app.checking import Checked
    from tocsin.app.monitoring import Delivered
    from tocsin.screen import Options
    from tocsin.screen.rows import DateOrder
    from tocsin.store.populations import Loaded

monitor = App(name="monitor", help="Populations that are checked against every new state of the lists, and told about.")
FileFormat = Literal["csv", "jsonl", "parquet"]
Map = Annotated[str, Parameter(help="FIELD=COLUMN,... for columns of other names.")]
Ignore = Annotated[str, Parameter(help="COLUMN,... that are not to be screened.")]
Format = Annotated[FileFormat | None, Parameter(help="Format of the file, when its name does not say.")]
DayFirst = Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 3 April.")]
MonthFirst = Annotated[bool, Parameter(negative="", help="Read 03/04/1965 as 4 March.")]
MOST_SHOWN = 20  # rows that could not be registered


@monitor.command
def add(
    name: str,
    file: str | None = None,
    /,
    *,
    purpose: Annotated[str, Parameter(help="Why these people are monitored.")],
    retention_days: Annotated[int | None, Parameter(help="Members not given again in so many days are removed.")] = None,
    webhook: Annotated[list[str] | None, Parameter(help="URL that gets notices; may be repeated.")] = None,
    email: Annotated[list[str] | None, Parameter(help="Address that gets notices; may be repeated.")] = None,
    map: Map = "",
    ignore: Ignore = "",
    format: Format = None,
    day_first: DayFirst = False,
    month_first: MonthFirst = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Register a population, and check the members of FILE (CSV, JSON Lines or Parquet; "-" is stdin) at once.

    Example: tocsin monitor add customers customers.csv --purpose "Account holders" --webhook https://example.org/tocsin

    Each row needs a reference (column id). Exits with 1 when some row could not be registered or checked.
    """
    options, dates = _read_options(map, ignore, format, day_first=day_first, month_first=month_first)
    app = open_app(home)
    made = app.add_population(
        name, purpose=purpose, by=app.actor, retention_days=retention_days, webhooks=webhook or (),
        emails=email or (),
    )
    loaded: Loaded | None = None
    checked: tuple[Checked, ...] = ()
    try:
        if file is not None:
            loaded = app.read_members(name, _file(file), options, dates=dates)
            checked = _check(app, (name,))
    except BaseException:
        if loaded is None:
            app.remove_population(name)  # as if it had never been asked for
        raise
    if json:
        write_json({"population": made, "members": loaded, "checked": checked})
    else:
        for target, secret in made.secrets.items():
            print(f"Secret that signs for {target}, told this once: {secret}", file=sys.stderr)
        _print_loaded(name, loaded)
        _print_checked(checked)
    return _find_code(loaded, checked)


@monitor.command
def members(
    name: str,
    /,
    *,
    add: Annotated[str | None, Parameter(help='File of members to add or to give another query; "-" is stdin.')] = None,
    replace: Annotated[bool, Parameter(negative="", help="With --add: the file is all members.")] = False,
    remove: Annotated[list[str] | None, Parameter(help="Reference of a member to remove; may be repeated.")] = None,
    map: Map = "",
    ignore: Ignore = "",
    format: Format = None,
    day_first: DayFirst = False,
    month_first: MonthFirst = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """List the members of a population by reference, add some from a file, or remove some.

    Example: tocsin monitor members customers --add new.csv

    Members that are added are checked at once.
    """
    from tocsin.errors import BadInput

    if (replace and add is None) or (add is not None and remove):
        raise BadInput("Say --add FILE (with --replace or without), or --remove. Nothing was done.")
    app = open_app(home)
    if remove:
        count = app.remove_members(name, remove)
        write_json({"removed": count}) if json else print(f"{name}: {count:,} members removed.")
        return 0
    if add is None:
        return _list_members(app, name, json=json)
    options, dates = _read_options(map, ignore, format, day_first=day_first, month_first=month_first)
    loaded = app.read_members(name, _file(add), options, dates=dates, replace=replace)
    checked = _check(app, (name,))
    if json:
        write_json({"members": loaded, "checked": checked})
    else:
        _print_loaded(name, loaded)
        _print_checked(checked)
    return _find_code(loaded, checked)


def _list_members(app: Register, name: str, *, json: bool) -> int:
    listed = app.list_members(name)
    if json:
        write_json({"members": [{"reference": r, "fault": fault, "checked": not fresh} for r, fault, fresh in listed]})
        return 0
    for reference, fault, fresh in listed:
        print(f"{reference}\t{fault or ('not checked yet' if fresh else 'checked')}")
    return 0


@monitor.command
def populations(*, json: Json = False, home: Home = None) -> int:
    """List the populations: purpose, retention, where their notices go, members, findings, and when they were checked.

    Example: tocsin monitor populations
    """
    from tocsin.app.overview import list_overviews

    found = list_overviews(open_app(home))
    if json:
        write_json({"populations": [
            {"name": p.name, "purpose": p.purpose, "made_by": p.made_by, "made_at": p.made_at,
             "retention_days": p.retention_days, "register": p.register,
             "channels": [{"kind": c.kind, "target": c.target} for c in p.channels],
             "members": one.members, "waiting": one.waiting, "unscreenable": one.unscreenable, "findings": one.findings,
             "undelivered": one.undelivered, "checked_at": one.last.finished_at if one.last else None}
            for one in found for p in (one.population,)
        ]})
        return 0
    for one in found:
        p = one.population
        kept = f"{p.retention_days} days" if p.retention_days else "until removed"
        ways = ", ".join(c.target for c in p.channels) or "feed only"
        checked = f"checked {one.last.finished_at:%Y-%m-%d %H:%M} UTC" if one.last else "never checked"
        print(f"{p.name}: {p.purpose} (made by {p.made_by}; kept {kept}; notices: {ways})")
        print(f"    {one.members:,} members, {one.findings:,} findings, {checked}")
    return 0


@monitor.command
def check(*names: str, json: Json = False, home: Home = None) -> int:
    """Check populations, all without NAMES, against the lists in force. `tocsin update` does this after each update.

    Example: tocsin monitor check customers

    Only what a new state can affect is screened again. Exits with 1 when some member could not be checked.
    """
    checked = _check(open_app(home), names)
    write_json({"checked": checked}) if json else _print_checked(checked)
    return _find_code(None, checked)


@monitor.command
def findings(
    name: str,
    /,
    *,
    gone: Annotated[bool, Parameter(negative="", help="Also those that are no longer in force.")] = False,
    no_decisions: NoDecisions = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show whom of a population the lists in force may mean. `tocsin match` explains a score in words.

    Example: tocsin monitor findings customers
    """
    found = open_app(home).findings(name, gone=gone, decisions=not no_decisions)
    if json:
        write_json({"findings": found})
    else:
        for one in found:
            listed = ", ".join(f"{x.authority} {x.ref}" for x in one.found.listings)
            until = f", gone since {one.gone_at:%Y-%m-%d %H:%M} UTC" if one.gone_at else ""
            until += f", left out by decision {one.decision}" if one.decision is not None else ""
            print(f"{one.reference}\t{one.found.score:.2f}\t{one.found.subject}\t{listed}\t"
                  f"since {one.first_at:%Y-%m-%d %H:%M} UTC{until}")
        print(f"{len(found):,} findings. A person decides.", file=sys.stderr)
    return 3 if any(one.gone_at is None for one in found) else 0


@monitor.command
def statement(name: str, /, *, json: Json = False, home: Home = None) -> int:
    """State who was checked against which state of every list, and when that was published, taken, checked and told.

    Example: tocsin monitor statement customers

    Exits with 1 when it is not complete.
    """
    from tocsin.exchange.statements import describe_statement

    found = open_app(home).statement(name)
    write_json(found) if json else print(describe_statement(found))
    return 0 if found.complete else 1


@monitor.command
def feed(
    name: str,
    /,
    *,
    after: Annotated[str | None, Parameter(help="Only notices made after the one with this id.")] = None,
    limit: Annotated[int, Parameter(help="Most notices.")] = 100,
    home: Home = None,
) -> int:
    """Write the notices of a population as JSON Lines, oldest first, as receivers get them.

    Example: tocsin monitor feed customers --after 6f1c0e0c7f7a4f0b9a0a0e6f2f1f3b7d
    """
    for kept in open_app(home).feed(name, after=after, limit=limit):
        print(kept.body)
    return 0


@monitor.command
def deliveries(
    name: str,
    /,
    *,
    limit: Annotated[int, Parameter(help="Most notices.")] = 20,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show the newest notices of a population and how far each is on its ways out, the newest first.

    Example: tocsin monitor deliveries customers
    """
    from tocsin.app.overview import list_notices

    found = list_notices(open_app(home), name, limit=limit)
    if json:
        write_json({"notices": [{"id": n.id, "made_at": n.made_at, "deliveries": n.deliveries} for n in found]})
        return 0
    for notice in found:
        print(f"{notice.made_at:%Y-%m-%d %H:%M} UTC  {notice.id}{'' if notice.deliveries else '  in the feed'}")
        for one in notice.deliveries:
            done = f"delivered {one.delivered_at:%Y-%m-%d %H:%M} UTC" if one.delivered_at else (
                f"not yet after {one.attempts} tries, next {one.next_at:%Y-%m-%d %H:%M} UTC"
            )
            print(f"    {one.target}: {done}{f' ({one.error})' if one.error else ''}")
    return 0


@monitor.command
def deliver(
    *,
    every: Annotated[bool, Parameter(negative="", help="Also those that wait for their next attempt.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Send the notices that are due by webhook and e-mail, each once. Run it every minute where there are such.

    Example: tocsin monitor deliver

    Exits with 1 when some attempt failed; it is made again later.
    """
    done = open_app(home).deliver(every=every)
    write_json(done) if json else _print_delivered(done)
    return 1 if done.failed else 0


@monitor.command
def remove(name: str, /, *, json: Json = False, home: Home = None) -> int:
    """Remove a population with its members, findings, checkings and notices. The audit's lines stay.

    Example: tocsin monitor remove customers
    """
    count = open_app(home).remove_population(name)
    write_json({"members": count}) if json else print(f"{name}: removed with {count:,} members.")
    return 0


def check_after_update(app: Register, *, json: bool) -> dict[str, object]:
    """After an update: check all populations, where there are any, and send what is due. An error is told and is no error of
    the update; the next checking does what this one did not."""
    from tocsin.errors import TocsinError

    try:
        if not app.list_populations():
            return {}
        checked, delivered = _check(app, ()), app.deliver()
    except TocsinError as error:
        print(f"Populations were not checked: {error}", file=sys.stderr)
        return {"monitoring_error": str(error)}
    if not json:
        _print_checked(checked)
        _print_delivered(delivered)
    return {"checked": checked, "delivered": delivered}


def _check(app: Register, names: Sequence[str]) -> tuple[Checked, ...]:
    with show_progress() as progress:
        return app.check_populations(names, progress=progress)


def _file(file: str) -> str:
    return "-" if file == DASH else file


def _read_options(
    map: str, ignore: str, format: FileFormat | None, *, day_first: bool, month_first: bool
) -> tuple[Options, DateOrder | None]:
    from tocsin.errors import BadInput
    from tocsin.screen import Options, parse_mapping

    if day_first and month_first:
        raise BadInput("Say --day-first or --month-first, not both. Nothing was done.")
    ignored = tuple(c.strip() for c in ignore.split(",") if c.strip())
    options = Options(format=format, mapping=parse_mapping(map), ignore=ignored)
    return options, "day-first" if day_first else "month-first" if month_first else None


def _print_loaded(name: str, loaded: Loaded | None) -> None:
    if loaded is None:
        print(f"{name}: registered, without members yet.")
        return
    print(
        f"{name}: {loaded.added:,} members added, {loaded.changed:,} changed, {loaded.unchanged:,} as before, "
        f"{loaded.removed:,} removed."
    )
    if loaded.refused:
        print(f"{len(loaded.refused):,} ROWS COULD NOT BE REGISTERED:", file=sys.stderr)
    for one in loaded.refused[:MOST_SHOWN]:
        print(f"  {one.reason}", file=sys.stderr)


def _print_checked(checked: Sequence[Checked]) -> None:
    for one in checked:
        if one.how == "nothing":
            print(f"{one.population}: checked before against register {one.register}.")
            continue
        scope = "all subjects" if one.how == "all" else f"{one.subjects:,} affected subjects"
        print(
            f"{one.population}: {one.members:,} members checked against {scope} of register {one.register}: {one.new:,} new "
            f"findings, {one.changed:,} changed, {one.gone:,} gone."
        )
        if one.purged:
            print(f"  {one.purged:,} members were past their retention and removed.", file=sys.stderr)
        if one.unscreenable:
            print(f"  {one.unscreenable:,} MEMBERS COULD NOT BE CHECKED; `tocsin monitor statement` names them.",
                  file=sys.stderr)


def _print_delivered(done: Delivered) -> None:
    if done.delivered or done.waiting:
        print(f"Notices: {done.delivered:,} delivered, {done.failed:,} failed, {done.waiting:,} waiting.")
    for error in done.errors:
        print(f"  {error}", file=sys.stderr)


def _find_code(loaded: Loaded | None, checked: Sequence[Checked]) -> int:
    return 1 if (loaded and loaded.refused) or any(one.unscreenable for one in checked) else 0
