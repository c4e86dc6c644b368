"""Phones whose row changes in place.

Why: every push writes when its phone was last seen, and an index by that moment took a new entry in all five indexes of the table
each time. A region has some hundreds of phones, which are sorted faster than that. On PostgreSQL the rows get room beside them.
"""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.drop_index("ix_devices_region_id", "devices")
    op.create_index("ix_devices_region_id", "devices", ["region_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE devices SET (fillfactor = 60)")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE devices RESET (fillfactor)")
    op.drop_index("ix_devices_region_id", "devices")
    op.create_index("ix_devices_region_id", "devices", ["region_id", "last_seen_at"])
