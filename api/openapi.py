"""The description of the API: OpenAPI 3.1, complete with every error, every header and an example of each answer."""

from collections.abc import Iterator, Mapping
from typing import Any

import flask_smorest  # type: ignore[import-untyped]
import orjson
from flask import Flask, Response

from api import completing, components, etags, examples, linking, problems, refusals, scopes
from api.auth import SCHEMES, is_persons, refused_to_keys, takes_part_in_enrolling
from dispatch.accounts.second_factor.errors import NEEDED
from sync.reactions import HANDLERS

VERSION = "1"
DESCRIPTION = "fieldbeat-description"
TITLE = "Fieldbeat"
ABOUT = """The backend for on-site service that field crews can trust.

**Sign in** with `POST /v1/login` and send the token as `Authorization: Bearer …`; when it is over, `POST /v1/refresh` gives the
next one. Programs send a key (`POST /v1/keys`) in its place, which opens what its scopes say. What you may not see does not
exist: it is left out of lists, and answers 404.

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


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's API with our errors and our description."""

    ERROR_SCHEMA = components.ProblemSchema
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
    """Return the OpenAPI description of an application as a document; made once, and not to be changed."""
    if DESCRIPTION not in app.extensions:
        app.extensions[DESCRIPTION] = _describe(app)
    document: dict[str, Any] = app.extensions[DESCRIPTION]
    return document


def _describe(app: Flask) -> dict[str, Any]:
    made = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    document: dict[str, Any] = orjson.loads(orjson.dumps(made))
    document["paths"] = dict(sorted(document["paths"].items()))
    document["security"] = [{"bearer": []}]
    document["servers"] = [{"url": "/", "description": "The server that shows this."}]
    document["components"]["schemas"].pop("PaginationMetadata", None)  # flask-smorest's own pages, which we have not
    views = dict(_views(app))
    refused: completing.Refusals = {}
    for path, operations in document["paths"].items():
        for method, operation in operations_of(operations):
            operation["operationId"] = _operation_id(method, path)
            view = views[method, path]
            raised = refusals.of_view(view, HANDLERS)
            if is_persons(operation):
                need = scopes.needed(method.upper(), path, operation["tags"][0])
                operation["security"] = scopes.security(need)
                raised |= refused_to_keys(need) | (frozenset() if takes_part_in_enrolling(view) else {NEEDED})
            refused |= completing.complete(operation, method, path, raised)
            examples.attach(operation)
    responses = {name: components.refusal(status, codes) for name, (status, codes) in sorted(refused.items())}
    used = _references([document["paths"], responses])
    document["components"] |= {
        "responses": responses,
        "parameters": dict(components.PARAMETERS),
        "headers": {name: form for name, form in components.HEADERS.items() if name in used},
        "examples": components.problem_examples(code for _, codes in refused.values() for code in codes),
    }
    linking.link(document)
    _name_units(document["components"]["schemas"])
    _open_answers(document)
    return document


def _views(app: Flask) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield the function behind each operation, by its method and its path as the description has it."""
    for rule in app.url_map.iter_rules():
        path = scopes.described(rule.rule)
        view = app.view_functions[rule.endpoint]
        for method in rule.methods or ():
            yield (method.lower(), path), getattr(getattr(view, "view_class", None), method.lower(), view)


def _name_units(schemas: Mapping[str, Any]) -> None:
    """Say of each number in which unit it is, where its name tells and its description does not."""
    for schema in schemas.values():
        for name, member in schema.get("properties", {}).items():
            unit = components.unit_of(name)
            if unit is not None and _is_number(member) and "description" not in member:
                member["description"] = unit


def _is_number(member: Mapping[str, Any]) -> bool:
    kinds = member.get("type")
    return bool({"number", "integer"}.intersection([kinds] if isinstance(kinds, str) else kinds or ()))


def _open_answers(document: Mapping[str, Any]) -> None:
    """Let answers have members that are not described: later versions add some. Bodies stay closed."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for path in document["paths"].values()
        for _, operation in operations_of(path)
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
    """Return the names of the components that a part of the description refers to."""
    if isinstance(value, dict):
        own = {value["$ref"].rsplit("/", 1)[1]} if "$ref" in value else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


def operations_of(path: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations of a path, with their methods."""
    for method in ("get", "post", "put", "patch", "delete", "head", "options"):
        if method in path:
            yield method, path[method]


def _operation_id(method: str, path: str) -> str:
    words = [word for word in path.removeprefix("/v1").replace(".", "/").replace("-", "/").split("/") if word]
    named = ["by_" + word[1:-1] if word.startswith("{") else word for word in words]
    return "_".join([method, *(word.replace(":", "_") for word in named)])
