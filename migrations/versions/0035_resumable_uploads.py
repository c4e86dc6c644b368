"""Uploads that come in pieces.

Why: photos leave basements over networks that break; an upload goes on where it ended instead of beginning anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

WAITS = "state IN ('open', 'received')"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=True),
        sa.Column("filetype", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'received', 'verified', 'failed')", name=op.f("ck_uploads_state_known")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_uploads_device_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_uploads_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_uploads_user_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_uploads_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("device_id", "media_id", name=op.f("uq_uploads_device_id_media_id")),
    )
    op.create_index(
        "ix_uploads_due",
        "uploads",
        ["state", "due_at"],
        postgresql_where=sa.text(WAITS),
        sqlite_where=sa.text(WAITS),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("uploads")
