"""Transactions without SQLAlchemy's session, for the few questions that phones ask thousands of times a second.

A statement through the session costs several times what it costs through the driver, and most of a push was that. Here the same
statements, written with SQLAlchemy and compiled once, run on a connection of the same pool.
"""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import Engine, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


class Direct:
    """A transaction on the driver's own connection, in the place of a session: it runs `Prepared` statements and nothing else.

    Leaving the block rolls back what was not committed. One that only looks sees each statement by itself on PostgreSQL, since
    nothing would be read twice, and a snapshot on SQLite.
    """

    def __init__(self, engine: Engine, *, read_only: bool = False) -> None:
        self._engine = engine
        self._read_only = read_only
        self.postgres = engine.dialect.name == "postgresql"
        self._error: type[Exception] = engine.dialect.loaded_dbapi.Error

    def __enter__(self) -> Self:
        self._pooled: PoolProxiedConnection = self._engine.raw_connection()
        self._driver = cast(Any, self._pooled.driver_connection)
        if self.postgres:
            self._driver.autocommit = self._read_only
            return self
        try:
            self._driver.execute("BEGIN" if self._read_only else "BEGIN IMMEDIATE")
        except self._error as error:
            self._pooled.close()
            raise self._translated(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.postgres and self._read_only and self._pooled.is_valid:
            self._driver.autocommit = False
        self._pooled.close()  # the pool rolls back what is open

    def get_bind(self) -> Engine:
        """Return the engine, as a session does."""
        return self._engine

    def flush(self) -> None:
        """Do nothing: every statement is sent when it is run."""

    def commit(self) -> None:
        """Make what was done durable. Raises SQLAlchemy's errors, as all that asks the database here."""
        try:
            self._driver.commit()
        except self._error as error:
            raise self._translated(error) from error

    def run(self, plan: "Plan", values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement as the driver takes it; whoever listens to the engine's statements hears of it as of any other."""
        for hear in self._engine.dispatch.before_cursor_execute:
            hear(None, None, plan.sql, values, None, False)
        try:
            return plan.run(self._driver, values)
        except self._error as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> BaseException:
        dialect = self._engine.dialect
        gone = dialect.is_disconnect(error, self._pooled, None)  # type: ignore[arg-type]
        if gone:
            self._pooled.invalidate(error)
        return DBAPIError.instance(
            None, None, error, self._error, hide_parameters=True, connection_invalidated=gone, dialect=dialect
        )


class Prepared:
    """A statement whose parameters are `bindparam`s with types. Rows come back as tuples of what the column types say.

    Args:
        statement: its result columns must be known: those of a select, or those that are returned.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def rows(self, session: "Session | Direct", **values: Any) -> list[Any]:
        """Run it in the session's transaction and return all rows, if it has any."""
        if not isinstance(session, Direct):
            result = session.connection().execute(self._statement, values)
            return list(result.all()) if result.returns_rows else []
        dialect = session.get_bind().dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = Plan(self._statement, dialect)
        return session.run(plan, values)

    def row(self, session: "Session | Direct", **values: Any) -> Any:
        """Run it and return its first row, or None."""
        found = self.rows(session, **values)
        return found[0] if found else None


class Plan:
    """A statement as one driver takes it: its text, and what turns values into the driver's and back."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        self._options = {"prepare": True} if dialect.name == "postgresql" else {}
        self._positions = compiled.positiontup
        self._constants = dict(compiled.params)
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self._writers = [
            (name, write) for name, kind in kinds.items() if (write := kind.bind_processor(dialect)) is not None
        ]
        columns = list(getattr(statement, "exported_columns", ()))
        self._returns = bool(columns)
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers: Sequence[Convert | None] | None = readers if any(readers) else None

    def run(self, connection: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run it on a connection of its driver."""
        given: Any = {**self._constants, **values}
        for name, write in self._writers:
            given[name] = write(given[name])
        if self._positions is not None:
            given = [given[name] for name in self._positions]
        cursor = connection.execute(self.sql, given, **self._options)
        found: list[tuple[Any, ...]] = cursor.fetchall() if self._returns else []
        if self._readers is None:
            return found
        return [
            tuple(value if read is None else read(value) for value, read in zip(row, self._readers, strict=True))
            for row in found
        ]
