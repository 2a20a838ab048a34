"""The tables of the register.

Two clocks: *valid* is the publisher's (when a state was in force; our own clock where a list gives no date), *recorded*
is ours (when we learned it). Both are UTC, written as text of fixed width that sorts as time does. A row is written
once; the only changes ever made to it are closing its clocks and saying that others took its place.
`docs/decisions/002-two-clocks-and-files.md` and `004-older-states-are-slotted-in.md` say why.
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

# What a list said of one subject: each content once, however often it came back.
CONTENT = Table(
    "content", METADATA,
    Column("id", Integer, primary_key=True),
    Column("listing_id", ForeignKey("listing.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("listing_id", "digest"),
)

# From when to when it said so. That it ended is known from `recorded_to` on; both ends are empty while it is in force.
# When an older state that is learned later cuts it or makes it longer, others take its place: it is known until
# `superseded_at` only.
LISTING_VERSION = Table(
    "listing_version", METADATA,
    Column("id", Integer, primary_key=True),
    Column("listing_id", ForeignKey("listing.id"), nullable=False),
    Column("content_id", ForeignKey("content.id"), nullable=False, index=True),
    Column("valid_from", String(27), nullable=False),
    Column("valid_to", String(27)),
    Column("recorded_from", String(27), nullable=False),
    Column("recorded_to", String(27)),
    Column("superseded_at", String(27)),
    Column("opened_by", ForeignKey("snapshot.id"), nullable=False),
    Column("closed_by", ForeignKey("snapshot.id")),
    Column("superseded_by", ForeignKey("snapshot.id")),
    CheckConstraint("(recorded_to IS NULL) = (valid_to IS NULL)", name="closed_together"),
    CheckConstraint("(superseded_at IS NULL) = (superseded_by IS NULL)", name="superseded_by_one"),
    Index("ix_listing_version_clock", "listing_id", "valid_from"),
)

# Every value of a content with the place that it was read from.
VALUE = Table(
    "value", METADATA,
    Column("id", Integer, primary_key=True),
    Column("content_id", ForeignKey("content.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("field", String, nullable=False),
    Column("original", Text),
    Index("ix_value_text", "text"),
)

# What a publisher's address said of the state in force, so that it can be asked "has it changed?".
FETCH_STATE = Table(
    "fetch_state", METADATA,
    Column("url", String, primary_key=True),
    Column("list_key", String, nullable=False),
    Column("etag", String),
    Column("last_modified", String),
)
