"""Pages of a list: cursors that say where the next one begins, and nothing else."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from api import transactions
from kernel import errors
from kernel.database import Page
from kernel.ordering import Order, Sorts

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_CURSOR = 600
_CHECK = 4

_READ: dict[type, Any] = {
    datetime: lambda value: _aware(datetime.fromisoformat(value)),
    date: lambda value: date.fromisoformat(_exactly(str, value)),
    UUID: UUID,
    str: lambda value: _exactly(str, value),
    int: lambda value: _exactly(int, value),
    float: lambda value: float(value) if type(value) is int else _exactly(float, value),
}


class Cursor:
    """Writes and reads the cursors of one list, whose key has values of these types.

    A cursor is a position, not a permission: what a page shows is decided by the caller's scope each time. It carries a check
    over the list's name and its order, so that one that was cut short or belongs to another list or order is recognised.
    """

    def __init__(self, name: str, *types: type, sorts: Sorts | None = None) -> None:
        self.name = name
        self.sorts = sorts
        self.types = types if sorts is None else _types(sorts.usual)

    def write(self, key: Sequence[Any], sort: str | None = None) -> str:
        """Write the key of the last row of a page in an order."""
        values = [value.isoformat() if isinstance(value, datetime) else value for value in key]
        body = orjson.dumps(values)
        return base64.urlsafe_b64encode(self._check(body, sort) + body).rstrip(b"=").decode()

    def read(self, text: str, sort: str | None = None) -> tuple[Any, ...]:
        """Read a cursor that this list has written in this order.

        Raises:
            Malformed (malformed): it was not written by this list, or in another order, or was altered.
        """
        try:
            if len(text) > MAX_CURSOR:
                raise ValueError
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            check, body = raw[:_CHECK], raw[_CHECK:]
            if check != self._check(body, sort):
                raise _Elsewhere if check in self._other_checks(body) else ValueError
            return self._values(orjson.loads(body), sort)
        except _Elsewhere as error:
            message = "this cursor comes from this list in another order: keep `sort`, or begin anew"
            raise errors.MALFORMED(message, path="/after") from error
        except (ValueError, TypeError, AttributeError, binascii.Error) as error:
            raise errors.MALFORMED("this cursor does not come from this list", path="/after") from error

    def show(self, page: Page[Any], sort: str | None = None) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the body of a page in an order, and its headers: `Link` leads to the next one."""
        if page.after is None:
            return {"items": page.items, "next": None}, {}
        cursor = self.write(page.after, sort)
        return {"items": page.items, "next": cursor}, transactions.link_to_next(cursor)

    def _values(self, values: Any, sort: str | None) -> tuple[Any, ...]:
        if sort is None or self.sorts is None:
            return tuple(_READ[kind](value) for kind, value in zip(self.types, values, strict=True))
        order = self.sorts.order(sort)
        first, *others = (_READ[kind] for kind in _types(order))
        value, *rest = values
        if order.ranks and value not in order.ranks:
            raise ValueError
        head = None if value is None and order.has_nulls else first(value)
        return head, *(read(one) for read, one in zip(others, rest, strict=True))

    def _check(self, body: bytes, sort: str | None) -> bytes:
        # No word of an order begins as a list of values does.
        said = body if sort is None else f"{sort}\0".encode() + body
        return hashlib.blake2b(said, digest_size=_CHECK, person=self.name.encode()[:16]).digest()

    def _other_checks(self, body: bytes) -> set[bytes]:
        return {self._check(body, sort) for sort in (None, *self.sorts.words)} if self.sorts else set()


class _Elsewhere(Exception):
    """A cursor of the same list in another order."""


def paging_of(query: dict[str, Any]) -> dict[str, Any]:
    """Take out of a list's query which page it asks for and in which order; its filters are left."""
    return {name: query.pop(name) for name in ("limit", "after", "sort")}


def _types(order: Order) -> tuple[type, ...]:
    return tuple(column.type.python_type for column in order.key)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError
    return value
