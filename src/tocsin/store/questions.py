"""Kept questions, on the desk: what policy says is kept of those who were asked about, until it is purged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Index, Integer, String, Table, Text, delete, func, insert, select

from tocsin.model.kept import AskedBefore, KeptQuestion
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK

QUESTION = Table(
    "question", DESK,
    Column("id", Integer, primary_key=True),
    Column("receipt", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("asked_at", String(27), nullable=False, index=True),
    Column("asked_by", Text, nullable=False),
    Column("key", String(16), nullable=False),
    Column("body", Text),
    Index("ix_question_receipt", "receipt", "number"),
)
QUESTION_TERM = Table(
    "question_term", DESK,
    Column("digest", String(32), primary_key=True),
    Column("receipt", String(32), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("asked_at", String(27), nullable=False, index=True),
    Index("ix_question_term_receipt", "receipt"),
)
PAGE = 500
MOST_FOUND = 1_000  # questions about one person that are told


def write_questions(connection: Connection, kept: Sequence[KeptQuestion]) -> None:
    """Keep questions, all or none."""
    terms = [
        {"digest": term, "receipt": q.receipt, "number": q.number, "asked_at": to_stamp(q.asked_at)}
        for q in kept for term in dict.fromkeys(q.terms)
    ]
    rows = [
        {"receipt": q.receipt, "number": q.number, "kind": q.kind, "asked_at": to_stamp(q.asked_at), "asked_by": q.asked_by,
         "key": q.key, "body": q.body}
        for q in kept
    ]
    for table, values in ((QUESTION, rows), (QUESTION_TERM, terms)):
        if values:
            connection.execute(insert(table), values)


def find_questions(connection: Connection, terms: Collection[str]) -> tuple[AskedBefore, ...]:
    """The questions that have all these terms, the newest first, `MOST_FOUND` at most."""
    if not terms:
        return ()
    term = QUESTION_TERM
    having = (
        select(term.c.receipt, term.c.number).where(term.c.digest.in_(terms)).group_by(term.c.receipt, term.c.number)
        .having(func.count() == len(set(terms))).subquery()
    )
    met = (QUESTION.c.receipt == having.c.receipt) & (QUESTION.c.number == having.c.number)
    query = select(QUESTION).join(having, met).order_by(QUESTION.c.asked_at.desc(), QUESTION.c.id.desc()).limit(MOST_FOUND)
    return tuple(
        msgspec.convert(
            {"receipt": r.receipt, "number": r.number, "kind": r.kind, "asked_at": from_stamp(r.asked_at),
             "asked_by": r.asked_by}, AskedBefore,
        )
        for r in connection.execute(query)
    )


def load_bodies(connection: Connection, receipt: str) -> Iterator[str]:
    """All that was asked under a receipt, in order, where it was kept in full; nothing where any of it was not."""
    missing = select(QUESTION.c.id).where(QUESTION.c.receipt == receipt, QUESTION.c.body.is_(None)).limit(1)
    if connection.execute(missing).first() is not None:
        return
    last = -1
    query = select(QUESTION.c.number, QUESTION.c.body).where(QUESTION.c.receipt == receipt).order_by(QUESTION.c.number)
    while rows := connection.execute(query.where(QUESTION.c.number > last).limit(PAGE)).all():
        yield from (str(row.body) for row in rows)
        last = rows[-1].number


def count_other_keys(connection: Connection, key: str) -> int:
    """How many kept questions were digested with another secret, so that nobody can be found among them."""
    query = select(func.count()).select_from(QUESTION).where(QUESTION.c.key != key)
    return int(connection.execute(query).scalar() or 0)


def forget_receipt(connection: Connection, receipt: str) -> None:
    """Remove what is kept of one receipt's questions."""
    for table in (QUESTION_TERM, QUESTION):
        connection.execute(delete(table).where(table.c.receipt == receipt))


def purge_questions(connection: Connection, *, before: dt.datetime | None) -> int:
    """Remove the questions that were asked before a moment, or all; how many those were."""
    found = 0
    for table in (QUESTION_TERM, QUESTION):
        statement = delete(table) if before is None else delete(table).where(table.c.asked_at < to_stamp(before))
        found = connection.execute(statement).rowcount
    return int(found)
