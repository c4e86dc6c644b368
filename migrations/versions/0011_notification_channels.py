"""The ways to reach people and customers: channels, quiet hours, what was delivered, and messages to customers.

Why: a notice that is only in the product comes too late; a message to a customer must not be lost for want of a gateway. Only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "region_messaging",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("customer_service", sa.String(length=32), nullable=True),
        sa.Column("customer_url", sa.String(length=1000), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_region_messaging_region_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_region_messaging")),
    )
    op.create_table(
        "notification_deliveries",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name=op.f("fk_notification_deliveries_notification_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", "channel_id", name=op.f("pk_notification_deliveries")),
    )
    op.create_table(
        "quiet_times",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_quiet_times_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_quiet_times")),
    )
    op.create_table(
        "notification_channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=True),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "owner_kind IN ('person', 'group', 'station', 'region')",
            name=op.f("ck_notification_channels_owner_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["maintenance_groups.id"], name=op.f("fk_notification_channels_group_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_notification_channels_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_notification_channels_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_channels")),
    )
    with op.batch_alter_table("notification_channels", schema=None) as batch_op:
        batch_op.create_index("ix_notification_channels_owner_id", ["owner_id", "id"], unique=False)

    op.create_table(
        "customer_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("key", sa.String(length=90), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'sent', 'no_channel', 'no_phone', 'failed')",
            name=op.f("ck_customer_messages_status_known"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_messages_customer_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_customer_messages_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_customer_messages_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_customer_messages_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_customer_messages_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_messages")),
        sa.UniqueConstraint("customer_id", "key", name=op.f("uq_customer_messages_customer_id_key")),
    )
    with op.batch_alter_table("customer_messages", schema=None) as batch_op:
        batch_op.create_index("ix_customer_messages_region_id", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_customer_messages_station_id", ["station_id", "id"], unique=False)
        batch_op.create_index("ix_customer_messages_status", ["region_id", "status", "id"], unique=False)

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notifications_unread",
            ["recipient_id", "id"],
            unique=False,
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notifications_unread",
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        )

    with op.batch_alter_table("customer_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_messages_status")
        batch_op.drop_index("ix_customer_messages_station_id")
        batch_op.drop_index("ix_customer_messages_region_id")

    op.drop_table("customer_messages")
    with op.batch_alter_table("notification_channels", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_channels_owner_id")

    op.drop_table("notification_channels")
    op.drop_table("quiet_times")
    op.drop_table("notification_deliveries")
    op.drop_table("region_messaging")
