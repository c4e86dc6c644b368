"""Service clocks: working calendars, clocks with their events, and what policies say about both.

Why: pauses, calendars and colours need more than three due times. Only adds: code of the release before runs against this form;
orders from before keep their due times and have no clocks.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "working_calendars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_working_calendars_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_calendars")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_working_calendars_region_id_code")),
    )
    op.create_table(
        "clock_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=True),
        sa.Column("target_seconds", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.CheckConstraint("clock IN ('respond', 'arrive', 'resolve')", name=op.f("ck_clock_events_clock_known")),
        sa.CheckConstraint(
            "kind IN ('start', 'pause', 'resume', 'retarget', 'stop', 'breach')",
            name=op.f("ck_clock_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_clock_events_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_clock_events_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
    )
    with op.batch_alter_table("clock_events", schema=None) as batch_op:
        batch_op.create_index("ix_clock_events_work_order_id", ["work_order_id"], unique=False)

    op.create_table(
        "sla_clocks",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("colour", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("noticed", sa.String(length=32), nullable=False),
        sa.Column("coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("clock IN ('respond', 'arrive', 'resolve')", name=op.f("ck_sla_clocks_clock_known")),
        sa.CheckConstraint("colour IN ('clear', 'blue', 'yellow', 'red')", name=op.f("ck_sla_clocks_colour_known")),
        sa.CheckConstraint(
            "noticed IN ('none', 'blue', 'yellow', 'red', 'station', 'region')",
            name=op.f("ck_sla_clocks_noticed_known"),
        ),
        sa.CheckConstraint(
            "status IN ('running', 'paused', 'stopped', 'void')", name=op.f("ck_sla_clocks_status_known")
        ),
        sa.ForeignKeyConstraint(["coordinator_id"], ["users.id"], name=op.f("fk_sla_clocks_coordinator_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sla_clocks_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_sla_clocks_work_order_id")),
        sa.PrimaryKeyConstraint("work_order_id", "clock", name=op.f("pk_sla_clocks")),
    )
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sla_clocks_due",
            ["next_look_at"],
            unique=False,
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        )

    # Columns are added and dropped one by one, for which SQLite need not build the table anew.
    op.add_column("sla_policies", sa.Column("work_type", sa.String(length=48), nullable=True))
    op.add_column("sla_policies", sa.Column("customer_class", sa.String(length=32), nullable=True))
    op.add_column("sla_policies", sa.Column("calendar_id", sa.Uuid(), nullable=True))
    op.add_column(
        "sla_policies",
        sa.Column(
            "rules",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Go back."""
    for column in ("rules", "calendar_id", "customer_class", "work_type"):
        op.drop_column("sla_policies", column)
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sla_clocks_due",
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        )

    op.drop_table("sla_clocks")
    with op.batch_alter_table("clock_events", schema=None) as batch_op:
        batch_op.drop_index("ix_clock_events_work_order_id")

    op.drop_table("clock_events")
    op.drop_table("working_calendars")
