"""Inspection reviews: plans with frames, reviews, findings, appeals and fault records.

Why: finished work is sampled and looked at by others, and what follows from it is kept. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "review_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("frame_digest", sa.LargeBinary(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('framed', 'drawn')", name=op.f("ck_review_plans_state_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_review_plans_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_plans")),
        sa.UniqueConstraint("region_id", "month", name=op.f("uq_review_plans_region_id_month")),
    )
    with op.batch_alter_table("review_plans", schema=None) as batch_op:
        batch_op.create_index("ix_review_plans_region_id", ["region_id", "created_at", "id"], unique=False)

    op.create_table(
        "review_frame_rows",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("risks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plans.id"], name=op.f("fk_review_frame_rows_plan_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_review_frame_rows_work_order_id")),
        sa.PrimaryKeyConstraint("plan_id", "work_order_id", name=op.f("pk_review_frame_rows")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=False),
        sa.Column("template_code", sa.String(length=48), nullable=False),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("technician_group_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("risks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("overturned", sa.Boolean(), nullable=False),
        sa.Column("reopening", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reopening IN ('returned', 'reopened', 'too_late', 'not_possible')", name=op.f("ck_reviews_reopening_known")
        ),
        sa.CheckConstraint("source IN ('plan', 'spot_check', 'rework')", name=op.f("ck_reviews_source_known")),
        sa.CheckConstraint(
            "state IN ('sampled', 'in_review', 'decided', 'appealed', 'final', 'lapsed')",
            name=op.f("ck_reviews_state_known"),
        ),
        sa.CheckConstraint("verdict IN ('pass', 'rework', 'fail')", name=op.f("ck_reviews_verdict_known")),
        sa.CheckConstraint(
            "why IN ('random', 'minimum', 'stratum', 'risk', 'chosen', 'again')", name=op.f("ck_reviews_why_known")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_reviews_group_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plans.id"], name=op.f("fk_reviews_plan_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_reviews_region_id")),
        sa.ForeignKeyConstraint(["run_id"], ["checklist_runs.id"], name=op.f("fk_reviews_run_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_reviews_station_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["users.id"], name=op.f("fk_reviews_technician_id")),
        sa.ForeignKeyConstraint(
            ["template_version_id"], ["checklist_template_versions.id"], name=op.f("fk_reviews_template_version_id")
        ),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_reviews_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_reviews_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reviews_appealable",
            ["appeal_until"],
            unique=False,
            postgresql_where=sa.text("state = 'decided'"),
            sqlite_where=sa.text("state = 'decided'"),
        )
        batch_op.create_index(
            "ix_reviews_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('sampled', 'in_review')"),
            sqlite_where=sa.text("state IN ('sampled', 'in_review')"),
        )
        batch_op.create_index("ix_reviews_group_id", ["group_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_reviews_month", ["region_id", "month"], unique=False)
        batch_op.create_index("ix_reviews_plan_id", ["plan_id"], unique=False)
        batch_op.create_index("ix_reviews_region_id", ["region_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_reviews_station_id", ["station_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_reviews_technician_id", ["technician_id", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_reviews_waiting",
            ["work_order_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('sampled', 'in_review')"),
            sqlite_where=sa.text("state IN ('sampled', 'in_review')"),
        )
        batch_op.create_index("ix_reviews_work_order_id", ["work_order_id"], unique=False)
        batch_op.create_index("ix_reviews_zone_id", ["zone_id", "created_at", "id"], unique=False)

    op.create_table(
        "fault_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=True),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("barred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_why", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_fault_records_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_fault_records_region_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_fault_records_review_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_fault_records_station_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["users.id"], name=op.f("fk_fault_records_technician_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_fault_records_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_fault_records_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_records")),
        sa.UniqueConstraint("review_id", name=op.f("uq_fault_records_review_id")),
    )
    with op.batch_alter_table("fault_records", schema=None) as batch_op:
        batch_op.create_index("ix_fault_records_group_id", ["group_id", "recorded_at", "id"], unique=False)
        batch_op.create_index("ix_fault_records_region_id", ["region_id", "recorded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_fault_records_standing",
            ["technician_id", "skill", "recorded_at"],
            unique=False,
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )
        batch_op.create_index("ix_fault_records_station_id", ["station_id", "recorded_at", "id"], unique=False)
        batch_op.create_index("ix_fault_records_technician_id", ["technician_id", "recorded_at", "id"], unique=False)
        batch_op.create_index("ix_fault_records_zone_id", ["zone_id", "recorded_at", "id"], unique=False)

    op.create_table(
        "review_appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.CheckConstraint("state IN ('open', 'upheld', 'overturned')", name=op.f("ck_review_appeals_state_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_review_appeals_region_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_appeals_review_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["users.id"], name=op.f("fk_review_appeals_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_appeals")),
        sa.UniqueConstraint("review_id", name=op.f("uq_review_appeals_review_id")),
    )
    with op.batch_alter_table("review_appeals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_review_appeals_due",
            ["decide_by"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "review_slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("technician_group_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_to", sa.Uuid(), nullable=True),
        sa.Column("handed_by", sa.Uuid(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'claimed', 'submitted', 'dropped')", name=op.f("ck_review_slots_state_known")
        ),
        sa.CheckConstraint("verdict IN ('pass', 'rework', 'fail')", name=op.f("ck_review_slots_verdict_known")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_review_slots_group_id")),
        sa.ForeignKeyConstraint(["handed_to"], ["users.id"], name=op.f("fk_review_slots_handed_to")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_review_slots_region_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_slots_review_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_review_slots_reviewer_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_review_slots_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_review_slots_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_slots")),
        sa.UniqueConstraint("review_id", "nth", name=op.f("uq_review_slots_review_id_nth")),
    )
    with op.batch_alter_table("review_slots", schema=None) as batch_op:
        batch_op.create_index("ix_review_slots_handed_to", ["handed_to", "due_at", "id"], unique=False)
        batch_op.create_index(
            "ix_review_slots_region_id",
            ["region_id", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('open', 'claimed')"),
            sqlite_where=sa.text("state IN ('open', 'claimed')"),
        )
        batch_op.create_index("ix_review_slots_reviewer_id", ["reviewer_id", "due_at", "id"], unique=False)
        batch_op.create_index(
            "ix_review_slots_station_id",
            ["station_id", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('open', 'claimed')"),
            sqlite_where=sa.text("state IN ('open', 'claimed')"),
        )

    op.create_table(
        "review_findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "severity IN ('minor', 'major', 'critical')", name=op.f("ck_review_findings_severity_known")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_findings_review_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["review_slots.id"], name=op.f("fk_review_findings_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_findings")),
    )
    with op.batch_alter_table("review_findings", schema=None) as batch_op:
        batch_op.create_index("ix_review_findings_review_id", ["review_id"], unique=False)

    op.create_table(
        "review_item_scores",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_item_scores_review_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["review_slots.id"], name=op.f("fk_review_item_scores_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", "item", name=op.f("pk_review_item_scores")),
    )
    with op.batch_alter_table("review_item_scores", schema=None) as batch_op:
        batch_op.create_index("ix_review_item_scores_review_id", ["review_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    for table in (
        "review_item_scores",
        "review_findings",
        "review_slots",
        "review_appeals",
        "fault_records",
        "reviews",
        "review_frame_rows",
        "review_plans",
    ):
        op.drop_table(table)
