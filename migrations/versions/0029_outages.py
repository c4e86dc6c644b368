"""Planned outages: what is planned, where it reaches, whom there is to tell what, and their log.

Why: those whom an outage troubles are told, and what they report is known for what it is. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "planned_outages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boundary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("asset_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('outage', 'upgrade', 'maintenance', 'power')", name=op.f("ck_planned_outages_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'announced', 'in_progress', 'ended', 'cancelled')",
            name=op.f("ck_planned_outages_state_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_planned_outages_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_planned_outages_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_planned_outages_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_planned_outages_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_outages")),
        sa.UniqueConstraint("region_id", "number", name=op.f("uq_planned_outages_region_id_number")),
    )
    with op.batch_alter_table("planned_outages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_planned_outages_due",
            ["next_look_at"],
            unique=False,
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.create_index("ix_planned_outages_ends_at", ["region_id", "ends_at"], unique=False)
        batch_op.create_index("ix_planned_outages_group_id", ["group_id", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_planned_outages_region_id", ["region_id", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_planned_outages_station_id", ["station_id", "starts_at", "id"], unique=False)

    op.create_table(
        "outage_broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("news", sa.String(length=32), nullable=False),
        sa.Column("said", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "news IN ('announced', 'moved', 'cancelled', 'ended')", name=op.f("ck_outage_broadcasts_news_known")
        ),
        sa.ForeignKeyConstraint(["outage_id"], ["planned_outages.id"], name=op.f("fk_outage_broadcasts_outage_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_outage_broadcasts_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_broadcasts")),
        sa.UniqueConstraint("outage_id", "edition", name=op.f("uq_outage_broadcasts_outage_id_edition")),
    )
    with op.batch_alter_table("outage_broadcasts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outage_broadcasts_untold",
            ["created_at", "id"],
            unique=False,
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "outage_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["planned_outages.id"], name=op.f("fk_outage_events_outage_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_outage_events_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_events")),
    )
    with op.batch_alter_table("outage_events", schema=None) as batch_op:
        batch_op.create_index("ix_outage_events_outage_id", ["outage_id", "at", "id"], unique=False)

    op.create_table(
        "outage_zones",
        sa.Column("outage_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_outage_zones_group_id")),
        sa.ForeignKeyConstraint(["outage_id"], ["planned_outages.id"], name=op.f("fk_outage_zones_outage_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_outage_zones_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_outage_zones_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_outage_zones_zone_id")),
        sa.PrimaryKeyConstraint("outage_id", "zone_id", name=op.f("pk_outage_zones")),
    )
    with op.batch_alter_table("outage_zones", schema=None) as batch_op:
        batch_op.create_index("ix_outage_zones_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_outage_zones_station_id", ["station_id"], unique=False)
        batch_op.create_index("ix_outage_zones_zone_id", ["zone_id"], unique=False)

    with op.batch_alter_table("customer_messages", schema=None) as batch_op:
        batch_op.create_index("ix_customer_messages_key", ["key", "status"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_customer_messages_key", table_name="customer_messages")
    for table in ("outage_broadcasts", "outage_events", "outage_zones", "planned_outages"):
        op.drop_table(table)
