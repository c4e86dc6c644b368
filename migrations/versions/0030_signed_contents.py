"""Signatures on the second snapshot: their terms, the chain of a phone's sign-offs, and every signed content by its digest.

Why: a customer signs times, photos, parts and fees as well, and what was signed stays whatever becomes of the order. Only adds; what
was signed before is kept by its digest, too.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.add_column("sign_offs", sa.Column("snapshot_version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("sign_offs", sa.Column("completed_at", sa.String(length=32), nullable=True))
    op.add_column("sign_offs", sa.Column("photos", DOCUMENT, nullable=True))
    op.add_column("sign_offs", sa.Column("link", sa.LargeBinary(), nullable=True))
    op.add_column("sign_offs", sa.Column("previous", sa.LargeBinary(), nullable=True))
    known = sa.CheckConstraint("method IN ('device', 'desk', 'link')", name=op.f("ck_sign_offs_method_known"))
    op.add_column(
        "sign_offs",
        sa.Column("method", sa.String(length=32), known, server_default=sa.text("'device'"), nullable=False),
    )
    op.create_index("ix_sign_offs_device_id", "sign_offs", ["device_id", "link"])
    op.create_index("ix_sign_offs_previous", "sign_offs", ["device_id", "previous"])
    where = sa.text("link IS NOT NULL")
    op.create_index("ix_sign_offs_chained", "sign_offs", ["recorded_at"], postgresql_where=where, sqlite_where=where)
    op.create_table(
        "signed_contents",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_signed_contents_work_order_id")),
        sa.PrimaryKeyConstraint("work_order_id", "digest", name=op.f("pk_signed_contents")),
    )
    op.execute(
        "INSERT INTO signed_contents (work_order_id, digest, region_id, content, kept_at) "
        "SELECT work_order_id, server_digest, region_id, snapshot, recorded_at FROM sign_offs WHERE true "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("signed_contents")
    for index in ("ix_sign_offs_chained", "ix_sign_offs_previous", "ix_sign_offs_device_id"):
        op.drop_index(index, "sign_offs")
    for column in ("method", "previous", "link", "photos", "completed_at", "snapshot_version"):
        op.drop_column("sign_offs", column)
