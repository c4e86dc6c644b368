"""Imports as jobs: their lines as they came, and what became of each.

Why: whoever brings in thousands of lines sees first what would happen, may stop and go on, and can take all of it back.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

STATES = (
    "needs_columns",
    "checking",
    "checked",
    "running",
    "done",
    "cancelled",
    "failed",
    "undoing",
    "undone",
)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ACTIVE = sa.text("state IN ('checking', 'running', 'undoing')")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("encoding", sa.String(length=32), nullable=False),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("header", JSON, nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("at_batch", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("outcomes", JSON, nullable=False),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _words("imports", "state", STATES),
        _words("imports", "format", ("csv", "xlsx")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_imports_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_imports_station_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_imports_created_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_imports_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    for column in ("region_id", "station_id", "created_by"):
        op.create_index(f"ix_imports_{column}", "imports", [column, "created_at", "id"])
    op.create_index("ix_imports_active", "imports", ["updated_at", "id"], postgresql_where=ACTIVE, sqlite_where=ACTIVE)
    op.create_table(
        "import_batches",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_batches_import_id")),
        sa.PrimaryKeyConstraint("import_id", "nth", name=op.f("pk_import_batches")),
    )
    op.create_table(
        "import_lines",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("heading", sa.String(length=200), nullable=True),
        sa.Column("detail", sa.String(length=400), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("made", JSON, nullable=True),
        sa.Column("undo", sa.String(length=32), nullable=True),
        sa.Column("undo_code", sa.String(length=64), nullable=True),
        _words("import_lines", "outcome", ("created", "updated", "already_there", "rejected")),
        _words("import_lines", "undo", ("undone", "kept")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_lines_import_id")),
        sa.PrimaryKeyConstraint("import_id", "nth", name=op.f("pk_import_lines")),
    )
    op.create_index("ix_import_lines_key", "import_lines", ["import_id", "key"])
    op.create_index("ix_import_lines_outcome", "import_lines", ["import_id", "outcome", "nth"])


def _words(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    known = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({known})", name=op.f(f"ck_{table}_{column}_known"))


def downgrade() -> None:
    """Go back."""
    op.drop_table("import_lines")
    op.drop_table("import_batches")
    op.drop_table("imports")
