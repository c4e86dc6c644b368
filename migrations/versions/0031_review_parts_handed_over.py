"""Parts of reviews: an index of what was handed to an assessor and waits; none of who reviewed.

Why: the queue of an assessor costs what waits in it, however much they reviewed before; nobody asks by reviewer.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('open', 'claimed')")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("review_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_review_slots_handed_to")
        batch_op.drop_index("ix_review_slots_reviewer_id")
        batch_op.create_index(
            "ix_review_slots_handed_to",
            ["handed_to", "due_at", "id"],
            unique=False,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("review_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_review_slots_handed_to")
        batch_op.create_index("ix_review_slots_handed_to", ["handed_to", "due_at", "id"], unique=False)
        batch_op.create_index("ix_review_slots_reviewer_id", ["reviewer_id", "due_at", "id"], unique=False)
