"""Assets, where each was when, what regions decide by subject, and e-mail addresses of customers.

Why: boxes have serial numbers, warranties and a history of their own; mail finds its customer by the address. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "region_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_region_policies_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_policies")),
    )
    with op.batch_alter_table("region_policies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_region_policies_region_id", ["region_id", "subject", "effective_from", "id"], unique=False
        )

    op.create_table(
        "assets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("vendor", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("warranty_by", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('set_top_box', 'modem', 'onu', 'router', 'amplifier', 'node', 'ups', 'meter', 'other')",
            name=op.f("ck_assets_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('in_stock', 'installed', 'swapped', 'returned', 'scrapped')", name=op.f("ck_assets_state_known")
        ),
        sa.CheckConstraint("warranty_by IN ('unknown', 'given', 'policy')", name=op.f("ck_assets_warranty_by_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_assets_customer_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_assets_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_assets_region_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_assets_site_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_assets_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_assets_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("region_id", "vendor", "serial", name=op.f("uq_assets_region_id_vendor_serial")),
    )
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.create_index("ix_assets_group_id", ["group_id", "id"], unique=False)
        batch_op.create_index("ix_assets_region_id", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_assets_site_id", ["site_id"], unique=False)
        batch_op.create_index("ix_assets_station_id", ["station_id", "id"], unique=False)
        batch_op.create_index("ix_assets_zone_id", ["zone_id", "id"], unique=False)

    op.create_table(
        "asset_stays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('in_stock', 'installed', 'swapped', 'returned', 'scrapped')",
            name=op.f("ck_asset_stays_state_known"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_stays_asset_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_asset_stays_customer_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_asset_stays_region_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_asset_stays_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_stays")),
    )
    with op.batch_alter_table("asset_stays", schema=None) as batch_op:
        batch_op.create_index("ix_asset_stays_asset_id", ["asset_id", "started_at"], unique=False)
        batch_op.create_index("ix_asset_stays_site_id", ["site_id", "started_at"], unique=False)
        batch_op.create_index(
            "uq_asset_stays_open",
            ["asset_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    # Columns are added and dropped one by one, for which SQLite need not build the table anew.
    op.add_column("customers", sa.Column("email", sa.String(length=254), nullable=True))
    op.create_index("ix_customers_email", "customers", ["region_id", "email"], unique=False)
    op.add_column("work_orders", sa.Column("asset_id", sa.Uuid(), nullable=True))
    op.create_index("ix_work_orders_asset_id", "work_orders", ["asset_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_work_orders_asset_id", "work_orders")
    op.drop_column("work_orders", "asset_id")
    op.drop_index("ix_customers_email", "customers")
    op.drop_column("customers", "email")

    with op.batch_alter_table("asset_stays", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_asset_stays_open",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_asset_stays_site_id")
        batch_op.drop_index("ix_asset_stays_asset_id")

    op.drop_table("asset_stays")
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index("ix_assets_zone_id")
        batch_op.drop_index("ix_assets_station_id")
        batch_op.drop_index("ix_assets_site_id")
        batch_op.drop_index("ix_assets_region_id")
        batch_op.drop_index("ix_assets_group_id")

    op.drop_table("assets")
    with op.batch_alter_table("region_policies", schema=None) as batch_op:
        batch_op.drop_index("ix_region_policies_region_id")

    op.drop_table("region_policies")
