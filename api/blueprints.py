"""flask-smorest's blueprint as this API uses it: typed, strict, and closed to callers without a token."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest  # type: ignore[import-untyped]
from marshmallow import Schema

from api import transactions
from api.idempotency import once
from api.parsing import Parser
from api.personal import personal_parts, shown_in, shown_with, shows_personal
from api.sparse import sparse

Form = type[Schema] | dict[str, Any]
"""A schema, or the description of one where a view answers by itself."""
View = TypeVar("View", bound=Callable[..., Any])
Decorator = Callable[[View], View]
PREFIX = "/v1"
BINARY = {"type": "string", "format": "binary"}
PICTURES = ("image/jpeg", "image/png", "image/webp")
Answer = Any
"""What a view returns: what its schema writes, perhaps with a status and headers, or a whole response."""
Loaded = dict[str, Any]
"""What a schema has read."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """The views of one subject under /v1. Its name is the tag in the description."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, description: str, *, prefix: str = PREFIX) -> None:
        super().__init__(name, __name__, url_prefix=prefix, description=description)
        self.before_request(transactions.demand_token)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view or a class of views under an address."""
        decorator: Callable[[View], View] = super().route(rule, **options)
        return decorator

    def arguments(self, schema: type[Schema], *, location: str = "json", **options: Any) -> Callable[[View], View]:
        """Read the body (or the query) into a schema; the view gets it as its next argument."""
        # Made once: of a class, each request would copy all fields anew.
        decorator: Callable[[View], View] = super().arguments(schema(), location=location, **options)
        return decorator

    def response(self, status: int, schema: Form | None = None, **options: Any) -> Callable[[View], View]:
        """Write what the view returns through a schema; who sees personal data by it is written down.

        A POST that creates (201) is done once for each `Idempotency-Key` of its caller.
        """
        decorator: Callable[[View], View] = super().response(status, schema, **options)
        note = _noting_of(schema) if isinstance(schema, type) else None

        def decorate(view: View) -> View:
            made = decorator(view if note is None else _noting(view, note))
            return once(made) if status == 201 and view.__name__ == "post" else made

        return decorate

    def once(self, view: View) -> View:
        """Let a POST that makes many be done once for each `Idempotency-Key` of its caller, though it is answered with 200."""
        described: View = self.doc(**{"x-once": True})(once(view))
        return described

    def alt_response(self, status: int, **options: Any) -> Callable[[View], View]:
        """Describe another answer."""
        decorator: Callable[[View], View] = super().alt_response(status, **options)
        return decorator

    def page(self, schema: type[Schema]) -> Callable[[View], View]:
        """Write a page of a list, with a link to the next one; the caller may choose members with `fields`."""
        decorator = self.response(200, schema, headers={"Link": {"$ref": "#/components/headers/Link"}})
        described = self.doc(**{"x-sparse": True})
        return lambda view: described(sparse(decorator(view), schema))

    def file(self, *content_types: str) -> Callable[[View], View]:
        """Describe an answer with a stored file, whole or in parts, of one of these media types; the view answers by itself."""
        decorator = self.response(200, BINARY, content_type=content_types[0], description="The bytes.")
        described = self.doc(**{"x-file": list(content_types), "x-headers": ["If-None-Match", "Range"]})
        return lambda view: described(decorator(view))

    @staticmethod
    def also(**forms: str) -> Callable[[View], View]:
        """Describe other forms of the answer with 200: a JSON type for each media type, `text_html="string"`."""
        return Blueprint.doc(**{"x-also": {name.replace("_", "/"): {"type": kind} for name, kind in forms.items()}})

    @staticmethod
    def doc(**members: Any) -> Callable[[View], View]:
        """Add members to the description of an operation."""
        decorator: Callable[[View], View] = flask_smorest.Blueprint.doc(**members)
        return decorator


def _noting_of(schema: type[Schema]) -> Callable[[Any], list[Any]] | None:
    """Return what tells which things of an answer show personal data; None where none do, whatever is included."""
    if shows_personal(schema):
        return shown_in
    parts = personal_parts(schema)
    return functools.partial(shown_with, parts=parts) if parts else None


def _noting(view: View, note: Callable[[Any], list[Any]]) -> View:
    @functools.wraps(view)
    def show(*arguments: Any, **options: Any) -> Any:
        answer = view(*arguments, **options)
        transactions.note_shown(note(answer))
        return answer

    return show  # type: ignore[return-value]


versioned = Blueprint.doc(**{"x-headers": ["If-Match"]})
"""An operation that takes If-Match."""

conditional = Blueprint.doc(**{"x-headers": ["If-None-Match"]})
"""An operation that sends a tag, and answers 304 to who has it already."""
