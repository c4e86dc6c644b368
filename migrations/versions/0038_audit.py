"""The audit log: who did and saw what, from where and when.

Why: whoever runs this for others must be able to say afterwards who changed what and who saw whose data, and that nobody has
rewritten it since. The database itself refuses to change or delete an entry, and to move a head back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("audit_entries", "audit_subjects")
MESSAGE = "the audit log is written once"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("session", sa.String(length=16), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('command', 'read', 'login', 'denied')", name=op.f("ck_audit_entries_kind_known")),
        sa.PrimaryKeyConstraint("chain", "n", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_id", "audit_entries", ["at", "id"])
    op.create_index("ix_audit_entries_chain", "audit_entries", ["chain", "at", "id"])
    op.create_index("ix_audit_entries_user_id", "audit_entries", ["user_id", "at", "id"])
    op.create_table(
        "audit_subjects",
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain", "n"], ["audit_entries.chain", "audit_entries.n"], name=op.f("fk_audit_subjects_chain_n")
        ),
        sa.PrimaryKeyConstraint("chain", "n", "subject_id", name=op.f("pk_audit_subjects")),
    )
    op.create_index("ix_audit_subjects_subject_id", "audit_subjects", ["subject_id", "at", "id"])
    _guard()


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard() -> None:
    if not _postgres():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for table in WRITTEN_ONCE:
            for event in ("update", "delete"):
                op.execute(f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER audit_heads_delete BEFORE DELETE ON audit_heads FOR EACH ROW {refuse}")
        op.execute(
            "CREATE TRIGGER audit_heads_update BEFORE UPDATE ON audit_heads FOR EACH ROW"
            f" WHEN NEW.n < OLD.n OR NEW.chain <> OLD.chain {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    call = "EXECUTE FUNCTION refuse_audit_change()"
    for table in WRITTEN_ONCE:
        op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")
    for table in (*WRITTEN_ONCE, "audit_heads"):
        op.execute(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")
    op.execute(f"CREATE TRIGGER audit_heads_delete BEFORE DELETE ON audit_heads FOR EACH ROW {call}")
    op.execute(
        "CREATE TRIGGER audit_heads_update BEFORE UPDATE ON audit_heads FOR EACH ROW"
        f" WHEN (NEW.n < OLD.n OR NEW.chain <> OLD.chain) {call}"
    )


def downgrade() -> None:
    """Go back. What was written down is gone then."""
    op.drop_table("audit_subjects")
    op.drop_table("audit_entries")
    op.drop_table("audit_heads")
    if _postgres():
        op.execute("DROP FUNCTION refuse_audit_change()")
