"""Preventive rounds: plans by a rule of recurrence, what they visit, each visit with its order, and their log.

Why: work that nobody has to ask for is made into orders ahead of time, each once. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "round_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=True),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("template_code", sa.String(length=48), nullable=True),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("asset_kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rule", sa.String(length=440), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("begins_at", sa.Time(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("on_holiday", sa.String(length=32), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=True),
        sa.Column("assign", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("end_reason", sa.String(length=200), nullable=True),
        sa.Column("generated_to", sa.Date(), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "on_holiday IN ('keep', 'skip', 'next_workday', 'previous_workday')",
            name=op.f("ck_round_plans_on_holiday_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('emergency', 'priority', 'routine')", name=op.f("ck_round_plans_priority_known")
        ),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_round_plans_state_known")),
        sa.CheckConstraint("target_kind IN ('zone', 'site', 'asset')", name=op.f("ck_round_plans_target_kind_known")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_round_plans_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_round_plans_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_round_plans_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_round_plans_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_plans")),
    )
    with op.batch_alter_table("round_plans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_round_plans_due",
            ["next_look_at"],
            unique=False,
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.create_index("ix_round_plans_group_id", ["group_id", "id"], unique=False)
        batch_op.create_index("ix_round_plans_region_id", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_round_plans_station_id", ["station_id", "id"], unique=False)
        batch_op.create_index("ix_round_plans_zone_id", ["zone_id", "id"], unique=False)

    op.create_table(
        "round_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["round_plans.id"], name=op.f("fk_round_events_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_round_events_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_events")),
    )
    with op.batch_alter_table("round_events", schema=None) as batch_op:
        batch_op.create_index("ix_round_events_plan_id", ["plan_id", "at", "id"], unique=False)

    op.create_table(
        "round_targets",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["round_plans.id"], name=op.f("fk_round_targets_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_round_targets_region_id")),
        sa.PrimaryKeyConstraint("plan_id", "target_id", name=op.f("pk_round_targets")),
    )
    with op.batch_alter_table("round_targets", schema=None) as batch_op:
        batch_op.create_index("ix_round_targets_target_id", ["target_id"], unique=False)

    op.create_table(
        "round_occurrences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("window_start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_undecided", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=True),
        sa.Column("last_order_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'done', 'dropped', 'withdrawn', 'missed')", name=op.f("ck_round_occurrences_state_known")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_round_occurrences_group_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["round_plans.id"], name=op.f("fk_round_occurrences_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_round_occurrences_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_round_occurrences_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_round_occurrences_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_round_occurrences_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_occurrences")),
        sa.UniqueConstraint("plan_id", "target_id", "day", name=op.f("uq_round_occurrences_plan_id_target_id_day")),
    )
    with op.batch_alter_table("round_occurrences", schema=None) as batch_op:
        batch_op.create_index("ix_round_occurrences_group_id", ["group_id", "window_start_at", "id"], unique=False)
        batch_op.create_index("ix_round_occurrences_last_order_id", ["last_order_id"], unique=False)
        batch_op.create_index("ix_round_occurrences_plan_id", ["plan_id", "window_start_at", "id"], unique=False)
        batch_op.create_index("ix_round_occurrences_region_id", ["region_id", "window_start_at", "id"], unique=False)
        batch_op.create_index("ix_round_occurrences_station_id", ["station_id", "window_start_at", "id"], unique=False)
        batch_op.create_index("ix_round_occurrences_zone_id", ["zone_id", "window_start_at", "id"], unique=False)


def downgrade() -> None:
    """Go back."""
    for table in ("round_occurrences", "round_targets", "round_events", "round_plans"):
        op.drop_table(table)
