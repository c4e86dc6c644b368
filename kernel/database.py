"""SQLite and PostgreSQL behind one engine: types, conventions, and rows written in bulk."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import orjson
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    TypeDecorator,
    Uuid,
    any_,
    bindparam,
    create_engine,
    event,
    false,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
    union,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType

from kernel.direct import Direct
from kernel.ordering import Order
from kernel.sealing import Sealer
from kernel.sealing_keys import find_keys
from kernel.settings import Settings

READ_ONLY = "fieldbeat_read_only"
SEALER = "fieldbeat_sealer"
TRUSTED_SECONDS = 2.0
"""How long a connection that was idle is taken to live without asking it."""
_IDLE_SINCE = "fieldbeat_idle_since"


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both engines (SQLite drops the zone by itself)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What values of it are."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is UTC:  # as PostgreSQL's driver has it
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""A JSON value: `jsonb` on PostgreSQL, text on SQLite."""


PERSONAL: dict[Any, Any] = {"personal": True}
"""The `info` of a column that tells of a customer or a person: the audit log keeps it masked."""
SECRET: dict[Any, Any] = {"secret": True}
"""The `info` of a column that lets somebody in, or reach somewhere: the audit log does not keep it at all."""
SILENT: dict[Any, Any] = {"silent": True}
"""The `info` of a table whose rows only follow from others: the audit log passes it over."""


class Base(DeclarativeBase):
    """The one registry of tables. Constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime(), dict[str, Any]: Document, list[Any]: Document, bytes: LargeBinary()}


class RowStamp(ColumnElement[str]):
    """The state of a table's row as text: every change of the row changes it. None on SQLite, where one writes at a time."""

    inherit_cache = True

    def __init__(self, table: Any) -> None:
        self.table_name: str = table.__tablename__
        self.type = String()


@compiles(RowStamp)
def _no_stamp(_element: RowStamp, _compiler: SQLCompiler, **_options: Any) -> str:
    return "NULL"


@compiles(RowStamp, "postgresql")
def _transaction_of_row(element: RowStamp, _compiler: SQLCompiler, **_options: Any) -> str:
    return f"CAST({element.table_name}.xmin AS text)"


def word(enum: type[StrEnum], length: int = 32) -> String:
    """Return the column type of an enum: a string. Pair it with `words` in the table's arguments."""
    if any(len(member.value) > length for member in enum):
        raise ValueError(f"{enum.__name__} has members longer than {length}")
    return String(length)


def words(column: str, enum: type[StrEnum]) -> CheckConstraint:
    """Return the check that a string column holds only members of an enum."""
    allowed = ", ".join(f"'{member.value}'" for member in enum)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def dump_json(value: Any) -> str:
    """Write JSON fast, compact, and as text."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()


def _load_sqlite_json(value: Any) -> Any:
    # SQLite keeps the text of a lone number as that number.
    return value if isinstance(value, int | float) else orjson.loads(value)


def make_engine(settings: Settings, *, statement_seconds: int = 0) -> Engine:
    """Create the engine for `settings.database_url`, with the house rules of each database and what seals texts in it.

    On PostgreSQL a statement that takes longer than `statement_seconds` is ended (OperationalError); 0: none is.
    """
    options = {SEALER: Sealer(lambda: find_keys(settings, lambda: _names_of_keys(engine)))}
    if settings.database_url.startswith("sqlite"):
        engine = create_engine(
            settings.database_url,
            hide_parameters=True,  # what people wrote stays out of logged errors
            json_serializer=dump_json,
            json_deserializer=_load_sqlite_json,
            execution_options=options,
            connect_args={"timeout": settings.lock_timeout_ms / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        settings.database_url,
        hide_parameters=True,
        json_serializer=dump_json,
        json_deserializer=orjson.loads,
        execution_options=options,
        pool_size=settings.database_pool,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        connect_args={
            "options": f"-c timezone=UTC -c lock_timeout={settings.lock_timeout_ms} -c statement_timeout={statement_seconds}s"
        },
    )
    event.listen(engine, "checkin", _note_idle)
    event.listen(engine, "checkout", partial(_ping_when_doubtful, engine.dialect))
    return engine


def _names_of_keys(engine: Engine) -> Sequence[str]:
    """Return the names of the keys that a database was sealed with; none where it has no tables yet."""
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        if not inspect(connection).has_table("sealing_keys"):
            return ()
        return connection.scalars(text("SELECT name FROM sealing_keys ORDER BY first_used_at, name")).all()


def _note_idle(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _ping_when_doubtful(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Find out whether the server is still there, unless it was a moment ago: asking costs as much as a statement."""
    if time.monotonic() - record.info.get(_IDLE_SINCE, time.monotonic()) < TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except Exception as error:
        raise DisconnectionError from error  # the pool opens another one


def _open_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling loses updates; we begin ourselves (see _begin_sqlite).
    connection.isolation_level = None
    connection.create_function("fieldbeat_unhex", 1, _unhex, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _unhex(digits: str | None) -> bytes | None:
    return None if digits is None else bytes.fromhex(digits)


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction fails when it upgrades from reading to writing; one that will write locks at once.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def looking_only(engine: Engine) -> dict[str, Any]:
    """Return the options under which a transaction writes nothing: PostgreSQL refuses it, SQLite keeps no writer out for it."""
    if engine.dialect.name == "postgresql":
        return {"postgresql_readonly": True}
    return {READ_ONLY: True}


def one_snapshot(engine: Engine) -> dict[str, Any]:
    """Return the options under which all statements of a transaction see the same data, and write nothing."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {READ_ONLY: True}


def is_postgres(session: Session | Direct) -> bool:
    """Tell whether this session talks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def sealer_of(session: Session | Direct) -> Sealer:
    """Return what seals and opens texts in the database of this session."""
    found: Sealer = session.get_bind().get_execution_options()[SEALER]
    return found


def one_of(session: Session, column: Any, ids: Collection[UUID | str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many ids (in canonical form where they are text), as one parameter.

    An IN takes a parameter for each, and with thousands of them longer to write than to run.
    """
    return _listed(column, literal(id_list(session, ids), String()), postgres=is_postgres(session))


def is_listed(column: Any, name: str, *, postgres: bool) -> ColumnElement[bool]:
    """Return the same condition for a `Prepared` statement on an indexed column; its parameter of this name is an `id_list`."""
    if not postgres:
        return _listed(column, bindparam(name, type_=String()), postgres=False)
    # Without a type of its own the parameter is the array itself, and the index is asked for each of its ids.
    given: Any = sql_cast(bindparam(name, type_=NullType()), postgresql.ARRAY(Uuid()))
    return cast(ColumnElement[bool], column == any_(given))


def id_list(session: Session | Direct, ids: Collection[UUID | str]) -> str:
    """Write many ids as one parameter."""
    if is_postgres(session):
        return "{" + ",".join(map(str, ids)) + "}"
    return orjson.dumps([hex_of(key) for key in ids]).decode()


def _listed(column: Any, given: ColumnElement[str], *, postgres: bool) -> ColumnElement[bool]:
    if postgres:
        # As a list of its own: the text would be read anew for every row that it is compared with.
        listed: Any = sql_cast(given, postgresql.ARRAY(Uuid()))
        return cast(ColumnElement[bool], column.in_(select(func.unnest(listed))))
    return cast(ColumnElement[bool], column.in_(select(func.json_each(given).table_valued("value").c.value)))


def hex_of(key: UUID | str) -> str:
    """Write an id as 32 digits."""
    return key.replace("-", "") if isinstance(key, str) else key.hex


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `after` is the key to ask the next one with, or None on the last."""

    items: tuple[T, ...]
    after: tuple[Any, ...] | None

    def of(self, items: tuple[Any, ...]) -> "Page[Any]":
        """Return the same page with what was made of its items, one for one."""
        return Page(items, self.after)


def read_page(
    session: Session,
    statement: Select[Any],
    *,
    key: Sequence[Any] | Order,
    limit: int,
    after: Sequence[Any] | None = None,
    descending: bool = True,
    any_of: Sequence[ColumnElement[bool]] | None = None,
) -> Page[Row[Any]]:
    """Read one page in the order of the key columns (all in one direction; the last one unique), starting after a key.

    The key columns must be among the selected ones. Never an offset: the cost is that of the page. With `any_of` these
    conditions, each served by an index of its own, a row must meet one of them; an OR would read and sort all that do.
    """
    order = key if isinstance(key, Order) else Order(tuple(key), descending)
    if after is not None:
        statement = statement.where(order.beyond(after))
    if any_of is not None and len(any_of) < 2:
        statement = statement.where(or_(false(), *any_of))
    statement = statement.order_by(*order.clauses(order.key)).limit(limit + 1)
    if any_of is not None and len(any_of) > 1:
        merged = union(*(select(statement.where(part).subquery()) for part in any_of)).subquery()
        columns = [merged.c[column.key] for column in order.key]
        statement = select(merged).order_by(*order.clauses(columns)).limit(limit + 1)
    rows = session.execute(statement).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(tuple(rows[:limit]), None if last is None else order.values(last))


def first_of_each(statement: Select[Any], by: Any, *order: Any, most: int) -> Select[Any]:
    """Return a statement for the first so many rows of each value of a column, in this order."""
    nth = func.row_number().over(partition_by=by, order_by=order).label("nth")
    ranked = statement.add_columns(nth).subquery()
    columns = [column for column in ranked.c if column.key != "nth"]
    return select(*columns).where(ranked.c.nth <= most).order_by(ranked.c.nth)


def count_rows(
    session: Session,
    statement: Select[Any],
    *,
    key: Sequence[Any],
    any_of: Sequence[ColumnElement[bool]] | None = None,
) -> int:
    """Count the rows of all pages that `read_page` would give with the same arguments. It reads all of them."""
    keys = statement.with_only_columns(*key)
    if any_of is None:
        found: Any = keys
    elif len(any_of) < 2:
        found = keys.where(or_(false(), *any_of))
    else:
        found = union(*(keys.where(part) for part in any_of))
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0
