"""The second lock: PostgreSQL itself keeps the rows of other regions from a person, whatever a query forgot (ADR 14).

Whoever owns the tables (workers, migrations, the console, administrators) is not bound. A person's transaction gives that up for
the role `fieldbeat_scoped` until its end, and tells its regions; a policy on each table with a region lets through only those.
"""

from sqlalchemy import ColumnElement, Connection, String, bindparam, func, literal_column, select, text, true
from sqlalchemy.orm import Session

from kernel.actor import Actor
from kernel.direct import Direct, Prepared

ROLE = "fieldbeat_scoped"
REGIONS = "fieldbeat.regions"
POLICY = "fieldbeat_region"


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String())


_ENTER = Prepared(
    select(
        func.set_config(_word(REGIONS), bindparam("regions", type_=String()), true(), type_=String()).label("regions"),
        func.set_config(_word("role"), _word(ROLE), true(), type_=String()).label("role"),
    )
)


def enter(session: Session | Direct, actor: Actor) -> None:
    """Bind the rest of a transaction to the regions of its actor; one who sees everything is not bound. One statement.

    Raises SQLAlchemy's ProgrammingError or DataError where the role is missing: a lock that was forgotten lets nobody in.
    """
    if not actor.scope.everywhere:
        regions = "{" + ",".join(sorted(map(str, actor.regions))) + "}"
        _ENTER.rows(session, regions=regions)


def tables_with_regions(connection: Connection) -> dict[str, str]:
    """Return the condition under which a row is let through, by the name of each table with a region."""
    held = f"ANY ((SELECT current_setting('{REGIONS}', true))::uuid[])"
    rows = connection.execute(
        text(
            "SELECT c.table_name, c.is_nullable FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE c.table_schema = current_schema() AND c.column_name = 'region_id'"
            " AND t.table_type = 'BASE TABLE' ORDER BY 1"
        )
    )
    found = {
        name: f"region_id IS NULL OR region_id = {held}" if nullable == "YES" else f"region_id = {held}"
        for name, nullable in rows
    }
    return found | {"regions": f"id = {held}"}


def switch_on(connection: Connection) -> list[str]:
    """Put the lock on every table with a region, and return their names. What is locked already is locked anew.

    The caller commits. Raises SQLAlchemy's ProgrammingError where the login may not create roles and there is none yet.
    """
    rights = "SELECT, INSERT, UPDATE, DELETE"
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    for statement in (
        f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
        f"GRANT {ROLE} TO CURRENT_USER",
        f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}",
        f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {ROLE}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON TABLES TO {ROLE}",
    ):
        connection.execute(text(statement))
    found = tables_with_regions(connection)
    for name, condition in found.items():
        connection.execute(text(f"DROP POLICY IF EXISTS {POLICY} ON {name}"))
        connection.execute(
            text(f"CREATE POLICY {POLICY} ON {name} TO {ROLE} USING ({condition}) WITH CHECK ({condition})")
        )
        connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
    return sorted(found)


def switch_off(connection: Connection) -> list[str]:
    """Take the lock off, and return the names of the tables that had it. The role stays: other databases may use it."""
    names = locked(connection)
    for name in names:
        connection.execute(text(f"DROP POLICY {POLICY} ON {name}"))
        connection.execute(text(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"))
    return names


def locked(connection: Connection) -> list[str]:
    """Return the names of the tables that have the lock."""
    statement = text(
        "SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = :policy ORDER BY 1"
    )
    return list(connection.scalars(statement, {"policy": POLICY}))


def unlocked(connection: Connection) -> list[str]:
    """Return the names of the tables with a region that lack the lock."""
    return sorted(set(tables_with_regions(connection)) - set(locked(connection)))
