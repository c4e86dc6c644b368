"""Links by which customers sign on their own phones.

Why: the customer may sign on their own phone, once, for exactly what they saw. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

STATES = "'open', 'signed', 'revoked', 'replaced', 'locked', 'overtaken', 'expired'"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "signing_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("completed_at", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sign_off_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_signing_links_state_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_signing_links_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_signing_links_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_links")),
    )
    op.create_index("ix_signing_links_token_hash", "signing_links", ["token_hash"], unique=True)
    op.create_index("ix_signing_links_work_order_id", "signing_links", ["work_order_id", "created_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("signing_links")
