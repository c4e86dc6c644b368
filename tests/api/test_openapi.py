from pathlib import Path

import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.components import unit_of
from api.limiting import UNLIMITED
from api.openapi import describe
from api.pacing import MEDIA, SYNC
from kernel.errors import CATALOGUE
from tests.api.contract import Contract, path_of, place
from tests.api.test_auth import OPEN, PAGES, operations

ROOT = Path(__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def description(plain_app):
    return describe(plain_app)


GOOD = ("2", "303")
"""What answers begin with that are no refusals: a browser is led on with 303."""


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
    there = {(method, path_of(rule)) for method, rule in operations(plain_app) if rule not in PAGES}
    assert described == there


def test_every_operation_says_what_it_does_and_what_it_may_answer(description):
    names = []
    for method, path, operation in every(description):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert operation["tags"], where
        assert {"500", "503"} <= set(operation["responses"]), where
        assert any(status.startswith(GOOD) for status in operation["responses"]), where
        assert all(response.get("description") or "$ref" in response for response in operation["responses"].values())
        assert not any(member.startswith("x-") for member in operation), where
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)


CREDENTIALS = {
    *(
        ("POST", path)
        for path in ("/v1/login", "/v1/login/second-factor", "/v1/refresh", "/v1/devices/enrol", "/v1/session/oidc")
    ),
    *(("GET", path) for path in ("/metrics", "/v1/session/oidc/{provider}/callback")),
}
"""Open addresses that take another secret than a token, and may refuse it."""


def test_every_operation_wants_a_token_but_those_that_are_listed(description):
    without = {(method, path) for method, path, operation in every(description) if operation.get("security") == []}
    assert without == {(method, path_of(rule)) for method, rule in OPEN}
    assert description["security"] == [{"bearer": []}]
    assert set(description["components"]["securitySchemes"]) == {"bearer", "device", "key"}
    for method, path, operation in every(description):
        assert ("401" in operation["responses"]) == ((method, path) not in without or (method, path) in CREDENTIALS)


def test_phones_use_their_own_token_for_sync_and_for_nothing_else(description):
    for method, path, operation in every(description):
        theirs = path.startswith(("/v1/sync/", "/v1/media")) and method != "options"
        assert (operation.get("security") == [{"device": []}]) == theirs


def test_refusals_are_problems_with_an_example_of_each_code(description):
    examples = description["components"]["examples"]
    for name, response in description["components"]["responses"].items():
        assert set(response["content"]) == {"application/problem+json"}, name
        described = response["content"]["application/problem+json"]
        problem, own = described["schema"]["allOf"]
        assert problem == {"$ref": "#/components/schemas/Problem"}
        codes = own["properties"]["code"]["enum"]
        assert [examples[code]["value"]["code"] for code in codes] == list(described["examples"]) == codes
        assert {str(examples[code]["value"]["status"]) for code in codes} == {name.partition("-")[0]}


ELSEWHERE = {
    # in the answer to a single op that a phone handed in
    "upload.bytes_lost",
    # in the report of an import, by line, or in what a worker says of the whole
    "bad_csv",
    "bad_encoding",
    "duplicate_in_file",
    "import.broken",
    "import.cell_wrong",
    "import.line_refused",
    "import.person_gone",
    "import.undo_begun",
    "import.undo_ended",
    "import.undo_gone",
    "import.undo_in_use",
    "import.undo_updated",
    "wrong_columns",
    # of files that only the command line and the worker read
    "customers.customer_unknown",
    "request.columns_missing",
    "request.no_zones",
    "territory.feature_wrong",
    "territory.no_collection",
    # told of an export that could not be written
    "export.broken",
    "export.person_gone",
    "export.too_many_rows",
    # on the page where customers sign
    "signing_link.over",
    "signing_link.unknown",
    "signing_link.unsigned",
    "signing_link.wrong_code",
}


def test_every_code_of_the_catalogue_is_the_answer_of_some_operation(description):
    named = {
        code
        for response in description["components"]["responses"].values()
        for code in response["content"]["application/problem+json"]["examples"]
    }
    assert set(CATALOGUE) - named == ELSEWHERE


def test_whatever_is_limited_says_so_and_nothing_else_does(description):
    for method, path, operation in every(description):
        limited = not path.startswith(UNLIMITED)
        assert ("429" in operation["responses"]) == (limited or path.startswith((SYNC, MEDIA))), (method, path)
        told = [set(one.get("headers", ())) for key, one in operation["responses"].items() if key.startswith(GOOD)]
        assert told
        assert all(("X-RateLimit-Limit" in names) == limited for names in told), (method, path)


RECORD = "run `RECORD_EXAMPLES=1 .venv/bin/python -m pytest` with the test that gets this answer, then `make docs`"


def test_every_example_is_valid_and_every_body_has_one(plain_app):
    contract = Contract(plain_app)
    for method, path, operation in every(contract.document):
        where = place(path, method.lower())
        bodies = {f"{where}/requestBody": operation.get("requestBody", {})}
        bodies |= {f"{where}/responses/{key}": one for key, one in operation["responses"].items() if key < "4"}
        for pointer, body in bodies.items():
            described = body.get("content", {}).get("application/json")
            if described is not None and described["schema"].get("type") != "object":
                assert "example" in described, f"no example at {pointer}: {RECORD}"
                wrong = contract.errors(f"{pointer}/content/application~1json/schema", described["example"])
                assert not wrong, f"{pointer}: {wrong[:3]}; {RECORD}"


def test_every_tag_is_described_and_used_once(description):
    described = [tag["name"] for tag in description["tags"]]
    assert all(tag["description"].endswith(".") for tag in description["tags"])
    assert len(set(described)) == len(described)
    assert set(described) == {tag for _, _, operation in every(description) for tag in operation["tags"]}


def test_every_number_whose_name_has_a_unit_says_which(description):
    found = 0
    for name, schema in description["components"]["schemas"].items():
        for member, form in schema.get("properties", {}).items():
            if form.get("type") in ("number", "integer") and unit_of(member):
                found += 1
                assert form.get("description"), f"{name}.{member}"
    assert found > 80


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
    assert list(differing(kept, description)) == [], "write it anew: fieldbeat openapi -o docs/openapi.json"


def differing(kept, made, at=""):
    """Yield where two documents differ, and how."""
    if isinstance(kept, dict) and isinstance(made, dict):
        for name in sorted({*kept, *made}):
            yield from differing(kept.get(name), made.get(name), f"{at}/{name}")
    elif kept != made:
        yield at, str(kept)[:300], str(made)[:300]
