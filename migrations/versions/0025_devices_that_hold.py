"""Whether ops of a device may be held, noted with the device.

Why: every push that went on without a gap looked for held ops, of which there hardly ever are any. Devices that are there already
count as holding until their next push without a gap.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("devices", sa.Column("holding", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE devices SET holding = TRUE")


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("devices") as table:
        table.drop_column("holding")
