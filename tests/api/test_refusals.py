"""What a view may refuse is found in its code: in what it calls, asks, and lets others act on."""

import pytest

from api import refusals
from api.openapi import describe
from sync.reactions import HANDLERS
from tests.api.contract import Contract


def codes(description, method, path):
    responses = description["paths"][path][method]["responses"]
    named = (
        description["components"]["responses"][one["$ref"].rsplit("/", 1)[1]]
        for one in responses.values()
        if "$ref" in one
    )
    return {code for one in named for code in one["content"]["application/problem+json"]["examples"]}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        pytest.param("get", "/v1/work-orders/{order_id}", "work_order.unknown", id="of the service that it calls"),
        pytest.param(
            "post", "/v1/work-orders/{order_id}/commands", "work_order.geofence_miss", id="of a guard in a table"
        ),
        pytest.param("post", "/v1/zones/{zone_id}/move", "work_order.stranded", id="of a room that acts on its event"),
        pytest.param("post", "/v1/pilots", "assignment.rule_unknown", id="of another room's part in it"),
        pytest.param("post", "/v1/login", "too-many-requests", id="of a limit of its own"),
        pytest.param("get", "/v1/work-orders", "malformed", id="of its form"),
    ],
)
def test_a_code_is_found(plain_app, method, path, code):
    assert code in codes(describe(plain_app), method, path)


def test_what_only_others_may_refuse_is_not_named(plain_app):
    assert codes(describe(plain_app), "get", "/v1/work-orders/{order_id}") == {
        "internal", "not-found", "token-invalid", "too-many-requests", "unavailable", "work_order.unknown",
        "accounts.second_factor_needed", "keys.address_refused", "keys.scope_missing", "invalid", "malformed",
    }  # fmt: skip


def test_who_needs_no_token_is_not_told_of_one(plain_app):
    assert "token-invalid" not in codes(describe(plain_app), "get", "/v1/verify/{code}")
    assert "token-invalid" in codes(describe(plain_app), "get", "/metrics")


def test_only_what_is_ours_is_followed(plain_app):
    assert refusals.of_view(pytest.raises, HANDLERS) == frozenset()
    found = refusals.of_view(plain_app.view_functions["work-orders.Commands"].view_class.post, HANDLERS)
    assert {"work_order.illegal", "work_order.unknown"} <= {entry.code for entry in found}


def test_an_answer_that_is_not_described_is_noticed(plain_app):
    contract = Contract(plain_app)
    where = ("/v1/work-orders/{order_id}", "get")
    assert contract.breaches(*where, "418", "application/json", b"{}")
    assert contract.breaches(*where, "200", "application/json", b"{}")
    assert contract.breaches(*where, "200", "text/html", b"<p>")
    assert contract.breaches(*where, "404", "application/problem+json", b'{"code": "fee.unknown"}')
