"""Commands that ask what lists said at other times: history, diff, states."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.opening import Home, Json, KnownOn, open_app, open_console, read_day, write_json

if TYPE_CHECKING:
    from tocsin.registry.past import FieldChange, Past, Said
    from tocsin.store.history import Change


def history(ref: str, /, *, known_on: KnownOn = None, json: Json = False, home: Home = None) -> int:
    """Show what lists ever said under a reference: every version, field by field, with both clocks, and the gaps.

    A version counts from the date of the state that first had it; "learned" is when this register took it. Gaps that look
    like a publisher's mistake are marked as such.

    Example: tocsin history QDi.264
    """
    found = open_app(home).history(ref, known_on=read_day(known_on, "--known-on") if known_on else None)
    if json:
        write_json({"history": found})
        return 0
    for past in found:
        _print_past(past)
    return 0


def _print_past(past: Past) -> None:
    state = "in force" if past.in_force else "no longer on the list"
    own = f"; by the list itself listed on {past.listed_on}" if past.listed_on else ""
    print(f"{past.authority} {past.ref}  {past.caption}  [list '{past.list_key}', {state}{own}]")
    lines = [(said.valid_from, _describe_said(said)) for said in past.versions]
    for gap in past.gaps:
        until = f" to {gap.until:%Y-%m-%d}" if gap.until else ""
        lines.append((gap.since, f"  {gap.since:%Y-%m-%d}{until}  not on the list{f' ({gap.text})' if gap.text else ''}"))
    for _, text in sorted(lines, key=lambda line: line[0]):
        print(text)


def _describe_said(said: Said) -> str:
    until = f" to {said.valid_to:%Y-%m-%d}" if said.valid_to else ", in force"
    head = f"  {said.valid_from:%Y-%m-%d}{until}  (learned {said.recorded_from:%Y-%m-%d})"
    return "\n".join([head, *(f"      {_describe_change(change)}" for change in said.changes)])


def _describe_change(change: FieldChange) -> str:
    before, after = ("; ".join(texts) or "(nothing)" for texts in (change.before, change.after))
    return f"{change.field}: {before} -> {after}"


def diff(
    key: str,
    /,
    *,
    from_: Annotated[str | None, Parameter(name="--from", help="The day from which (YYYY-MM-DD), at its end.")] = None,
    to: Annotated[str | None, Parameter(help="The day to which; now without.")] = None,
    known_on: KnownOn = None,
    full: Annotated[bool, Parameter(negative="", help="Tell each changed listing field by field.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show what differs in a list between two days; without days, what its last state changed.

    Example: tocsin diff un --from 2023-10-01 --to 2023-10-31
    """
    first, last, known = (
        read_day(text, option) if text else None
        for text, option in ((from_, "--from"), (to, "--to"), (known_on, "--known-on"))
    )
    found = open_app(home).difference(key, since=first, until=last, known_on=known)
    if json:
        write_json({"changes": found})
        return 0
    for change in found:
        _print_change(change, full=full)
    counts = {kind: sum(c.kind == kind for c in found) for kind in ("added", "removed", "changed")}
    print(", ".join(f"{count:,} {kind}" for kind, count in counts.items()), file=sys.stderr)
    return 0


def _print_change(change: Change, *, full: bool) -> None:
    listing = change.after or change.before
    if listing is None:
        return
    print(f"{change.kind:<8} {listing.authority} {listing.ref}  {listing.caption}")
    if full and change.before and change.after:
        from tocsin.registry.past import compare_listings

        for field in compare_listings(change.before, change.after):
            print(f"       {_describe_change(field)}")


def states(key: str, /, *, json: Json = False, home: Home = None) -> int:
    """Show all states of a list that were taken, oldest first on the publisher's clock.

    Example: tocsin states un
    """
    from rich.table import Table

    found = open_app(home).states(key)
    if json:
        write_json({"states": found})
        return 0
    table = Table()
    for heading in ("in force from", "published", "learned", "listings", "digest", "from"):
        table.add_column(heading, overflow="fold")
    for s in found:
        published = f"{s.published_at:%Y-%m-%d %H:%M}" if s.published_at else "not stated"
        table.add_row(
            f"{s.valid_from:%Y-%m-%d %H:%M}", published, f"{s.recorded_at:%Y-%m-%d %H:%M}", f"{s.listings:,}", s.digest[:12],
            s.origin,
        )
    open_console().print(table)
    return 0
