"""Offers of orders: to several people at once, or from one technician to another.

Why: an order that nobody was given goes to whoever takes it first, and one's own to a colleague who agrees. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OPEN = "state = 'open'"
PLACES = ("region_id", "station_id", "group_id", "zone_id", "made_by")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "assignment_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('broadcast', 'handover')", name=op.f("ck_assignment_offers_kind_known")),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'declined', 'expired', 'withdrawn')",
            name=op.f("ck_assignment_offers_state_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_assignment_offers_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_assignment_offers_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_assignment_offers_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_assignment_offers_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_assignment_offers_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_offers")),
    )
    for column in PLACES:
        op.create_index(f"ix_assignment_offers_{column}", "assignment_offers", [column, "made_at", "id"])
    where = sa.text(OPEN)
    for name, column, unique in (("work_order_id", "work_order_id", True), ("due", "expires_at", False)):
        op.create_index(
            f"ix_assignment_offers_{name}",
            "assignment_offers",
            [column],
            unique=unique,
            postgresql_where=where,
            sqlite_where=where,
        )
    op.create_table(
        "assignment_offerees",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["assignment_offers.id"], name=op.f("fk_assignment_offerees_offer_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_assignment_offerees_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignment_offerees_user_id")),
        sa.PrimaryKeyConstraint("offer_id", "user_id", name=op.f("pk_assignment_offerees")),
    )
    op.create_index("ix_assignment_offerees_user_id", "assignment_offerees", ["user_id", "offer_id"])


def downgrade() -> None:
    """Go back; offers are lost."""
    for table in ("assignment_offerees", "assignment_offers"):
        op.drop_table(table)
