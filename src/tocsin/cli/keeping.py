"""Commands that keep the register: update, lists, changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

from cyclopts import Parameter

from tocsin.cli.opening import Home, Json, is_terminal, open_app, open_console, read_day, write_json

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.registry.dated_files import Dated
    from tocsin.registry.lists import ListState
    from tocsin.registry.update import UpdateResult


PLURALS = {"person": "persons", "organization": "organizations", "vessel": "vessels"}


def update(
    *keys: str,
    from_: Annotated[
        list[Path] | None, Parameter(name="--from", help="Read this file (also .gz, .zip, a folder). May be repeated.")
    ] = None,
    accept: Annotated[bool, Parameter(negative="", help="Take a state outside its bounds; this is recorded.")] = False,
    dated: Annotated[
        str | None,
        Parameter(help="The file is an older state, of this day (YYYY-MM-DD), its `own` date or that in its `name`."),
    ] = None,
    each: Annotated[
        bool, Parameter(negative="", help="With --dated own or name: every file (of a folder) is a state.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Bring lists up to date, from their publishers or from a file. Without KEYS, all that have an official address.

    A state that is empty, truncated, another document or of an implausible size is refused and the old one kept.

    Example: tocsin update un --from consolidated.xml.gz
             tocsin update un --from old.xml --dated 2021-03-12
             tocsin update un --from folder-of-states --dated own --each
             tocsin update pk_nacta --from folder-of-states --dated name --each
    """
    day = read_dated(dated)
    with show_progress() as progress:
        app = open_app(home, make=False)
        results = app.update(keys, files=tuple(from_ or ()), accept=accept, dated=day, each=each, progress=progress)
    if not json:
        for result in results:
            print_result(result)
    monitored = check_monitored(app, json=json)
    if json:
        write_json({"results": results, **monitored})
    if "monitoring_error" in monitored:
        return 1
    return 1 if any(r.outcome in ("refused", "failed") for r in results) else 0


def check_monitored(app: App, *, json: bool) -> dict[str, object]:
    """Check the populations that are monitored; the desk is opened where there may be any."""
    from tocsin.store.desk import has_desk

    if not has_desk(app.settings.desk):
        return {}
    from tocsin.cli.monitoring import check_after_update

    return check_after_update(app, json=json)


def read_dated(text: str | None) -> Dated | None:
    """A day, "own" for the date that the file itself gives, or "name" for that in its name."""
    if text is None or text in ("own", "name"):
        return cast('Literal["own", "name"] | None', text)
    return read_day(text, "--dated")


def print_result(result: UpdateResult) -> None:
    print(f"{result.list_key}: {result.outcome}. {result.message}")
    for unread in result.unread[:10]:
        print(f"  new in this list, and not read: {unread.path} ({unread.count} times)", file=sys.stderr)
    for note in result.notes:
        print(f"  note: {note}", file=sys.stderr)


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int | None], None] | None]:
    """A function that shows how far long work is, on stderr; `None` when nobody is there to see it."""
    if not is_terminal():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


def lists(*, json: Json = False, home: Home = None) -> int:
    """Show every list: the date and digest of its state in force, how old that is, and what it holds.

    Example: tocsin lists
    """
    states = open_app(home).lists()
    if json:
        write_json({"lists": states})
    else:
        _print_lists(states)
    warn_of_stale(states)
    return 0


def warn_of_stale(states: Sequence[ListState]) -> None:
    """Say which lists are older than their publisher's rhythm allows."""
    for state in states:
        if state.stale:
            print(
                f"Warning: list '{state.list_key}' is {state.age_days} days old, over {state.stale_after_days}; "
                f"run `tocsin update {state.list_key}`.", file=sys.stderr,
            )


def _print_lists(states: tuple[ListState, ...]) -> None:
    from rich.table import Table

    table = Table()
    table.add_column("list", no_wrap=True)
    for heading in ("authority", "state of", "age", "digest", "listings", "of which", "unread"):
        table.add_column(heading, overflow="fold")
    for state in states:
        if not state.in_force:
            table.add_row(state.list_key, state.authority, "not loaded", "", "", "", "", "")
            continue
        kinds = ", ".join(f"{count:,} {PLURALS.get(kind, kind)}" for kind, count in sorted(state.kinds.items()))
        date = f"{state.published_at or state.recorded_at:%Y-%m-%d}"
        date += " (accepted over its bounds)" if state.accepted else ""
        age = f"{state.age_days} days" + (", STALE" if state.stale else "")
        table.add_row(
            state.list_key, state.authority or "UN, US, IN", date, age, (state.digest or "")[:12],
            f"{state.listings:,}", kinds, str(state.unread),
        )
    open_console().print(table)


def changes(
    key: str,
    /,
    *,
    snapshot: Annotated[str | None, Parameter(help="Digest of the state, or how it begins; the last one without.")] = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show what a state of a list added, removed and changed against the one before.

    Example: tocsin changes un
    """
    found = open_app(home).changes(key, snapshot=snapshot)
    if json:
        write_json({"changes": found})
        return 0
    for change in found:
        listing = change.after or change.before
        if listing is not None:
            print(f"{change.kind:<8} {listing.authority} {listing.ref}  {listing.caption}")
    return 0
