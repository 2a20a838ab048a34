"""The tables of joining: what persons decided, what was compared, which links hold, and the ids of subjects.

`decision` is written once and never changed: what is undone is told by a later row. A `link` is closed, like a version of
a listing, when it no longer holds. `likeness`, `compared`, `waiting` and `member` only keep what can be worked out again.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from tocsin.store.schema import METADATA

# One decision of a person on two members ("list:ref"), or the undoing of one. `facts` digests what was decided on.
DECISION = Table(
    "decision", METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("one", String),
    Column("other", String),
    Column("undoes", ForeignKey("decision.id")),
    Column("author", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("decided_at", String(27), nullable=False),
    CheckConstraint("kind IN ('same', 'different', 'undo')", name="kind"),
    CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undo"),
    CheckConstraint("(kind = 'undo') = (one IS NULL)", name="pair"),
)

# Which version of a member was compared with all others, under which rules, and the keys under which others find it.
COMPARED = Table(
    "compared", METADATA,
    Column("member", String, primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("filed", LargeBinary, nullable=False),
    Column("rules", String, nullable=False),
)

# Two members that are alike enough to be joined or looked at; the lesser first.
LIKENESS = Table(
    "likeness", METADATA,
    Column("one", String, primary_key=True),
    Column("other", String, primary_key=True),
    Column("body", Text, nullable=False),
    Index("ix_likeness_other", "other"),
)

# Why two members are one subject. `recorded_to` is empty while it holds.
LINK = Table(
    "link", METADATA,
    Column("id", Integer, primary_key=True),
    Column("one", String, nullable=False, index=True),
    Column("other", String, nullable=False, index=True),
    Column("basis", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("recorded_from", String(27), nullable=False),
    Column("recorded_to", String(27)),
)

# Pairs that wait for a person, as of the last joining; `rank` counts from the surest.
WAITING = Table(
    "waiting", METADATA,
    Column("rank", Integer, primary_key=True),
    Column("one", String, nullable=False),
    Column("other", String, nullable=False),
    Column("body", Text, nullable=False),
)

# Every id that was given to a subject, and the member for which it was.
SUBJECT = Table(
    "subject", METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("founder", String, nullable=False),
    Column("given_at", String(27), nullable=False),
)

# The id by which a member was last known, also of members that are gone.
MEMBER = Table(
    "member", METADATA,
    Column("member", String, primary_key=True),
    Column("subject", String, nullable=False),
)

# One joining: what it rested on beyond the lists, and what came of it.
RESOLUTION = Table(
    "resolution", METADATA,
    Column("id", Integer, primary_key=True),
    Column("recorded_at", String(27), nullable=False),
    Column("rules", String, nullable=False),
    Column("decisions", String(64), nullable=False),
    Column("ids", String(64), nullable=False),
    Column("subjects", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
)
