"""Orders that failed items of checklists lead to.

Why: an item may say which order follows when it fails; it is raised once for each run and item, which this table knows. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "checklist_follow_ups",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["checklist_runs.id"], name=op.f("fk_checklist_follow_ups_run_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_checklist_follow_ups_region_id")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.id"], name=op.f("fk_checklist_follow_ups_work_order_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_checklist_follow_ups")),
        sa.UniqueConstraint("work_order_id", name=op.f("uq_checklist_follow_ups_work_order_id")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("checklist_follow_ups")
