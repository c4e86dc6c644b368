"""The first tables.

Why: the product begins.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "checklist_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("base", sa.Uuid(), nullable=True),
        sa.Column("settles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("by_assignee", sa.Boolean(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_quality", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_answers")),
    )
    with op.batch_alter_table("checklist_answers", schema=None) as batch_op:
        batch_op.create_index("ix_checklist_answers_run_id", ["run_id", "item"], unique=False)

    op.create_table(
        "feed_heads",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_feed_heads")),
    )
    op.create_table(
        "feed_rows",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=48), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("op", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "scope", "type", "id", name=op.f("pk_feed_rows")),
    )
    with op.batch_alter_table("feed_rows", schema=None) as batch_op:
        batch_op.create_index("ix_feed_rows_pull", ["region_id", "scope", "seq"], unique=False)

    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_messages_due", ["due_at"], unique=False)

    op.create_table(
        "regions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("code", name=op.f("uq_regions_code")),
    )
    op.create_table(
        "sync_conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('concurrent_answers', 'status_command', 'closed_order', 'time_overlap', 'amended_after_signature')",
            name=op.f("ck_sync_conflicts_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_conflicts")),
    )
    with op.batch_alter_table("sync_conflicts", schema=None) as batch_op:
        batch_op.create_index("ix_sync_conflicts_region_id", ["region_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_sync_conflicts_work_order_id", ["work_order_id"], unique=False)

    op.create_table(
        "sync_ops",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=48), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_quality", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effect_seq", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'applied', 'no_op', 'conflict_lost', 'needs_review', 'quarantined', 'discarded')",
            name=op.f("ck_sync_ops_state_known"),
        ),
        sa.PrimaryKeyConstraint("region_id", "op_id", name=op.f("pk_sync_ops")),
    )
    with op.batch_alter_table("sync_ops", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_ops_pending",
            ["region_id", "shard", "subject_id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_sync_ops_waiting",
            ["region_id", "state", "device_id", "device_seq"],
            unique=False,
            postgresql_where=sa.text("state IN ('held', 'quarantined')"),
            sqlite_where=sa.text("state IN ('held', 'quarantined')"),
        )

    op.create_table(
        "sync_shards",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "shard", name=op.f("pk_sync_shards")),
    )
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_quality", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("flags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entries")),
    )
    with op.batch_alter_table("timeline_entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timeline_entries_work_order_id", ["work_order_id", "effective_at", "id"], unique=False
        )

    op.create_table(
        "checklist_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("name", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_checklist_templates_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_templates")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_checklist_templates_region_id_code")),
    )
    op.create_table(
        "skills",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_skills_region_id")),
        sa.PrimaryKeyConstraint("region_id", "code", name=op.f("pk_skills")),
    )
    op.create_table(
        "sla_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("respond_minutes", sa.Integer(), nullable=True),
        sa.Column("arrive_minutes", sa.Integer(), nullable=True),
        sa.Column("resolve_minutes", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "priority IN ('emergency', 'priority', 'routine')", name=op.f("ck_sla_policies_priority_known")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sla_policies_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policies")),
    )
    with op.batch_alter_table("sla_policies", schema=None) as batch_op:
        batch_op.create_index("ix_sla_policies_region_id", ["region_id", "priority", "effective_from"], unique=False)

    op.create_table(
        "stations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_stations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_stations_region_id_code")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_users_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "work_types",
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("skill", sa.String(length=32), nullable=True),
        sa.Column("template_code", sa.String(length=48), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_work_types_region_id")),
        sa.PrimaryKeyConstraint("region_id", "code", name=op.f("pk_work_types")),
    )
    op.create_table(
        "checklist_template_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'published', 'retired')",
            name=op.f("ck_checklist_template_versions_status_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_checklist_template_versions_region_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["checklist_templates.id"], name=op.f("fk_checklist_template_versions_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_template_versions")),
        sa.UniqueConstraint("template_id", "version", name=op.f("uq_checklist_template_versions_template_id_version")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("install_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("platform", sa.String(length=40), nullable=True),
        sa.Column("app", sa.String(length=40), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("received", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("acked_seq", sa.BigInteger(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_push_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("push_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'revoked', 'closed')", name=op.f("ck_devices_status_known")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_devices_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("install_id", "user_id", name=op.f("uq_devices_install_id_user_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index("ix_devices_region_id", ["region_id", "last_seen_at"], unique=False)
        batch_op.create_index("ix_devices_user_id", ["user_id"], unique=False)

    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_sessions")),
    )
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_login_sessions_user_id", ["user_id"], unique=False)

    op.create_table(
        "maintenance_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_maintenance_groups_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_maintenance_groups_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_groups")),
        sa.UniqueConstraint("station_id", "code", name=op.f("uq_maintenance_groups_station_id_code")),
    )
    with op.batch_alter_table("maintenance_groups", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_groups_region_id", ["region_id"], unique=False)

    op.create_table(
        "place_duties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('zone_manager', 'deputy', 'group_leader', 'station_manager')",
            name=op.f("ck_place_duties_kind_known"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_place_duties_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_place_duties_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_duties")),
    )
    with op.batch_alter_table("place_duties", schema=None) as batch_op:
        batch_op.create_index("ix_place_duties_place_id", ["place_id", "kind", "valid_from"], unique=False)
        batch_op.create_index("ix_place_duties_user_id", ["user_id"], unique=False)

    op.create_table(
        "device_progress",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("applied", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_progress_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_progress")),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "level IN ('zone', 'group', 'station', 'region', 'everywhere')", name=op.f("ck_role_grants_level_known")
        ),
        sa.CheckConstraint(
            "role IN ('technician', 'group_leader', 'station_manager', 'regional_operations', 'agent', 'assessor', 'administrator')",
            name=op.f("ck_role_grants_role_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_role_grants_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_role_grants_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_role_grants_station_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index("ix_role_grants_place_id", ["place_id"], unique=False)
        batch_op.create_index("ix_role_grants_user_id", ["user_id"], unique=False)

    op.create_table(
        "technicians",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("badge", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_technicians_group_id")),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name=op.f("fk_technicians_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_technicians_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_technicians_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technicians")),
    )
    with op.batch_alter_table("technicians", schema=None) as batch_op:
        batch_op.create_index("ix_technicians_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_technicians_region_id", ["region_id"], unique=False)
        batch_op.create_index("ix_technicians_station_id", ["station_id"], unique=False)

    op.create_table(
        "zones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("boundary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("subscribers", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_zones_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_zones_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_zones_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_zones_region_id_code")),
    )
    with op.batch_alter_table("zones", schema=None) as batch_op:
        batch_op.create_index("ix_zones_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_zones_station_id", ["station_id"], unique=False)

    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_customers_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_customers_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_customers_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_customers_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index("ix_customers_group_id", ["group_id", "id"], unique=False)
        batch_op.create_index("ix_customers_region_id", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_customers_station_id", ["station_id", "id"], unique=False)
        batch_op.create_index("ix_customers_zone_id", ["zone_id", "id"], unique=False)

    op.create_table(
        "technician_skills",
        sa.Column("technician_id", sa.Uuid(), nullable=False),
        sa.Column("skill", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["technician_id"], ["technicians.id"], name=op.f("fk_technician_skills_technician_id")),
        sa.PrimaryKeyConstraint("technician_id", "skill", name=op.f("pk_technician_skills")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_sites_customer_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_sites_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sites_region_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_sites_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_sites_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.create_index("ix_sites_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_sites_region_id", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_sites_zone_id", ["zone_id", "id"], unique=False)

    op.create_table(
        "work_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("first_owner_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("status_before_hold", sa.String(length=32), nullable=True),
        sa.Column("hold_reason", sa.String(length=64), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_start_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sla_policy_id", sa.Uuid(), nullable=True),
        sa.Column("respond_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrive_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolve_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "priority IN ('emergency', 'priority', 'routine')", name=op.f("ck_work_orders_priority_known")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'assigned', 'accepted', 'scheduled', 'en_route', 'on_site', 'in_progress', 'on_hold', 'completed', 'unable_to_complete', 'closed', 'cancelled')",
            name=op.f("ck_work_orders_status_known"),
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_work_orders_assignee_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_work_orders_customer_id")),
        sa.ForeignKeyConstraint(["first_owner_id"], ["users.id"], name=op.f("fk_work_orders_first_owner_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_work_orders_group_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["work_orders.id"], name=op.f("fk_work_orders_parent_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_work_orders_region_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_work_orders_site_id")),
        sa.ForeignKeyConstraint(["sla_policy_id"], ["sla_policies.id"], name=op.f("fk_work_orders_sla_policy_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_work_orders_station_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_work_orders_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("region_id", "number", name=op.f("uq_work_orders_region_id_number")),
    )
    with op.batch_alter_table("work_orders", schema=None) as batch_op:
        batch_op.create_index("ix_work_orders_assignee_id", ["assignee_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_work_orders_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_work_orders_group_id", ["group_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_work_orders_region_id", ["region_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_work_orders_site_id", ["site_id"], unique=False)
        batch_op.create_index("ix_work_orders_station_id", ["station_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_work_orders_zone_id", ["zone_id", "received_at", "id"], unique=False)

    op.create_table(
        "checklist_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_checklist_runs_region_id")),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["checklist_template_versions.id"],
            name=op.f("fk_checklist_runs_template_version_id"),
        ),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_checklist_runs_work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_runs")),
        sa.UniqueConstraint("work_order_id", name=op.f("uq_checklist_runs_work_order_id")),
    )
    with op.batch_alter_table("checklist_runs", schema=None) as batch_op:
        batch_op.create_index("ix_checklist_runs_region_id", ["region_id", "id"], unique=False)

    op.create_table(
        "service_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("external_ref", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=True),
        sa.Column("work_type", sa.String(length=48), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("contact_phone", sa.String(length=32), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("first_owner_id", sa.Uuid(), nullable=True),
        sa.Column("work_order_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('phone', 'mail', 'web', 'walk_in', 'app', 'integrator', 'staff')",
            name=op.f("ck_service_requests_channel_known"),
        ),
        sa.CheckConstraint(
            "priority IN ('emergency', 'priority', 'routine')", name=op.f("ck_service_requests_priority_known")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_service_requests_customer_id")),
        sa.ForeignKeyConstraint(["first_owner_id"], ["users.id"], name=op.f("fk_service_requests_first_owner_id")),
        sa.ForeignKeyConstraint(["group_id"], ["maintenance_groups.id"], name=op.f("fk_service_requests_group_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_service_requests_region_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_service_requests_site_id")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_service_requests_station_id")),
        sa.ForeignKeyConstraint(["work_order_id"], ["work_orders.id"], name=op.f("fk_service_requests_work_order_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_service_requests_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
        sa.UniqueConstraint(
            "region_id", "source", "external_ref", name=op.f("uq_service_requests_region_id_source_external_ref")
        ),
    )
    with op.batch_alter_table("service_requests", schema=None) as batch_op:
        batch_op.create_index("ix_service_requests_group_id", ["group_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_service_requests_region_id", ["region_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_service_requests_station_id", ["station_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_service_requests_zone_id", ["zone_id", "received_at", "id"], unique=False)

    op.create_table(
        "work_order_assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_work_order_assignments_region_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_work_order_assignments_user_id")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_orders.id"], name=op.f("fk_work_order_assignments_work_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_assignments")),
    )
    with op.batch_alter_table("work_order_assignments", schema=None) as batch_op:
        batch_op.create_index("ix_work_order_assignments_user_id", ["user_id", "ended_at"], unique=False)
        batch_op.create_index("ix_work_order_assignments_work_order_id", ["work_order_id"], unique=False)

    op.create_table(
        "sign_offs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("signed_digest", sa.LargeBinary(), nullable=False),
        sa.Column("server_digest", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("signer_name", sa.String(length=80), nullable=True),
        sa.Column("refused_reason", sa.String(length=200), nullable=True),
        sa.Column("witness", sa.String(length=80), nullable=True),
        sa.Column("signature_media", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["checklist_runs.id"], name=op.f("fk_sign_offs_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_offs")),
    )
    with op.batch_alter_table("sign_offs", schema=None) as batch_op:
        batch_op.create_index("ix_sign_offs_run_id", ["run_id", "effective_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("sign_offs", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_offs_run_id")

    op.drop_table("sign_offs")
    with op.batch_alter_table("work_order_assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_work_order_assignments_work_order_id")
        batch_op.drop_index("ix_work_order_assignments_user_id")

    op.drop_table("work_order_assignments")
    with op.batch_alter_table("service_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_service_requests_zone_id")
        batch_op.drop_index("ix_service_requests_station_id")
        batch_op.drop_index("ix_service_requests_region_id")
        batch_op.drop_index("ix_service_requests_group_id")

    op.drop_table("service_requests")
    with op.batch_alter_table("checklist_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_checklist_runs_region_id")

    op.drop_table("checklist_runs")
    with op.batch_alter_table("work_orders", schema=None) as batch_op:
        batch_op.drop_index("ix_work_orders_zone_id")
        batch_op.drop_index("ix_work_orders_station_id")
        batch_op.drop_index("ix_work_orders_site_id")
        batch_op.drop_index("ix_work_orders_region_id")
        batch_op.drop_index("ix_work_orders_group_id")
        batch_op.drop_index("ix_work_orders_customer_id")
        batch_op.drop_index("ix_work_orders_assignee_id")

    op.drop_table("work_orders")
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.drop_index("ix_sites_zone_id")
        batch_op.drop_index("ix_sites_region_id")
        batch_op.drop_index("ix_sites_customer_id")

    op.drop_table("sites")
    op.drop_table("technician_skills")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_zone_id")
        batch_op.drop_index("ix_customers_station_id")
        batch_op.drop_index("ix_customers_region_id")
        batch_op.drop_index("ix_customers_group_id")

    op.drop_table("customers")
    with op.batch_alter_table("zones", schema=None) as batch_op:
        batch_op.drop_index("ix_zones_station_id")
        batch_op.drop_index("ix_zones_group_id")

    op.drop_table("zones")
    with op.batch_alter_table("technicians", schema=None) as batch_op:
        batch_op.drop_index("ix_technicians_station_id")
        batch_op.drop_index("ix_technicians_region_id")
        batch_op.drop_index("ix_technicians_group_id")

    op.drop_table("technicians")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index("ix_role_grants_user_id")
        batch_op.drop_index("ix_role_grants_place_id")

    op.drop_table("role_grants")
    op.drop_table("device_progress")
    with op.batch_alter_table("place_duties", schema=None) as batch_op:
        batch_op.drop_index("ix_place_duties_user_id")
        batch_op.drop_index("ix_place_duties_place_id")

    op.drop_table("place_duties")
    with op.batch_alter_table("maintenance_groups", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_groups_region_id")

    op.drop_table("maintenance_groups")
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_login_sessions_user_id")

    op.drop_table("login_sessions")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index("ix_devices_user_id")
        batch_op.drop_index("ix_devices_region_id")

    op.drop_table("devices")
    op.drop_table("checklist_template_versions")
    op.drop_table("work_types")
    op.drop_table("users")
    op.drop_table("stations")
    with op.batch_alter_table("sla_policies", schema=None) as batch_op:
        batch_op.drop_index("ix_sla_policies_region_id")

    op.drop_table("sla_policies")
    op.drop_table("skills")
    op.drop_table("checklist_templates")
    with op.batch_alter_table("timeline_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_timeline_entries_work_order_id")

    op.drop_table("timeline_entries")
    op.drop_table("sync_shards")
    with op.batch_alter_table("sync_ops", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sync_ops_waiting",
            postgresql_where=sa.text("state IN ('held', 'quarantined')"),
            sqlite_where=sa.text("state IN ('held', 'quarantined')"),
        )
        batch_op.drop_index(
            "ix_sync_ops_pending",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )

    op.drop_table("sync_ops")
    with op.batch_alter_table("sync_conflicts", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_conflicts_work_order_id")
        batch_op.drop_index("ix_sync_conflicts_region_id")

    op.drop_table("sync_conflicts")
    op.drop_table("regions")
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_messages_due")

    op.drop_table("outbox_messages")
    with op.batch_alter_table("feed_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_rows_pull")

    op.drop_table("feed_rows")
    op.drop_table("feed_heads")
    with op.batch_alter_table("checklist_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_checklist_answers_run_id")

    op.drop_table("checklist_answers")
