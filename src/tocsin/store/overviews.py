"""Monitored populations at a glance: how many members and findings, the last checking, and which notices were delivered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from tocsin.store.checkings import CHECKING, FINDING, Checking, make_checking
from tocsin.store.clock import from_stamp
from tocsin.store.notices import DELIVERY, NOTICE
from tocsin.store.populations import MEMBER, Population, list_populations


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A population in numbers, as it stands: `waiting` members were never checked against a whole state, `unscreenable` ones
    cannot be, `undelivered` are deliveries of notices that are still tried."""

    population: Population
    members: int
    waiting: int
    unscreenable: int
    findings: int
    undelivered: int
    last: Checking | None


class DeliveryState(msgspec.Struct, frozen=True, kw_only=True):
    """One way out of a notice: delivered, or when it is tried again and what went wrong the last time."""

    kind: str
    target: str
    attempts: int
    next_at: dt.datetime
    delivered_at: dt.datetime | None
    error: str | None


class NoticeState(msgspec.Struct, frozen=True, kw_only=True):
    """A notice and its deliveries; without any it is in the feed only. `body` is the JSON that receivers get."""

    id: str
    made_at: dt.datetime
    body: str
    deliveries: tuple[DeliveryState, ...]


def list_overviews(connection: Connection) -> tuple[Overview, ...]:
    """All populations, by name."""
    members = {
        number: counts for number, *counts in connection.execute(
            select(MEMBER.c.population, func.count(), func.sum(MEMBER.c.fresh), func.count(MEMBER.c.fault))
            .group_by(MEMBER.c.population)
        )
    }
    in_force = FINDING.c.gone_at.is_(None)
    grouped = select(FINDING.c.population, func.count()).where(in_force).group_by(FINDING.c.population)
    tried = (
        select(NOTICE.c.population, func.count()).join(DELIVERY, DELIVERY.c.notice == NOTICE.c.number)
        .where(DELIVERY.c.delivered_at.is_(None)).group_by(NOTICE.c.population)
    )
    findings, waiting = _count(connection, grouped), _count(connection, tried)
    last = _find_last(connection)
    return tuple(
        Overview(
            population=p, members=int(count), waiting=int(fresh), unscreenable=int(faults), last=last.get(p.id),
            findings=findings.get(p.id, 0), undelivered=waiting.get(p.id, 0),
        )
        for p in list_populations(connection) for count, fresh, faults in (members.get(p.id, (0, 0, 0)),)
    )


def _count(connection: Connection, grouped: Select[Any]) -> dict[int, int]:
    return {int(number): int(count) for number, count in connection.execute(grouped)}


def _find_last(connection: Connection) -> dict[int, Checking]:
    newest = select(func.max(CHECKING.c.id)).group_by(CHECKING.c.population)
    rows = connection.execute(select(CHECKING).where(CHECKING.c.id.in_(newest)))
    return {row.population: make_checking(row) for row in rows}


def list_notice_states(connection: Connection, population: int, *, limit: int) -> tuple[NoticeState, ...]:
    """The newest notices of a population, the newest first."""
    notices = connection.execute(
        select(NOTICE).where(NOTICE.c.population == population).order_by(NOTICE.c.number.desc()).limit(limit)
    ).all()
    found: dict[int, list[DeliveryState]] = {row.number: [] for row in notices}
    for row in connection.execute(select(DELIVERY).where(DELIVERY.c.notice.in_(list(found))).order_by(DELIVERY.c.id)):
        found[row.notice].append(DeliveryState(
            kind=row.kind, target=row.target, attempts=row.attempts, next_at=from_stamp(row.next_at), error=row.error,
            delivered_at=from_stamp(row.delivered_at) if row.delivered_at else None,
        ))
    return tuple(
        NoticeState(id=row.id, made_at=from_stamp(row.made_at), body=row.body, deliveries=tuple(found[row.number]))
        for row in notices
    )
