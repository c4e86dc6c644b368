"""The description of an application, to be held against requests and answers."""

import re
from typing import Any
from wsgiref.types import WSGIEnvironment

import jsonschema_rs
import orjson
from flask import Flask
from werkzeug.exceptions import HTTPException

from api.openapi import describe

JSON, PROBLEM = "application/json", "application/problem+json"


def path_of(rule: str) -> str:
    """Return a rule of the web server as the description writes its path."""
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule)


class Contract:
    """What an application promises of its requests and answers."""

    def __init__(self, app: Flask) -> None:
        self.document = describe(app)
        self._map = app.url_map
        self._registry = jsonschema_rs.Registry([("urn:fieldbeat", self.document)])
        self._validators: dict[str, Any] = {}

    def operation(self, environ: WSGIEnvironment) -> tuple[str, str] | None:
        """Return path and method of the operation that a request asks for, or None where there is none."""
        try:
            rule, _ = self._map.bind_to_environ(environ).match(return_rule=True)
        except HTTPException:
            return None
        path = path_of(rule.rule)
        method = environ["REQUEST_METHOD"].lower()
        method = "get" if method == "head" else method
        return (path, method) if method in self.document["paths"].get(path, {}) else None

    def response(self, path: str, method: str, status: str) -> dict[str, Any] | None:
        """Return the description of an answer, or None when there is none."""
        found: dict[str, Any] | None = self.document["paths"][path][method]["responses"].get(status)
        if found is not None and "$ref" in found:
            found = self.document["components"]["responses"][found["$ref"].rsplit("/", 1)[1]]
        return found

    def errors(self, pointer: str, value: Any) -> list[str]:
        """Return what a schema of the description, by its JSON pointer, finds wrong with a value."""
        if pointer not in self._validators:
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"urn:fieldbeat#{pointer}"}, registry=self._registry, validate_formats=True
            )
        return [f"{one.instance_path}: {one.message[:300]}" for one in self._validators[pointer].iter_errors(value)]

    def answer_pointer(self, path: str, method: str, status: str, media_type: str) -> str:
        """Return the JSON pointer of the schema of an answer."""
        found = self.document["paths"][path][method]["responses"][status]
        at = found["$ref"].removeprefix("#") if "$ref" in found else f"{place(path, method)}/responses/{status}"
        return f"{at}/content/{escaped(media_type)}/schema"

    def breaches(self, path: str, method: str, status: str, media_type: str, body: bytes) -> list[str]:
        """Return how an answer breaks the description."""
        described = self.response(path, method, status)
        if described is None:
            return [f"the status {status} is not described: {body[:300]!r}"]
        if not body or method == "head":
            return []
        if media_type not in described.get("content", {}):
            return [f"the content type {media_type} is not described for {status}"]
        if media_type not in (JSON, PROBLEM):
            return []
        return self.errors(self.answer_pointer(path, method, status, media_type), orjson.loads(body))


def escaped(word: str) -> str:
    """Return a member's name as a part of a JSON pointer in an address."""
    return word.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def place(path: str, method: str) -> str:
    """Return the JSON pointer of an operation."""
    return f"/paths/{escaped(path)}/{method}"
