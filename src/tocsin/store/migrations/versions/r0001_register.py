"""The first schema: snapshots, listings and their versions, values, changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "fetch_state",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("list_key", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_fetch_state")),
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("list_key", "ref", "authority", name=op.f("uq_listing_list_key")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.String(length=27), nullable=True),
        sa.Column("valid_from", sa.String(length=27), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("unread", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=True),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    op.create_index("ix_snapshot_list", "snapshot", ["list_key", "id"], unique=False)
    op.create_table(
        "change",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_change_listing_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_change_snapshot_id")),
        sa.PrimaryKeyConstraint("snapshot_id", "listing_id", name=op.f("pk_change")),
        sa.CheckConstraint("kind IN ('added', 'removed', 'changed')", name=op.f("ck_change_kind")),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(length=27), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_confirmation_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_snapshot_id"), "confirmation", ["snapshot_id"], unique=False)
    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.String(length=27), nullable=False),
        sa.Column("valid_to", sa.String(length=27), nullable=True),
        sa.Column("recorded_from", sa.String(length=27), nullable=False),
        sa.Column("recorded_to", sa.String(length=27), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(recorded_to IS NULL) = (valid_to IS NULL)", name=op.f("ck_listing_version_closed_together")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["snapshot.id"], name=op.f("fk_listing_version_closed_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_version_listing_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["snapshot.id"], name=op.f("fk_listing_version_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
    )
    op.create_index("ix_listing_version_clock", "listing_version", ["listing_id", "recorded_from"], unique=False)
    op.create_table(
        "value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("original", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["listing_version.id"], name=op.f("fk_value_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value")),
    )
    op.create_index("ix_value_text", "value", ["text"], unique=False)
    op.create_index(op.f("ix_value_version_id"), "value", ["version_id"], unique=False)


def downgrade() -> None:
    for table in ("value", "change", "confirmation", "listing_version", "snapshot", "listing", "fetch_state"):
        op.drop_table(table)
