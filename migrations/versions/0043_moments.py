"""Up to when phones were told what begins and ends by itself, and indexes to find what turns.

Why: a role that was given for next month has to reach phones when the month comes, and nobody does anything then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

INDEXES = (
    ("role_grants", "valid_from"),
    ("role_grants", "valid_to"),
    ("place_duties", "valid_to"),
    ("shifts", "end_at"),
    ("absences", "end_at"),
    ("region_policies", "effective_from"),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "feed_clocks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_clocks")),
    )
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Go back."""
    for table, column in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("feed_clocks")
