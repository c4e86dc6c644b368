"""Where phones are woken while they hold no stream.

Why: a phone that sleeps does not ask; a push gateway of its own choosing reaches it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "device_gateways",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_seq", sa.BigInteger(), nullable=False),
        sa.Column("poked_seq", sa.BigInteger(), nullable=False),
        sa.Column("poked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_seq", sa.BigInteger(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_gateways_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_gateways")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("device_gateways")
