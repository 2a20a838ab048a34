"""Alerts on the desk: hits that wait for a person, where each came from, and what was done with it.

Of one identity and one subject there is one alert, however often it is met. What was asked is kept with it, so that a person
can see it, until some time after it is decided (`purge_queries`); keyed digests of it stay (`store.hit_decisions`), by which
a decision is known to hold still. What is done with an alert is only ever added. Many alerts are written in one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from tocsin.errors import NotFound
from tocsin.model import Query
from tocsin.model.alert import Alert, AlertEvent, AlertFilter, AlertSource, EventKind, NewAlert, SourceKind
from tocsin.model.hit_decision import Facts, Outcome
from tocsin.store.append_only import keep_append_only
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK
from tocsin.store.hit_decisions import MOST_NUMBER

BLOCK = 500  # rows of one statement

ALERT = Table(
    "alert", DESK,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("caption", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("register", String(64), nullable=False),
    Column("lists", Text, nullable=False),        # keys, each between line ends
    Column("authorities", Text, nullable=False),  # the same
    Column("query", Text),                        # empty once purged
    Column("asked", Text, nullable=False),        # keyed digests by field
    Column("state", String(10), nullable=False),  # open, closed, gone
    Column("assignee", Text),
    Column("decision", Integer),
    Column("outcome", String(20)),
    Column("lapses_at", String(27)),              # when that decision expires
    Column("proposal", Integer),
    Column("raised_at", String(27), nullable=False),
    Column("changed_at", String(27), nullable=False),
    UniqueConstraint("identity", "subject"),
    Index("ix_alert_state", "state", "score"),
    sqlite_autoincrement=True,
)
SOURCE = Table(
    "alert_source", DESK,
    Column("id", Integer, primary_key=True),
    Column("alert", Integer, ForeignKey("alert.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("at", String(27), nullable=False),
    UniqueConstraint("alert", "kind", "name", "place"),
    Index("ix_alert_source_name", "kind", "name"),
)
EVENT = Table(
    "alert_event", DESK,
    Column("id", Integer, primary_key=True),
    Column("alert", Integer, ForeignKey("alert.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", String(27), nullable=False),
)
ROUND = Table(  # one row: the state of the register that all alerts were last looked at against
    "alert_round", DESK,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("register", String(64), nullable=False),
)
# An event goes only with its alert, when the member of whom it was raised is removed.
keep_append_only(EVENT, "events of an alert", verbs=("UPDATE",))

_FACTS = msgspec.json.Decoder(Facts).decode
_QUERY = msgspec.json.Decoder(Query).decode


Value = TypeVar("Value")


def iter_parts(values: Iterable[Value], size: int = BLOCK) -> Iterator[list[Value]]:
    """The values in lists of at most that size."""
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


class Raised(NewAlert, frozen=True, kw_only=True):
    """A hit as it is written: with its identity, and keyed digests of what was asked."""

    identity: str
    asked: Facts

    @property
    def key(self) -> tuple[str, str]:
        return self.identity, self.subject


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Of an alert what is needed to say whether a decision holds on it."""

    number: int
    identity: str
    subject: str
    caption: str
    score: float
    asked: Facts
    state: Literal["open", "closed", "gone"]
    decision: int | None
    proposal: int | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert stands after the decisions on it were looked at. `told` is written down when the state changes."""

    number: int
    state: Literal["open", "closed", "gone"]
    decision: int | None = None
    outcome: Outcome | None = None
    lapses_at: dt.datetime | None = None
    proposal: int | None = None
    told: tuple[EventKind, str, str] | None = None  # kind, author, text


def find_round(connection: Connection) -> str | None:
    """The state of the register that all alerts were last looked at against; `None` before the first alert."""
    return connection.execute(select(ROUND.c.register)).scalar()


def hold_round(connection: Connection, *, register: str | None = None) -> None:
    """Let nobody else raise or settle alerts until this transaction ends; with `register`, all are settled against it.

    Without that, who raises on a server would not see a decision that is being written, nor the other way round.
    """
    statement = text("INSERT INTO alert_round (id, register) VALUES (1, :register) ON CONFLICT DO NOTHING")
    connection.execute(statement, {"register": register or ""})
    connection.execute(update(ROUND).where(ROUND.c.id == 1).values(register=register or ROUND.c.register))


def write_alerts(
    connection: Connection, raised: Sequence[Raised], *, decided: Collection[tuple[str, str]], register: str, at: dt.datetime
) -> tuple[int, ...]:
    """Write hits that were met, each once: new alerts, and what is new of those that are there. The numbers of the new.

    Of what is `decided` no alert is made. One that is there gets the facts that were asked now, so that it can be seen
    whether a decision on it still holds.
    """
    every = {one.key: one for one in raised}
    before = _find_numbers(connection, every)
    every = {key: one for key, one in every.items() if key in before or key not in decided}
    stamp = to_stamp(at)
    fresh = [
        {**_to_values(one, register), "identity": one.identity, "subject": one.subject, "state": "open",
         "raised_at": stamp, "changed_at": stamp}
        for key, one in every.items() if key not in before
    ]
    again = [{**_to_values(every[key], register), "number": number} for key, number in before.items()]
    if fresh:
        connection.execute(insert(ALERT), fresh)
    if again:
        names = [name for name in again[0] if name != "number"]
        statement = update(ALERT).where(ALERT.c.id == bindparam("number"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), again)
    numbers = _find_numbers(connection, every)
    new = tuple(number for key, number in numbers.items() if key not in before)
    _write_sources(connection, [(numbers[one.key], one) for one in raised if one.key in numbers], stamp)
    return new


def _find_numbers(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    wanted, found = set(keys), {}
    for part in iter_parts(sorted({identity for identity, _ in wanted})):
        rows = connection.execute(select(ALERT.c.id, ALERT.c.identity, ALERT.c.subject).where(ALERT.c.identity.in_(part)))
        found.update({(r.identity, r.subject): r.id for r in rows if (r.identity, r.subject) in wanted})
    return found


def _to_values(one: Raised, register: str) -> dict[str, Any]:
    return {
        "caption": one.caption, "score": one.score, "register": register, "lists": _pack(one.lists),
        "authorities": _pack(one.authorities), "query": msgspec.json.encode(one.query).decode(),
        "asked": msgspec.json.encode(one.asked).decode(),
    }


def _pack(words: Iterable[str]) -> str:
    return "".join(f"\n{word}" for word in dict.fromkeys(words)) + "\n"


def _unpack(text: str) -> tuple[str, ...]:
    return tuple(text.strip("\n").split("\n")) if text.strip("\n") else ()


def _write_sources(connection: Connection, raised: Sequence[tuple[int, Raised]], stamp: str) -> None:
    known: set[tuple[int, str, str, str]] = set()
    for part in iter_parts(sorted({number for number, _ in raised})):
        rows = connection.execute(select(SOURCE).where(SOURCE.c.alert.in_(part)))
        known.update((r.alert, r.kind, r.name, r.place) for r in rows)
    wanted = dict.fromkeys((number, one.source, one.name, one.place) for number, one in raised)
    fresh = [
        {"alert": number, "kind": kind, "name": name, "place": place, "at": stamp}
        for number, kind, name, place in wanted if (number, kind, name, place) not in known
    ]
    if fresh:
        connection.execute(insert(SOURCE), fresh)


def write_events(
    connection: Connection, numbers: Iterable[int], kind: EventKind, *, author: str, text: str, at: dt.datetime
) -> None:
    """Write down, of each alert, that something was done."""
    rows = [{"alert": n, "kind": kind, "author": author, "text": text, "at": to_stamp(at)} for n in numbers]
    if rows:
        connection.execute(insert(EVENT), rows)


def assign_alerts(connection: Connection, numbers: Sequence[int], assignee: str | None) -> None:
    """Give alerts to somebody, or to nobody."""
    for part in iter_parts(numbers):
        connection.execute(update(ALERT).where(ALERT.c.id.in_(part)).values(assignee=assignee))


def iter_weighed(
    connection: Connection, *, identities: Collection[str] | None = None, lapsed_at: dt.datetime | None = None
) -> Iterator[Weighed]:
    """Alerts to be weighed anew: of these identities, or with a decision that has expired by a moment; all otherwise."""
    query = select(ALERT).order_by(ALERT.c.id)
    parts: Iterable[Select[Any]] = (query,)
    if identities is not None:
        parts = (query.where(ALERT.c.identity.in_(part)) for part in iter_parts(sorted(identities)))
    elif lapsed_at is not None:
        parts = (query.where(ALERT.c.lapses_at <= to_stamp(lapsed_at)),)
    for part in parts:
        for row in connection.execute(part).all():
            yield Weighed(
                number=row.id, identity=row.identity, subject=row.subject, caption=row.caption, score=row.score,
                asked=_FACTS(row.asked), state=row.state, decision=row.decision, proposal=row.proposal,
            )


def write_standings(connection: Connection, standings: Iterable[Standing], *, at: dt.datetime) -> None:
    """Write how alerts stand now; when the state is another, also what happened, and when."""
    stamp = to_stamp(at)
    for one in standings:
        moved = {"changed_at": stamp} if one.told is not None else {}
        connection.execute(update(ALERT).where(ALERT.c.id == one.number).values(
            state=one.state, decision=one.decision, outcome=one.outcome, proposal=one.proposal,
            lapses_at=to_stamp(one.lapses_at) if one.lapses_at else None, **moved,
        ))
        if one.told is not None:
            kind, author, said = one.told
            write_events(connection, (one.number,), kind, author=author, text=said, at=at)


def has_lapsed(connection: Connection, *, at: dt.datetime) -> bool:
    """Whether a decision by which an alert is closed has expired."""
    return connection.execute(select(ALERT.c.id).where(ALERT.c.lapses_at <= to_stamp(at)).limit(1)).first() is not None


def find_alerts(
    connection: Connection, wanted: AlertFilter, *, limit: int, offset: int = 0
) -> tuple[tuple[Alert, ...], int]:
    """The alerts that are wanted, the surest first; and how many there are in all."""
    query = _filter(select(ALERT), wanted)
    total = connection.execute(_filter(select(func.count()).select_from(ALERT), wanted)).scalar() or 0
    rows = connection.execute(query.order_by(ALERT.c.score.desc(), ALERT.c.id).limit(limit).offset(offset))
    return tuple(map(_make_alert, rows)), int(total)


def _filter(query: Select[Any], wanted: AlertFilter) -> Select[Any]:
    is_open = ALERT.c.state == "open"
    states = {
        "undecided": is_open, "open": is_open & ALERT.c.assignee.is_(None),
        "assigned": is_open & ALERT.c.assignee.is_not(None),
        "proposed": is_open & ALERT.c.proposal.is_not(None), "closed": ALERT.c.state == "closed",
        "gone": ALERT.c.state == "gone",
    }
    if wanted.state != "all":
        query = query.where(states[wanted.state])
    if wanted.assignee is not None:
        query = query.where(ALERT.c.assignee == wanted.assignee if wanted.assignee else ALERT.c.assignee.is_(None))
    if wanted.source is not None or wanted.name is not None:
        met = exists().where(SOURCE.c.alert == ALERT.c.id)
        met = met.where(SOURCE.c.kind == wanted.source) if wanted.source is not None else met
        query = query.where(met.where(SOURCE.c.name == wanted.name) if wanted.name is not None else met)
    for column, word in ((ALERT.c.lists, wanted.list_key), (ALERT.c.authorities, wanted.authority)):
        if word is not None:
            query = query.where(column.contains(_pack((word,)), autoescape=True))
    if wanted.subject is not None:
        part = func.lower(ALERT.c.caption).contains(wanted.subject.lower(), autoescape=True)
        query = query.where(or_(part, ALERT.c.subject == wanted.subject))
    return query.where(ALERT.c.score >= wanted.min_score, ALERT.c.score <= wanted.max_score)


def get_alerts(connection: Connection, numbers: Sequence[int]) -> tuple[Alert, ...]:
    """The alerts of these numbers, in this order. `NotFound` when one has none."""
    fit = [n for n in numbers if 0 < n <= MOST_NUMBER]
    found: dict[int, Alert] = {}
    for part in iter_parts(fit):
        found.update({row.id: _make_alert(row) for row in connection.execute(select(ALERT).where(ALERT.c.id.in_(part)))})
    missing = next((n for n in numbers if n not in found), None)
    if missing is not None:
        raise NotFound(f"There is no alert {missing}; `tocsin alerts list` shows all. Nothing was done.")
    return tuple(found[n] for n in dict.fromkeys(numbers))


def find_number(connection: Connection, identity: str, subject: str) -> int | None:
    """The number of the alert on these two; `None` where there is none."""
    return _find_numbers(connection, [(identity, subject)]).get((identity, subject))


def find_sources(connection: Connection, number: int) -> tuple[AlertSource, ...]:
    """Where an alert came from, in the order in which it was met."""
    rows = connection.execute(select(SOURCE).where(SOURCE.c.alert == number).order_by(SOURCE.c.id))
    return tuple(AlertSource(kind=r.kind, name=r.name, place=r.place, at=from_stamp(r.at)) for r in rows)


def find_events(connection: Connection, number: int) -> tuple[AlertEvent, ...]:
    """What was done with an alert, in order."""
    rows = connection.execute(select(EVENT).where(EVENT.c.alert == number).order_by(EVENT.c.id))
    return tuple(AlertEvent(kind=r.kind, author=r.author, text=r.text, at=from_stamp(r.at)) for r in rows)


def find_assignees(connection: Connection) -> tuple[str, ...]:
    """Who has alerts that are not decided."""
    query = select(ALERT.c.assignee).where(ALERT.c.state == "open", ALERT.c.assignee.is_not(None)).distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def has_purgeable(connection: Connection, *, before: dt.datetime) -> bool:
    """Whether what was asked is kept of an alert that has been decided, or gone, since before a moment."""
    return connection.execute(select(ALERT.c.id).where(_is_old(before)).limit(1)).first() is not None


def purge_queries(connection: Connection, *, before: dt.datetime) -> int:
    """Forget what was asked of alerts that have been decided, or gone, since before a moment; of how many."""
    return connection.execute(update(ALERT).where(_is_old(before)).values(query=None)).rowcount


def _is_old(before: dt.datetime) -> Any:
    return (ALERT.c.state != "open") & (ALERT.c.changed_at < to_stamp(before)) & ALERT.c.query.is_not(None)


def forget_source(
    connection: Connection, kind: SourceKind, name: str, places: Sequence[str] | None = None
) -> int:
    """Forget that alerts came from there, and the alerts that came from nowhere else, with all that is known of them; how
    many those were. Without `places` all of that name."""
    mine = (SOURCE.c.kind == kind) & (SOURCE.c.name == name)
    parts = [mine] if places is None else [mine & SOURCE.c.place.in_(part) for part in iter_parts(places)]
    numbers: set[int] = set()
    for part in parts:
        numbers.update(connection.execute(select(SOURCE.c.alert).where(part)).scalars())
        connection.execute(delete(SOURCE).where(part))
    removed = 0
    for some in iter_parts(sorted(numbers)):
        kept = set(connection.execute(select(SOURCE.c.alert).where(SOURCE.c.alert.in_(some))).scalars())
        lost = [n for n in some if n not in kept]
        connection.execute(delete(EVENT).where(EVENT.c.alert.in_(lost)))
        removed += connection.execute(delete(ALERT).where(ALERT.c.id.in_(lost))).rowcount
    return removed


def iter_queries(connection: Connection) -> Iterator[tuple[int, str, Query]]:
    """Number, identity and query of all alerts of which the query is kept."""
    query = select(ALERT.c.id, ALERT.c.identity, ALERT.c.query).where(ALERT.c.query.is_not(None))
    for row in connection.execute(query).all():
        yield row.id, row.identity, _QUERY(row.query)


def set_identity(connection: Connection, number: int, identity: str, asked: Facts) -> None:
    """Give an alert the digests of another key."""
    values = {"identity": identity, "asked": msgspec.json.encode(asked).decode()}
    connection.execute(update(ALERT).where(ALERT.c.id == number).values(**values))


def _make_alert(row: Row[Any]) -> Alert:
    return Alert(
        number=row.id, identity=row.identity, subject=row.subject, caption=row.caption, score=row.score,
        register=row.register, lists=_unpack(row.lists), authorities=_unpack(row.authorities),
        state="assigned" if row.state == "open" and row.assignee else row.state, assignee=row.assignee,
        raised_at=from_stamp(row.raised_at), changed_at=from_stamp(row.changed_at),
        query=None if row.query is None else _QUERY(row.query), decision=row.decision, outcome=row.outcome,
        proposal=row.proposal,
    )
