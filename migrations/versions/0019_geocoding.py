"""Geocoding: what providers answered, what is still to be asked, how fast each may be, and how good a match was.

Why: addresses become positions after the fact, once each, and none is trusted further than it is good. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

QUALITIES = "('rooftop', 'street', 'town', 'unknown')"
TABLES = ("sites", "service_requests")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "known_addresses",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("address_key", sa.String(length=300), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("quality", sa.String(length=32), nullable=True),
        sa.Column("label", sa.String(length=300), nullable=True),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"quality IN {QUALITIES}", name=op.f("ck_known_addresses_quality_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_known_addresses_region_id")),
        sa.PrimaryKeyConstraint("region_id", "provider", "address_key", name=op.f("pk_known_addresses")),
    )
    with op.batch_alter_table("known_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_known_addresses_expires_at", ["expires_at"], unique=False)
    op.create_table(
        "address_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("is_fresh", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.CheckConstraint("subject_kind IN ('site', 'request')", name=op.f("ck_address_tasks_subject_kind_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_address_tasks_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_tasks")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_address_tasks_subject_kind_subject_id")),
    )
    with op.batch_alter_table("address_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_address_tasks_due_at", ["due_at"], unique=False)
    op.create_table(
        "provider_paces",
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_paces")),
    )
    for table in TABLES:
        # With its check in one statement: SQLite would build the table anew to add a constraint to it.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN match_quality VARCHAR(32) "
            f"CONSTRAINT ck_{table}_match_quality_known CHECK (match_quality IN {QUALITIES})"
        )
        op.add_column(table, sa.Column("match_provider", sa.String(length=32), nullable=True))
        op.add_column(table, sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    for table in reversed(TABLES):
        for column in ("matched_at", "match_provider", "match_quality"):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("provider_paces")
    op.drop_table("address_tasks")
    op.drop_table("known_addresses")
