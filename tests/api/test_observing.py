import pytest
from structlog.testing import capture_logs

GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/v1/openapi.json", "/v1/zones", "/health/live", "/metrics", "/nothing"]
)
def test_every_answer_is_guarded(plain, path):
    response = plain.get(path)
    assert {name: response.headers[name] for name in GUARDS} == GUARDS
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_documents_carry_nothing_that_may_run(plain_door):
    assert plain_door.get("manager", "/v1/me").headers["Content-Security-Policy"].startswith("default-src 'none';")


def test_each_request_is_one_line_without_its_query(plain_door):
    with capture_logs() as lines:
        plain_door.get("manager", "/v1/work-orders?q=secret-name")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/work-orders", 200)
    assert line["ms"] > 0
    assert "secret-name" not in str(lines)


def test_the_metrics_count_routes_and_not_addresses(plain_door):
    order_id = plain_door.world.orders["near"]
    assert plain_door.get("manager", f"/v1/work-orders/{order_id}").status_code == 200
    assert plain_door.get("manager", "/no/such/address").status_code == 404
    text = plain_door.get(None, "/metrics").text
    assert 'route="/v1/work-orders/<uuid:order_id>",status="200"' in text
    assert 'route="(none)",status="404"' in text
    assert str(order_id) not in text
    assert "/no/such/address" not in text
