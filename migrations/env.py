"""Runs Alembic against the database of the settings, or on the connection that the caller brings."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON
from sqlalchemy.engine import Connection

from kernel.database import UTCDateTime, make_engine
from kernel.settings import Settings
from migrations.tables import METADATA


def written(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain ones, so that a step never depends on code that may change."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def migrate(connection: Connection) -> None:
    """Run the steps that are missing: each in a transaction of its own on PostgreSQL, where a lock keeps others out, or all in one.

    An SQLite has no other lock than its transaction. Where each step had its own, a second process that looked in between would
    find the database on its way, and take some steps a second time.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=is_sqlite,
        compare_type=True,
        render_item=written,
        transactional_ddl=True,
        transaction_per_migration=not is_sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()


brought: Connection | None = context.config.attributes.get("connection")
if brought is not None:
    migrate(brought)
else:
    engine = make_engine(Settings.from_environment())
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
