from structlog.testing import capture_logs


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
