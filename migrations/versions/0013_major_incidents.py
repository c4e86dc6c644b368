"""Major incidents: what they are, which zones they reach, which orders they gather, and their log.

Why: a fault that many customers report is led as one thing, across groups. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "major_incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("work_type", sa.String(length=48), nullable=True),
        sa.Column("commander_id", sa.Uuid(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("affected_customers", sa.Integer(), nullable=False),
        sa.Column("affected_estimated", sa.Boolean(), nullable=False),
        sa.Column("next_update_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("after_action", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "severity IN ('general', 'serious', 'major', 'extraordinary')",
            name=op.f("ck_major_incidents_severity_known"),
        ),
        sa.CheckConstraint(
            "state IN ('declared', 'contained', 'resolved', 'closed')", name=op.f("ck_major_incidents_state_known")
        ),
        sa.ForeignKeyConstraint(["commander_id"], ["users.id"], name=op.f("fk_major_incidents_commander_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_major_incidents_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_major_incidents_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_major_incidents_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_major_incidents")),
        sa.UniqueConstraint("region_id", "number", name=op.f("uq_major_incidents_region_id_number")),
    )
    with op.batch_alter_table("major_incidents", schema=None) as batch_op:
        batch_op.create_index("ix_major_incidents_commander_id", ["commander_id", "declared_at", "id"], unique=False)
        batch_op.create_index(
            "ix_major_incidents_due",
            ["remind_at"],
            unique=False,
            postgresql_where=sa.text("remind_at IS NOT NULL"),
            sqlite_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index("ix_major_incidents_group_id", ["group_id", "declared_at", "id"], unique=False)
        batch_op.create_index("ix_major_incidents_region_id", ["region_id", "declared_at", "id"], unique=False)
        batch_op.create_index("ix_major_incidents_station_id", ["station_id", "declared_at", "id"], unique=False)

    op.create_table(
        "incident_updates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["major_incidents.id"], name=op.f("fk_incident_updates_incident_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_incident_updates_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_updates")),
    )
    with op.batch_alter_table("incident_updates", schema=None) as batch_op:
        batch_op.create_index("ix_incident_updates_incident_id", ["incident_id", "at", "id"], unique=False)

    op.create_table(
        "incident_zones",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_incident_zones_group_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["major_incidents.id"], name=op.f("fk_incident_zones_incident_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_incident_zones_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_incident_zones_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_incident_zones_zone_id")),
        sa.PrimaryKeyConstraint("incident_id", "zone_id", name=op.f("pk_incident_zones")),
    )
    with op.batch_alter_table("incident_zones", schema=None) as batch_op:
        batch_op.create_index("ix_incident_zones_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_incident_zones_station_id", ["station_id"], unique=False)
        batch_op.create_index("ix_incident_zones_zone_id", ["zone_id"], unique=False)

    op.create_table(
        "incident_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["major_incidents.id"], name=op.f("fk_incident_orders_incident_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_incident_orders_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_incident_orders_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_orders")),
    )
    with op.batch_alter_table("incident_orders", schema=None) as batch_op:
        batch_op.create_index("ix_incident_orders_incident_id", ["incident_id"], unique=False)
        batch_op.create_index(
            "ix_incident_orders_linked",
            ["work_order_id"],
            unique=True,
            postgresql_where=sa.text("unlinked_at IS NULL"),
            sqlite_where=sa.text("unlinked_at IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    for table in ("incident_orders", "incident_zones", "incident_updates", "major_incidents"):
        op.drop_table(table)
