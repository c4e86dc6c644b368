"""When orders that are over leave the phones.

Why: phones kept every order that was ever theirs. Those that are over already leave thirty days after this upgrade, so that no
phone loses an order before its people have heard of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

COLUMNS = ("archives_at", "archived_at")


def upgrade() -> None:
    """Go forward; what is over, and may be on a phone, gets its day."""
    for column in COLUMNS:
        op.add_column("work_orders", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_work_orders_archives_at",
        "work_orders",
        ["archives_at"],
        postgresql_where=sa.text("archives_at IS NOT NULL"),
        sqlite_where=sa.text("archives_at IS NOT NULL"),
    )
    later = "strftime('%Y-%m-%d %H:%M:%S', 'now', '+30 days') || '.000000'"
    if op.get_bind().dialect.name == "postgresql":
        later = "now() + interval '30 days'"
    over = "status IN ('closed', 'cancelled') AND assignment_id IS NOT NULL"
    op.execute(f"UPDATE work_orders SET archives_at = {later} WHERE {over}")  # noqa: S608 - our own words


def downgrade() -> None:
    """Go back; phones get what had left them only when it changes."""
    op.drop_index("ix_work_orders_archives_at", table_name="work_orders")
    for column in COLUMNS:
        op.drop_column("work_orders", column)
