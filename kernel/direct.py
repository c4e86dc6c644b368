"""Transactions without SQLAlchemy's session, for the few questions that phones ask thousands of times a second.

A statement through the session costs several times what it costs through the driver, and most of a push was that. Here the same
statements, written with SQLAlchemy and compiled once, run on a connection of the same pool.
"""

from collections import namedtuple
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import Engine, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType

Convert = Callable[[Any], Any]


class Direct:
    """A transaction on the driver's own connection, in the place of a session: it runs `Prepared` statements and nothing else.

    Leaving the block rolls back what was not committed. With `single`, each statement is a transaction of its own on PostgreSQL:
    it sees what is committed when it runs, and what it writes is durable then. On SQLite that is a snapshot to look at.
    """

    def __init__(self, engine: Engine, *, single: bool = False) -> None:
        self._engine = engine
        self._single = single
        self.postgres = engine.dialect.name == "postgresql"
        self._error: type[Exception] = engine.dialect.loaded_dbapi.Error

    def __enter__(self) -> Self:
        self._pooled: PoolProxiedConnection = self._engine.raw_connection()
        self._driver = cast(Any, self._pooled.driver_connection)
        if self.postgres:
            self._driver.autocommit = self._single
            return self
        try:
            self._driver.execute("BEGIN" if self._single else "BEGIN IMMEDIATE")
        except self._error as error:
            self._pooled.close()
            raise self._translated(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.postgres and self._single and self._pooled.is_valid:
            self._driver.autocommit = False
        self._pooled.close()  # the pool rolls back what is open

    def get_bind(self) -> Engine:
        """Return the engine, as a session does."""
        return self._engine

    def flush(self) -> None:
        """Do nothing: every statement is sent when it is run."""

    def commit(self) -> None:
        """Make what was done durable. Raises SQLAlchemy's errors, as all that asks the database here."""
        if self._single and self.postgres:
            return
        try:
            self._driver.commit()
        except self._error as error:
            raise self._translated(error) from error

    def run(self, plan: "Plan", values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement as the driver takes it."""
        return run(plan, values, self._engine, self._pooled)

    def _translated(self, error: Exception) -> BaseException:
        return translated(error, self._engine.dialect, self._pooled)


def run(plan: "Plan", values: dict[str, Any], engine: Engine, pooled: PoolProxiedConnection) -> list[tuple[Any, ...]]:
    """Run a statement as the driver takes it; whoever listens to the engine's statements hears of it as of any other."""
    for hear in engine.dispatch.before_cursor_execute:
        hear(None, None, plan.sql, values, None, False)
    try:
        return plan.run(cast(Any, pooled.driver_connection), values)
    except engine.dialect.loaded_dbapi.Error as error:
        raise translated(error, engine.dialect, pooled) from error


def translated(error: Exception, dialect: Dialect, pooled: PoolProxiedConnection) -> BaseException:
    """Return SQLAlchemy's error for one of the driver's; a connection that is gone is not given back."""
    gone = dialect.is_disconnect(error, pooled, None)  # type: ignore[arg-type]
    if gone:
        pooled.invalidate(error)
    return DBAPIError.instance(
        None,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
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
        """Run it in the session's transaction and return all rows, if any; what the session has yet to write is not seen."""
        if isinstance(session, Direct):
            return session.run(self._plan(session.get_bind().dialect), values)
        return self.named_rows(session, **values)

    def tuples(self, session: "Session | Direct", **values: Any) -> list[tuple[Any, ...]]:
        """Do the same, and return plain tuples from a session too: where there are thousands, naming them costs."""
        if isinstance(session, Direct):
            return session.run(self._plan(session.get_bind().dialect), values)
        connection = session.connection()
        return run(self._plan(connection.dialect), values, connection.engine, connection.connection)

    def named_rows(self, session: "Session | Direct", **values: Any) -> list[Any]:
        """Do the same, and return named tuples, as a session does."""
        if isinstance(session, Direct):
            plan = self._plan(session.get_bind().dialect)
            return [plan.named(row) for row in session.run(plan, values)]
        connection = session.connection()
        plan = self._plan(connection.dialect)
        return [plan.named(row) for row in run(plan, values, connection.engine, connection.connection)]

    def _plan(self, dialect: Dialect) -> "Plan":
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = Plan(self._statement, dialect)
        return plan

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
        kinds = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self._writers = [
            (name, write) for name, kind in kinds.items() if (write := kind.bind_processor(dialect)) is not None
        ]
        columns = list(getattr(statement, "exported_columns", ()))
        if any(isinstance(column.type, NullType) for column in columns):
            raise TypeError(f"a column has no type: {self.sql}")  # its values would come as the driver has them
        self._returns = bool(columns)
        row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        self.named = row._make
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(at, read) for at, read in enumerate(readers) if read is not None]

    def run(self, connection: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run it on a connection of its driver."""
        given: Any = {**self._constants, **values}
        for name, write in self._writers:
            given[name] = write(given[name])
        if self._positions is not None:
            given = [given[name] for name in self._positions]
        cursor = connection.execute(self.sql, given, **self._options)
        found: list[tuple[Any, ...]] = cursor.fetchall() if self._returns else []
        return [self._read(row) for row in found] if self._readers else found

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at, read in self._readers:
            values[at] = read(values[at])
        return tuple(values)
