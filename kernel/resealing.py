"""Seals anew what was sealed with an older key or not at all, some rows at a time, while everything else goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from kernel.bulk import update_rows
from kernel.database import Base
from kernel.sealed_columns import SealedColumn, sealed_columns
from kernel.sealing import MARK, Sealer, Unopenable
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows of a table: how many were written, which could not be opened, and the last of them."""

    written: int
    unopenable: tuple[UUID, ...]
    last: UUID | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many texts of a column are sealed with which key, and how many are not sealed."""

    column: str
    by_key: dict[str, int]
    plain: int


def sealed_tables() -> list[Table]:
    """Return the tables with sealed columns, in the order of their names."""
    return sorted((table for table in Base.metadata.tables.values() if sealed_columns(table)), key=lambda one: one.name)


def renew(uow: UnitOfWork, table: Table, *, after: UUID | None, limit: int) -> Batch:
    """Seal with the newest key what is not yet, in the next rows of a table after this one. Two statements."""
    prefix = f"{MARK}{uow.sealer.newest.name}:"
    return _rewrite(uow, table, after, limit, lambda column: func.substr(column, 1, len(prefix)) != prefix)


def unseal(uow: UnitOfWork, table: Table, *, after: UUID | None, limit: int) -> Batch:
    """Open for good what is sealed in the next rows of a table after this one. Two statements."""
    return _rewrite(uow, table, after, limit, lambda column: func.substr(column, 1, len(MARK)) == MARK, opened=True)


def _rewrite(
    uow: UnitOfWork, table: Table, after: UUID | None, limit: int, wanted: Any, *, opened: bool = False
) -> Batch:
    columns = sealed_columns(table)
    met: ColumnElement[bool] = wanted(next(iter(columns.values())).column)
    for one in list(columns.values())[1:]:
        met = met | wanted(one.column)
    statement = select(table.c.id, *(one.column for one in columns.values())).where(met)
    if after is not None:
        statement = statement.where(table.c.id > after)
    rows = uow.session.execute(statement.order_by(table.c.id).limit(limit).with_for_update()).mappings().all()
    written, unopenable = [], []
    for row in rows:
        try:
            written.append({"id": row["id"], **_stored(uow.sealer, columns.values(), row, opened=opened)})
        except Unopenable:
            unopenable.append(row["id"])
    update_rows(uow.session, table, written, key=["id"])
    return Batch(len(written), tuple(unopenable), rows[-1]["id"] if len(rows) == limit else None)


def _stored(sealer: Sealer, columns: Iterable[SealedColumn], row: Any, *, opened: bool) -> dict[str, str | None]:
    stored: dict[str, str | None] = {}
    for one in columns:
        plain = one.opened(sealer, row["id"], row[one.name])
        again = one.stored(sealer, row["id"], None if opened else plain)
        stored |= again | ({one.name: plain} if opened else {})
    return stored


def counts(session: Session, names: Iterable[str]) -> list[Count]:
    """Count the texts of every sealed column by these keys. A statement for each column, which reads the whole table."""
    found = []
    known = sorted(set(names))
    for table in sealed_tables():
        for one in sealed_columns(table).values():
            begins = [f"{MARK}{name}:" for name in known]
            each = [func.count().filter(func.substr(one.column, 1, len(begin)) == begin) for begin in begins]
            plain = func.count().filter(func.substr(one.column, 1, len(MARK)) != MARK)
            row = session.execute(select(plain, *each).where(one.column.is_not(None))).one()
            by_key = {name: count for name, count in zip(known, row[1:], strict=True) if count}
            found.append(Count(f"{table.name}.{one.name}", by_key, row[0]))
    return found


def any_plain(session: Session) -> str | None:
    """Return the name of a column with texts that are not sealed, or None. It reads until it finds one."""
    for table in sealed_tables():
        for one in sealed_columns(table).values():
            plain = select(table.c.id).where(func.substr(one.column, 1, len(MARK)) != MARK).limit(1)
            if session.execute(plain).first() is not None:
                return f"{table.name}.{one.name}"
    return None
