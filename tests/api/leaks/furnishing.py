"""Puts a row of every table at every place, made from the tables themselves: what is added later is filled, too."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Table,
    Time,
    Uuid,
    select,
)
from sqlalchemy.orm import Session

from kernel.database import Base
from kernel.identifiers import MintId
from tests.api.leaks.rows import AFTER, KNOWN, LATER, LEFT_OUT, LISTS
from tests.api.world import World

PEOPLE = ("user_id", "technician_id", "recipient_id", "mentee_id", "offeree_id", "requester_id")
LEVELS = ("zone_id", "group_id", "station_id", "region_id")
Place = dict[str, dict[str, Any]]
"""The row of each table at a place, by the table's name."""


def mark(place: str) -> str:
    """Return what the texts of a place's rows hold, and nothing else does."""
    return f"geheim-{place.replace('_', '-')}"


def furnish(session: Session, world: World, now: datetime, new_id: MintId) -> dict[str, Place]:
    """Fill all tables at all places of the world and return a row of each, by place and table."""
    found: dict[str, Place] = {}
    for place, where in world.places.items():
        rows: Place = {}
        who = world.people["technician" if place == "near" else f"technician_{place}"]
        mine = {
            "zone_id": where.zone_id,
            "group_id": where.group_id,
            "station_id": where.station_id,
            "region_id": where.region_id,
        }
        for table in Base.metadata.sorted_tables:
            if table.name in LEFT_OUT or (_belongs_by(table, rows) is None and table.name != "regions"):
                continue
            row = _existing(session, table, mine, rows, who)
            if row is None:
                values = _Filling(table, place, rows, mine, who, now, new_id).values()
                session.execute(table.insert().values(values))
                session.flush()
                row = values
            rows[table.name] = dict(row)
        found[place] = rows
    return found


def _existing(
    session: Session, table: Table, mine: Mapping[str, Any], rows: Place, who: UUID
) -> Mapping[str, Any] | None:
    """Return a row of this place that the world has already."""
    own = {"zones": "zone_id", "maintenance_groups": "group_id", "stations": "station_id", "regions": "region_id"}
    statement = select(table)
    if table.name in own:
        statement = statement.where(table.c.id == mine[own[table.name]])
    elif table.name in ("users", "technicians"):
        statement = statement.where(table.c.id == who)
    else:
        column = _belongs_by(table, rows)
        if column is None:
            return None
        parent = _parent(table, column)
        key: Any = who if column in PEOPLE else mine.get(column)
        if key is None and parent in rows:
            key = rows[parent][_target(table, column)]
        statement = statement.where(table.c[column] == key)
    found = session.execute(statement.limit(1)).mappings().first()
    return None if found is None else dict(found)


def _belongs_by(table: Table, rows: Place) -> str | None:
    """Return the column that says most exactly where a row lies: its parent, else its smallest place."""
    parents = [key for key in _names(table) if _parent(table, key) not in ("", "regions", "users", table.name)]
    closest = [key for key in parents if not table.c[key].nullable and _parent(table, key) in rows]
    people = [key for key in PEOPLE if key in table.c]
    places = [key for key in LEVELS[:2] if key in table.c and _parent(table, key)]
    rest = [key for key in ("station_id", "region_id") if key in table.c]
    return next(iter([*places, *closest, *people, *rest]), None)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _target(table: Table, column: str) -> str:
    return next(iter(table.c[column].foreign_keys)).column.name


def _parent(table: Table, column: str) -> str:
    keys = list(table.c[column].foreign_keys)
    return keys[0].column.table.name if keys else ""


class _Filling:
    """The values of one new row."""

    def __init__(
        self, table: Table, place: str, rows: Place, mine: Mapping[str, Any], who: UUID, now: datetime, new_id: MintId
    ) -> None:
        self.table, self.place, self.rows, self.mine, self.who, self.now, self.new_id = (
            table,
            place,
            rows,
            mine,
            who,
            now,
            new_id,
        )
        self.words = _words(table)

    def values(self) -> dict[str, Any]:
        return {column.name: self._value(column) for column in self.table.columns}

    def _value(self, column: Column[Any]) -> Any:
        known = KNOWN.get(f"{self.table.name}.{column.name}", ...)
        if known is not ...:
            return known
        if column.name in self.words:
            return self.words[column.name]
        if column.name in LEVELS and column.name in self.mine:
            return self.mine[column.name]
        if column.foreign_keys:
            return self._key(column)
        if column.name in (*PEOPLE, "owner_id", "assignee_id") and not isinstance(column.type, String):
            return self.who
        if column.primary_key and isinstance(column.type, Uuid):
            return self.new_id()
        return self._plain(column)

    def _key(self, column: Column[Any]) -> Any:
        target = next(iter(column.foreign_keys)).column
        if target.table.name == self.table.name and column.nullable:
            return None
        row = self.rows.get(target.table.name)
        if row is not None:
            return row[target.name]
        assert column.nullable, (self.table.name, column.name)
        return None

    def _plain(self, column: Column[Any]) -> Any:
        kind = column.type
        kind = getattr(kind, "impl_instance", kind)
        if isinstance(kind, String):
            text = f"{mark(self.place)} {self.table.name} {self.new_id().hex}"
            length = kind.length or 200
            if length < len(text):
                text = self.new_id().hex[-length:]
            return text
        if column.nullable:
            return None
        if isinstance(kind, JSON):
            return [] if column.name in LISTS else {}
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, Uuid):
            return self.new_id()
        if isinstance(kind, (Integer, Float, Numeric)):
            return 1
        if isinstance(kind, Date):
            return self.now.date() + (AFTER if column.name in LATER else timedelta())
        if isinstance(kind, Time):
            return time(9)
        if isinstance(kind, Interval):
            return timedelta(hours=1)
        if isinstance(kind, LargeBinary):
            return self.new_id().bytes * 2
        return self.now + AFTER if column.name in LATER else self.now


def _words(table: Table) -> dict[str, str]:
    """Return the first word of each column that takes certain words only."""
    found = {}
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and (match := re.match(r"(\w+) IN \('([^']*)'", str(check.sqltext))):
            found[match[1]] = match[2]
    return found
