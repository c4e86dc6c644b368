import pytest

from api.openapi import describe
from tests.api.world import problem, wrong_fields


def test_a_page_holds_what_was_asked_for_and_the_id(plain_door):
    whole = plain_door.get("manager", "/v1/work-orders").json["items"]
    some = plain_door.get("manager", "/v1/work-orders?fields=number,status").json["items"]
    assert some == [{name: one[name] for name in one if name in ("id", "number", "status")} for one in whole]
    assert len(whole[0]) > 3


def test_it_goes_on_over_pages_with_filters(plain_door):
    first = plain_door.get("manager", "/v1/work-orders?limit=1&fields=status&status=assigned")
    assert "fields=status" in first.headers["Link"]
    second = plain_door.get("manager", first.headers["Link"].split(">")[0].lstrip("<"))
    assert set(second.json["items"][0]) == {"id", "status"}


@pytest.mark.parametrize("asked", ["", "number,,status", "colour", "number, status"])
def test_what_there_is_not_is_refused(plain_door, asked):
    answer = plain_door.get("manager", "/v1/work-orders", query_string={"fields": asked})
    assert problem(answer) == (422, "invalid")
    assert set(wrong_fields(answer)) == {"/fields"}


def test_only_lists_take_it_and_all_of_them_say_so(plain_door, plain_app):
    order = plain_door.world.orders["near"]
    assert plain_door.get("manager", f"/v1/work-orders/{order}/timeline?fields=kind").status_code == 200
    assert plain_door.get("manager", "/v1/work-orders.csv?fields=kind").status_code == 422
    paths = describe(plain_app)["paths"]
    saying = {path for path, one in paths.items() if "parameters/fields" in str(one.get("get", {}).get("parameters"))}
    assert {"/v1/work-orders", "/v1/customers", "/v1/webhooks"} <= saying
    for path in sorted(one for one in saying if "{" not in one):
        answer = plain_door.get("administrator", f"{path}?fields=id")
        assert "/fields" not in answer.text, path
