"""Coordinate systems as declared, and a token for the ground of each region.

Why: positions on maps of China come in GCJ-02 or BD-09; and processes keep the index of a region's zones until its token changes.
Only adds: what is there counts as declared in WGS 84, and a region without a token gets one when its ground first changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("zones", "sites", "service_requests")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "region_grounds",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_region_grounds_region_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_region_grounds")),
    )
    for table in TABLES:
        # With its check in one statement: SQLite would build the table anew to add a constraint to it.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN coordinate_system VARCHAR(32) DEFAULT 'wgs84' NOT NULL "
            f"CONSTRAINT ck_{table}_coordinate_system_known CHECK (coordinate_system IN ('wgs84', 'gcj02', 'bd09'))"
        )


def downgrade() -> None:
    """Go back."""
    for table in reversed(TABLES):
        op.execute(f"ALTER TABLE {table} DROP COLUMN coordinate_system")
    op.drop_table("region_grounds")
