"""Contents apart from the times at which a list said them, so that older states can be learned later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_content_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("listing_id", "digest", name=op.f("uq_content_listing_id")),
    )
    op.execute(
        "INSERT INTO content (id, listing_id, digest, body) SELECT id, listing_id, digest, body FROM listing_version "
        "WHERE id IN (SELECT min(id) FROM listing_version GROUP BY listing_id, digest)"
    )
    op.execute(
        "CREATE TABLE old_version AS SELECT v.id, v.listing_id, c.id AS content_id, v.valid_from, v.valid_to, "
        "v.recorded_from, v.recorded_to, v.opened_by, v.closed_by FROM listing_version v "
        "JOIN content c ON c.listing_id = v.listing_id AND c.digest = v.digest"
    )
    op.execute(
        "CREATE TABLE old_value AS SELECT v.id, v.version_id AS content_id, v.kind, v.text, v.field, v.original "
        "FROM value v JOIN content c ON c.id = v.version_id"
    )
    for table in ("value", "listing_version", "change"):  # before others of the same names, of constraints too, are made
        op.drop_table(table)
    _create_tables()
    op.execute(
        "INSERT INTO listing_version (id, listing_id, content_id, valid_from, valid_to, recorded_from, recorded_to, "
        "opened_by, closed_by) SELECT id, listing_id, content_id, valid_from, valid_to, recorded_from, recorded_to, "
        "opened_by, closed_by FROM old_version"
    )
    op.execute(
        "INSERT INTO value (id, content_id, kind, text, field, original) "
        "SELECT id, content_id, kind, text, field, original FROM old_value"
    )
    for table in ("old_value", "old_version"):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.String(length=27), nullable=False),
        sa.Column("valid_to", sa.String(length=27), nullable=True),
        sa.Column("recorded_from", sa.String(length=27), nullable=False),
        sa.Column("recorded_to", sa.String(length=27), nullable=True),
        sa.Column("superseded_at", sa.String(length=27), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(recorded_to IS NULL) = (valid_to IS NULL)", name=op.f("ck_listing_version_closed_together")),
        sa.CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)", name=op.f("ck_listing_version_superseded_by_one")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_version_listing_id")),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_listing_version_content_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["snapshot.id"], name=op.f("fk_listing_version_opened_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["snapshot.id"], name=op.f("fk_listing_version_closed_by")),
        sa.ForeignKeyConstraint(["superseded_by"], ["snapshot.id"], name=op.f("fk_listing_version_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
    )
    op.create_index("ix_listing_version_clock", "listing_version", ["listing_id", "valid_from"], unique=False)
    op.create_index(op.f("ix_listing_version_content_id"), "listing_version", ["content_id"], unique=False)
    op.create_table(
        "value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("original", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_value_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value")),
    )
    op.create_index("ix_value_text", "value", ["text"], unique=False)
    op.create_index(op.f("ix_value_content_id"), "value", ["content_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("There is no way back: older versions cannot read contents that were learned out of order.")
