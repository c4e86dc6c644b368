"""What happened to phones, and whose silence their managers were told of.

Why: whoever looks for a phone, or for what is on it, has to see its life; and a phone that falls silent is noticed before work is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KINDS = (
    "registered",
    "enrolled",
    "rotated",
    "signed_off",
    "returned",
    "revoked",
    "reinstated",
    "wiped",
    "cloned",
    "silent",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "device_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)), name=op.f("ck_device_events_kind_known")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_events_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_events")),
    )
    op.create_index("ix_device_events_device_id", "device_events", ["device_id", "at", "id"])
    with op.batch_alter_table("devices") as devices:
        devices.add_column(sa.Column("silence_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("devices") as devices:
        devices.drop_column("silence_told_at")
    op.drop_table("device_events")
