"""Conflicts about answers to items that were not shown.

Why: checklists ask some items only on a condition; what a phone answered unasked goes to a person.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = ("concurrent_answers", "status_command", "closed_order", "time_overlap", "amended_after_signature")
HIDDEN = "hidden_answer"


def _allow(*kinds: str) -> None:
    known = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("sync_conflicts") as table:
        table.drop_constraint(op.f("ck_sync_conflicts_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_sync_conflicts_kind_known"), f"kind IN ({known})")


def upgrade() -> None:
    """Go forward."""
    _allow(*KINDS, HIDDEN)


def downgrade() -> None:
    """Go back; the release before calls these conflicts ones about concurrent answers."""
    op.execute(f"UPDATE sync_conflicts SET kind = 'concurrent_answers' WHERE kind = '{HIDDEN}'")  # noqa: S608
    _allow(*KINDS)
