"""Commands about alerts: alerts list, show, raise, assign, comment, decide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from tocsin.cli.details import NO_DETAILS, Details
from tocsin.cli.opening import Home, Json, Reference, open_app, read_day, write_json

if TYPE_CHECKING:
    from tocsin.app.alerts import AlertFile, Alerts
    from tocsin.model.alert import Alert

Author = Annotated[str | None, Parameter(help="Who does it; the system's user without.")]
QUERY_FIELDS = (
    "names", "kind", "births", "countries", "identifiers", "gender", "birth_places", "addresses", "emails", "phones",
    "websites", "wallets",
)

alerts = App(name="alerts", help="Hits that wait for a person: list, show, raise, assign, comment, decide.")


@alerts.command(name="list")
def list_(
    *,
    state: Annotated[
        Literal["undecided", "open", "assigned", "proposed", "closed", "gone", "all"], Parameter(help="In what state.")
    ] = "undecided",
    assignee: Annotated[str | None, Parameter(help='Whose; "" is nobody\'s.')] = None,
    source: Annotated[Literal["job", "population", "search"] | None, Parameter(help="Where they came from.")] = None,
    source_name: Annotated[str | None, Parameter(help="The job's id, the population's name, or who escalated.")] = None,
    list: Annotated[str | None, Parameter(help="On this list, by key.")] = None,
    authority: Annotated[str | None, Parameter(help="Listed by this authority.")] = None,
    min_score: Annotated[float, Parameter(help="Least score.")] = 0.0,
    max_score: Annotated[float, Parameter(help="Greatest score.")] = 1.0,
    subject: Annotated[str | None, Parameter(help="Words in the subject's name, or its id.")] = None,
    limit: Annotated[int, Parameter(help="Most alerts, up to 500.")] = 100,
    offset: Annotated[int, Parameter(help="How many to leave out from the start.")] = 0,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show alerts, the surest first; without options those that nobody has decided.

    Example: tocsin alerts list --authority UN --min-score 0.9
    """
    from tocsin.model.alert import AlertFilter

    wanted = AlertFilter(
        state=state, assignee=assignee, source=source, name=source_name, list_key=list, authority=authority,
        min_score=min_score, max_score=max_score, subject=subject,
    )
    found, total = _open(home).find(wanted, limit=limit, offset=offset)
    if json:
        write_json({"alerts": found, "total": total})
    else:
        for one in found:
            print(_describe(one))
        print(f"{len(found):,} of {total:,} alerts.", file=sys.stderr)
    return 0


@alerts.command
def show(number: int, /, *, json: Json = False, home: Home = None) -> int:
    """Show what was asked, why the subject is met, where the alert came from, and what was done with it.

    Example: tocsin alerts show 12
    """
    made = _open(home)
    found = made.get(number)
    hit = made.find_hit(found.alert)
    if json:
        write_json({"file": found, "hit": hit})
        return 0
    _print_file(found)
    if hit is None:
        print("What was asked is no longer kept, or no longer meets the subject.")
    for reason in hit.reasons if hit else ():
        print(f"  {reason.points:+.1f}  {reason.text}")
    return 0


@alerts.command(name="raise")
def raise_(
    name: str | None = None,
    /,
    *,
    subject: Annotated[str, Parameter(help="The id of the hit's subject.")],
    ref: Reference = None,
    author: Author = None,
    details: Details = NO_DETAILS,
    json: Json = False,
    home: Home = None,
) -> int:
    """Raise a hit, asked as for `tocsin match`, for others to decide on.

    Example: tocsin alerts raise "Zaki Rehman" --born 1991 --ref 4711 --subject zaki-ur-rehman-lakhvi
    """
    query = details.make_query(name)
    return _print_one(_open(home, author).escalate(query, subject, reference=ref), json=json)


@alerts.command
def assign(
    numbers: list[int], /, *,
    to: Annotated[str | None, Parameter(help="Who is to decide; nobody in particular without.")] = None,
    author: Author = None, json: Json = False, home: Home = None,
) -> int:
    """Say who is to decide on alerts, all or none.

    Example: tocsin alerts assign 12 13 --to asha
    """
    found = _open(home, author).assign(numbers, to)
    if json:
        write_json({"alerts": found})
    for one in () if json else found:
        print(_describe(one))
    return 0


@alerts.command
def comment(
    number: int, text: str, /, *, author: Author = None, json: Json = False, home: Home = None
) -> int:
    """Add a comment, which stays as it is.

    Example: tocsin alerts comment 12 "asked the branch for a copy of the passport"
    """
    found = _open(home, author).comment(number, text)
    write_json(found) if json else _print_file(found)
    return 0


@alerts.command
def decide(
    numbers: list[int], /, *,
    outcome: Annotated[Literal["true-match", "false-match", "needs-information"], Parameter(help="What the hits are.")],
    ground: Annotated[str, Parameter(help="Why: what the decision rests on.")],
    expires: Annotated[str | None, Parameter(help="Last day on which it holds (YYYY-MM-DD).")] = None,
    author: Author = None, json: Json = False, home: Home = None,
) -> int:
    """Decide on alerts, all or none, as `tocsin decide` does on a hit. A true match is decided by itself.

    Example: tocsin alerts decide 12 --outcome false-match --ground "born 31 years later" --author "A. Analyst"
    """
    from tocsin.app import end_of_day
    from tocsin.cli.deciding import describe_decision
    from tocsin.model.hit_decision import OUTCOMES

    made, last = _open(home, author), read_day(expires, "--expires") if expires else None
    word = next(o for o in OUTCOMES if o == outcome.replace("-", "_"))
    decide_all = made.decide_many if len(set(numbers)) > 1 else made.decide_each
    found = decide_all(numbers, word, ground=ground, expires_at=end_of_day(last))
    if json:
        write_json({"decisions": found})
    for one in () if json else found:
        print(describe_decision(one))
    return 0


def _open(home: Path | None, author: str | None = None) -> Alerts:
    from tocsin.app.alerts import Alerts

    app = open_app(home, make=False)
    return Alerts(app.acting_as(author) if author else app)


def _print_one(alert: Alert, *, json: bool) -> int:
    write_json(alert) if json else print(_describe(alert))
    return 0


def _print_file(found: AlertFile) -> None:
    print(_describe(found.alert))
    for field in QUERY_FIELDS if found.alert.query is not None else ():
        value = getattr(found.alert.query, field)
        if value:
            print(f"  {field.replace('_', ' ')}: {value if isinstance(value, str) else ', '.join(map(str, value))}")
    for source in found.sources:
        print(f"  from {source.kind} {source.name} {source.place}, {source.at:%Y-%m-%d %H:%M} UTC")
    for event in found.events:
        print(f"  {event.at:%Y-%m-%d %H:%M} UTC  {event.kind}  {event.author}  {event.text}")


def _describe(one: Alert) -> str:
    state = f"closed: {one.outcome.replace('_', ' ')}" if one.outcome else one.state
    whose = f" to {one.assignee}" if one.state == "assigned" else ""
    waits = f", decision {one.proposal} waits for another person" if one.proposal else ""
    who = one.identity if one.reference else one.identity[:18]
    return (
        f"alert {one.number}  {one.score:.2f}  {who} and {one.caption} [{one.subject}]  {', '.join(one.authorities)}  "
        f"{state}{whose}{waits}"
    )
