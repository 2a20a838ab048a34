"""The tables of the register.

Two clocks: *valid* is the publisher's (when a state was in force; our own clock where a list gives no date), *recorded*
is ours (when we learned it). Both are UTC, written as text of fixed width that sorts as time does. A row is written
once; the only change ever made to it is closing its clocks. `docs/decisions/002-two-clocks-and-files.md` says why.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(naming_convention={
    "pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
})

# One state of one list, as taken. `files` names the raw files kept; `content` digests what was read from them.
SNAPSHOT = Table(
    "snapshot", METADATA,
    Column("id", Integer, primary_key=True),
    Column("list_key", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("published_at", String(27)),
    Column("valid_from", String(27), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("origin", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("listings", Integer, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("records", Text, nullable=False),
    Column("unread", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("accepted", Text),
    Column("code_version", String, nullable=False),
    Index("ix_snapshot_list", "list_key", "id"),
)

# Each time a list was looked at and found unchanged: keeps an old state from looking stale.
CONFIRMATION = Table(
    "confirmation", METADATA,
    Column("id", Integer, primary_key=True),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False, index=True),
    Column("confirmed_at", String(27), nullable=False),
    Column("origin", Text, nullable=False),
)

LISTING = Table(
    "listing", METADATA,
    Column("id", Integer, primary_key=True),
    Column("list_key", String, nullable=False),
    Column("authority", String, nullable=False),
    Column("ref", String, nullable=False),
    UniqueConstraint("list_key", "ref", "authority"),
)

# What a list said of one subject, from one snapshot to another. `recorded_to` is empty while it is in force.
LISTING_VERSION = Table(
    "listing_version", METADATA,
    Column("id", Integer, primary_key=True),
    Column("listing_id", ForeignKey("listing.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("valid_from", String(27), nullable=False),
    Column("valid_to", String(27)),
    Column("recorded_from", String(27), nullable=False),
    Column("recorded_to", String(27)),
    Column("opened_by", ForeignKey("snapshot.id"), nullable=False),
    Column("closed_by", ForeignKey("snapshot.id")),
    CheckConstraint("(recorded_to IS NULL) = (valid_to IS NULL)", name="closed_together"),
    Index("ix_listing_version_clock", "listing_id", "recorded_from"),
)

# Every value of a version with the place that it was read from; a version that did not change is not written again.
VALUE = Table(
    "value", METADATA,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("listing_version.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("field", String, nullable=False),
    Column("original", Text),
    Index("ix_value_text", "text"),
)

CHANGE = Table(
    "change", METADATA,
    Column("snapshot_id", ForeignKey("snapshot.id"), primary_key=True),
    Column("listing_id", ForeignKey("listing.id"), primary_key=True),
    Column("kind", String, nullable=False),
    CheckConstraint("kind IN ('added', 'removed', 'changed')", name="kind"),
)

# What a publisher's address said of the state in force, so that it can be asked "has it changed?".
FETCH_STATE = Table(
    "fetch_state", METADATA,
    Column("url", String, primary_key=True),
    Column("list_key", String, nullable=False),
    Column("etag", String),
    Column("last_modified", String),
)
