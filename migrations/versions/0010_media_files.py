"""Photos and signatures by the names that phones give them.

Why: answers name files long before these are handed in; somebody must know what is still to come. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "media_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=32), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('awaited', 'verified', 'overdue')", name=op.f("ck_media_files_state_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_media_files_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_media_files_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_files")),
        sa.UniqueConstraint("work_order_id", "media_id", name=op.f("uq_media_files_work_order_id_media_id")),
    )
    with op.batch_alter_table("media_files", schema=None) as batch_op:
        batch_op.create_index("ix_media_files_digest", ["digest"], unique=False)
        batch_op.create_index(
            "ix_media_files_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'awaited'"),
            sqlite_where=sa.text("state = 'awaited'"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("media_files", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_media_files_due",
            postgresql_where=sa.text("state = 'awaited'"),
            sqlite_where=sa.text("state = 'awaited'"),
        )
        batch_op.drop_index("ix_media_files_digest")

    op.drop_table("media_files")
