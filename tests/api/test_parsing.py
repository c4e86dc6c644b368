import pytest

from tests.api.world import problem, wrong_fields


def test_a_misspelt_filter_does_not_show_everything(plain_door):
    refused = plain_door.get("manager", "/v1/work-orders?statuss=open")
    assert (problem(refused), wrong_fields(refused)) == ((422, "invalid"), {"/statuss": "unknown"})


def test_a_filter_may_be_given_several_times(plain_door):
    both = plain_door.get("manager", "/v1/work-orders?status=open&status=assigned")
    assert len(both.json["items"]) == 3
    assert wrong_fields(plain_door.get("manager", "/v1/work-orders?status=open&status=odd")) == {"/status/1": "choice"}


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "x", "", "9" * 30])
def test_a_page_has_from_1_to_200_items(plain_door, limit):
    assert set(wrong_fields(plain_door.get("manager", f"/v1/zones?limit={limit}"))) == {"/limit"}


def test_a_cursor_that_was_altered_is_malformed(plain_door):
    refused = plain_door.get("manager", "/v1/zones?after=xyz")
    assert (problem(refused), wrong_fields(refused)) == ((400, "malformed"), {"/after": "malformed"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [("[]", {"": "type"}), ("null", {"": "type"}), ("7", {"": "type"}), ('"x"', {"": "type"}), ("[{}]", {"": "type"})],
)
def test_a_body_is_an_object(plain_door, body, expected):
    refused = plain_door.post(None, "/v1/login", data=body, content_type="application/json")
    assert wrong_fields(refused) == expected


def test_deep_nesting_is_refused_and_harms_nobody(plain_door):
    deep = "[" * 100_000 + "]" * 100_000
    assert problem(plain_door.post(None, "/v1/login", data=deep, content_type="application/json")) == (400, "malformed")
    order = plain_door.world.orders["near"]
    data = "{" + '"a":{' * 200 + "}" * 200 + "}"
    body = f'{{"command_id": "01930000-0000-7000-8000-000000000000", "command": "accept", "data": {data}}}'
    refused = plain_door.post(
        "technician", f"/v1/work-orders/{order}/commands", data=body, content_type="application/json"
    )
    assert wrong_fields(refused) == {"/data": "length"}


def test_a_patch_of_json_may_say_its_own_type(door):
    zone = door.world.places["near"].zone_id
    patched = door(
        "manager", "PATCH", f"/v1/zones/{zone}", data='{"name": "新"}', content_type="application/merge-patch+json"
    )
    assert (patched.status_code, patched.json["name"]) == (200, "新")
