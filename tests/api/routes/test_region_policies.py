import pytest

from api.routes.region_policies import SUBJECTS
from tests.api.world import problem, wrong_fields


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_operations_decide_everybody_of_the_region_may_know_and_nobody_else(plain_door, subject):
    path = f"/v1/region-policies/{subject}"
    made = plain_door.post("operations", path, {"rules": {}})
    assert made.status_code == 201, made.text
    listed = plain_door.get("technician", path).json["items"]
    assert [(one["id"], one["rules"], one["subject"]) for one in listed] == [(made.json["id"], {}, subject)]
    assert plain_door.get("operations_abroad", path).json["items"] == []
    region_id = listed[0]["region_id"]
    assert problem(plain_door.get("operations_abroad", f"{path}?region_id={region_id}"))[0] == 404
    assert problem(plain_door.post("manager", path, {"rules": {}})) == (403, "forbidden")
    unread = plain_door.post("operations", path, {"rules": {"nonsense": 1}})
    assert wrong_fields(unread) == {"/rules/nonsense": "policy.rules_wrong"}


def test_there_is_no_other_subject(plain_door):
    assert problem(plain_door.get("operations", "/v1/region-policies/weather")) == (404, "not-found")
    assert problem(plain_door.post("operations", "/v1/region-policies/weather", {"rules": {}})) == (404, "not-found")
