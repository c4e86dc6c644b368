"""Room for sealed telephone numbers and e-mail addresses, what they are found by, and the keys that this database is sealed with.

Why: whoever gets hold of the database, or of a backup of it, does not read how customers and staff are reached.
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

SEALED = {
    "customers": {"phone": 32, "email": 254},
    "service_requests": {"contact_phone": 32, "contact_email": 254},
    "customer_messages": {"phone": 32},
    "users": {"phone": 32},
}
INDEXES = {
    "customers": {
        "phone_index": ["phone_index"],
        "phone_end_index": ["phone_end_index"],
        "email_index": ["region_id", "email_index"],
    },
    "service_requests": {
        "contact_phone_index": ["contact_phone_index", "received_at"],
        "contact_email_index": ["contact_email_index", "received_at"],
    },
}


def upgrade() -> None:
    """Go forward. What is there stays as it is until `fieldbeat sealing renew`."""
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "sealing_keys",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sealing_keys")),
    )
    for table, columns in SEALED.items():
        for name in columns if postgres else ():  # SQLite keeps what is longer, too
            op.alter_column(table, name, type_=sa.Text())
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.add_column(table, sa.Column(name, sa.String(length=20), nullable=True))
            op.create_index(f"ix_{table}_{name}", table, columns)


def downgrade() -> None:
    """Go back, once `fieldbeat sealing open` has opened everything: the release before cannot."""
    bind = op.get_bind()
    for table, columns in SEALED.items():
        for name in columns:
            sealed = sa.text(f"SELECT 1 FROM {table} WHERE substr({name}, 1, 7) = 'sealed:' LIMIT 1")  # noqa: S608
            if bind.execute(sealed).first() is not None:
                raise RuntimeError(
                    f"{table}.{name} is sealed: stop the product and run `fieldbeat sealing open` first."
                )
    for table, indexes in INDEXES.items():
        for name in indexes:
            op.drop_index(f"ix_{table}_{name}", table)
            op.drop_column(table, name)
    for table, lengths in SEALED.items() if bind.dialect.name == "postgresql" else ():
        for name, length in lengths.items():
            op.alter_column(table, name, type_=sa.String(length=length))
    op.drop_table("sealing_keys")
