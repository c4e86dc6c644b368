"""Decisions about places that the map cannot place, and requests that wait for one.

Why: whoever says which of two zones a place belongs to is not asked again, and no request is lost for want of a zone.
Only adds: requests from before say nothing of how their zone is known, and none of them waits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

HOLDS, WAITS = sa.text("ended_at IS NULL"), sa.text("needs_zone IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "zone_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("address_key", sa.String(length=300), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('revoked', 'redrawn', 'retired', 'replaced')",
            name=op.f("ck_zone_decisions_end_reason_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_zone_decisions_region_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_zone_decisions_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_decisions")),
    )
    with op.batch_alter_table("zone_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_zone_decisions_region_id", ["region_id", "decided_at", "id"], unique=False)
        batch_op.create_index(
            "ix_zone_decisions_lat", ["region_id", "lat"], unique=False, postgresql_where=HOLDS, sqlite_where=HOLDS
        )
        batch_op.create_index(
            "ix_zone_decisions_address_key",
            ["region_id", "address_key"],
            unique=False,
            postgresql_where=HOLDS,
            sqlite_where=HOLDS,
        )
    op.create_table(
        "zone_decision_zones",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("is_claimant", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["zone_decisions.id"], name=op.f("fk_zone_decision_zones_decision_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_zone_decision_zones_zone_id")),
        sa.PrimaryKeyConstraint("decision_id", "zone_id", name=op.f("pk_zone_decision_zones")),
    )
    with op.batch_alter_table("zone_decision_zones", schema=None) as batch_op:
        batch_op.create_index("ix_zone_decision_zones_zone_id", ["zone_id"], unique=False)
    # Each column with its check in one statement: SQLite would build the table anew to add a constraint to it.
    op.execute(
        "ALTER TABLE service_requests ADD COLUMN zone_by VARCHAR(32) CONSTRAINT ck_service_requests_zone_by_known "
        "CHECK (zone_by IN ('given', 'site', 'customer', 'position', 'decision', 'recorded'))"
    )
    op.add_column("service_requests", sa.Column("zone_decision_id", sa.Uuid(), nullable=True))
    op.execute(
        "ALTER TABLE service_requests ADD COLUMN needs_zone VARCHAR(32) CONSTRAINT ck_service_requests_needs_zone_known "
        "CHECK (needs_zone IN ('ambiguous', 'outside', 'unlocated'))"
    )
    op.create_index(
        "ix_service_requests_needs_zone",
        "service_requests",
        ["region_id", "received_at", "id"],
        unique=False,
        postgresql_where=WAITS,
        sqlite_where=WAITS,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_service_requests_needs_zone", table_name="service_requests")
    for column in ("needs_zone", "zone_decision_id", "zone_by"):
        op.execute(f"ALTER TABLE service_requests DROP COLUMN {column}")
    op.drop_table("zone_decision_zones")
    op.drop_table("zone_decisions")
