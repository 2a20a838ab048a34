"""Screening jobs: files that are screened on their own, and how far each is. A job outlives the process that runs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from tocsin.errors import NotFound
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
SILENT_S = 60.0  # without a sign of life for so long, whoever ran a job is taken to be gone

JOB = Table(
    "job", DESK,
    Column("id", String(32), primary_key=True),
    Column("label", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("ask", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("runner", Text),
    Column("beat_at", String(27)),
    Column("register", String(16)),
    Column("totals", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("finished_at", String(27)),
    Column("told", Text),
    Column("rows", BigInteger, nullable=False),
    Column("read", Float, nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("number", Integer, nullable=False, unique=True),
)


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One job as it stands. `read` is how much of the file is through, from 0 to 1; `totals` counts rows, hits and rows that
    could not be screened. `told` is why it failed. Results are there when it is `done`, until `expires_at`."""

    id: str
    label: str
    made_by: str
    made_at: dt.datetime
    state: JobState
    totals: dict[str, int]
    read: float
    expires_at: dt.datetime
    register: str | None = None
    finished_at: dt.datetime | None = None
    told: str | None = None


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its runner takes it up: what is asked, and where it was left. `rows` is about how many the file has."""

    job: Job
    ask: str
    offset: int
    rows: int


def add_job(
    connection: Connection, id: str, *, label: str, made_by: str, ask: str, rows: int, at: dt.datetime,
    expires_at: dt.datetime,
) -> None:
    """A new job, which waits for its turn."""
    last = connection.execute(select(JOB.c.number).order_by(JOB.c.number.desc()).limit(1)).scalar() or 0
    connection.execute(insert(JOB), {
        "id": id, "label": label, "made_by": made_by, "made_at": to_stamp(at), "ask": ask, "state": "queued", "totals": "{}",
        "offset": 0, "rows": rows, "read": 0.0, "expires_at": to_stamp(expires_at), "number": last + 1,
    })


def get_job(connection: Connection, id: str) -> Job:
    """`NotFound` when there is no such job, or no longer."""
    return get_work(connection, id).job


def get_work(connection: Connection, id: str) -> Work:
    row = connection.execute(select(JOB).where(JOB.c.id == id)).first()
    if row is None:
        raise NotFound("There is no such job, or no longer.")
    return _make(row)


def list_jobs(connection: Connection) -> tuple[Job, ...]:
    """All jobs, the newest first."""
    return tuple(_make(row).job for row in connection.execute(select(JOB).order_by(JOB.c.number.desc())))


def claim_job(
    connection: Connection, runner: str, *, at: dt.datetime, is_here: Callable[[str], bool] = lambda _: True
) -> Work | None:
    """The next job that waits, or of which the runner has fallen silent, now this runner's; `None` without any. One of which
    the files are not here, since another machine took them in, is left to that."""
    free = or_(
        JOB.c.state == "queued",
        and_(JOB.c.state == "running", JOB.c.beat_at < to_stamp(at - dt.timedelta(seconds=SILENT_S))),
    )
    waiting = connection.execute(select(JOB.c.id).where(free).order_by(JOB.c.number)).scalars().all()
    found = next((id for id in waiting if is_here(id)), None)
    if found is None:
        return None
    values = {"state": "running", "runner": runner, "beat_at": to_stamp(at)}
    taken = connection.execute(update(JOB).where(JOB.c.id == found, free).values(**values)).rowcount
    return get_work(connection, found) if taken else None


def find_runners(connection: Connection) -> tuple[str, ...]:
    """Who is said to run a job now."""
    return tuple(connection.execute(select(JOB.c.runner).where(JOB.c.state == "running").distinct()).scalars())


def release_jobs(connection: Connection, runner: str) -> None:
    """Let others take up what this runner, which is known to be gone, has left."""
    mine = and_(JOB.c.runner == runner, JOB.c.state == "running")
    connection.execute(update(JOB).where(mine).values(state="queued", runner=None))


def keep_place(
    connection: Connection, id: str, runner: str, *, register: str, totals: str, offset: int, read: float, at: dt.datetime
) -> bool:
    """Record how far a job is. False when it is no longer this runner's: cancelled, removed, or taken up by another."""
    mine = and_(JOB.c.id == id, JOB.c.runner == runner, JOB.c.state == "running")
    values = {"register": register, "totals": totals, "offset": offset, "read": read, "beat_at": to_stamp(at)}
    return connection.execute(update(JOB).where(mine).values(**values)).rowcount == 1


def end_job(
    connection: Connection, id: str, runner: str | None, state: JobState, *, at: dt.datetime, told: str | None = None
) -> bool:
    """Done, failed or cancelled. False when it has ended before, or is another runner's."""
    mine = and_(JOB.c.id == id, JOB.c.state.in_(("queued", "running")))
    if runner is not None:
        mine = and_(mine, JOB.c.runner == runner)
    values = {"state": state, "finished_at": to_stamp(at), "told": told}
    return connection.execute(update(JOB).where(mine).values(**values)).rowcount == 1


def remove_job(connection: Connection, id: str) -> None:
    """Forget a job. `NotFound` when there is none."""
    if connection.execute(delete(JOB).where(JOB.c.id == id)).rowcount == 0:
        raise NotFound("There is no such job, or no longer.")


def find_expired(connection: Connection, *, at: dt.datetime) -> tuple[str, ...]:
    """The jobs that are to be forgotten."""
    return tuple(connection.execute(select(JOB.c.id).where(JOB.c.expires_at <= to_stamp(at))).scalars())


def _make(row: object) -> Work:
    r: dict[str, object] = row._mapping  # type: ignore[attr-defined]  # a row of JOB
    moments = {name: from_stamp(str(r[name])) if r[name] else None for name in ("made_at", "expires_at", "finished_at")}
    job = msgspec.convert({
        **{name: r[name] for name in ("id", "label", "made_by", "state", "read", "register", "told")}, **moments,
        "totals": msgspec.json.decode(str(r["totals"])),
    }, Job)
    return msgspec.convert({"job": job, "ask": r["ask"], "offset": r["offset"], "rows": r["rows"]}, Work)
