"""Requests keep their state, owner, asset and history; what they are may be said later; web forms bring them.

Why: a request is followed to its end, whoever does the work. Rows from before get the state of their order, and their first
owner as their owner. A work type that nobody has said yet is empty, which takes no other form of the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = "state IN ('unclassified', 'waiting', 'in_hand', 'resolved', 'withdrawn', 'cancelled')"
COLUMNS = (
    "resolved_at",
    "explained_until",
    "explained_by",
    "answer",
    "state",
    "duplicate_of_id",
    "owner_id",
    "asset_id",
    "contact_email",
    "proposed_work_type",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "request_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_request_events_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_events")),
    )
    with op.batch_alter_table("request_events", schema=None) as batch_op:
        batch_op.create_index("ix_request_events_request_id", ["request_id", "at", "id"], unique=False)

    op.create_table(
        "web_forms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_web_forms_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_forms")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_forms_digest")),
    )
    with op.batch_alter_table("web_forms", schema=None) as batch_op:
        batch_op.create_index("ix_web_forms_region_id", ["region_id", "id"], unique=False)

    for column in (
        sa.Column("proposed_work_type", sa.String(length=48), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=4000), nullable=True),
        sa.Column("explained_by", sa.Uuid(), nullable=True),
        sa.Column("explained_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("service_requests", column)
    # With its check in one statement: SQLite would build the table anew to add a constraint to it.
    op.execute(
        "ALTER TABLE service_requests ADD COLUMN state VARCHAR(32) DEFAULT 'in_hand' NOT NULL "
        f"CONSTRAINT ck_service_requests_state_known CHECK ({STATES})"
    )
    op.execute("UPDATE service_requests SET owner_id = first_owner_id")
    op.execute(
        "UPDATE service_requests SET state = CASE "
        "(SELECT o.status FROM work_orders AS o WHERE o.id = service_requests.work_order_id) "
        "WHEN 'completed' THEN 'resolved' WHEN 'closed' THEN 'resolved' WHEN 'cancelled' THEN 'cancelled' "
        "ELSE 'in_hand' END"
    )
    op.execute("UPDATE service_requests SET state = 'resolved' WHERE closed_at IS NOT NULL")
    op.execute(
        "UPDATE service_requests SET resolved_at = COALESCE(closed_at, "
        "(SELECT COALESCE(o.completed_at, o.updated_at) FROM work_orders AS o "
        "WHERE o.id = service_requests.work_order_id)) WHERE state <> 'in_hand'"
    )
    op.create_index("ix_service_requests_explained_by", "service_requests", ["explained_by"])
    op.create_index("ix_service_requests_owner_id", "service_requests", ["owner_id", "received_at", "id"])
    op.create_index("ix_service_requests_work_order_id", "service_requests", ["work_order_id"])
    op.create_index("ix_work_orders_parent_id", "work_orders", ["parent_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_work_orders_parent_id", "work_orders")
    for name in ("work_order_id", "owner_id", "explained_by"):
        op.drop_index(f"ix_service_requests_{name}", "service_requests")
    for column in COLUMNS:
        op.drop_column("service_requests", column)
    with op.batch_alter_table("web_forms", schema=None) as batch_op:
        batch_op.drop_index("ix_web_forms_region_id")

    op.drop_table("web_forms")
    with op.batch_alter_table("request_events", schema=None) as batch_op:
        batch_op.drop_index("ix_request_events_request_id")

    op.drop_table("request_events")
