"""Duty rosters, absences, exams, bars and mentors of technicians.

Why: whoever is off duty, away, or barred from a skill must not be sent out. Only new tables, and columns that may be empty.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "people_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_people_policies_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_policies")),
        sa.UniqueConstraint("region_id", "effective_from", name=op.f("uq_people_policies_region_id_effective_from")),
    )
    op.create_table(
        "roster_days",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_roster_days_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_roster_days_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_roster_days_station_id")),
        sa.PrimaryKeyConstraint("place_id", "day", name=op.f("pk_roster_days")),
    )
    with op.batch_alter_table("roster_days", schema=None) as batch_op:
        batch_op.create_index("ix_roster_days_station_id", ["station_id", "day"], unique=False)

    op.create_table(
        "rotations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_rotations_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_rotations_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_rotations_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotations")),
        sa.UniqueConstraint("place_id", "code", name=op.f("uq_rotations_place_id_code")),
    )
    with op.batch_alter_table("rotations", schema=None) as batch_op:
        batch_op.create_index("ix_rotations_region_id", ["region_id", "code", "id"], unique=False)
        batch_op.create_index("ix_rotations_station_id", ["station_id", "code", "id"], unique=False)

    op.create_table(
        "shift_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_shift_types_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_shift_types_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_shift_types_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_types")),
        sa.UniqueConstraint("place_id", "code", name=op.f("uq_shift_types_place_id_code")),
    )
    with op.batch_alter_table("shift_types", schema=None) as batch_op:
        batch_op.create_index("ix_shift_types_region_id", ["region_id", "code", "id"], unique=False)
        batch_op.create_index("ix_shift_types_station_id", ["station_id", "code", "id"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_why", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "kind IN ('leave', 'sick', 'training', 'business', 'other')", name=op.f("ck_absences_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'refused', 'cancelled')", name=op.f("ck_absences_status_known")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_absences_region_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_absences_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_region_id", ["region_id", "start_at", "id"], unique=False)
        batch_op.create_index("ix_absences_technician_id", ["technician_id", "end_at"], unique=False)

    op.create_table(
        "certificate_warnings",
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technicians.id"], name=op.f("fk_certificate_warnings_technician_id")
        ),
        sa.PrimaryKeyConstraint(
            "technician_id", "skill", "valid_until", "days_before", name=op.f("pk_certificate_warnings")
        ),
    )
    op.create_table(
        "mentorships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("goal", sa.String(length=500), nullable=True),
        sa.Column("ended_why", sa.String(length=500), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mentee_id"], ["technicians.id"], name=op.f("fk_mentorships_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["technicians.id"], name=op.f("fk_mentorships_mentor_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_mentorships_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorships")),
    )
    with op.batch_alter_table("mentorships", schema=None) as batch_op:
        batch_op.create_index("ix_mentorships_mentee_id", ["mentee_id", "valid_from"], unique=False)
        batch_op.create_index("ix_mentorships_mentor_id", ["mentor_id", "valid_from"], unique=False)
        batch_op.create_index("ix_mentorships_region_id", ["region_id", "valid_from", "id"], unique=False)

    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("type_code", sa.String(length=16), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_why", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_shifts_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_shifts_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_shifts_station_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_shifts_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.create_index("ix_shifts_group_id", ["group_id", "start_at", "id"], unique=False)
        batch_op.create_index("ix_shifts_place_id", ["place_id", "day"], unique=False)
        batch_op.create_index("ix_shifts_region_id", ["region_id", "start_at", "id"], unique=False)
        batch_op.create_index("ix_shifts_station_id", ["station_id", "start_at", "id"], unique=False)
        batch_op.create_index("ix_shifts_technician_id", ["technician_id", "start_at"], unique=False)

    op.create_table(
        "skill_bars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_why", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('exam_failed', 'retraining')", name=op.f("ck_skill_bars_kind_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_skill_bars_region_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_skill_bars_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_bars")),
    )
    with op.batch_alter_table("skill_bars", schema=None) as batch_op:
        batch_op.create_index(
            "ix_skill_bars_standing",
            ["technician_id", "skill", "kind"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index("ix_skill_bars_technician_id", ["technician_id", "began_at"], unique=False)

    op.create_table(
        "skill_exams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("examiner", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_skill_exams_region_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_skill_exams_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_exams")),
    )
    with op.batch_alter_table("skill_exams", schema=None) as batch_op:
        batch_op.create_index("ix_skill_exams_technician_id", ["technician_id", "skill", "taken_on"], unique=False)

    op.create_table(
        "shift_swaps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("asker_shift_id", sa.Uuid(), nullable=False),
        sa.Column("other_shift_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('asked', 'agreed', 'refused', 'withdrawn')", name=op.f("ck_shift_swaps_status_known")
        ),
        sa.ForeignKeyConstraint(["asker_id"], ["technicians.id"], name=op.f("fk_shift_swaps_asker_id")),
        sa.ForeignKeyConstraint(["asker_shift_id"], ["shifts.id"], name=op.f("fk_shift_swaps_asker_shift_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_shift_swaps_group_id")),
        sa.ForeignKeyConstraint(["other_id"], ["technicians.id"], name=op.f("fk_shift_swaps_other_id")),
        sa.ForeignKeyConstraint(["other_shift_id"], ["shifts.id"], name=op.f("fk_shift_swaps_other_shift_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_shift_swaps_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_shift_swaps_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_swaps")),
    )
    with op.batch_alter_table("shift_swaps", schema=None) as batch_op:
        batch_op.create_index("ix_shift_swaps_asker_id", ["asker_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_shift_swaps_other_id", ["other_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_shift_swaps_region_id", ["region_id", "asked_at", "id"], unique=False)
        batch_op.create_index("ix_shift_swaps_station_id", ["station_id", "asked_at", "id"], unique=False)

    # Columns are added and dropped one by one, for which SQLite need not build the table anew.
    op.add_column("technician_skills", sa.Column("issuer", sa.String(length=80), nullable=True))
    op.add_column("technician_skills", sa.Column("issued_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_technician_skills_valid_until", "technician_skills", ["valid_until", "technician_id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_technician_skills_valid_until", "technician_skills")
    op.drop_column("technician_skills", "issued_on")
    op.drop_column("technician_skills", "issuer")

    with op.batch_alter_table("shift_swaps", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_swaps_station_id")
        batch_op.drop_index("ix_shift_swaps_region_id")
        batch_op.drop_index("ix_shift_swaps_other_id")
        batch_op.drop_index("ix_shift_swaps_asker_id")

    op.drop_table("shift_swaps")
    with op.batch_alter_table("skill_exams", schema=None) as batch_op:
        batch_op.drop_index("ix_skill_exams_technician_id")

    op.drop_table("skill_exams")
    with op.batch_alter_table("skill_bars", schema=None) as batch_op:
        batch_op.drop_index("ix_skill_bars_technician_id")
        batch_op.drop_index(
            "ix_skill_bars_standing",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.drop_table("skill_bars")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_index("ix_shifts_technician_id")
        batch_op.drop_index("ix_shifts_station_id")
        batch_op.drop_index("ix_shifts_region_id")
        batch_op.drop_index("ix_shifts_place_id")
        batch_op.drop_index("ix_shifts_group_id")

    op.drop_table("shifts")
    with op.batch_alter_table("mentorships", schema=None) as batch_op:
        batch_op.drop_index("ix_mentorships_region_id")
        batch_op.drop_index("ix_mentorships_mentor_id")
        batch_op.drop_index("ix_mentorships_mentee_id")

    op.drop_table("mentorships")
    op.drop_table("certificate_warnings")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_technician_id")
        batch_op.drop_index("ix_absences_region_id")

    op.drop_table("absences")
    with op.batch_alter_table("shift_types", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_types_station_id")
        batch_op.drop_index("ix_shift_types_region_id")

    op.drop_table("shift_types")
    with op.batch_alter_table("rotations", schema=None) as batch_op:
        batch_op.drop_index("ix_rotations_station_id")
        batch_op.drop_index("ix_rotations_region_id")

    op.drop_table("rotations")
    with op.batch_alter_table("roster_days", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_days_station_id")

    op.drop_table("roster_days")
    op.drop_table("people_policies")
