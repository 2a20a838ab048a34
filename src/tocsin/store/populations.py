"""Monitored populations: who is to be checked against every new state of the lists, for what purpose, and how long.

A member is the caller's own reference and the query that is asked for it. The query is personal data that the operator gives
to be monitored: it is here and with alerts that were raised of the member, and goes with the member (`remove_members`,
`purge`, `remove_population`). Findings, checkings and notices (`store.checkings`, `store.notices`) know a member by its
reference only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from tocsin.errors import BadInput, Busy, NotFound, suggest
from tocsin.model import Query
from tocsin.store.alerts import forget_source
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK

PAGE = 500           # members read at once
MOST_REFUSED = 1_000  # rows that could not be registered of which the reason is kept
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

POPULATION = Table(
    "population", DESK,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("purpose", Text, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("retention_days", Integer),
    Column("channels", Text, nullable=False),
    Column("refused", Text, nullable=False),   # rows of the files that were read which could not be registered
    Column("revision", Integer, nullable=False),  # one more with each change of the members and each checking
    Column("checked", Integer),                # the revision that the last checking left
    Column("register", String(64)),            # the state that the last checking was against
    Column("basis", Text),                     # what else that rested on
    sqlite_autoincrement=True,
)
MEMBER = Table(
    "population_member", DESK,
    Column("id", Integer, primary_key=True),
    Column("population", Integer, ForeignKey("population.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("query", Text),                     # empty where there is a fault
    Column("digest", String(64), nullable=False),
    Column("fault", Text),                     # why it cannot be checked
    Column("warnings", Text, nullable=False),  # fields without which it is checked
    Column("confirmed_at", String(27), nullable=False),  # when the operator last gave it
    Column("fresh", Integer, nullable=False),  # 1 until it was checked against a whole state
    UniqueConstraint("population", "reference"),
    sqlite_autoincrement=True,
)


class Channel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where notices go: `webhook` with a URL and the secret that signs, or `email` with an address."""

    kind: str
    target: str
    secret: str = ""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is no member: its number in the file, and why."""

    row: int
    reason: str


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """`refused` are rows of its files that could not be registered; `basis` and `register` are of the last checking."""

    id: int
    name: str
    purpose: str
    made_by: str
    made_at: dt.datetime
    retention_days: int | None
    channels: tuple[Channel, ...]
    refused: tuple[Refused, ...]
    revision: int
    checked: int | None
    register: str | None
    basis: str | None


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """What is given of a member: its query, or the fault for which there is none."""

    reference: str
    query: Query | None
    fault: str | None = None
    warnings: tuple[str, ...] = ()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member as it is kept. `fresh`: not yet checked against a whole state."""

    id: int
    reference: str
    query: Query | None
    fault: str | None
    warnings: tuple[str, ...]
    confirmed_at: dt.datetime
    fresh: bool


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading of members did. `unscreenable` are members that cannot be checked, `refused` rows that are none."""

    added: int
    changed: int
    unchanged: int
    removed: int
    unscreenable: int
    refused: tuple[Refused, ...]


def add_population(
    connection: Connection, name: str, *, purpose: str, by: str, at: dt.datetime, retention_days: int | None = None,
    channels: Sequence[Channel] = (),
) -> Population:
    """A new population without members. `BadInput` for a name that is taken or is none, and without a purpose."""
    if not _NAME.fullmatch(name):
        raise BadInput("The population's name: expected 1 to 100 letters, digits, '.', '_' or '-'. Nothing was done.")
    if not purpose.strip():
        raise BadInput("The purpose: expected a sentence that says why these people are monitored. Nothing was done.")
    if retention_days is not None and not 1 <= retention_days <= 36_525:
        raise BadInput("The retention: expected 1 to 36525 days. Nothing was done.")
    if connection.execute(select(POPULATION.c.id).where(POPULATION.c.name == name)).first():
        raise BadInput("A population of that name is there already. Nothing was done.")
    connection.execute(insert(POPULATION), {
        "name": name, "purpose": purpose.strip(), "made_by": by, "made_at": to_stamp(at), "retention_days": retention_days,
        "channels": msgspec.json.encode(channels).decode(), "refused": "[]", "revision": 0,
    })
    return get_population(connection, name)


def list_populations(connection: Connection) -> tuple[Population, ...]:
    return tuple(_make_population(row) for row in connection.execute(select(POPULATION).order_by(POPULATION.c.name)))


def get_population(connection: Connection, name: str) -> Population:
    """`NotFound`, with the nearest name, when there is none."""
    row = connection.execute(select(POPULATION).where(POPULATION.c.name == name)).first()
    if row is None:
        known = [r.name for r in connection.execute(select(POPULATION.c.name))]
        hint = suggest(name[:100], known) if known else "`tocsin monitor add` makes one."
        raise NotFound(f"No population has that name; {hint} Nothing was done.")
    return _make_population(row)


def _make_population(row: Row[Any]) -> Population:
    return Population(
        id=row.id, name=row.name, purpose=row.purpose, made_by=row.made_by, made_at=from_stamp(row.made_at),
        retention_days=row.retention_days, channels=msgspec.json.decode(row.channels, type=tuple[Channel, ...]),
        refused=msgspec.json.decode(row.refused, type=tuple[Refused, ...]), revision=row.revision, checked=row.checked,
        register=row.register, basis=row.basis,
    )


def step(connection: Connection, population: Population, **values: object) -> None:
    """Give the population its next revision, with `values`. First in every transaction that changes what belongs to it:
    two that began from one revision do not both succeed. `Busy` when another was first."""
    done = connection.execute(
        update(POPULATION).where(POPULATION.c.id == population.id, POPULATION.c.revision == population.revision)
        .values(revision=population.revision + 1, **values)
    )
    if done.rowcount == 0:
        raise Busy(f"Population {population.name} was changed by another process meanwhile. Nothing was done; try again.")


def set_members(
    connection: Connection, population: Population, members: Iterable[NewMember], *, at: dt.datetime,
    refused: Sequence[Refused] = (), replace: bool = False,
) -> Loaded:
    """Add members, or give those of a known reference a new query; with `replace` all others are removed.

    One whose query is as it was is confirmed only: it keeps what was found of it.
    """
    kept = (tuple(refused) if replace else (*population.refused, *refused))[:MOST_REFUSED]
    step(connection, population, refused=msgspec.json.encode(kept).decode())
    known = {
        row.reference: (row.id, row.digest)
        for row in connection.execute(
            select(MEMBER.c.id, MEMBER.c.reference, MEMBER.c.digest).where(MEMBER.c.population == population.id)
        )
    }
    stamp, fresh, changed, seen = to_stamp(at), [], [], set()
    unchanged, faults = [], 0
    for member in members:
        values = _to_values(member, stamp)
        seen.add(member.reference)
        faults += member.query is None
        number, digest = known.get(member.reference, (None, None))
        if number is None:
            fresh.append({**values, "population": population.id, "reference": member.reference})
        elif digest != values["digest"]:
            changed.append({**values, "number": number})
        else:
            unchanged.append({"number": number, "confirmed_at": stamp})
    _write(connection, fresh, changed, unchanged)
    gone = [number for reference, (number, _) in known.items() if reference not in seen] if replace else []
    _remove(connection, population, gone)
    return Loaded(
        added=len(fresh), changed=len(changed), unchanged=len(unchanged), removed=len(gone), unscreenable=faults,
        refused=tuple(refused),
    )


def _to_values(member: NewMember, stamp: str) -> dict[str, Any]:
    query = None if member.query is None else msgspec.json.encode(member.query).decode()
    warnings = msgspec.json.encode(member.warnings).decode()
    digest = hashlib.sha256(msgspec.json.encode((query, member.fault, warnings))).hexdigest()
    return {
        "query": query, "digest": digest, "fault": member.fault, "warnings": warnings, "confirmed_at": stamp, "fresh": 1,
    }


def _write(
    connection: Connection, fresh: list[dict[str, Any]], changed: list[dict[str, Any]], unchanged: list[dict[str, Any]]
) -> None:
    from sqlalchemy import bindparam

    if fresh:
        connection.execute(insert(MEMBER), fresh)
    one = update(MEMBER).where(MEMBER.c.id == bindparam("number"))
    for rows in (changed, unchanged):
        if rows:
            connection.execute(one.values({name: bindparam(name) for name in rows[0] if name != "number"}), rows)


def remove_members(connection: Connection, population: Population, references: Sequence[str]) -> int:
    """Remove members with all that is known of them. `NotFound`, and nothing removed, when one is no member."""
    step(connection, population)
    numbers = []
    for position, reference in enumerate(dict.fromkeys(references), start=1):
        row = connection.execute(
            select(MEMBER.c.id).where(MEMBER.c.population == population.id, MEMBER.c.reference == reference)
        ).first()
        if row is None:
            raise NotFound(f"Reference {position} is no member of population {population.name}. Nothing was removed.")
        numbers.append(row.id)
    _remove(connection, population, numbers)
    return len(numbers)


def _remove(connection: Connection, population: Population, numbers: Sequence[int]) -> None:
    """Remove members with what was found of them, and the alerts that were raised of nobody else."""
    from tocsin.store.checkings import FINDING, forget_left_out

    for at in range(0, len(numbers), PAGE):
        part = numbers[at:at + PAGE]
        references = connection.execute(select(MEMBER.c.reference).where(MEMBER.c.id.in_(part))).scalars()
        forget_source(connection, "population", population.name, list(references))
        forget_left_out(connection, population.id, part)
        connection.execute(delete(FINDING).where(FINDING.c.member.in_(part)))
        connection.execute(delete(MEMBER).where(MEMBER.c.id.in_(part)))


def purge(connection: Connection, population: Population, *, at: dt.datetime) -> int:
    """Remove what is older than the population's retention: members that were not given again in that time, findings that
    were gone by then, notices that were made before and are delivered. How many members that were."""
    from tocsin.store.checkings import FINDING
    from tocsin.store.notices import purge_notices

    if population.retention_days is None:
        return 0
    before = to_stamp(at - dt.timedelta(days=population.retention_days))
    old = select(MEMBER.c.id).where(MEMBER.c.population == population.id, MEMBER.c.confirmed_at < before)
    numbers = [row.id for row in connection.execute(old)]
    if numbers:
        step(connection, population)
        _remove(connection, population, numbers)
    connection.execute(delete(FINDING).where(FINDING.c.population == population.id, FINDING.c.gone_at < before))
    purge_notices(connection, population.id, before=before)
    return len(numbers)


def iter_members(connection: Connection, population: int) -> Iterator[Member]:
    """All members, in the order in which they came."""
    query = select(MEMBER).where(MEMBER.c.population == population).order_by(MEMBER.c.id)
    for row in connection.execute(query.execution_options(yield_per=PAGE)):
        yield Member(
            id=row.id, reference=row.reference, fault=row.fault, fresh=bool(row.fresh),
            query=None if row.query is None else msgspec.json.decode(row.query, type=Query),
            warnings=msgspec.json.decode(row.warnings, type=tuple[str, ...]), confirmed_at=from_stamp(row.confirmed_at),
        )


def count_members(connection: Connection, population: int) -> int:
    query = select(func.count()).select_from(MEMBER).where(MEMBER.c.population == population)
    return int(connection.execute(query).scalar_one())


def remove_population(connection: Connection, population: Population) -> int:
    """Remove a population with its members, findings, checkings and notices. How many members that were."""
    from tocsin.store.checkings import CHECKING, FINDING, JUDGED, forget_left_out, forget_states
    from tocsin.store.notices import remove_notices

    step(connection, population)
    remove_notices(connection, population.id)
    forget_source(connection, "population", population.name)
    forget_left_out(connection, population.id)
    for table in (FINDING, CHECKING, JUDGED):
        connection.execute(delete(table).where(table.c.population == population.id))
    done = connection.execute(delete(MEMBER).where(MEMBER.c.population == population.id))
    connection.execute(delete(POPULATION).where(POPULATION.c.id == population.id))
    forget_states(connection)
    return done.rowcount


def digest_references(references: Iterable[str]) -> str:
    """The digest by which two sides know that they mean the same members: SHA-256 over the references in the order of their
    code points, each as a JSON string and a line's end."""
    found = hashlib.sha256()
    for reference in sorted(references):
        found.update(msgspec.json.encode(reference) + b"\n")
    return found.hexdigest()
