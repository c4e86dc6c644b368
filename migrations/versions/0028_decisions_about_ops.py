"""Who decided what about ops that waited for a person, and the list of those that wait.

Why: quarantine is a queue with people who work it off: they replay, release or discard, and say why.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WAITS = "state = 'quarantined'"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "sync_op_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('replay', 'release', 'discard')", name=op.f("ck_sync_op_decisions_decision_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_op_decisions")),
    )
    op.create_index("ix_sync_op_decisions_op_id", "sync_op_decisions", ["region_id", "op_id", "decided_at"])
    op.create_index(
        "ix_sync_ops_quarantined",
        "sync_ops",
        ["region_id", "received_at", "op_id"],
        postgresql_where=sa.text(WAITS),
        sqlite_where=sa.text(WAITS),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_sync_ops_quarantined", "sync_ops")
    op.drop_table("sync_op_decisions")
