from tests.api.world import WORK_TYPE, problem

RULES = {"rules": [{"work_type": WORK_TYPE, "priority": "emergency", "words": ["无信号"]}]}


def receive(door, **body):
    zone = str(door.world.places["near"].zone_id)
    response = door.post("agent", "/v1/service-requests", {"title": "请来看看", "zone_id": zone} | body)
    assert response.status_code == 201, response.text
    return response.json


def test_a_report_is_proposed_classified_and_finds_its_technician(door):
    door.post("operations", "/v1/region-policies/requests", {"rules": RULES})
    proposed = door.post("agent", "/v1/service-requests/proposal", {"title": "电视无信号"}).json
    assert (proposed["work_type"], proposed["priority"], proposed["because"]) == (WORK_TYPE, "emergency", "无信号")
    assert door.post("agent", "/v1/service-requests/proposal", {"title": "您好"}).json["work_type"] is None
    received = receive(door)
    assert (received["state"], received["work_order_id"]) == ("unclassified", None)
    listed = door.get("agent", "/v1/service-requests?state=unclassified").json["items"]
    assert [one["id"] for one in listed] == [received["request_id"]]
    path = f"/v1/service-requests/{received['request_id']}"
    shown = door.post("agent", f"{path}/classification", {"work_type": WORK_TYPE}).json
    assert (shown["state"], [one["kind"] for one in shown["history"]]) == ("in_hand", ["received", "classified"])
    order = door.get("agent", f"/v1/work-orders/{shown['work_order_id']}").json
    assert order["assignee_id"] == str(door.world.people["technician"])


def test_an_agent_sees_to_a_request_from_the_first_call_to_the_end(door):
    people = door.world.people
    received = receive(door, work_type=WORK_TYPE, contact_phone="1")
    path = f"/v1/service-requests/{received['request_id']}"
    promised = door("agent", "PUT", f"{path}/expectation", json={"expected_at": "2026-11-22T12:00:00+08:00"})
    assert (promised.json["expected_at"], promised.json["is_late"]) == ("2026-11-22T04:00:00.000Z", False)
    handed = door("agent", "PUT", f"{path}/owner", json={"user_id": str(people["manager"]), "reason": "升级"})
    assert handed.json["owner_id"] == str(people["manager"])
    mine = door.get("manager", "/v1/service-requests?mine=true&open=true").json["items"]
    assert [one["id"] for one in mine] == [received["request_id"]]
    assert problem(door.post("agent", f"{path}/owner")) == (409, "request.owned")
    assert problem(door.post("agent", f"{path}/answer", {"answer": "x"})) == (409, "request.has_order")
    gone = door.post("agent", f"{path}/withdrawal", {"reason": "好了"}).json
    assert gone["state"] == "withdrawn"
    assert door.get("agent", f"/v1/work-orders/{gone['work_order_id']}").json["status"] == "cancelled"


def test_a_report_that_needs_no_visit_is_answered_by_its_owner(door):
    received = receive(door, contact_phone="2", title="营业时间？")
    path = f"/v1/service-requests/{received['request_id']}"
    taken = door.post("agent", f"{path}/owner")
    assert taken.json["owner_id"] == str(door.world.people["agent"]), taken.text
    answered = door.post("agent", f"{path}/answer", {"answer": "八点到二十点"})
    assert (answered.status_code, answered.json["state"]) == (200, "resolved")


def test_duplicates_are_joined_and_split_by_a_person(door):
    first = receive(door, work_type=WORK_TYPE, contact_phone="1")
    second = receive(door, work_type=WORK_TYPE, contact_phone="1")
    assert second["duplicate_of"] == first["request_id"]
    path = f"/v1/service-requests/{second['request_id']}"
    split = door.post("agent", f"{path}/split", {"reason": "另一台"}).json
    assert split["work_order_id"] not in (None, first["work_order_id"])
    joined = door.post("agent", f"{path}/join", {"request_id": first["request_id"]}).json
    assert (joined["work_order_id"], joined["duplicate_of_id"]) == (first["work_order_id"], first["request_id"])


def test_what_is_not_in_scope_is_not_there_for_any_command(door):
    abroad = door.world.requests["abroad"]
    path = f"/v1/service-requests/{abroad}"
    reason = {"reason": "x"}
    tries = [
        door.post("manager", f"{path}/classification", {"work_type": WORK_TYPE}),
        door.post("manager", f"{path}/answer", {"answer": "x"}),
        door.post("manager", f"{path}/withdrawal", reason),
        door.post("manager", f"{path}/owner"),
        door("manager", "PUT", f"{path}/owner", json=reason | {"user_id": str(door.world.people["agent"])}),
        door("manager", "PUT", f"{path}/expectation", json={"expected_at": "2027-01-01T00:00:00Z"}),
        door.post("manager", f"{path}/join", {"request_id": str(door.world.requests["near"])}),
        door.post("manager", f"/v1/service-requests/{door.world.requests['near']}/join", {"request_id": str(abroad)}),
        door.post("manager", f"{path}/split", reason),
    ]
    assert {problem(one) for one in tries} == {(404, "request.unknown")}
