"""Appointments apart from orders, reasons of regions, and what orders remember of their lives.

Why: an order may have many visits, reasons are policy data, and holds and finished orders end by themselves. Only adds. Windows
that are agreed become appointments under the ids of their orders; work that was completed before closes by itself as if it had
waited for the default seven days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WAITING = {"hold_until": "hold_until IS NOT NULL", "closes_at": "closes_at IS NOT NULL"}
PLACES = ("technician_id", "zone_id", "group_id", "station_id", "region_id")


def upgrade() -> None:
    """Go forward."""
    _add_tables()
    # Columns are added and dropped one by one, for which SQLite need not build the table anew.
    op.add_column("work_orders", sa.Column("eta_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("work_orders", sa.Column("declines", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("work_orders", sa.Column("escalated", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    known = sa.CheckConstraint(
        "follow_up IN ('pending', 'created', 'waived')", name=op.f("ck_work_orders_follow_up_known")
    )
    op.add_column("work_orders", sa.Column("follow_up", sa.String(length=32), known, nullable=True))
    op.add_column("work_orders", sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    no = sa.text("false")
    op.add_column("work_orders", sa.Column("repeat_visit", sa.Boolean(), server_default=no, nullable=False))
    for column, condition in WAITING.items():
        where = sa.text(condition)
        op.create_index(f"ix_work_orders_{column}", "work_orders", [column], postgresql_where=where, sqlite_where=where)
    _carry_over()


def _add_tables() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=True),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_with", sa.String(length=120), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("requested_by", sa.String(length=32), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'kept', 'missed', 'rescheduled', 'cancelled')",
            name=op.f("ck_appointments_state_known"),
        ),
        sa.CheckConstraint(
            "channel IN ('phone', 'message', 'in_person', 'app', 'mail', 'other')",
            name=op.f("ck_appointments_channel_known"),
        ),
        sa.CheckConstraint(
            "requested_by IN ('customer', 'technician', 'office')", name=op.f("ck_appointments_requested_by_known")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_appointments_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_appointments_station_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_appointments_group_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_appointments_zone_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_appointments_work_order_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["users.id"], name=op.f("fk_appointments_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index("ix_appointments_work_order_id", "appointments", ["work_order_id"])
    for place in PLACES:
        op.create_index(f"ix_appointments_{place}", "appointments", [place, "start_at", "id"])
    agreed = sa.text("state = 'agreed'")
    op.create_index("ix_appointments_end_at", "appointments", ["end_at"], postgresql_where=agreed, sqlite_where=agreed)
    op.create_table(
        "order_reasons",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("needs_evidence", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hold', 'decline', 'cancel', 'unable', 'reassign', 'reopen', 'rework', 'reschedule', "
            "'geofence_miss')",
            name=op.f("ck_order_reasons_kind_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_order_reasons_region_id")),
        sa.PrimaryKeyConstraint("region_id", "kind", "code", name=op.f("pk_order_reasons")),
    )


def _carry_over() -> None:
    op.execute("""
        INSERT INTO appointments (id, region_id, station_id, group_id, zone_id, work_order_id, technician_id, state,
                                  start_at, end_at, arrived_at, is_late, created_at, updated_at)
        SELECT id, region_id, station_id, group_id, zone_id, id, assignee_id,
               CASE WHEN arrived_at IS NULL THEN 'agreed' ELSE 'kept' END,
               window_start_at, window_end_at, arrived_at, arrived_at IS NOT NULL AND arrived_at > window_end_at,
               updated_at, updated_at
          FROM work_orders
         WHERE window_start_at IS NOT NULL AND window_end_at IS NOT NULL
           AND (arrived_at IS NOT NULL OR status IN ('open', 'assigned', 'accepted', 'scheduled', 'en_route', 'on_hold'))
    """)
    if op.get_bind().dialect.name == "postgresql":
        later = "completed_at + interval '7 days'"
    else:
        later = "strftime('%Y-%m-%d %H:%M:%S', completed_at, '+7 days') || '.000000'"
    op.execute(f"UPDATE work_orders SET closes_at = {later} WHERE status = 'completed'")  # noqa: S608 - our own words


def downgrade() -> None:
    """Go back."""
    for table in ("order_reasons", "appointments"):
        op.drop_table(table)
    for column in WAITING:
        op.drop_index(f"ix_work_orders_{column}", table_name="work_orders")
    for column in ("repeat_visit", "closes_at", "follow_up", "escalated", "declines", "eta_at"):
        op.drop_column("work_orders", column)
