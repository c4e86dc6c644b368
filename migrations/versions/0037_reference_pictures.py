"""Reference pictures of checklist templates.

Why: an item names its pictures by their SHA-256; now they can be handed in and looked at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "template_pictures",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_template_pictures_region_id")),
        sa.PrimaryKeyConstraint("region_id", "digest", name=op.f("pk_template_pictures")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("template_pictures")
