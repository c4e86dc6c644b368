"""How requests are read: strict JSON, strict queries, and every mistake as a problem with its path."""

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow
import orjson
from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from api import field_problems, sparse
from api.schemas.fields import PageQuery
from kernel import errors


class Parser(FlaskParser):
    """Reads bodies and queries into schemas; what is unknown is refused, for a misspelt filter must not show everything."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": marshmallow.RAISE}

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Read the body. A POST that may leave out every member may leave out the body, too."""
        if req.method == "POST" and not any(field.required for field in schema.fields.values()) and not req.get_data():
            return {}
        return super().load_json(req, schema)

    def load_querystring(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Read the query; which members a page shows is no filter, and read elsewhere."""
        if not isinstance(schema, PageQuery):
            return super().load_querystring(req, schema)
        pairs = [(name, value) for name, value in req.args.items(multi=True) if name != sparse.NAME]
        return self._makeproxy(MultiDict(pairs), schema)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            # Left to the schema, an empty PATCH would be a change of nothing.
            raise errors.MALFORMED("the body is missing")
        if not core.is_json(req.mimetype):
            raise errors.UNSUPPORTED("send the body as application/json")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise errors.MALFORMED(
                f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
            ) from error

    def handle_error(
        self,
        error: marshmallow.ValidationError,
        req: Request,
        schema: marshmallow.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise Invalid (invalid) with the path of every field that is wrong."""
        assert isinstance(error.messages, dict)
        found = [one for messages in error.messages.values() for one in field_problems.problems(messages)]
        raise errors.INVALID(fields=tuple(found)) from error
