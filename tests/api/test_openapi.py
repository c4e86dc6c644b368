from pathlib import Path

import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.openapi import describe
from tests.api.test_auth import OPEN, PAGES, operations

ROOT = Path(__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def description(plain_app):
    return describe(plain_app)


def every(description):
    for path, operations_of_path in description["paths"].items():
        for method, operation in operations_of_path.items():
            if method in METHODS:
                yield method.upper(), path, operation


def test_the_description_is_valid(description):
    assert description["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_the_server_shows_the_same_description(plain, description):
    response = plain.get("/v1/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.json == description
    again = plain.get("/v1/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_every_route_is_described(plain_app, description):
    described = {(method, path) for method, path, _ in every(description)}
    there = {(method, _openapi_path(rule)) for method, rule in operations(plain_app) if rule not in PAGES}
    assert described == there


def _openapi_path(rule: str) -> str:
    parts = rule.split("/")
    return "/".join("{" + part[1:-1].split(":")[-1] + "}" if part.startswith("<") else part for part in parts)


def test_every_operation_says_what_it_does_and_what_it_may_answer(description):
    names = []
    for method, path, operation in every(description):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert operation["tags"], where
        assert {"500", "503"} <= set(operation["responses"]), where
        assert any(status.startswith("2") for status in operation["responses"]), where
        assert all(response.get("description") or "$ref" in response for response in operation["responses"].values())
        assert not any(member.startswith("x-") for member in operation), where
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)


CREDENTIALS = {"/v1/login", "/v1/refresh"}
"""Open addresses that take another secret than a token, and may refuse it."""


def test_every_operation_wants_a_token_but_those_that_are_listed(description):
    without = {(method, path) for method, path, operation in every(description) if operation.get("security") == []}
    assert without == {(method, _openapi_path(rule)) for method, rule in OPEN}
    assert description["security"] == [{"bearer": []}]
    for method, path, operation in every(description):
        assert ("401" in operation["responses"]) == ((method, path) not in without or path in CREDENTIALS)


def test_phones_use_their_own_token_for_sync_and_for_nothing_else(description):
    for method, path, operation in every(description):
        theirs = path.startswith(("/v1/sync/", "/v1/media")) and method != "options"
        assert (operation.get("security") == [{"device": []}]) == theirs


def test_refusals_are_problems(description):
    for status, response in description["components"]["responses"].items():
        assert set(response["content"]) == {"application/problem+json"}, status
        assert response["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_bodies_are_closed_and_answers_are_open(description):
    schemas = description["components"]["schemas"]
    assert schemas["OrderCommand"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["WorkOrder"]
    assert "additionalProperties" not in schemas["Problem"]


def test_every_enum_has_a_type(description):
    def look(value, where):
        if isinstance(value, dict):
            assert "enum" not in value or "type" in value, where
            for key, below in value.items():
                look(below, f"{where}/{key}")
        elif isinstance(value, list):
            for index, below in enumerate(value):
                look(below, f"{where}/{index}")

    look(description["paths"], "")
    look(description["components"]["schemas"], "")


def test_what_the_repository_keeps_is_fresh(description):
    kept = orjson.loads((ROOT / "docs/openapi.json").read_bytes())
    assert kept == description, "write it anew: fieldbeat openapi -o docs/openapi.json"
