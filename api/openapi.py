"""The description of the API: OpenAPI 3.1, complete with every error and every header."""

from collections.abc import Iterator, Mapping
from typing import Any

import flask_smorest  # type: ignore[import-untyped]
import orjson
from flask import Flask, Response
from marshmallow import Schema, fields

from api import etags, idempotency, problems, sparse
from api.auth import SCHEMES

VERSION = "1"
TITLE = "Fieldbeat"
ABOUT = """The backend for on-site service that field crews can trust.

**Sign in** with `POST /v1/login` and send the token as `Authorization: Bearer …`; when it is over, `POST /v1/refresh` gives the
next one. What you may not see does not exist: it is left out of lists, and answers 404.

**Lists** hold `items` and `next`. Send `next` back as `after` for the next page, until it is null; the header `Link` leads
there, too. Pages follow a key, so nothing is skipped or shown twice while others write. `fields` chooses the members of
their items.

**Versions**: what can be changed by several people has a `version`, and an `ETag` that begins with it. Send it as `If-Match`,
and a change that would overwrite somebody else's is refused with 412. Send it as `If-None-Match`, and what you have already
is not sent again.

**Sent twice**: give a creating `POST` an `Idempotency-Key`, and send it again with the same one when you do not know whether it
arrived. What was done is answered alike for 24 hours, with `Idempotent-Replayed: true`.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`, all listed under [/docs/errors](/docs/errors).
`Accept-Language` chooses between English and Chinese.

**Times** are UTC; positions are WGS 84 degrees; what is unknown in a body or a query is refused."""

_HEADERS: Mapping[str, dict[str, Any]] = {
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The tag of the version that you mean to change.",
        "schema": {"type": "string", "examples": ['"7"']},
    },
    sparse.NAME: {
        "name": sparse.NAME,
        "in": "query",
        "description": "The members of the items that you want, separated by commas; all, if left out. An `id` is always there.",
        "schema": {"type": "string", "examples": ["number,status"]},
    },
    idempotency.HEADER: {
        "name": idempotency.HEADER,
        "in": "header",
        "description": "A random key of your own: sent again with it within 24 hours, the same is done once and answered alike.",
        "schema": {"type": "string", "maxLength": 255, "examples": ["0b6f8f4e-6f53-4c1e-9a57-2f7b9f3f1f6e"]},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The tag that you have already.",
        "schema": {"type": "string", "examples": ['"7-9f86d081884c7d65"']},
    },
}
_WHEN: Mapping[int, str] = {
    400: "It cannot be read.",
    401: "The token is missing, wrong or expired.",
    403: "Your role does not allow it.",
    404: "There is no such thing in your scope.",
    406: "There is no answer in a form that you accept.",
    409: "It does not fit the present state.",
    410: "What was asked for is gone; begin anew.",
    412: "Somebody changed it in the meantime.",
    413: "It is too large.",
    415: "Its content type is not understood.",
    422: "Some fields are not valid; `errors` says which.",
    423: "Somebody else is at it.",
    426: "This version of the app is too old.",
    429: "Slow down.",
    460: "The piece is not what its checksum says.",
    500: "Something went wrong on our side.",
    503: "Busy or not ready; try again.",
}


class FieldError(Schema):
    """What is wrong with one field."""

    path = fields.String(
        required=True, metadata={"description": "A JSON pointer into the body, or `/name` of a query parameter."}
    )
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """A refusal (RFC 9457). Some codes add members of their own."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "The stable string to compare."})
    retryable = fields.Boolean(required=True, metadata={"description": "Whether the same may succeed later."})
    detail = fields.String(required=True)
    trace = fields.String(required=True, metadata={"description": "The id of the request, also in the log."})
    errors = fields.List(fields.Nested(FieldError))


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's API with our errors and our description."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        problems.register(self._app)

    def _openapi_json(self) -> Response:
        return Response(orjson.dumps(describe(self._app)), mimetype="application/json", headers=etags.of_version(1))


def configure(app: Flask) -> Api:
    """Give an application its API, whose description is served at /v1/openapi.json."""
    app.config.update(
        API_TITLE=TITLE,
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
        },
    )
    api = Api(app)
    for name, scheme in SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    return api


def describe(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI description of an application as a document."""
    made = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    document: dict[str, Any] = orjson.loads(orjson.dumps(made))
    components = document["components"]
    components["responses"] = {str(status): _refusal(about) for status, about in _WHEN.items()}
    components["parameters"] = dict(_HEADERS)
    components["headers"] = {
        "ETag": {"description": "The version, and how it looks to you.", "schema": {"type": "string"}},
        idempotency.REPLAYED: {
            "description": "`true`: it had been done before, and this is the answer of then.",
            "schema": {"type": "string"},
        },
        "Link": {"description": 'Leads to the next page: `<…>; rel="next"`.', "schema": {"type": "string"}},
    }
    document["security"] = [{"bearer": []}]
    document["paths"] = dict(sorted(document["paths"].items()))
    for path, operations in document["paths"].items():
        for method, operation in _operations(operations):
            operation["operationId"] = _operation_id(method, path)
            _complete(operation, method, path)
    _open_answers(document)
    return document


def _open_answers(document: Mapping[str, Any]) -> None:
    """Let answers have members that are not described: later versions add some. Bodies stay closed."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for path in document["paths"].values()
        for _, operation in _operations(path)
        if "requestBody" in operation
    ]
    closed: set[str] = set()
    names = set().union(*map(_references, bodies))
    while names:
        closed |= names
        names = set().union(*(_references(schemas[name]) for name in names)) - closed
    for name, schema in schemas.items():
        if name not in closed:
            schema.pop("additionalProperties", None)


def _references(value: Any) -> set[str]:
    """Return the names of the schemas that a part of the description refers to."""
    if isinstance(value, dict):
        own = {value["$ref"].rsplit("/", 1)[1]} if "$ref" in value else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


def _operations(path: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method in ("get", "post", "put", "patch", "delete", "head", "options"):
        if method in path:
            yield method, path[method]


def _operation_id(method: str, path: str) -> str:
    words = [word for word in path.removeprefix("/v1").replace(".", "/").replace("-", "/").split("/") if word]
    named = ["by_" + word[1:-1] if word.startswith("{") else word for word in words]
    return "_".join([method, *(word.replace(":", "_") for word in named)])


def _refusal(about: str) -> dict[str, Any]:
    return {
        "description": about,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """Add what follows from the rest of an operation: the headers it takes and sends, and the errors it may answer."""
    headers = operation.pop("x-headers", [])
    refused = {*operation.pop("x-refuses", []), *_statuses(operation, method, path, headers)}
    if operation.pop("x-sparse", False):
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{sparse.NAME}"})
    created = operation["responses"].get("201")
    if created is not None and idempotency.covers(method, operation):
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{idempotency.HEADER}"})
        created.setdefault("headers", {})[idempotency.REPLAYED] = {
            "$ref": f"#/components/headers/{idempotency.REPLAYED}"
        }
        refused |= {400, 409, 422}
    for name in headers:
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{name}"})
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith("2") and headers:
            response.setdefault("headers", {})["ETag"] = {"$ref": "#/components/headers/ETag"}
    if "If-None-Match" in headers:
        responses["304"] = {"description": "You have it already."}
    for status in refused:
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(operation: Mapping[str, Any], method: str, path: str, headers: list[str]) -> set[int]:
    """Return which refusals an operation may answer."""
    found = {500, 503}
    if operation.get("security") != []:
        found |= {401, 403}
    if "{" in path:
        found.add(404)
    if "requestBody" in operation:
        found |= {400, 413, 415, 422}
    if operation.get("parameters"):
        found |= {400, 422}
    if method != "get":
        found |= {404, 409}
    if "If-Match" in headers:
        found.add(412)
    return found
