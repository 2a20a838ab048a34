"""Tries to sign in of the last minutes, shared by all processes that serve one register.

What is counted is told by keyed digests alone: with another key, that of the next start, they say nothing to anybody.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping

from sqlalchemy import Column, Connection, Integer, String, Table, delete, func, insert, select

from tocsin.store.clock import to_stamp
from tocsin.store.desk import DESK

TRY = Table(
    "sign_in_try", DESK,
    Column("id", Integer, primary_key=True),
    Column("attempt", String(32), nullable=False, index=True),
    Column("counter", String(64), nullable=False, index=True),
    Column("at", String(27), nullable=False, index=True),
)


def begin_try(connection: Connection, counters: Mapping[str, int], *, at: dt.datetime, since: dt.datetime) -> str | None:
    """Count a try on each of the counters, of which it is told how much each holds; `None`, and nothing is counted, when one
    is full. Tries before `since` are forgotten."""
    connection.execute(delete(TRY).where(TRY.c.at <= to_stamp(since)))
    if not has_room(connection, counters, since=since):
        return None
    attempt = secrets.token_hex(16)
    connection.execute(insert(TRY), [{"attempt": attempt, "counter": name, "at": to_stamp(at)} for name in counters])
    return attempt


def has_room(connection: Connection, counters: Mapping[str, int], *, since: dt.datetime) -> bool:
    """Whether none of the counters is full."""
    count = select(TRY.c.counter, func.count()).where(TRY.c.counter.in_(list(counters)), TRY.c.at > to_stamp(since))
    return all(found < counters[name] for name, found in connection.execute(count.group_by(TRY.c.counter)))


def forget_try(connection: Connection, attempt: str, counter: str) -> None:
    """Take back a try that succeeded, and all on one of its counters."""
    connection.execute(delete(TRY).where((TRY.c.attempt == attempt) | (TRY.c.counter == counter)))
