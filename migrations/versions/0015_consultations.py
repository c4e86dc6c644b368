"""Expert consultations: questions from orders, who was asked, and what they answered.

Why: who is stuck on site asks who knows, and the answer stays with the order. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "consultations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("excerpt", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=True),
        sa.Column("min_level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("within_seconds", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_id", sa.Uuid(), nullable=True),
        sa.Column("end_note", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("rung IN ('expert', 'leader', 'above')", name=op.f("ck_consultations_rung_known")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'accepted', 'closed')", name=op.f("ck_consultations_state_known")
        ),
        sa.CheckConstraint("urgency IN ('normal', 'urgent')", name=op.f("ck_consultations_urgency_known")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_consultations_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultations_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_consultations_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_consultations_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_consultations_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_index("ix_consultations_asked_by", ["asked_by", "asked_at", "id"], unique=False)
        batch_op.create_index(
            "ix_consultations_due",
            ["next_look_at"],
            unique=False,
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.create_index("ix_consultations_group_id", ["group_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_consultations_region_id", ["region_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_consultations_station_id", ["station_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_consultations_work_order_id", ["work_order_id"], unique=False)
        batch_op.create_index("ix_consultations_zone_id", ["zone_id", "asked_at", "id"], unique=False)

    op.create_table(
        "consultation_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_consultation_answers_consultation_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_answers_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_answers")),
    )
    with op.batch_alter_table("consultation_answers", schema=None) as batch_op:
        batch_op.create_index("ix_consultation_answers_consultation_id", ["consultation_id"], unique=False)

    op.create_table(
        "consultation_asked",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rung IN ('expert', 'leader', 'above')", name=op.f("ck_consultation_asked_rung_known")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_consultation_asked_consultation_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_asked_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consultation_asked_user_id")),
        sa.PrimaryKeyConstraint("consultation_id", "user_id", name=op.f("pk_consultation_asked")),
    )
    with op.batch_alter_table("consultation_asked", schema=None) as batch_op:
        batch_op.create_index("ix_consultation_asked_user_id", ["user_id", "consultation_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    for table in ("consultation_answers", "consultation_asked", "consultations"):
        op.drop_table(table)
