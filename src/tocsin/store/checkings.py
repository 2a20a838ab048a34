"""Checkings of monitored populations: what was found of whom, against which state of the lists, from when to when.

A checking is written in one transaction, with its findings and its notices: after a process was killed it is there whole or
not at all, and is then done again. To know which subjects a new state has changed, the digests of the subjects of the state
before are kept (`STATE`), for as long as a population was last checked against it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from tocsin.model import PartialDate
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK
from tocsin.store.populations import MEMBER, PAGE, POPULATION, Population, step

FINDING = Table(
    "population_finding", DESK,
    Column("id", Integer, primary_key=True),
    Column("population", Integer, ForeignKey("population.id"), nullable=False),
    Column("member", Integer, ForeignKey("population_member.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("first_register", String(64), nullable=False),
    Column("first_at", String(27), nullable=False),
    Column("gone_register", String(64)),
    Column("gone_at", String(27)),
    Index("ix_population_finding_population", "population", "gone_at"),
    Index("ix_population_finding_member", "member"),
)
CHECKING = Table(
    "population_checking", DESK,
    Column("id", Integer, primary_key=True),
    Column("population", Integer, ForeignKey("population.id"), nullable=False, index=True),
    Column("register", String(64), nullable=False),
    Column("before", String(64)),
    Column("how", String(10), nullable=False),
    Column("started_at", String(27), nullable=False),
    Column("finished_at", String(27), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
STATE = Table(
    "population_state", DESK,
    Column("register", String(64), primary_key=True),
    Column("subjects", LargeBinary, nullable=False),
)

LEFT_OUT = Table(  # findings in force that a decision leaves out
    "population_left_out", DESK,
    Column("finding", Integer, ForeignKey("population_finding.id"), primary_key=True, autoincrement=False),
    Column("decision", Integer, nullable=False),
    Column("untold", Integer, nullable=False),  # 1 where nobody ever was told of it
)
JUDGED = Table(  # the decisions that the last checking applied
    "population_judged", DESK,
    Column("population", Integer, ForeignKey("population.id"), primary_key=True, autoincrement=False),
    Column("decisions", String(64), nullable=False),
)


class FoundListing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One listing of the subject that was found."""

    list_key: str
    authority: str
    ref: str
    listed_on: PartialDate | None = None
    programmes: tuple[str, ...] = ()


class FoundReason(msgspec.Struct, frozen=True, kw_only=True):
    """What spoke for or against it, without what the member's side said: the sentences are those of `tocsin match`."""

    code: str
    effect: str
    points: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a member: nothing here is the member's own. `names` are the listed names that met."""

    subject: str
    caption: str
    score: float
    names: tuple[str, ...]
    listings: tuple[FoundListing, ...]
    reasons: tuple[FoundReason, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding as it is kept; in force while nothing says since when it is gone. `decision` is a false match that leaves it
    out."""

    reference: str
    found: Found
    first_register: str
    first_at: dt.datetime
    gone_register: str | None = None
    gone_at: dt.datetime | None = None
    decision: int | None = None


class ListState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one list that a checking was against: when it was published, where the list says so, and taken."""

    list_key: str
    digest: str
    published_at: dt.datetime | None
    taken_at: dt.datetime


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a checking did. `subjects` are those that changed, came or went, `fresh` the members that were checked against
    all, `references` the digest of the members' references."""

    members: int
    unscreenable: int
    warned: int
    fresh: int
    purged: int
    subjects: int
    new: int
    changed: int
    gone: int
    references: str
    basis: str
    states: tuple[ListState, ...]


class Checking(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    register: str
    before: str | None
    how: Literal["all", "affected"]
    started_at: dt.datetime
    finished_at: dt.datetime
    totals: Totals


class KeptFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Of a finding in force what comparing needs. `left_out`: by a decision, at the last checking; `untold`: ever since it
    was found."""

    id: int
    member: int
    reference: str
    found: Found
    digest: str
    left_out: bool = False
    untold: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a checking has found, to be written: findings by member's number, those replaced, and those that are gone."""

    register: str
    how: Literal["all", "affected"]
    started_at: dt.datetime
    finished_at: dt.datetime
    totals: Totals
    new: tuple[tuple[int, Found], ...]
    changed: tuple[tuple[int, Found], ...]  # by number of the finding
    gone: tuple[int, ...]                   # numbers of findings
    faults: tuple[tuple[int, str], ...] = ()  # members that can no longer be asked, and why
    left_out: Mapping[tuple[int, str], int] = {}  # decisions by member's number and subject
    decisions: str = ""                       # the digest of all that were applied
    subjects: Mapping[str, bytes]


def digest_found(found: Found) -> str:
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest()


def load_findings(connection: Connection, population: int) -> tuple[KeptFinding, ...]:
    """The findings in force."""
    query = (
        select(FINDING, MEMBER.c.reference, LEFT_OUT.c.untold).join(MEMBER, MEMBER.c.id == FINDING.c.member)
        .outerjoin(LEFT_OUT, LEFT_OUT.c.finding == FINDING.c.id)
        .where(FINDING.c.population == population, FINDING.c.gone_at.is_(None)).order_by(FINDING.c.id)
    )
    return tuple(
        KeptFinding(
            id=row.id, member=row.member, reference=row.reference, digest=row.digest,
            found=msgspec.json.decode(row.body, type=Found), left_out=row.untold is not None, untold=bool(row.untold),
        )
        for row in connection.execute(query)
    )


def list_findings(
    connection: Connection, population: int, *, gone: bool = False, left_out: bool = False
) -> tuple[Finding, ...]:
    """The findings in force, by reference, then the surest first; with `gone` those that were, too, with `left_out` those
    that decisions left out at the last checking."""
    query = (
        select(FINDING, MEMBER.c.reference, LEFT_OUT.c.decision).join(MEMBER, MEMBER.c.id == FINDING.c.member)
        .outerjoin(LEFT_OUT, LEFT_OUT.c.finding == FINDING.c.id)
        .where(FINDING.c.population == population)
        .order_by(MEMBER.c.reference, FINDING.c.score.desc(), FINDING.c.subject, FINDING.c.id)
    )
    if not gone:
        query = query.where(FINDING.c.gone_at.is_(None))
    if not left_out:
        query = query.where(LEFT_OUT.c.finding.is_(None))
    return tuple(
        Finding(
            reference=row.reference, found=msgspec.json.decode(row.body, type=Found), first_register=row.first_register,
            first_at=from_stamp(row.first_at), gone_register=row.gone_register,
            gone_at=from_stamp(row.gone_at) if row.gone_at else None, decision=row.decision,
        )
        for row in connection.execute(query)
    )


def find_references(connection: Connection, population: int) -> frozenset[str]:
    """The references of the members of whom there are findings in force."""
    query = (
        select(MEMBER.c.reference).join(FINDING, MEMBER.c.id == FINDING.c.member)
        .where(FINDING.c.population == population, FINDING.c.gone_at.is_(None)).distinct()
    )
    return frozenset(connection.execute(query).scalars())


def find_judged(connection: Connection, population: int) -> str:
    """The digest of the decisions that the last checking applied."""
    return connection.execute(select(JUDGED.c.decisions).where(JUDGED.c.population == population)).scalar() or ""


def load_subjects(connection: Connection, register: str) -> dict[str, bytes] | None:
    """The digests of the subjects of a state; `None` when they are not kept."""
    row = connection.execute(select(STATE.c.subjects).where(STATE.c.register == register)).first()
    return None if row is None else msgspec.msgpack.decode(zlib.decompress(row.subjects), type=dict[str, bytes])


def write_checking(connection: Connection, population: Population, outcome: Outcome) -> int:
    """Write a checking whole; its number. `Busy` when the population is no longer as it was when the checking began."""
    step(
        connection, population, register=outcome.register, basis=outcome.totals.basis, checked=population.revision + 1
    )
    found = connection.execute(insert(CHECKING).returning(CHECKING.c.id), {
        "population": population.id, "register": outcome.register, "before": population.register, "how": outcome.how,
        "started_at": to_stamp(outcome.started_at), "finished_at": to_stamp(outcome.finished_at),
        "body": msgspec.json.encode(outcome.totals).decode(),
    })
    number = int(found.scalar_one())
    untold = {f.id for f in load_findings(connection, population.id) if f.untold}
    forget_left_out(connection, population.id)
    _write_findings(connection, population.id, outcome)
    _write_left_out(connection, population.id, outcome, untold)
    for member, fault in outcome.faults:
        connection.execute(update(MEMBER).where(MEMBER.c.id == member).values(fault=fault))
    connection.execute(update(MEMBER).where(MEMBER.c.population == population.id, MEMBER.c.fresh == 1).values(fresh=0))
    if connection.execute(select(STATE.c.register).where(STATE.c.register == outcome.register)).first() is None:
        packed = zlib.compress(msgspec.msgpack.encode(outcome.subjects), 1)
        connection.execute(insert(STATE), {"register": outcome.register, "subjects": packed})
    forget_states(connection)
    return number


def _write_findings(connection: Connection, population: int, outcome: Outcome) -> None:
    at = to_stamp(outcome.finished_at)
    rows = [
        {"population": population, "member": member, "subject": found.subject, "first_register": outcome.register,
         "first_at": at, **_to_values(found)}
        for member, found in outcome.new
    ]
    if rows:
        connection.execute(insert(FINDING), rows)
    for number, found in outcome.changed:
        connection.execute(update(FINDING).where(FINDING.c.id == number).values(**_to_values(found)))
    for start in range(0, len(outcome.gone), PAGE):
        part: Sequence[int] = outcome.gone[start:start + PAGE]
        connection.execute(
            update(FINDING).where(FINDING.c.id.in_(part)).values(gone_at=at, gone_register=outcome.register)
        )


def _write_left_out(connection: Connection, population: int, outcome: Outcome, untold: Collection[int]) -> None:
    new = {(member, found.subject) for member, found in outcome.new}
    query = select(FINDING.c.id, FINDING.c.member, FINDING.c.subject).where(
        FINDING.c.population == population, FINDING.c.gone_at.is_(None)
    )
    rows = [
        {"finding": row.id, "decision": outcome.left_out[key], "untold": int(key in new or row.id in untold)}
        for row in (connection.execute(query).all() if outcome.left_out else ())
        if (key := (row.member, row.subject)) in outcome.left_out
    ]
    if rows:
        connection.execute(insert(LEFT_OUT), rows)
    connection.execute(delete(JUDGED).where(JUDGED.c.population == population))
    if outcome.decisions:
        connection.execute(insert(JUDGED), {"population": population, "decisions": outcome.decisions})


def forget_left_out(connection: Connection, population: int, members: Sequence[int] | None = None) -> None:
    """Forget which findings decisions left out: of a population, or of some of its members."""
    found = select(FINDING.c.id).where(FINDING.c.population == population)
    if members is not None:
        found = found.where(FINDING.c.member.in_(members))
    connection.execute(delete(LEFT_OUT).where(LEFT_OUT.c.finding.in_(found)))


def _to_values(found: Found) -> dict[str, Any]:
    body = msgspec.json.encode(found).decode()
    return {"score": found.score, "digest": digest_found(found), "body": body}


def forget_states(connection: Connection) -> None:
    """Forget the subjects of states against which no population was last checked."""
    used = select(POPULATION.c.register).where(POPULATION.c.register.is_not(None))
    connection.execute(delete(STATE).where(STATE.c.register.not_in(used)))


def list_checkings(connection: Connection, population: int) -> tuple[Checking, ...]:
    """All checkings, oldest first."""
    query = select(CHECKING).where(CHECKING.c.population == population).order_by(CHECKING.c.id)
    return tuple(make_checking(row) for row in connection.execute(query))


def make_checking(row: Row[Any]) -> Checking:
    return Checking(
        id=row.id, register=row.register, before=row.before, how=row.how, started_at=from_stamp(row.started_at),
        finished_at=from_stamp(row.finished_at), totals=msgspec.json.decode(row.body, type=Totals),
    )
