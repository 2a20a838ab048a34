"""Notices of what checkings found, and the outbox: which notice still has to reach whom.

A notice is written with its checking and is in the feed from then on. Each way out has a delivery of its own, which is tried
until it succeeds: a notice may arrive twice, under the same id, and is never lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, Text, delete, func, insert, select, update

from tocsin.errors import NotFound
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK
from tocsin.store.populations import POPULATION, Channel, Population

LEASE_S = 120         # for so long one process has a delivery for itself
FIRST_WAIT_S = 30     # before the second attempt, doubled for each further one
LONGEST_WAIT_S = 6 * 3600

NOTICE = Table(
    "notice", DESK,
    Column("number", Integer, primary_key=True),  # the order of the feed
    Column("id", String(32), nullable=False, unique=True),
    Column("population", Integer, ForeignKey("population.id"), nullable=False, index=True),
    Column("checking", Integer, nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
DELIVERY = Table(
    "notice_delivery", DESK,
    Column("id", Integer, primary_key=True),
    Column("notice", Integer, ForeignKey("notice.number"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("target", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(27), nullable=False, index=True),
    Column("delivered_at", String(27)),
    Column("error", Text),
    sqlite_autoincrement=True,
)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it is kept: `body` is the JSON that receivers get, byte for byte."""

    number: int
    id: str
    made_at: dt.datetime
    body: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that has to reach somebody, and how. `attempts` counts those before."""

    id: int
    notice: Kept
    channel: Channel
    attempts: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How far the notices of a checking have come. `told_at` is when the last of their deliveries succeeded, absent while
    one is still under way; without any way out it is when the feed had them."""

    notices: int
    deliveries: int
    delivered: int
    told_at: dt.datetime | None


def write_notices(
    connection: Connection, population: Population, checking: int, bodies: Sequence[tuple[str, str]], *, at: dt.datetime
) -> None:
    """Put notices (id and body) into the feed, and into the outbox for each of the population's channels."""
    stamp = to_stamp(at)
    for name, body in bodies:
        found = connection.execute(insert(NOTICE).returning(NOTICE.c.number), {
            "id": name, "population": population.id, "checking": checking, "made_at": stamp, "body": body,
        })
        number = int(found.scalar_one())
        for channel in population.channels:
            connection.execute(insert(DELIVERY), {
                "notice": number, "kind": channel.kind, "target": channel.target, "attempts": 0, "next_at": stamp,
            })


def list_notices(connection: Connection, population: int, *, after: str | None = None, limit: int = 100) -> tuple[Kept, ...]:
    """Notices in the order in which they were made, those after the one with the id `after`. `NotFound` for no such id."""
    query = select(NOTICE).where(NOTICE.c.population == population).order_by(NOTICE.c.number).limit(limit)
    if after is not None:
        row = connection.execute(
            select(NOTICE.c.number).where(NOTICE.c.population == population, NOTICE.c.id == after)
        ).first()
        if row is None:
            raise NotFound("No notice of this population has that id; it may be past its retention. Read from the start.")
        query = query.where(NOTICE.c.number > row.number)
    return tuple(
        Kept(number=r.number, id=r.id, made_at=from_stamp(r.made_at), body=r.body) for r in connection.execute(query)
    )


def take_delivery(
    connection: Connection, *, at: dt.datetime, every: bool = False, tried: Sequence[int] = ()
) -> Delivery | None:
    """The delivery that has been due for longest, taken for `LEASE_S` seconds; `None` when none is due.

    With `every` those that wait for their next attempt are due too, but for those that were `tried` already.
    """
    query = (
        select(DELIVERY, NOTICE.c.number, NOTICE.c.id.label("name"), NOTICE.c.made_at, NOTICE.c.body, POPULATION.c.channels)
        .join(NOTICE, NOTICE.c.number == DELIVERY.c.notice).join(POPULATION, POPULATION.c.id == NOTICE.c.population)
        .where(DELIVERY.c.delivered_at.is_(None)).order_by(DELIVERY.c.next_at, DELIVERY.c.id).limit(1)
    )
    query = query.where(DELIVERY.c.id.not_in(tried)) if every else query.where(DELIVERY.c.next_at <= to_stamp(at))
    row = connection.execute(query).first()
    if row is None:
        return None
    taken = connection.execute(
        update(DELIVERY).where(DELIVERY.c.id == row.id, DELIVERY.c.next_at == row.next_at, DELIVERY.c.delivered_at.is_(None))
        .values(next_at=to_stamp(at + dt.timedelta(seconds=LEASE_S)))
    )
    if taken.rowcount == 0:  # another was quicker
        return None
    channels = msgspec.json.decode(row.channels, type=tuple[Channel, ...])
    default = Channel(kind=row.kind, target=row.target)
    channel = next((c for c in channels if (c.kind, c.target) == (row.kind, row.target)), default)
    notice = Kept(number=row.number, id=row.name, made_at=from_stamp(row.made_at), body=row.body)
    return Delivery(id=row.id, notice=notice, channel=channel, attempts=row.attempts)


def record_delivery(connection: Connection, delivery: Delivery, *, at: dt.datetime, error: str | None) -> None:
    """Write what became of an attempt: delivered, or when it is tried again."""
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(delivery.attempts, 20))
    values: dict[str, object] = {"attempts": delivery.attempts + 1, "error": error}
    if error is None:
        values["delivered_at"] = to_stamp(at)
    else:
        values["next_at"] = to_stamp(at + dt.timedelta(seconds=wait))
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery.id).values(**values))


def count_waiting(connection: Connection) -> int:
    """How many deliveries have not succeeded yet."""
    query = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.delivered_at.is_(None))
    return int(connection.execute(query).scalar_one())


def find_told(connection: Connection, population: int) -> dict[int, Told]:
    """How far the notices of each checking have come, by its number; checkings without a notice are left out."""
    query = (
        select(
            NOTICE.c.checking, func.count(NOTICE.c.number.distinct()), func.count(DELIVERY.c.id),
            func.count(DELIVERY.c.delivered_at), func.max(DELIVERY.c.delivered_at), func.max(NOTICE.c.made_at),
        )
        .outerjoin(DELIVERY, DELIVERY.c.notice == NOTICE.c.number).where(NOTICE.c.population == population)
        .group_by(NOTICE.c.checking)
    )
    told = {}
    for checking, notices, deliveries, delivered, last, made in connection.execute(query):
        stamp = (last or made) if delivered == deliveries else None
        told[checking] = Told(
            notices=notices, deliveries=deliveries, delivered=delivered, told_at=from_stamp(stamp) if stamp else None
        )
    return told


def purge_notices(connection: Connection, population: int, *, before: str) -> None:
    """Remove notices that were made before a moment, but none that still has to reach somebody."""
    waiting = select(DELIVERY.c.notice).where(DELIVERY.c.delivered_at.is_(None))
    old = select(NOTICE.c.number).where(
        NOTICE.c.population == population, NOTICE.c.made_at < before, NOTICE.c.number.not_in(waiting)
    )
    numbers = [row.number for row in connection.execute(old)]
    for number in numbers:
        connection.execute(delete(DELIVERY).where(DELIVERY.c.notice == number))
        connection.execute(delete(NOTICE).where(NOTICE.c.number == number))


def remove_notices(connection: Connection, population: int) -> None:
    """Remove all notices of a population, delivered or not."""
    mine = select(NOTICE.c.number).where(NOTICE.c.population == population)
    connection.execute(delete(DELIVERY).where(DELIVERY.c.notice.in_(mine)))
    connection.execute(delete(NOTICE).where(NOTICE.c.population == population))
