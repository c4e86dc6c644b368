"""Rows written in bulk: one statement and one parameter, whatever their number, on both engines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import JSON, Column, LargeBinary, String, Table, Uuid, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from kernel.audit.noting import WatchedSession, after_bulk, before_bulk, conflict_key
from kernel.database import UTCDateTime, dump_json, hex_of, is_postgres
from kernel.direct import Direct, Prepared

Rows = Sequence[Mapping[str, Any]]


def insert_rows(
    session: Session | Direct,
    table: Any,
    rows: Rows,
    *,
    same: Mapping[str, Any] | None = None,
    on_conflict: str = "",
    returning: Sequence[str] = (),
) -> list[Any]:
    """Insert many rows with one statement; all rows must have the same keys. `same` holds columns that are alike in all rows.

    On PostgreSQL the rows travel as one JSON string that a recordset unpacks, which is several times faster than a parameter
    for each value. Bytes may come as PostgreSQL writes them, `\\x` and digits, where they are written thousands of times.
    `on_conflict` is the SQL after ON CONFLICT, for example `(id) DO NOTHING`; `returning` names columns to
    return of the rows that were written.
    """
    if not rows:
        return []
    names, alike = tuple(rows[0]), same or {}
    head = f"INSERT INTO {_table(table).name} ({', '.join((*names, *alike))})"
    conflict = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    # WHERE TRUE: without it SQLite reads ON CONFLICT as a join condition.
    statement = (
        f"{head} SELECT {', '.join((*names, *(f'{{{name}}}' for name in alike)))} FROM {{rows}} WHERE TRUE{conflict}"
    )
    if not isinstance(session, WatchedSession):
        return _run(session, statement, _table(table), names, rows, tuple(returning), alike)
    whole = [{**row, **alike} for row in rows]
    key = conflict_key(on_conflict)
    before = before_bulk(session, _table(table), whole, key)
    written = _run(session, statement, _table(table), names, rows, tuple(returning), alike)
    after_bulk(session, _table(table), whole, key, before, inserts=True)
    return written


def update_rows(
    session: Session | Direct, table: Any, rows: Rows, *, key: Sequence[str], same: Mapping[str, Any] | None = None
) -> None:
    """Update many rows with one statement: in each mapping the `key` columns find the row, the others are set.

    `same` holds columns, of the key or not, that are alike in all rows.
    """
    if not rows:
        return
    name, alike = _table(table).name, same or {}
    names = tuple(rows[0])
    given = {column: f"r.{column}" for column in names} | {column: f"{{{column}}}" for column in alike}
    sets = ", ".join(f"{column} = {value}" for column, value in given.items() if column not in key)
    match = " AND ".join(f"{name}.{column} = {given[column]}" for column in key)
    statement = f"UPDATE {name} SET {sets} FROM {{rows}} WHERE {match}"
    if not isinstance(session, WatchedSession):
        _run(session, statement, _table(table), names, rows, alike=alike)
        return
    whole = [{**row, **alike} for row in rows]
    before = before_bulk(session, _table(table), whole, key)
    _run(session, statement, _table(table), names, rows, alike=alike)
    after_bulk(session, _table(table), whole, key, before, inserts=False)


def _table(table: Any) -> Table:
    return table if isinstance(table, Table) else table.__table__


def _run(
    session: Session | Direct,
    statement: str,
    table: Table,
    names: tuple[str, ...],
    rows: Rows,
    returning: tuple[str, ...] = (),
    alike: Mapping[str, Any] = MappingProxyType({}),
) -> list[Any]:
    postgres = is_postgres(session)
    prepared = _prepare(postgres, statement, table, names, returning, tuple(alike))
    for name in prepared.moments:
        if any(row[name] is not None and row[name].tzinfo is None for row in rows):
            raise ValueError("a naive time cannot be stored")
    if postgres:
        payload = rows_parameter([_told(row) for row in rows] if prepared.may_be_null else rows)
    else:
        payload = orjson.dumps(
            [
                [None if (value := row[name]) is None else write(value) for name, write in prepared.writers]
                for row in rows
            ]
        ).decode()
    return prepared.statement.rows(session, rows=payload, **alike)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is NULL: PostgreSQL takes as long to read that it is as to read a value."""
    return {name: value for name, value in row.items() if value is not None}


def rows_parameter(rows: Rows) -> Any:
    """Write rows as the one parameter that `recordset` unpacks, on PostgreSQL.

    It picks its columns by their names; one that is not named is NULL.
    """
    # As bytes: they would only be read as text to be written as bytes again.
    return Jsonb(orjson.dumps(list(rows), default=_postgres_value, option=orjson.OPT_UTC_Z), dumps=bytes)


def recordset(table: Any, names: Sequence[str]) -> str:
    """Return the SQL that unpacks the parameter `:rows` on PostgreSQL, with these columns of a table, as `r`."""
    columns = _table(table).columns
    shape = ", ".join(f"{name} {columns[name].type.compile(dialect=_POSTGRES)}" for name in names)
    return f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({shape})"


@dataclass(frozen=True, slots=True)
class _Prepared:
    statement: Prepared
    moments: tuple[str, ...]
    may_be_null: bool
    writers: tuple[tuple[str, Callable[[Any], Any]], ...]


@lru_cache(maxsize=512)
def _prepare(
    postgres: bool,
    statement: str,
    table: Table,
    names: tuple[str, ...],
    returning: tuple[str, ...],
    alike: tuple[str, ...],
) -> _Prepared:
    """Put a bulk statement together, once for each shape of rows."""
    columns = [table.columns[name] for name in names]
    if postgres:
        source = recordset(table, names)
    else:
        picks = ", ".join(f"{_sqlite_pick(c, i)} AS {c.name}" for i, c in enumerate(columns))
        source = f"(SELECT {picks} FROM json_each(:rows)) AS r"
    given = [table.columns[name] for name in alike]
    casts = {
        c.name: f"CAST(:{c.name} AS {c.type.compile(dialect=_POSTGRES)})" if postgres else f":{c.name}" for c in given
    }
    sql = statement.format(rows=source, **casts) + (f" RETURNING {', '.join(returning)}" if returning else "")
    # With their types, so that both engines keep and return the same.
    made: Any = text(sql).bindparams(*(bindparam(c.name, type_=c.type) for c in given))
    if returning:
        made = made.columns(*(table.columns[name] for name in returning))
    moments = tuple(column.name for column in columns if isinstance(column.type, UTCDateTime))
    return _Prepared(
        Prepared(made),
        moments,
        any(column.nullable for column in columns),
        tuple((column.name, _sqlite_writer(column)) for column in columns),
    )


_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


def _postgres_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return dict(value) if isinstance(value, Mapping) else str(value)


def _sqlite_pick(column: Column[Any], index: int) -> str:
    pick = f"json_extract(value, '$[{index}]')"
    return f"fieldbeat_unhex({pick})" if isinstance(column.type, LargeBinary) else pick


def _sqlite_writer(column: Column[Any]) -> Callable[[Any], Any]:
    """Return how a value of this column is written, other than None, the way SQLAlchemy itself keeps it in SQLite."""
    if isinstance(column.type, Uuid):
        return hex_of
    if isinstance(column.type, UTCDateTime):
        return lambda value: value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if isinstance(column.type, LargeBinary):
        return lambda value: value.hex() if isinstance(value, bytes) else value.removeprefix("\\x")
    if isinstance(column.type, JSON):
        return dump_json
    return str if isinstance(column.type, String) else lambda value: value
