"""Where technicians begin their days, and indexes for who did what lately and where they were.

Why: a ranking counts the way to the site and how much somebody was given. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

IN_HAND = "status IN ('accepted', 'assigned', 'en_route', 'in_progress', 'on_hold', 'on_site', 'scheduled')"


def upgrade() -> None:
    """Go forward."""
    for name in ("base_lat", "base_lon"):
        op.add_column("technicians", sa.Column(name, sa.Double(), nullable=True))
    op.create_index("ix_work_order_assignments_assigned_at", "work_order_assignments", ["user_id", "assigned_at"])
    where = sa.text(IN_HAND)
    op.create_index(
        "ix_work_orders_in_hand", "work_orders", ["assignee_id"], postgresql_where=where, sqlite_where=where
    )
    where = sa.text("lat IS NOT NULL")
    op.create_index(
        "ix_timeline_entries_position",
        "timeline_entries",
        ["user_id", "effective_at"],
        postgresql_where=where,
        sqlite_where=where,
    )


def downgrade() -> None:
    """Go back; where people begin their days is lost."""
    op.drop_index("ix_timeline_entries_position", table_name="timeline_entries")
    op.drop_index("ix_work_orders_in_hand", table_name="work_orders")
    op.drop_index("ix_work_order_assignments_assigned_at", table_name="work_order_assignments")
    for name in ("base_lat", "base_lon"):
        op.drop_column("technicians", name)
