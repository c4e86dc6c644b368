"""The secrets of phones apart from the phones; revocations with a reason, clones, codes to enrol by; when the horizon moved.

Why: a phone whose answer was lost must not be locked out by the secret that it never got, and removals are dropped from the feed
once every phone knows of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ADDED = (
    ("began_horizon", sa.BigInteger(), "0"),
    ("forked_at", sa.DateTime(timezone=True), None),
    ("revoked_at", sa.DateTime(timezone=True), None),
    ("revoked_by", sa.Uuid(), None),
    ("revoke_reason", sa.String(length=200), None),
    ("late_ops", sa.Integer(), "0"),
    ("wiped_at", sa.DateTime(timezone=True), None),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "device_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_tokens_device_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_tokens")),
    )
    op.create_index("ix_device_tokens_device_id", "device_tokens", ["device_id", "issued_at"])
    op.create_table(
        "device_enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("install_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_device_enrolments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_enrolments")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_device_enrolments_code_hash")),
    )
    op.create_index("ix_device_enrolments_user_id", "device_enrolments", ["user_id", "created_at"])
    op.execute(
        "INSERT INTO device_tokens (token_hash, device_id, issued_at, used_at)"
        " SELECT token_hash, id, created_at, coalesce(last_seen_at, created_at) FROM devices"
    )
    with op.batch_alter_table("devices") as batch:
        batch.drop_constraint("uq_devices_token_hash", type_="unique")
        batch.drop_column("token_hash")
        for name, kind, default in ADDED:
            batch.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
    with op.batch_alter_table("feed_heads") as batch:
        batch.add_column(sa.Column("horizon_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_feed_rows_removed",
        "feed_rows",
        ["region_id", "seq"],
        postgresql_where=sa.text("op = 'del'"),
        sqlite_where=sa.text("op = 'del'"),
    )


def downgrade() -> None:
    """Go back: of several secrets of a phone, the newest one in use stays."""
    op.drop_index("ix_feed_rows_removed", table_name="feed_rows")
    with op.batch_alter_table("feed_heads") as batch:
        batch.drop_column("horizon_at")
    with op.batch_alter_table("devices") as batch:
        for name, _, _ in ADDED:
            batch.drop_column(name)
        batch.add_column(sa.Column("token_hash", sa.LargeBinary(), nullable=True))
    newest = (
        "SELECT token_hash FROM device_tokens WHERE device_id = devices.id"
        " ORDER BY used_at IS NULL, issued_at DESC, token_hash LIMIT 1"
    )
    op.execute(f"UPDATE devices SET token_hash = ({newest})")  # noqa: S608 - our own words
    # A phone without any secret keeps one that nobody knows: its own id is no digest of anything.
    op.execute(
        "UPDATE devices SET token_hash = CAST(CAST(id AS VARCHAR(36)) AS BYTEA) WHERE token_hash IS NULL"
        if op.get_bind().dialect.name == "postgresql"
        else "UPDATE devices SET token_hash = CAST(id AS BLOB) WHERE token_hash IS NULL"
    )
    with op.batch_alter_table("devices") as batch:
        batch.alter_column("token_hash", existing_type=sa.LargeBinary(), nullable=False)
        batch.create_unique_constraint(op.f("uq_devices_token_hash"), ["token_hash"])
    op.drop_table("device_enrolments")
    op.drop_table("device_tokens")
