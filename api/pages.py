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
}


class Cursor:
    """Writes and reads the cursors of one list, whose key has values of these types.

    A cursor is a position, not a permission: what a page shows is decided by the caller's scope each time. It carries a check
    over the list's name, so that one that was cut short or belongs to another list is recognised.
    """

    def __init__(self, name: str, *types: type) -> None:
        self.name = name
        self.types = types

    def write(self, key: Sequence[Any]) -> str:
        """Write the key of the last row of a page."""
        values = [value.isoformat() if isinstance(value, datetime) else value for value in key]
        body = orjson.dumps(values)
        return base64.urlsafe_b64encode(self._check(body) + body).rstrip(b"=").decode()

    def read(self, text: str) -> tuple[Any, ...]:
        """Read a cursor that this list has written.

        Raises:
            Malformed (malformed): it was not written by this list, or was altered.
        """
        try:
            if len(text) > MAX_CURSOR:
                raise ValueError
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            check, body = raw[:_CHECK], raw[_CHECK:]
            if check != self._check(body):
                raise ValueError
            values = orjson.loads(body)
            return tuple(_READ[kind](value) for kind, value in zip(self.types, values, strict=True))
        except (ValueError, TypeError, AttributeError, binascii.Error) as error:
            raise errors.MALFORMED("this cursor does not come from this list", path="/after") from error

    def show(self, page: Page[Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the body of a page and its headers: `Link` leads to the next one."""
        if page.after is None:
            return {"items": page.items, "next": None}, {}
        cursor = self.write(page.after)
        return {"items": page.items, "next": cursor}, transactions.link_to_next(cursor)

    def _check(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, digest_size=_CHECK, person=self.name.encode()[:16]).digest()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError
    return value
