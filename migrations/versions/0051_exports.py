"""Exports as jobs.

Why: lists of a hundred thousand rows are written by a worker into a file that its person fetches, instead of while they wait. Only adds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KINDS = "'people', 'zones', 'customers', 'assets', 'requests', 'orders'"
STATES = "'waiting', 'running', 'done', 'cancelled', 'failed', 'expired', 'discarded'"
ACTIVE = sa.text("state IN ('waiting', 'running')")
KEPT = sa.text("file_digest IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("grants", JSON, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.LargeBinary(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_exports_kind_known")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_exports_state_known")),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_exports_format_known")),
        sa.CheckConstraint("language IN ('en', 'zh-CN')", name=op.f("ck_exports_language_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_user_id", "exports", ["user_id", "created_at", "id"])
    op.create_index("ix_exports_due_at", "exports", ["due_at"], postgresql_where=ACTIVE, sqlite_where=ACTIVE)
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"], postgresql_where=KEPT, sqlite_where=KEPT)
    op.create_index("ix_exports_ended_at", "exports", ["ended_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("exports")
