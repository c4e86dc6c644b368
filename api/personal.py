"""Which answers show personal data of customers, and whose: what is then written down in the audit log."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from api.schemas.flat import Joined
from api.schemas.marks import INCLUDED, MARK
from kernel.audit.acts import Act, ActKind
from kernel.audit.masking import masked

NAMES = re.compile(r"(^|_)(phone|email|address|contact|customer_name|signer_name)(_|$)")
"""Names of members that hold personal data, in tables and forms alike."""
_WHOSE = ("id", "customer_id", "site_id")
_NESTED = ("customer", "site", "row", "requests", "sites")


@lru_cache(maxsize=1024)
def shows_personal(schema: type[Schema]) -> bool:
    """Tell whether a form shows personal data, itself or in what it holds, whatever is included."""
    return any(_is_personal(field) for field in schema._declared_fields.values() if not field.metadata.get(INCLUDED))


@lru_cache(maxsize=1024)
def personal_parts(schema: type[Schema]) -> frozenset[str]:
    """Return which of the things that a form, or the items of a page, may include show personal data."""
    items = schema._declared_fields.get("items")
    form = (
        type(items.inner.schema)
        if isinstance(items, fields.List) and isinstance(items.inner, fields.Nested)
        else schema
    )
    included = {name: field for name, field in form._declared_fields.items() if field.metadata.get(INCLUDED)}
    return frozenset(name for name, field in included.items() if _is_personal(field))


def shown_with(answer: Any, parts: frozenset[str]) -> list[Any]:
    """Return those things that an answer shows with one of these parts."""
    return [one for one in shown_in(answer) if isinstance(one, Joined) and any(one.others.get(name) for name in parts)]


def _is_personal(field: Any) -> bool:
    if field.metadata.get(MARK):
        return True
    if isinstance(field, fields.List):
        return _is_personal(field.inner)
    if isinstance(field, fields.Nested):
        return shows_personal(type(field.schema))
    return False


def tells_personal(columns: Iterable[str]) -> bool:
    """Tell whether a table with these columns shows personal data."""
    return any(NAMES.search(name) for name in columns)


def shown_in(answer: Any) -> list[Any]:
    """Return what an answer of a view shows: the items of a page, or the one thing."""
    body = answer[0] if isinstance(answer, tuple) else answer
    if isinstance(body, Mapping) and "items" in body:
        return list(body["items"])
    return [body]


def read_act(things: Sequence[Any], asked: Mapping[str, str]) -> Act:
    """Return what is written down of somebody who sees these things. `asked` is the query; what was searched for is masked."""
    members = {name: masked(value) if name == "q" else value[:64] for name, value in asked.items() if name != "after"}
    regions = {region for thing in things if (region := _region(thing)) is not None}
    details = {"rows": len(things), **({"asked": members} if members else {})}
    region_id = next(iter(regions)) if len(regions) == 1 else None
    return Act(ActKind.READ, region_id=region_id, subjects=ids_of(things), details=details)


def _region(thing: Any) -> UUID | None:
    """Return the region of a thing, or of the row that it is made from."""
    found: UUID | None = _member(thing, "region_id")
    row = _member(thing, "row")
    return _region(row) if found is None and row is not None else found


def ids_of(things: Iterable[Any]) -> frozenset[UUID]:
    """Return the ids of these things and of the customers and sites that they name."""
    return frozenset(key for thing in things for key in _ids(thing))


def _ids(thing: Any) -> Iterable[UUID]:
    for name in _WHOSE:
        key = _member(thing, name)
        if isinstance(key, UUID):
            yield key
    for name in _NESTED:
        inner = _member(thing, name)
        for one in inner if isinstance(inner, tuple) else () if inner is None else (inner,):
            yield from _ids(one)


def _member(thing: Any, name: str) -> Any:
    if isinstance(thing, Mapping):
        return thing.get(name)
    others = getattr(thing, "others", None)
    if isinstance(others, Mapping) and name in others:
        return others[name]
    return getattr(thing, name, None)
