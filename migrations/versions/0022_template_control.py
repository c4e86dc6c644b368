"""Change control of checklist templates: effective dates, reviews, what was said about a version, and guards.

Why: a version may be published today and count from another day on, or in pilot zones first; it is looked over every six months;
and what was published must not change, whoever writes to the table. Only adds. Versions that were published count since then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

VERSIONS = "checklist_template_versions"
FROZEN = (
    "id",
    "region_id",
    "template_id",
    "version",
    "steps",
    "digest",
    "created_by",
    "created_at",
    "published_by",
    "published_at",
    "effective_from",
)
"""What stays as it is once a version was published."""


def upgrade() -> None:
    """Go forward."""
    moments = ("effective_from", "reviewed_at", "review_due_at", "remind_at")
    for name in moments:
        op.add_column(VERSIONS, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(VERSIONS, sa.Column("reviewed_by", sa.Uuid(), nullable=True))
    op.add_column(VERSIONS, sa.Column("on_trial", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(VERSIONS, sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
    due = sa.text("remind_at IS NOT NULL")
    op.create_index(f"ix_{VERSIONS}_remind_at", VERSIONS, ["remind_at"], postgresql_where=due, sqlite_where=due)
    op.create_table(
        "checklist_version_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('created', 'edited', 'submitted', 'sent_back', 'commented', 'published', 'tried', 'rolled_out', "
            "'reviewed', 'reminded', 'retired')",
            name=op.f("ck_checklist_version_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_checklist_version_events_region_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], [f"{VERSIONS}.id"], name=op.f("fk_checklist_version_events_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version_events")),
    )
    op.create_index("ix_checklist_version_events_version_id", "checklist_version_events", ["version_id", "id"])
    _carry_over()
    _guard()


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _carry_over() -> None:
    op.execute(f"UPDATE {VERSIONS} SET effective_from = published_at WHERE published_at IS NOT NULL")  # noqa: S608
    if _postgres():
        due, before = "published_at + interval '6 months'", "review_due_at - interval '30 days'"
    else:
        due = "strftime('%Y-%m-%d %H:%M:%S', published_at, '+6 months') || '.000000'"
        before = "strftime('%Y-%m-%d %H:%M:%S', review_due_at, '-30 days') || '.000000'"
    op.execute(f"UPDATE {VERSIONS} SET review_due_at = {due} WHERE status = 'published'")  # noqa: S608
    op.execute(f"UPDATE {VERSIONS} SET remind_at = {before} WHERE status = 'published'")  # noqa: S608


def _guard() -> None:
    """Let the database itself refuse to change what was published, and what lies with a reviewer."""
    differs = "IS DISTINCT FROM" if _postgres() else "IS NOT"
    frozen = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FROZEN)
    back = "NEW.status NOT IN ('published', 'retired') OR (OLD.status = 'retired' AND NEW.status <> 'retired')"
    changed = (
        f"(OLD.status IN ('published', 'retired') AND ({frozen} OR {back}))"
        f" OR (OLD.status = 'in_review' AND NEW.steps {differs} OLD.steps)"
    )
    deleted = "OLD.status IN ('published', 'retired')"
    message = "a version that was published never changes"
    if _postgres():
        op.execute(
            "CREATE FUNCTION refuse_template_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END$$"
        )
        for event, condition in (("update", changed), ("delete", deleted)):
            op.execute(
                f"CREATE TRIGGER {VERSIONS}_{event} BEFORE {event} ON {VERSIONS} FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION refuse_template_change()"
            )
        return
    for event, condition in (("update", changed), ("delete", deleted)):
        op.execute(
            f"CREATE TRIGGER {VERSIONS}_{event} BEFORE {event} ON {VERSIONS} FOR EACH ROW WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def downgrade() -> None:
    """Go back."""
    for event in ("update", "delete"):
        on = f" ON {VERSIONS}" if _postgres() else ""
        op.execute(f"DROP TRIGGER {VERSIONS}_{event}{on}")
    if _postgres():
        op.execute("DROP FUNCTION refuse_template_change()")
    op.drop_table("checklist_version_events")
    op.drop_index(f"ix_{VERSIONS}_remind_at", table_name=VERSIONS)
    for name in ("revision", "on_trial", "reviewed_by", "remind_at", "review_due_at", "reviewed_at", "effective_from"):
        op.drop_column(VERSIONS, name)
