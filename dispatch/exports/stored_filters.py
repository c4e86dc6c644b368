"""The filters of an export as JSON, and back: what a list was asked with waits in a table until a worker asks again."""

import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


def pack(filters: Any) -> dict[str, Any]:
    """Write the members of a frozen dataclass of filters that say something as JSON values."""
    given = {one.name: getattr(filters, one.name) for one in fields(filters)}
    plain = {one.name: one.default for one in fields(filters)}
    return {name: _packed(value) for name, value in given.items() if value != plain[name]}


def _packed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_packed(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | StrEnum) else value


def unpack(kind: type, stored: Mapping[str, Any]) -> Any:
    """Make the filters of this dataclass again; a member that it does not know any more raises, and so does another value."""
    hints = get_type_hints(kind)
    return kind(**{name: _unpacked(hints[name], value) for name, value in stored.items()})


def _unpacked(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_unpacked(get_args(hint)[0], one) for one in value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is bool:
        return bool(value)
    return hint(value)
