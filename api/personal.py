"""Which answers show personal data of customers, and whose: what is then written down in the audit log."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from api.schemas.marks import MARK
from kernel.audit.acts import Act, ActKind
from kernel.audit.masking import masked

NAMES = re.compile(r"(^|_)(phone|email|address|contact|customer_name|signer_name)(_|$)")
"""Names of members that hold personal data, in tables and forms alike."""
_WHOSE = ("id", "customer_id", "site_id")
_NESTED = ("customer", "site", "row")


@lru_cache(maxsize=1024)
def shows_personal(schema: type[Schema]) -> bool:
    """Tell whether a form shows personal data, itself or in what it holds."""
    return any(_is_personal(field) for field in schema._declared_fields.values())


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
    regions = {region for thing in things if (region := _member(thing, "region_id")) is not None}
    details = {"rows": len(things), **({"asked": members} if members else {})}
    region_id = next(iter(regions)) if len(regions) == 1 else None
    return Act(ActKind.READ, region_id=region_id, subjects=ids_of(things), details=details)


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
        if inner is not None:
            yield from _ids(inner)


def _member(thing: Any, name: str) -> Any:
    if isinstance(thing, Mapping):
        return thing.get(name)
    others = getattr(thing, "others", None)
    if isinstance(others, Mapping) and name in others:
        return others[name]
    return getattr(thing, name, None)
