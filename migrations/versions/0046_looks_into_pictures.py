"""Thumbnails of pictures, and what pictures say of themselves.

Why: reviewers compare when and where a picture was taken with what was told of it; lists and slow networks want small pictures.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

CLOCKS = "taken_by_clock IN ('offset', 'region', 'gps')"


def upgrade() -> None:
    """Go forward; pictures that are here are looked into, the oldest first."""
    with op.batch_alter_table("media_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_by_clock", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("taken_lat", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("taken_lon", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("camera", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("small_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("small_bytes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("medium_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("medium_bytes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("look_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("look_attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(op.f("ck_media_files_taken_by_clock_known"), CLOCKS)
    op.execute("UPDATE media_files SET look_due_at = verified_at WHERE state = 'verified'")
    op.create_index(
        "ix_media_files_look_due_at",
        "media_files",
        ["look_due_at"],
        postgresql_where=sa.text("look_due_at IS NOT NULL"),
        sqlite_where=sa.text("look_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_media_files_look_due_at", "media_files")
    with op.batch_alter_table("media_files", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_media_files_taken_by_clock_known"), type_="check")
        for name in (
            "taken_at",
            "taken_by_clock",
            "taken_lat",
            "taken_lon",
            "camera",
            "small_digest",
            "small_bytes",
            "medium_digest",
            "medium_bytes",
            "look_due_at",
            "look_attempts",
        ):
            batch_op.drop_column(name)
