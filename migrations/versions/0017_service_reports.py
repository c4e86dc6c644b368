"""Service reports: what was printed of which content, and the code that it is checked by.

Why: a customer gets a document that stays as it is. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "service_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("wanted_by", sa.Uuid(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('wanted', 'made', 'failed')", name=op.f("ck_service_reports_state_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_service_reports_region_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_service_reports_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_service_reports_code")),
        sa.UniqueConstraint(
            "work_order_id",
            "content_digest",
            "locale",
            name=op.f("uq_service_reports_work_order_id_content_digest_locale"),
        ),
    )
    with op.batch_alter_table("service_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_reports_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'wanted'"),
            sqlite_where=sa.text("state = 'wanted'"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("service_reports", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_service_reports_due",
            postgresql_where=sa.text("state = 'wanted'"),
            sqlite_where=sa.text("state = 'wanted'"),
        )

    op.drop_table("service_reports")
