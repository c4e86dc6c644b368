"""Calendars that people subscribe to, and how often each appointment was changed.

Why: technicians have their appointments in the calendars of their phones; there the higher number of an event counts. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; appointments that are here count from 0."""
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
    )
    op.create_index("ix_calendar_feeds_token_hash", "calendar_feeds", ["token_hash"], unique=True)
    op.add_column("appointments", sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Go back."""
    op.drop_column("appointments", "revision")
    op.drop_table("calendar_feeds")
