"""Crews: how many people a kind of work takes, and who else is on an order beside its assignee.

Why: several technicians work on one order, and each of their phones has to hold it. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("work_types", sa.Column("crew_size", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_table(
        "work_order_crew",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("role IN ('lead', 'member', 'assistant')", name=op.f("ck_work_order_crew_role_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_work_order_crew_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_work_order_crew_user_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_work_order_crew_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_crew")),
    )
    op.create_index("ix_work_order_crew_work_order_id", "work_order_crew", ["work_order_id"])
    op.create_index(
        "ix_work_order_crew_present",
        "work_order_crew",
        ["user_id", "work_order_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
        sqlite_where=sa.text("left_at IS NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("work_order_crew")
    op.drop_column("work_types", "crew_size")
