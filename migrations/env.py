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
    """Run the steps that are missing, in one transaction where the database allows it."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=written,
        transaction_per_migration=True,
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
