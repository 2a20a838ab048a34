"""The command that lets a person decide which listings are one subject."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from tocsin.cli.keeping import check_monitored, show_progress
from tocsin.cli.opening import Home, Json, open_app, write_json

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.registry.review import Order, ReviewPair, ReviewSide
    from tocsin.store.decisions import Decision, StoredLink

Two = Annotated[tuple[str, str] | None, Parameter(help="Two subjects or listings, by id or reference.")]
Answer = Literal["same", "different", "later", "quit"]
ANSWERS: dict[str, Answer] = {"s": "same", "d": "different", "l": "later", "q": "quit"}


def review(
    *,
    list_: Annotated[bool, Parameter(name="--list", negative="", help="Show what waits and what was decided.")] = False,
    same: Two = None,
    different: Two = None,
    undo: Annotated[int | None, Parameter(help="Number of a decision that shall no longer hold.")] = None,
    why: Annotated[str | None, Parameter(help="Show why the listings of this subject are joined.")] = None,
    author: Annotated[str, Parameter(help="Who decides.")] = "",
    ground: Annotated[str, Parameter(help="Why: what the decision rests on.")] = "",
    limit: Annotated[int, Parameter(help="Most waiting pairs to show or go through.")] = 20,
    json: Json = False,
    home: Home = None,
) -> int:
    """Decide whether listings that no rule joins are one subject. Without options, goes through them at the terminal.

    A decision outranks references and scores, is applied again when lists change, and can be undone.

    Example: tocsin review --list
             tocsin review --same un:QDi.422 uk_sl:AQD0362 --author "A. Analyst" --ground "passport seen"
    """
    app = open_app(home)
    orders = _make_orders(same, different, undo, author=author, ground=ground)
    if why is not None:
        links = app.find_links(why)
        write_json({"links": links}) if json else _print_links(links)
    elif orders:
        decided = _decide(app, orders)
        write_json({"decisions": decided}) if json else _print_decisions(decided)
    elif list_ or json:
        _list(app, limit, json=json)
    else:
        _go_through(app, limit, author=author, ground=ground)
    return 0


def _make_orders(
    same: tuple[str, str] | None, different: tuple[str, str] | None, undo: int | None, *, author: str, ground: str
) -> list[Order]:
    from tocsin.registry.review import Order

    orders = []
    if same:
        orders.append(Order(kind="same", one=same[0], other=same[1], author=author, ground=ground))
    if different:
        orders.append(Order(kind="different", one=different[0], other=different[1], author=author, ground=ground))
    if undo is not None:
        orders.append(Order(kind="undo", undoes=undo, author=author, ground=ground))
    return orders


def _decide(app: App, orders: list[Order]) -> tuple[Decision, ...]:
    with show_progress() as progress:
        decided = app.decide(orders, progress=progress)
    check_monitored(app, json=True)  # the answer is about the decisions
    return decided


def _list(app: App, limit: int, *, json: bool) -> None:
    pairs, decisions = app.review()
    if json:
        write_json({"waiting": pairs, "decisions": decisions})
        return
    for pair in pairs[:limit]:
        print(_describe_pair(pair), end="\n\n")
    _print_decisions(decisions)
    print(f"{len(pairs):,} pairs wait, {min(limit, len(pairs)):,} are shown.", file=sys.stderr)


def _go_through(app: App, limit: int, *, author: str, ground: str) -> None:
    """Ask about one pair after the other, and apply all answers at the end."""
    from tocsin.errors import BadInput
    from tocsin.registry.review import Order

    if not sys.stdin.isatty():
        raise BadInput("`tocsin review` asks at a terminal; elsewhere use --list, --same, --different or --undo.")
    author = author or input("Who decides? ").strip()
    if not author:
        raise BadInput("A decision needs an author (--author). Nothing was decided.")
    pairs, _ = app.review()
    orders: list[Order] = []
    for at, pair in enumerate(pairs[:limit], start=1):
        print(f"\n{at} of {min(limit, len(pairs)):,}\n{_describe_pair(pair)}")
        answer = _ask()
        if answer == "quit":
            break
        if answer != "later":
            reason = ground or _ask_ground()
            one, other = pair.one.member, pair.other.member
            orders.append(Order(kind=answer, one=one, other=other, author=author, ground=reason))
    _print_decisions(_decide(app, orders) if orders else ())
    print(f"{len(orders):,} decided.", file=sys.stderr)


def _ask() -> Answer:
    while True:
        answer = input("[s]ame, [d]ifferent, [l]ater or [q]uit? ").strip().lower()[:1]
        if answer in ANSWERS:
            return ANSWERS[answer]


def _ask_ground() -> str:
    while True:
        if ground := input("On what ground? ").strip():
            return ground


def _describe_pair(pair: ReviewPair) -> str:
    score = f"{pair.score:.2f}" if pair.score else "an official reference"
    reasons = [f"  {'-' if r.points < 0 else '+'} {r.text}" for r in pair.reasons]
    return "\n".join([
        f"{pair.number}. {score}; {pair.lacks}.", *_describe_side(pair.one), *_describe_side(pair.other), *reasons
    ])


def _describe_side(side: ReviewSide) -> list[str]:
    since = f", listed on {side.listed_on}" if side.listed_on else ""
    lines = [f"  {side.member}  [{side.authority}, {side.kind}{since}; subject {side.subject}]"]
    lines.append(f"      names: {'; '.join(side.names)}")
    kinds = dict.fromkeys(kind for kind, _ in side.facts)
    lines += [f"      {kind}: {'; '.join(text for k, text in side.facts if k == kind)}" for kind in kinds]
    return lines


def _print_decisions(decisions: tuple[Decision, ...]) -> None:
    for d in decisions:
        what = f"undoes {d.undoes}" if d.undoes else f"{d.kind}: {d.one} and {d.other}"
        held = "" if d.in_force else "  (no longer in force)"
        print(f"decision {d.number}  {d.decided_at:%Y-%m-%d %H:%M}  {d.author}  {what}  ({d.ground}){held}")


def _print_links(links: tuple[StoredLink, ...]) -> None:
    for link in links:
        until = f" until {link.recorded_to:%Y-%m-%d %H:%M}" if link.recorded_to else ""
        since = f"{link.recorded_from:%Y-%m-%d %H:%M}"
        print(f"{since}{until}  {link.one} and {link.other}: {link.basis}, {link.ground} ({link.author})")
