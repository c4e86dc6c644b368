"""The structure of the territory: versions of all places, moves, stated vacancies, and how large groups may be.

Why: places move, people leave, and groups are larger or smaller than the rule for reasons that must be kept. Only adds: code of
the release before runs against this form.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for table in ("regions", "stations", "maintenance_groups"):
        op.add_column(table, sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("place_duties", sa.Column("end_reason", sa.String(length=200), nullable=True))
    op.add_column("place_duties", sa.Column("holder_gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("place_duties", sa.Column("appointed_by", sa.Uuid(), nullable=True))
    op.add_column("place_duties", sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_place_duties_user_id", table_name="place_duties")
    op.create_index("ix_place_duties_user_id", "place_duties", ["user_id", "valid_from"], unique=False)
    op.create_index(
        "ix_place_duties_open",
        "place_duties",
        ["place_id", "kind"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
        sqlite_where=sa.text("valid_to IS NULL"),
    )
    # Messages follow their zone when it moves.
    op.create_index("ix_customer_messages_zone_id", "customer_messages", ["zone_id", "id"], unique=False)
    op.create_table(
        "place_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("from_station_id", sa.Uuid(), nullable=False),
        sa.Column("to_station_id", sa.Uuid(), nullable=False),
        sa.Column("from_group_id", sa.Uuid(), nullable=True),
        sa.Column("to_group_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('zone', 'group')", name=op.f("ck_place_moves_level_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_place_moves_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_moves")),
    )
    op.create_index("ix_place_moves_place_id", "place_moves", ["place_id", "moved_at", "id"], unique=False)
    op.create_table(
        "group_size_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_group_size_policies_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_size_policies")),
    )
    op.create_index(
        "ix_group_size_policies_region_id", "group_size_policies", ["region_id", "effective_from", "id"], unique=False
    )
    op.create_table(
        "group_size_reasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("zones", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_group_size_reasons_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_group_size_reasons_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_size_reasons")),
    )
    op.create_index(
        "ix_group_size_reasons_group_id", "group_size_reasons", ["group_id", "decided_at", "id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("group_size_reasons")
    op.drop_table("group_size_policies")
    op.drop_table("place_moves")
    op.drop_index("ix_customer_messages_zone_id", table_name="customer_messages")
    op.drop_index(
        "ix_place_duties_open",
        table_name="place_duties",
        postgresql_where=sa.text("valid_to IS NULL"),
        sqlite_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index("ix_place_duties_user_id", table_name="place_duties")
    op.create_index("ix_place_duties_user_id", "place_duties", ["user_id"], unique=False)
    for column in ("appointed_at", "appointed_by", "holder_gone_at", "end_reason"):
        op.drop_column("place_duties", column)
    for table in ("maintenance_groups", "stations", "regions"):
        op.drop_column(table, "version")
