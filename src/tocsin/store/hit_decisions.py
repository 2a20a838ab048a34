"""Decisions on hits, on the desk: written once, never changed. A confirmation or a withdrawal is a row of its own.

Of a query only keyed digests are kept. The key lies beside them and is made with the first decision: an export without it,
or a look at another desk, tells nothing of who was asked about.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from typing import Literal

import msgspec
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
    update,
)

from tocsin.errors import BadInput, NotFound
from tocsin.model.hit_decision import Facts, HitDecision
from tocsin.store.append_only import keep_append_only
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK

HIT_DECISION = Table(
    "hit_decision", DESK,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("caption", Text, nullable=False),
    Column("outcome", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("decided_at", String(27), nullable=False),
    Column("recorded_at", String(27), nullable=False),  # later than `decided_at` where it was imported
    Column("expires_at", String(27)),
    Column("proposed", Integer, nullable=False),
    Column("asked", Text, nullable=False),   # keyed digests by field
    Column("listed", Text, nullable=False),  # values by field
    CheckConstraint("outcome IN ('true_match', 'false_match', 'needs_information')", name="outcome"),
)
HIT_STEP = Table(
    "hit_step", DESK,
    Column("id", Integer, primary_key=True),
    Column("decision", ForeignKey("hit_decision.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("at", String(27), nullable=False),
    CheckConstraint("kind IN ('confirm', 'withdraw')", name="kind"),
    UniqueConstraint("decision", "kind"),
)
HIT_KEY = Table(
    "hit_key", DESK,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
)
for _table in (HIT_DECISION, HIT_STEP):
    keep_append_only(_table, "decisions")

MOST_NUMBER = 2**31 - 1  # what a column of integers holds on a server
StepKind = Literal["confirm", "withdraw"]
_FACTS = msgspec.json.Decoder(Facts).decode


def find_key(connection: Connection) -> bytes | None:
    """The key of this desk's digests; `None` before the first decision."""
    found = connection.execute(select(HIT_KEY.c.key)).scalar()
    return bytes.fromhex(found) if found else None


def get_key(connection: Connection, *, wanted: bytes | None = None) -> bytes:
    """The key of this desk's digests, made now (or taken as `wanted`) when there is none."""
    statement = text("INSERT INTO hit_key (id, key) VALUES (1, :key) ON CONFLICT DO NOTHING")
    connection.execute(statement, {"key": (wanted or secrets.token_bytes(32)).hex()})
    key = find_key(connection)
    assert key is not None
    return key


def set_key(connection: Connection, key: bytes) -> None:
    """Give this desk another key, before the first decision: digests under the one before would never be met again."""
    connection.execute(update(HIT_KEY).values(key=key.hex()))


def write_hit_decision(connection: Connection, one: HitDecision, *, at: dt.datetime) -> int:
    """Record a decision as it was made, without its later steps; gives its number, which is not that of `one`."""
    found = connection.execute(insert(HIT_DECISION).returning(HIT_DECISION.c.id), {
        "identity": one.identity, "subject": one.subject, "caption": one.caption, "outcome": one.outcome,
        "author": one.author, "ground": one.ground, "decided_at": to_stamp(one.decided_at), "recorded_at": to_stamp(at),
        "expires_at": to_stamp(one.expires_at) if one.expires_at else None, "proposed": int(one.proposed),
        "asked": msgspec.json.encode(one.asked).decode(), "listed": msgspec.json.encode(one.listed).decode(),
    })
    return int(found.scalar_one())


def write_step(
    connection: Connection, number: int, kind: StepKind, *, author: str, ground: str, at: dt.datetime
) -> HitDecision:
    """Confirm or withdraw a decision; gives it as it is then.

    `NotFound` for a number that none has; `BadInput` for one that was withdrawn, for a confirmation that is not needed or
    comes from its own author.
    """
    found = find_hit_decisions(connection, number=number) if 0 < number <= MOST_NUMBER else ()
    if not found:
        raise NotFound(f"There is no decision {number}; `tocsin decisions list` shows all. Nothing was done.")
    if found[0].withdrawn_at is not None:
        raise BadInput(f"Decision {number} was withdrawn. Nothing was done.")
    if kind == "confirm" and found[0].is_confirmed:
        raise BadInput(f"Decision {number} waits for nobody's confirmation. Nothing was done.")
    if kind == "confirm" and found[0].is_expired(at):
        raise BadInput(f"Decision {number} has expired. Nothing was done.")
    if kind == "confirm" and found[0].author.casefold() == author.casefold():
        raise BadInput(f"Decision {number} must be confirmed by another person than its author. Nothing was done.")
    connection.execute(insert(HIT_STEP), {
        "decision": number, "kind": kind, "author": author, "ground": ground, "at": to_stamp(at),
    })
    return find_hit_decisions(connection, number=number)[0]


def find_hit_decisions(
    connection: Connection, *, identities: Collection[str] | None = None, number: int | None = None, held: bool = False,
    until: tuple[int, int] | None = None,
) -> tuple[HitDecision, ...]:
    """Decisions in the order in which they were recorded: all, of these identities, or one; with `held` only those that
    were not withdrawn. `until` gives them as they were when the last decision and the last step had these numbers
    (`find_last`)."""
    query, steps = select(HIT_DECISION).order_by(HIT_DECISION.c.id), select(HIT_STEP)
    if identities is not None:
        query = query.where(HIT_DECISION.c.identity.in_(identities))
        steps = steps.join(HIT_DECISION).where(HIT_DECISION.c.identity.in_(identities))
    if number is not None:
        query, steps = query.where(HIT_DECISION.c.id == number), steps.where(HIT_STEP.c.decision == number)
    if until is not None:
        query, steps = query.where(HIT_DECISION.c.id <= until[0]), steps.where(HIT_STEP.c.id <= until[1])
    taken = {(s.decision, s.kind): s for s in connection.execute(steps)}
    found = []
    for row in connection.execute(query):
        confirmed, withdrawn = taken.get((row.id, "confirm")), taken.get((row.id, "withdraw"))
        if held and withdrawn is not None:
            continue
        found.append(HitDecision(
            number=row.id, identity=row.identity, subject=row.subject, caption=row.caption, outcome=row.outcome,
            author=row.author, ground=row.ground, decided_at=from_stamp(row.decided_at), proposed=bool(row.proposed),
            expires_at=from_stamp(row.expires_at) if row.expires_at else None,
            asked=_FACTS(row.asked), listed=_FACTS(row.listed),
            confirmed_by=confirmed.author if confirmed else None,
            confirmed_at=from_stamp(confirmed.at) if confirmed else None,
            withdrawn_by=withdrawn.author if withdrawn else None,
            withdrawn_at=from_stamp(withdrawn.at) if withdrawn else None,
            withdrawn_ground=withdrawn.ground if withdrawn else None,
        ))
    return tuple(found)


def find_last(connection: Connection) -> tuple[int, int]:
    """The numbers of the last decision, and of the last confirmation or withdrawal; 0 before the first."""
    last = connection.execute(select(
        select(func.max(HIT_DECISION.c.id)).scalar_subquery(), select(func.max(HIT_STEP.c.id)).scalar_subquery()
    )).one()
    return int(last[0] or 0), int(last[1] or 0)


def count_hit_decisions(connection: Connection) -> int:
    """How many decisions were ever made."""
    return int(connection.execute(select(func.count()).select_from(HIT_DECISION)).scalar() or 0)


def take_hit_decisions(
    connection: Connection, decisions: Iterable[HitDecision], *, at: dt.datetime
) -> tuple[tuple[int, ...], int]:
    """Record decisions that were made elsewhere, with their steps: the numbers of the new ones, and how many were known.

    One of the same identity, subject, outcome, author and moment is known; a step of it that is not there yet is added.
    """
    known = {_sign(d): d for d in find_hit_decisions(connection)}
    fresh, met = [], 0
    for one in decisions:
        before = known.get(_sign(one))
        if before is None:
            number = write_hit_decision(connection, one, at=at)
            fresh.append(number)
        else:
            number, met = before.number, met + 1
        _take_steps(connection, one, before, number)
        known[_sign(one)] = msgspec.structs.replace(one, number=number)
    return tuple(fresh), met


def _take_steps(connection: Connection, one: HitDecision, before: HitDecision | None, number: int) -> None:
    for kind, author, ground, at, is_known in (
        ("confirm", one.confirmed_by, "", one.confirmed_at, before is not None and before.confirmed_at is not None),
        ("withdraw", one.withdrawn_by, one.withdrawn_ground or "", one.withdrawn_at,
         before is not None and before.withdrawn_at is not None),
    ):
        if author is not None and at is not None and not is_known:
            connection.execute(insert(HIT_STEP), {
                "decision": number, "kind": kind, "author": author, "ground": ground, "at": to_stamp(at),
            })


def _sign(one: HitDecision) -> tuple[str, str, str, str, str]:
    return one.identity, one.subject, one.outcome, one.author, to_stamp(one.decided_at)
