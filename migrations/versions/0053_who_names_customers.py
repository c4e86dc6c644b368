"""Indexes by which it is found at once who names a customer or a site.

Why: customers that an import made are removed with it if nothing refers to them, some hundreds at a time.
"""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

INDEXES = (
    ("service_requests", "customer_id"),
    ("service_requests", "site_id"),
    ("assets", "customer_id"),
    ("asset_stays", "customer_id"),
)


def upgrade() -> None:
    """Go forward."""
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Go back."""
    for table, column in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{column}", table)
