"""Zoning proposals: how a station could be split, what was applied of it, and what takes it back.

Why: a split of many zones is looked at, confirmed and undone as one. Only adds: code of the release before runs against this form.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "zoning_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("basis", document, nullable=False),
        sa.Column("plan", document, nullable=False),
        sa.Column("applied", document, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'applied', 'undone', 'discarded')", name=op.f("ck_zoning_proposals_status_known")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_zoning_proposals_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_zoning_proposals_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoning_proposals")),
    )
    op.create_index(
        "ix_zoning_proposals_region_id", "zoning_proposals", ["region_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_zoning_proposals_station_id", "zoning_proposals", ["station_id", "created_at", "id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("zoning_proposals")
