"""Reading and writing what joining rests on: decisions, comparisons, links, ids. Values of the registry go as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, or_, select, update

from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.decision_tables import COMPARED, DECISION, LIKENESS, LINK, MEMBER, RESOLUTION, SUBJECT, WAITING

CHUNK = 5_000
DecisionKind = Literal["same", "different", "undo"]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided on two members ("list:ref"), or that decision `undoes` no longer holds.

    `in_force` is false when it was undone, or when a later decision on the same two took its place; an undoing is in
    force unless it was itself undone. `facts` digests what the two listings said when it was made.
    """

    number: int
    kind: DecisionKind
    one: str | None
    other: str | None
    undoes: int | None
    author: str
    ground: str
    facts: str
    decided_at: dt.datetime
    in_force: bool = True


class StoredLink(msgspec.Struct, frozen=True, kw_only=True):
    """Why two members are, or were, one subject; `recorded_to` is absent while it holds."""

    one: str
    other: str
    basis: str
    author: str
    ground: str
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A member as it was compared: a digest of what it said, and the keys under which others find it."""

    digest: str
    keys: bytes


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """What the last joining rested on beyond the lists: digests of the decisions in force and of ids that have a history."""

    decisions: str = ""
    ids: str = ""


def find_decisions(connection: Connection) -> tuple[Decision, ...]:
    """All decisions ever made, oldest first, each with whether it is in force."""
    rows = list(connection.execute(select(DECISION).order_by(DECISION.c.id)))
    undone: set[int] = set()
    for row in reversed(rows):
        if row.undoes is not None and row.id not in undone:
            undone.add(row.undoes)
    last = {frozenset((r.one, r.other)): r.id for r in rows if r.undoes is None and r.id not in undone}
    return tuple(
        Decision(
            number=r.id, kind=r.kind, one=r.one, other=r.other, undoes=r.undoes, author=r.author, ground=r.ground,
            facts=r.facts, decided_at=from_stamp(r.decided_at),
            in_force=r.id not in undone and (r.undoes is not None or last[frozenset((r.one, r.other))] == r.id),
        )
        for r in rows
    )


def write_decision(
    connection: Connection, kind: DecisionKind, *, one: str | None = None, other: str | None = None,
    undoes: int | None = None, author: str, ground: str, facts: str = "", at: dt.datetime,
) -> int:
    """Record a decision; gives its number. It takes effect with the next joining."""
    row = {
        "kind": kind, "one": one, "other": other, "undoes": undoes, "author": author, "ground": ground, "facts": facts,
        "decided_at": to_stamp(at),
    }
    key = connection.execute(insert(DECISION), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def digest_decisions(decisions: Iterable[Decision]) -> str:
    """A digest of the decisions on pairs in force, whoever made them and when; empty without any."""
    lines = sorted(
        f"{d.kind}\t{min(d.one, d.other)}\t{max(d.one, d.other)}\n"
        for d in decisions if d.in_force and d.one is not None and d.other is not None
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""


def find_rests(connection: Connection) -> Rests:
    """What an index built now would rest on: the decisions in force now and the ids of the last joining."""
    ids = connection.execute(select(RESOLUTION.c.ids).order_by(RESOLUTION.c.id.desc()).limit(1)).scalar()
    return Rests(decisions=digest_decisions(find_decisions(connection)), ids=ids or "")


def find_all_rests(connection: Connection) -> tuple[tuple[str, Rests], ...]:
    """The rules of every joining that was made, and what it rested on, the newest first; each once."""
    query = select(RESOLUTION.c.rules, RESOLUTION.c.decisions, RESOLUTION.c.ids).order_by(RESOLUTION.c.id.desc())
    rows = dict.fromkeys((r.rules, r.decisions, r.ids) for r in connection.execute(query))
    return tuple((rules, Rests(decisions=decisions, ids=ids)) for rules, decisions, ids in rows)


def write_resolution(
    connection: Connection, *, rules: str, rests: Rests, subjects: int, links: int, waiting: int, at: dt.datetime
) -> None:
    """Record a joining."""
    row = {
        "recorded_at": to_stamp(at), "rules": rules, "decisions": rests.decisions, "ids": rests.ids, "subjects": subjects,
        "links": links, "waiting": waiting,
    }
    connection.execute(insert(RESOLUTION), row)


def find_compared(connection: Connection, rules: str) -> dict[str, Compared]:
    """Each member as it was compared with all others under these rules."""
    query = select(COMPARED.c.member, COMPARED.c.digest, COMPARED.c.filed).where(COMPARED.c.rules == rules)
    rows = connection.execute(query)
    return {member: Compared(digest=digest, keys=filed) for member, digest, filed in rows}


def load_likenesses(connection: Connection) -> list[tuple[str, str, str]]:
    """All pairs that are alike: both members, and the body as it was written."""
    query = select(LIKENESS.c.one, LIKENESS.c.other, LIKENESS.c.body)
    return [(one, other, body) for one, other, body in connection.execute(query)]


def write_compared(
    connection: Connection, members: Mapping[str, Compared], gone: Iterable[str], alike: Iterable[tuple[str, str, str]], *,
    rules: str,
) -> None:
    """Record that `members` were compared and which pairs are alike. What was kept of these members
    and of those that are `gone` is forgotten."""
    forget = [{"member": m} for m in (*members, *gone)]
    for table, where in (
        (COMPARED, COMPARED.c.member == bindparam("member")),
        (LIKENESS, or_(LIKENESS.c.one == bindparam("member"), LIKENESS.c.other == bindparam("member"))),
    ):
        if forget:
            connection.execute(delete(table).where(where), forget)
    _write(connection, COMPARED, (
        {"member": m, "digest": c.digest, "filed": c.keys, "rules": rules} for m, c in members.items()
    ))
    _write(connection, LIKENESS, ({"one": a, "other": b, "body": body} for a, b, body in alike))


def forget_compared(connection: Connection) -> None:
    """Forget all comparisons: they were made under other rules."""
    connection.execute(delete(COMPARED))
    connection.execute(delete(LIKENESS))


def write_links(connection: Connection, links: Iterable[tuple[str, str, str, str, str]], *, at: dt.datetime) -> None:
    """Close links that no longer hold and open new ones: (one, other, basis, author, ground)."""
    columns = (LINK.c.one, LINK.c.other, LINK.c.basis, LINK.c.author, LINK.c.ground)
    query = select(LINK.c.id, *columns).where(LINK.c.recorded_to.is_(None))
    held = {tuple(row[1:]): row[0] for row in connection.execute(query)}
    wanted = dict.fromkeys(links)
    over = [{"link": number} for link, number in held.items() if link not in wanted]
    if over:
        statement = update(LINK).where(LINK.c.id == bindparam("link")).values(recorded_to=to_stamp(at))
        connection.execute(statement, over)
    names = ("one", "other", "basis", "author", "ground")
    new = (dict(zip(names, link, strict=True)) for link in wanted if link not in held)
    _write(connection, LINK, ({**row, "recorded_from": to_stamp(at)} for row in new))


def find_links(connection: Connection, members: Iterable[str] | None = None) -> tuple[StoredLink, ...]:
    """The links of these members, or all, those that no longer hold too, oldest first."""
    query = select(LINK).order_by(LINK.c.id)
    if members is not None:
        wanted = list(members)
        query = query.where(or_(LINK.c.one.in_(wanted), LINK.c.other.in_(wanted)))
    return tuple(
        StoredLink(
            one=r.one, other=r.other, basis=r.basis, author=r.author, ground=r.ground,
            recorded_from=from_stamp(r.recorded_from), recorded_to=from_stamp(r.recorded_to) if r.recorded_to else None,
        )
        for r in connection.execute(query)
    )


def write_waiting(connection: Connection, waiting: Sequence[tuple[str, str, str]]) -> None:
    """The pairs that wait now, surest first: both members, and the body."""
    connection.execute(delete(WAITING))
    _write(connection, WAITING, (
        {"rank": rank, "one": a, "other": b, "body": body} for rank, (a, b, body) in enumerate(waiting, start=1)
    ))


def load_waiting(connection: Connection) -> list[str]:
    """The bodies of the pairs that waited after the last joining, surest first."""
    return list(connection.execute(select(WAITING.c.body).order_by(WAITING.c.rank)).scalars())


def load_given(connection: Connection) -> list[tuple[str, str]]:
    """Every id ever given and its founder, oldest first."""
    query = select(SUBJECT.c.id, SUBJECT.c.founder).order_by(SUBJECT.c.number)
    return [(id_, founder) for id_, founder in connection.execute(query)]


def load_members(connection: Connection) -> dict[str, str]:
    """The id by which each member was last known."""
    return {row[0]: row[1] for row in connection.execute(select(MEMBER.c.member, MEMBER.c.subject))}


def write_subjects(
    connection: Connection, new: Iterable[tuple[str, str]], members: Mapping[str, str], known: Mapping[str, str], *,
    at: dt.datetime,
) -> None:
    """Record ids given now (with their founders), and by which id members are known from now on; `known` has those by
    which they were known until now (`load_members`)."""
    number = int(connection.execute(select(func.max(SUBJECT.c.number))).scalar() or 0)
    _write(connection, SUBJECT, (
        {"number": n, "id": id_, "founder": founder, "given_at": to_stamp(at)}
        for n, (id_, founder) in enumerate(new, start=number + 1)
    ))
    moved = [{"it": m, "to": s} for m, s in members.items() if m in known and known[m] != s]
    if moved:
        statement = update(MEMBER).where(MEMBER.c.member == bindparam("it")).values(subject=bindparam("to"))
        connection.execute(statement, moved)
    _write(connection, MEMBER, ({"member": m, "subject": s} for m, s in members.items() if m not in known))


def _write(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        connection.execute(insert(table), chunk)
