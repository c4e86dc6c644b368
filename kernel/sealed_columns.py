"""Columns whose texts are sealed: a table declares them, and whoever writes, reads or searches its rows says so with one word."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, String, Table, Text, and_, false, or_

from kernel.database import PERSONAL
from kernel.sealing import Sealer, cell

_SEALED = "sealed"
DERIVED: dict[Any, Any] = {**PERSONAL, "derived": True}
"""The `info` of a column that only follows from others of its row: the audit log passes it over."""


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """A column by which sealed texts are found. `of` makes the texts alike that are to be found as one; None: there is nothing
    to find, but for that the row is sealed."""

    column: str
    purpose: str
    of: Callable[[str], str | None]

    def value(self, sealer: Sealer, text: str) -> str:
        """Return what is stored for a text."""
        return sealer.blind_index(self.of(text) or "", self.purpose)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column of a table with one key."""

    column: Column[Any]
    indexes: tuple[BlindIndex, ...]

    @property
    def name(self) -> str:
        """Its name in the table."""
        return self.column.name

    def context(self, key: Any) -> str:
        """Return the context that its text in the row of this key is bound to."""
        return cell(f"{self.column.table.name}.{self.name}", key)

    def stored(self, sealer: Sealer, key: Any, text: str | None) -> dict[str, str | None]:
        """Return what is stored for a text in the row of this key: sealed, and what it is found by."""
        if text is None:
            return {self.name: None, **{one.column: None for one in self.indexes}}
        return {
            self.name: sealer.seal(text, self.context(key)),
            **{one.column: one.value(sealer, text) for one in self.indexes},
        }

    def opened(self, sealer: Sealer, key: Any, text: str | None) -> str | None:
        """Return the text that is stored in the row of this key. Raises Unopenable."""
        return None if text is None else sealer.open(text, self.context(key))


def sealed(*indexes: BlindIndex) -> dict[Any, Any]:
    """Return the `info` of a column with personal texts that are sealed; it is found by these indexes, if any."""
    return {**PERSONAL, _SEALED: indexes}


def sealed_text(longest: int) -> String:
    """Return the type of a sealed column, whose texts have so many characters before they are sealed.

    PostgreSQL gives more room; SQLite never looks at lengths.
    """
    return String(longest).with_variant(Text(), "postgresql")


@lru_cache(maxsize=256)
def sealed_columns(table: Table) -> Mapping[str, SealedColumn]:
    """Return the sealed columns of a table by name."""
    return {
        column.name: SealedColumn(column, column.info[_SEALED]) for column in table.columns if _SEALED in column.info
    }


def _table(model: Any) -> Table:
    found: Table = model if isinstance(model, Table) else model.__table__
    return found


def seal_row(sealer: Sealer, model: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row, with its `id`, as it is stored; of an update, the part of it that is set, with the `id`."""
    stored = dict(row)
    for name, one in sealed_columns(_table(model)).items():
        if name in row:
            stored |= one.stored(sealer, row["id"], row[name])
    return stored


def seal_rows(sealer: Sealer, model: Any, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return many rows as they are stored."""
    return [seal_row(sealer, model, row) for row in rows]


def open_row(sealer: Sealer, model: Any, row: Any, *, key: str = "id") -> dict[str, Any]:
    """Return a row that was read, or a part of it, as a mapping with its texts opened; its key is the member `key`.

    Raises Unopenable.
    """
    shown = dict(row)
    for name, one in sealed_columns(_table(model)).items():
        if (text := shown.get(name)) is not None:
            shown[name] = one.opened(sealer, row[key], text)
    return shown


def found_by(sealer: Sealer, attribute: Any, text: str, *, by: str | None = None) -> ColumnElement[bool]:
    """Return the condition that a sealed column holds a text, as its first blind index, or the one of column `by`, sees it.

    Rows from before the texts were sealed are compared as they stand there.
    """
    one = sealed_columns(attribute.property.parent.local_table)[attribute.key]
    index = next(each for each in one.indexes if by in (None, each.column))
    place = one.column.table.c[index.column]
    known = index.of(text)
    if known is None:
        return false()
    return or_(place.in_(sealer.blind_indexes(known, index.purpose)), and_(place.is_(None), one.column == text))


def finds_nothing(sealer: Sealer, attribute: Any) -> ColumnElement[bool]:
    """Return the condition that what is sealed in a column holds nothing that its first blind index would find."""
    index = sealed_columns(attribute.property.parent.local_table)[attribute.key].indexes[0]
    place = attribute.property.parent.local_table.c[index.column]
    return cast(ColumnElement[bool], place.in_(sealer.blind_indexes("", index.purpose)))
