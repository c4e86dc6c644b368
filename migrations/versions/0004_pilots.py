"""Trials: what counts in pilot zones first.

Why: a policy, a rule or a checklist is tried in some zones before everybody works by it. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "pilots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sla_policy', 'assignment_rule', 'checklist_template')", name=op.f("ck_pilots_kind_known")
        ),
        sa.CheckConstraint("outcome IN ('full', 'stopped')", name=op.f("ck_pilots_outcome_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_pilots_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilots")),
    )
    with op.batch_alter_table("pilots", schema=None) as batch_op:
        batch_op.create_index("ix_pilots_region_id", ["region_id", "started_at", "id"], unique=False)
        batch_op.create_index("ix_pilots_subject", ["kind", "subject"], unique=False)
        batch_op.create_index(
            "uq_pilots_running",
            ["region_id", "kind", "subject"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "pilot_zones",
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_pilot_zones_pilot_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_pilot_zones_zone_id")),
        sa.PrimaryKeyConstraint("pilot_id", "zone_id", name=op.f("pk_pilot_zones")),
    )
    with op.batch_alter_table("pilot_zones", schema=None) as batch_op:
        batch_op.create_index("ix_pilot_zones_zone_id", ["zone_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("pilot_zones", schema=None) as batch_op:
        batch_op.drop_index("ix_pilot_zones_zone_id")

    op.drop_table("pilot_zones")
    with op.batch_alter_table("pilots", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pilots_running",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_pilots_subject")
        batch_op.drop_index("ix_pilots_region_id")

    op.drop_table("pilots")
