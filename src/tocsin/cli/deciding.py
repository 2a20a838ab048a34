"""Commands about decisions on hits: decide, and decisions list, confirm, withdraw, export, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from tocsin.cli.details import NO_DETAILS, Details
from tocsin.cli.opening import DASH, Home, Json, Reference, open_app, read_day, write_json

if TYPE_CHECKING:
    from tocsin.model import Query
    from tocsin.model.hit_decision import HitDecision

Author = Annotated[str, Parameter(help="Who decides.")]
Ground = Annotated[str, Parameter(help="Why: what the decision rests on.")]


def decide(
    name: str | None = None,
    /,
    *,
    subject: Annotated[str, Parameter(help="The subject of the hit, by id or reference.")],
    outcome: Annotated[Literal["true-match", "false-match", "needs-information"], Parameter(help="What the hit is.")],
    author: Author,
    ground: Ground,
    ref: Reference = None,
    expires: Annotated[str | None, Parameter(help="Last day on which it holds (YYYY-MM-DD).")] = None,
    file: Annotated[str | None, Parameter(help="The screened file: what was asked is its row with the id --ref.")] = None,
    map: Annotated[str, Parameter(help="FIELD=COLUMN,... as for screen.")] = "",
    ignore: Annotated[str, Parameter(help="COLUMN,... as for screen.")] = "",
    day_first: Annotated[bool, Parameter(negative="", help="As for screen.")] = False,
    month_first: Annotated[bool, Parameter(negative="", help="As for screen.")] = False,
    details: Details = NO_DETAILS,
    json: Json = False,
    home: Home = None,
) -> int:
    """Record what a person decided on a hit, asked as for `tocsin match`, or with a row of a screened file.

    A false match is left out of later answers to the same question until it expires, is withdrawn, or facts change.

    Example: tocsin decide "Zaki Rehman" --born 1991 --subject QDi.264 --outcome false-match --author A --ground "born later"
             tocsin decide --file all.csv --ref 4711 --subject QDi.264 --outcome true-match --author A --ground "passport"
    """
    from tocsin.app import end_of_day
    from tocsin.errors import BadInput
    from tocsin.model.hit_decision import OUTCOMES

    if file is not None:
        if ref is None or name is not None:
            raise BadInput("With --file FILE, say --ref ID and no name. Nothing was decided.")
        query = _find_row(DASH if file == "-" else file, ref, map, ignore, day_first=day_first, month_first=month_first)
    else:
        query = details.make_query(name)
    last = read_day(expires, "--expires") if expires else None
    word = next(o for o in OUTCOMES if o == outcome.replace("-", "_"))
    one = open_app(home).decide_hit(
        query, subject, word, author=author, ground=ground, reference=ref, expires_at=end_of_day(last)
    )
    write_json(one) if json else print(describe_decision(one))
    return 0


decisions = App(name="decisions", help="Decisions on hits: list, confirm, withdraw, export, import.")


@decisions.command(name="list")
def list_(*, subject: Annotated[str | None, Parameter(help="Only on this subject, by id.")] = None,
          ref: Reference = None, json: Json = False, home: Home = None) -> int:
    """Show all decisions on hits, also those that were withdrawn.

    Example: tocsin decisions list --ref 4711
    """
    found = [
        d for d in open_app(home, make=False).hit_decisions()
        if (subject is None or d.subject == subject) and (ref is None or d.identity == f"ref:{ref.strip()}")
    ]
    if json:
        write_json({"decisions": found})
    else:
        for one in found:
            print(describe_decision(one))
        print(f"{len(found):,} decisions.", file=sys.stderr)
    return 0


@decisions.command
def confirm(
    number: int, /, *, author: Author, ground: Ground = "confirmed", json: Json = False, home: Home = None
) -> int:
    """Put a proposed decision in force; another person than its author must.

    Example: tocsin decisions confirm 12 --author "B. Approver"
    """
    one = open_app(home, make=False).confirm_hit_decision(number, author=author, ground=ground)
    write_json(one) if json else print(describe_decision(one))
    return 0


@decisions.command
def withdraw(number: int, /, *, author: Author, ground: Ground, json: Json = False, home: Home = None) -> int:
    """From now on a decision is as if it had never been made.

    Example: tocsin decisions withdraw 12 --author "B. Approver" --ground "wrong customer"
    """
    one = open_app(home, make=False).withdraw_hit_decision(number, author=author, ground=ground)
    write_json(one) if json else print(describe_decision(one))
    return 0


@decisions.command
def export(
    *,
    out: Annotated[str, Parameter(help='A .jsonl or .csv file; "-" is stdout (JSON Lines).')] = "-",
    key: Annotated[Path | None, Parameter(help="Write the key of the digests to this new file.")] = None,
    home: Home = None,
) -> int:
    """Write all decisions to a file, from which `tocsin decisions import` takes them.

    Example: tocsin decisions export --out decisions.csv
    """
    from tocsin.errors import NotFound, StoreFailed
    from tocsin.screen.decision_files import write_decision_lines, write_key

    found, secret = open_app(home, make=False).export_hit_decisions()
    if not secret:
        raise NotFound("No decision on a hit was ever made here. Nothing was written.")
    to_stdout = out in ("-", DASH)
    text = write_decision_lines(found, secret, "jsonl" if to_stdout else _read_format(out))
    if key is not None:
        write_key(key, secret)
    if to_stdout:
        sys.stdout.write(text)
    else:
        try:
            Path(out).write_bytes(text.encode())
        except OSError as error:
            raise StoreFailed(f"{Path(out).name} cannot be written ({error.strerror}).") from error
    print(f"{len(found):,} decisions.", file=sys.stderr)
    return 0


@decisions.command(name="import")
def import_(
    file: Path, /, *,
    key: Annotated[Path | None, Parameter(help="The key that was exported with them, if this register has none.")] = None,
    json: Json = False, home: Home = None,
) -> int:
    """Take decisions that were exported, all or none; those that are here already are not taken twice.

    Example: tocsin decisions import decisions.jsonl --key decisions.key
    """
    from tocsin.screen.decision_files import read_decision_lines, read_key

    found, name = read_decision_lines(file)
    taken = open_app(home, make=False).import_hit_decisions(found, name, key=read_key(key) if key else None)
    write_json(taken) if json else print(f"{taken.new:,} decisions are new, {taken.known:,} were here already.")
    return 0


def _read_format(out: str) -> Literal["jsonl", "csv"]:
    from tocsin.errors import BadInput

    suffix = Path(out).suffix.lower()
    if suffix not in (".jsonl", ".csv"):
        raise BadInput(f"--out {Path(out).name}: expected a name that ends in .jsonl or .csv. Nothing was written.")
    return "csv" if suffix == ".csv" else "jsonl"


def _find_row(file: str, ref: str, map: str, ignore: str, *, day_first: bool, month_first: bool) -> Query:
    """What the row of that id asks when the file is screened."""
    from tocsin.errors import BadInput, NotFound
    from tocsin.screen import Options, make_query, parse_mapping, read_rows

    if file == DASH or (day_first and month_first):
        raise BadInput("Expected a file, and at most one of --day-first and --month-first. Nothing was decided.")
    options = Options(mapping=parse_mapping(map), ignore=tuple(c.strip() for c in ignore.split(",") if c.strip()))
    rows = [row for row in read_rows(file, options) if row.values.get("id", ("",))[0] == ref]
    if not rows:
        raise NotFound(f"{Path(file).name}: no row has that id. Nothing was decided.")
    if len(rows) > 1:
        raise BadInput(f"{Path(file).name}: {len(rows)} rows have that id; expected one. Nothing was decided.")
    query, _ = make_query(rows[0], dates="day-first" if day_first else "month-first" if month_first else None)
    return query


def describe_decision(one: HitDecision) -> str:
    """A decision in one line."""
    from tocsin.app.register import now_utc

    until = f", until {one.expires_at:%Y-%m-%d}" if one.expires_at else ""
    state = one.state_at(now_utc()).replace("_", " ")
    who = one.identity if one.identity.startswith("ref:") else one.identity[:18]
    return (
        f"decision {one.number}  {one.decided_at:%Y-%m-%d %H:%M}  {one.author}  {one.outcome.replace('_', ' ')}{until}: "
        f"{who} and {one.caption} [{one.subject}]  ({one.ground})  {state}"
    )
