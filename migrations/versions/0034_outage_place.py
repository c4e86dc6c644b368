"""How far news of an outage has come is kept by place and site.

Why: sites are read along the indexes of zones and regions, so that all pages together read what is there once. Only a name changes.
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("outage_broadcasts", schema=None) as batch_op:
        batch_op.alter_column("customer_id", new_column_name="place_id")


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("outage_broadcasts", schema=None) as batch_op:
        batch_op.alter_column("place_id", new_column_name="customer_id")
