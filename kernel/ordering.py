"""In which order a list is read: by which key, which way, and what comes after a row of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, tuple_

from kernel import errors

BACKWARDS = "-"


@dataclass(frozen=True, slots=True)
class Order:
    """The columns by which rows are ordered, all in one direction; the last one is unique, so that no two rows tie.

    Rows without a value in the first column come last, whichever way. `ranks` are the words of the first column in their order,
    where that is not the alphabet's.
    """

    key: tuple[Any, ...]
    descending: bool = True
    ranks: tuple[str, ...] = ()

    def clauses(self, key: Sequence[Any]) -> list[Any]:
        """Return what to order by; `key` are these columns, perhaps as a statement around this one has them."""
        first, *others = (one.desc() if self.descending else one.asc() for one in self._ranked(key))
        return [first.nulls_last() if self.has_nulls else first, *others]

    def beyond(self, after: Sequence[Any]) -> ColumnElement[bool]:
        """Return the condition that a row comes after the one with these values."""
        value, *others = after
        if value is None:
            return and_(self.key[0].is_(None), self._later(self.key[1:], others))
        ranked = [self.ranks.index(value) if self.ranks else value, *others]
        later = self._later(self._ranked(self.key), ranked)
        return or_(later, self.key[0].is_(None)) if self.has_nulls else later

    def values(self, row: Any) -> tuple[Any, ...]:
        """Return where a row stands: what to ask the next page with."""
        return tuple(getattr(row, column.key) for column in self.key)

    @property
    def has_nulls(self) -> bool:
        """Whether rows may have no value in the first column."""
        return getattr(self.key[0], "nullable", None) is True

    def _ranked(self, key: Sequence[Any]) -> tuple[Any, ...]:
        if not self.ranks:
            return tuple(key)
        return (case({word: place for place, word in enumerate(self.ranks)}, value=key[0]), *key[1:])

    def _later(self, columns: Sequence[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        here = tuple_(*columns)
        there = tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))
        return here < there if self.descending else here > there


class Sorts:
    """The orders in which a list can be asked for: its own, and by each of these columns upwards or downwards.

    The columns of `by` are selected by the list, under the names that its rows show. Ties go by the last column of its own key.
    Those that are `narrow` have no index, so they are for a bounded part of the list only.
    """

    def __init__(
        self,
        *key: Any,
        by: Mapping[str, Any],
        descending: bool = True,
        ranks: Mapping[str, Sequence[str]] = MappingProxyType({}),
        narrow: Collection[str] = (),
    ) -> None:
        self.narrow = frozenset(sign + name for name in narrow for sign in ("", BACKWARDS))
        self.usual = Order(key, descending)
        self.orders = {
            word: Order((column, key[-1]), bool(sign), tuple(ranks.get(name, ())))
            for name, column in by.items()
            for sign, word in (("", name), (BACKWARDS, BACKWARDS + name))
        }

    @property
    def words(self) -> tuple[str, ...]:
        """What may be asked for: the name of a column, or that with a minus before it."""
        return tuple(self.orders)

    def order(self, word: str | None, *, is_narrow: bool = True) -> Order:
        """Return the order that a word asks for; the list's own without one.

        Raises:
            Invalid (sort.too_wide): no index serves it, and what is asked for may be all of a large table.
        """
        if word in self.narrow and not is_narrow:
            raise errors.SORT_TOO_WIDE(path="/sort")
        return self.usual if word is None else self.orders[word]

    def plain(self, word: str | None) -> str | None:
        """Return the word for an order, or None where that is the list's own anyway."""
        return None if word in self.orders and self.orders[word] == self.usual else word
