"""Notes what a transaction changes, row by row, before and after: whatever way it is written, without the writer's help."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, and_, event, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from kernel.audit.masking import shown
from kernel.database import sealer_of
from kernel.sealed_columns import sealed_columns
from kernel.sealing import Sealer, Unopenable

MOST_ROWS = 100
"""Rows that one act tells of; of further ones it tells how many there were, at least."""
_TARGET = re.compile(r"^\(([^)]*)\) DO UPDATE")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row: its table, its key, and the columns that changed. `before` is None of a new row, `after` of one that went."""

    table: str
    key: tuple[str, ...]
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """Return it as the audit log keeps it."""
        return {"table": self.table, "key": list(self.key), "before": self.before, "after": self.after}


@dataclass
class Noted:
    """What a transaction has changed so far, and what opens the texts in it that are sealed."""

    sealer: Sealer
    changes: list[RowChange] = field(default_factory=list)
    ids: set[UUID] = field(default_factory=set)
    region_id: UUID | None = None
    left_out: int = 0

    def takes(self, table: Table) -> bool:
        """Tell whether changes of this table are noted."""
        return not table.info.get("silent")

    def copy(self) -> "Noted":
        """Return the same as it is now, to come back to."""
        return Noted(self.sealer, list(self.changes), set(self.ids), self.region_id, self.left_out)

    @property
    def room(self) -> int:
        """How many rows may still be told of."""
        return MOST_ROWS - len(self.changes)

    def note(self, table: Table, before: Row | None, after: Row | None) -> None:
        """Note one row as it was and as it is; of an update only what is different. Rows without a difference are passed over."""
        before, after = self._read(table, before), self._read(table, after, of=before)
        old = None if before is None else {name: shown(table.c[name], before[name]) for name in before}
        new = None if after is None else {name: shown(table.c[name], after[name]) for name in after}
        if before is not None and after is not None and old is not None and new is not None:
            different = [name for name in after if name in before and not _same(before[name], after[name])]
            if not different:
                return
            old, new = {name: old[name] for name in different}, {name: new[name] for name in different}
        row = {**(before or {}), **(after or {})}
        if self.region_id is None and isinstance(row.get("region_id"), UUID):
            self.region_id = row["region_id"]
        if self.room <= 0:
            self.left_out += 1
            return
        key = {c.name: row.get(c.name) for c in table.primary_key}
        self.ids.update(part for part in key.values() if isinstance(part, UUID))
        self.changes.append(RowChange(table.name, tuple(str(shown(table.c[n], key[n])) for n in key), old, new))

    def _read(self, table: Table, row: Row | None, of: Row | None = None) -> Row | None:
        """Return a row as it was meant: without what only follows from the rest, and opened, as one text is sealed differently
        each time. `of` has its key where the row is a part of it."""
        if row is None:
            return None
        read = {name: value for name, value in row.items() if not table.c[name].info.get("derived")}
        for name, one in sealed_columns(table).items():
            if read.get(name) is not None:
                key = {**(of or {}), **row}.get("id")
                with suppress(Unopenable):
                    read[name] = one.opened(self.sealer, key, read[name])
        return read


def _same(before: Any, after: Any) -> bool:
    return bool(before == after) or (isinstance(before, UUID) != isinstance(after, UUID) and str(before) == str(after))


class WatchedSession(Session):
    """A session that notes what is changed through it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.noted = Noted(sealer_of(self))


def _as_kept(column: Column[Any], value: Any) -> Any:
    """Return an id, which bulk statements also take as text, as the column has it."""
    return UUID(value) if isinstance(column.type, Uuid) and isinstance(value, str) else value


def before_bulk(session: Any, table: Table, rows: Sequence[Row], key: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    """Return rows as they are before a bulk statement overwrites those with these keys, by key. One statement."""
    noted: Noted = session.noted
    if not noted.takes(table) or noted.room <= 0 or not key:
        return {}
    wanted = [
        and_(*(table.c[name].is_not_distinct_from(_as_kept(table.c[name], row[name])) for name in key))
        for row in rows[: noted.room]
        if row
    ]
    found = session.connection().execute(select(*table.c).where(or_(*wanted))).mappings()
    return {tuple(map(str, (row[name] for name in key))): dict(row) for row in found}


def after_bulk(
    session: Any,
    table: Table,
    rows: Sequence[Row],
    key: Sequence[str],
    before: Mapping[tuple[Any, ...], Row],
    *,
    inserts: bool,
) -> None:
    """Note the rows that a bulk statement wrote; those that it only updates and that were not there changed nothing."""
    noted: Noted = session.noted
    if not noted.takes(table):
        return
    told = rows[: max(noted.room, 0)]
    noted.left_out += len(rows) - len(told)
    for row in told:
        was = before.get(tuple(str(row[name]) for name in key)) if key else None
        if was is not None:
            # The key of the row, also where it was found by another one.
            noted.note(table, was, {**{c.name: was[c.name] for c in table.primary_key}, **row})
        elif inserts:
            noted.note(table, None, row)


def conflict_key(on_conflict: str) -> list[str]:
    """Return the columns by which an insert finds the row that it overwrites, none if it overwrites nothing."""
    found = _TARGET.match(on_conflict)
    return [] if found is None else [name.strip() for name in found.group(1).split(",")]


@event.listens_for(WatchedSession, "do_orm_execute")
def _watch_statement(state: ORMExecuteState) -> Any:
    """Note what an UPDATE or DELETE does to the rows that it meets."""
    if not (state.is_update or state.is_delete):
        return None
    session = state.session
    assert isinstance(session, WatchedSession)
    statement: Any = state.statement
    table: Table = statement.table
    noted = session.noted
    if not noted.takes(table):
        return None
    session.flush()
    connection = session.connection()
    met = select(*table.c)
    if statement.whereclause is not None:
        met = met.where(statement.whereclause)
    before = [dict(row) for row in connection.execute(met.limit(max(noted.room, 0) + 1)).mappings()]
    result = state.invoke_statement()
    _note_met(noted, connection, table, before, gone=state.is_delete)
    return result


def _note_met(noted: Noted, connection: Any, table: Table, before: Sequence[Row], *, gone: bool) -> None:
    told = before[: max(noted.room, 0)]
    noted.left_out += len(before) - len(told)
    after: dict[tuple[Any, ...], Row] = {}
    if told and not gone:
        these = or_(*(and_(*(c == row[c.name] for c in table.primary_key)) for row in told))
        rows = connection.execute(select(*table.c).where(these)).mappings()
        after = {_key(table, row): dict(row) for row in rows}
    for row in told:
        noted.note(table, row, after.get(_key(table, row)))


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[c.name] for c in table.primary_key)


@event.listens_for(WatchedSession, "before_flush")
def _watch_objects(session: WatchedSession, _context: object, _instances: object) -> None:
    """Note what was done to mapped objects."""
    for thing in session.new:
        table, values = _mapped(thing)
        if session.noted.takes(table):
            session.noted.note(table, None, values)
    for thing in session.deleted:
        table, values = _mapped(thing)
        if session.noted.takes(table):
            session.noted.note(table, values, None)
    for thing in session.dirty:
        table, values = _mapped(thing)
        if session.noted.takes(table) and session.is_modified(thing):
            session.noted.note(table, {**values, **_as_loaded(thing)}, values)


def _mapped(thing: object) -> tuple[Table, dict[str, Any]]:
    state: Any = inspect(thing)
    table: Table = state.mapper.local_table
    loaded = state.dict
    return table, {
        attribute.columns[0].name: loaded[attribute.key]
        for attribute in state.mapper.column_attrs
        if attribute.key in loaded and isinstance(attribute.columns[0], Column)
    }


def _as_loaded(thing: object) -> dict[str, Any]:
    state: Any = inspect(thing)
    found = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes() and history.deleted:
            found[attribute.columns[0].name] = history.deleted[0]
    return found
