"""Pages with the members that somebody wants and no others: `?fields=number,status`."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from flask import Response
from marshmallow import Schema

from api import transactions
from api.schemas.fields import INCLUDE
from kernel import errors

View = TypeVar("View", bound=Callable[..., Any])
NAME = "fields"


def sparse(view: View, page: type[Schema]) -> View:
    """Let a view of a page leave out what was not asked for; without `fields` all is there. An `id` always is."""

    @functools.wraps(view)
    def show(*arguments: Any, **options: Any) -> Any:
        given = transactions.query_member(NAME)
        if given is None:
            return view(*arguments, **options)
        asked = frozenset(given.split(","))
        unknown = asked - members(page) - {"id"}
        if unknown:
            raise errors.INVALID(f"there is no {', '.join(sorted(unknown))[:100]}", path=f"/{NAME}")
        response: Response = view(*arguments, **options)
        if response.status_code == 200:
            whole = orjson.loads(response.get_data())
            kept = asked | {"id"} | frozenset((transactions.query_member(INCLUDE) or "").split(","))
            whole["items"] = [{key: item[key] for key in item if key in kept} for item in whole["items"]]
            response.set_data(orjson.dumps(whole))
        return response

    return show  # type: ignore[return-value]


@functools.cache
def members(page: type[Schema]) -> frozenset[str]:
    """Return the names of what the items of a page hold."""
    items: Any = page().fields["items"]
    return frozenset(one.data_key or name for name, one in items.inner.schema.dump_fields.items())
