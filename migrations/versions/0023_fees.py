"""What is charged for orders: lines, and lines that were taken back; what a phone charged beyond the rules is for a person.

Why: service fees and parts belong to the order and to what the customer signs. Adds two tables, and a kind of conflict. Parts
that phones recorded before stay facts on the timeline.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BEFORE = (
    "'concurrent_answers', 'status_command', 'closed_order', 'time_overlap', 'amended_after_signature', 'hidden_answer'"
)
PLACES = ("region_id", "station_id", "group_id", "zone_id")
SUMS = ("gross_minor", "discount_minor", "net_minor", "tax_minor", "total_minor")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "fee_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_price", sa.String(length=16), nullable=True),
        sa.Column("serial", sa.String(length=64), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("discount", sa.String(length=16), nullable=True),
        sa.Column("discount_percent", sa.String(length=16), nullable=True),
        sa.Column("discount_reason", sa.String(length=200), nullable=True),
        sa.Column("tax_percent", sa.String(length=16), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("warranty", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.Column("flags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('labour', 'part', 'travel', 'other')", name=op.f("ck_fee_lines_kind_known")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_fee_lines_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_fee_lines_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_fee_lines_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_fee_lines_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_fee_lines_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_lines")),
    )
    op.create_index("ix_fee_lines_work_order_id", "fee_lines", ["work_order_id"])
    for place in PLACES:
        op.create_index(f"ix_fee_lines_{place}", "fee_lines", [place, "at", "id"])
    op.create_table(
        "fee_removals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_fee_removals_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_fee_removals_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_removals")),
    )
    op.create_index("ix_fee_removals_work_order_id", "fee_removals", ["work_order_id"])
    op.create_index("ix_fee_removals_line_id", "fee_removals", ["line_id"])
    _kinds(f"{BEFORE}, 'fee_to_approve'")


def _kinds(known: str) -> None:
    with op.batch_alter_table("sync_conflicts") as table:
        table.drop_constraint(op.f("ck_sync_conflicts_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_sync_conflicts_kind_known"), f"kind IN ({known})")


def downgrade() -> None:
    """Go back; the release before calls these conflicts ones about commands."""
    op.execute("UPDATE sync_conflicts SET kind = 'status_command' WHERE kind = 'fee_to_approve'")
    _kinds(BEFORE)
    op.drop_table("fee_removals")
    op.drop_table("fee_lines")
