"""Who gets which order, through the API."""

from datetime import timedelta
from uuid import uuid4

from tests.api.world import problem, wrong_fields


def candidates(door, who="manager", query="", order="near"):
    return door.get(who, f"/v1/work-orders/{door.world.orders[order]}/candidates{query}")


def test_candidates_are_as_many_and_from_as_far_as_one_asks(door):
    answer = candidates(door)
    assert answer.status_code == 200, answer.text
    station = answer.json
    assert station["rule"] == "standard"
    assert {one["nearness"] for one in station["candidates"]} == {"owner", "group", "station"}
    assert station["candidates_total"] == len(station["candidates"])
    group = candidates(door, query="?within=group&limit=1").json
    assert [one["nearness"] for one in group["candidates"]] == ["owner"]
    assert group["candidates_total"] > 1
    assert all([each["why"] for each in one["barriers"]] == ["elsewhere"] for one in group["excluded"])
    region = candidates(door, "operations", "?within=region").json
    assert {one["nearness"] for one in region["candidates"]} == {"owner", "group", "station", "region"}
    last = station["candidates"][-1]["technician_id"]
    assert candidates(door, query=f"?technician_id={last}").json["candidates"] == station["candidates"][-1:]
    assert problem(candidates(door, query="?within=owner"))[0] == 422
    assert problem(candidates(door, "operations_abroad")) == (404, "work_order.unknown")


def test_where_somebodys_days_begin_is_said_by_themselves_or_their_leader(door):
    person = door.world.people["technician"]
    path = f"/v1/technicians/{person}/base"
    assert door.get("technician", path).json == {"lat": None, "lon": None}
    place = {"lat": 33.79, "lon": 119.27}
    assert door("technician", "PUT", path, json=place).json == place
    assert door("leader", "PUT", path, json={"lat": None, "lon": None}).json == {"lat": None, "lon": None}
    half = door("technician", "PUT", path, json={"lat": 1, "lon": None})
    assert wrong_fields(half) == {"/lon": "invalid"}
    assert problem(door("agent", "PUT", path, json=place)) == (403, "forbidden")
    assert problem(door.get("operations_abroad", path)) == (404, "people.unknown")


def test_a_rule_is_tried_in_some_zones_first(door):
    zone_id = str(door.world.places["near"].zone_id)
    body = {"rules": {"code": "short", "reach": "group"}, "trial": {"zone_ids": [zone_id], "reason": "先试"}}
    assert door.post("operations", "/v1/region-policies/assignment_rule", body).status_code == 201
    assert candidates(door).json["rule"] == "short"
    assert candidates(door, order="next_zone").json["rule"] == "standard"
    (pilot,) = door.get("operations", "/v1/pilots?kind=assignment_rule").json["items"]
    assert pilot["subject"] == "short"
    unknown = {"kind": "assignment_rule", "subject": "long", "zone_ids": [zone_id], "reason": "x"}
    assert problem(door.post("operations", "/v1/pilots", unknown))[0] == 422
    other = {"rules": {}, "trial": body["trial"]}
    assert wrong_fields(door.post("operations", "/v1/region-policies/requests", other)) == {"/trial": "invalid"}


def assign(door, who, person, order="near", **data):
    order_id = door.world.orders[order]
    body = {
        "command": "assign",
        "command_id": str(uuid4()),
        "data": {"technician_id": str(door.world.people[person]), **data},
    }
    return door.post(who, f"/v1/work-orders/{order_id}/commands", body)


def put_back(door, order="near"):
    body = {"command": "put_back", "command_id": str(uuid4()), "data": {"reason": "x"}}
    return door.post("manager", f"/v1/work-orders/{door.world.orders[order]}/commands", body)


def test_who_is_not_the_best_is_chosen_with_a_reason(door):
    assert put_back(door).status_code == 200
    best, *others = candidates(door).json["candidates"]
    name = next(key for key, one in door.world.people.items() if str(one) == others[-1]["technician_id"])
    refused = assign(door, "manager", name)
    assert problem(refused) == (422, "assignment.reason_needed")
    assert wrong_fields(refused) == {"/data/override": "assignment.reason_needed"}
    assert assign(door, "manager", name, override="客户指定").status_code == 200
    items = door.get("manager", f"/v1/work-orders/{door.world.orders['near']}/timeline").json["items"]
    (entry,) = (one for one in items if one["data"].get("override") == "客户指定")
    assert entry["data"]["candidates"][0]["technician_id"] == best["technician_id"]


def test_an_offer_goes_to_whoever_takes_it_first(door):
    put_back(door)
    person = door.world.people["technician"]
    path = f"/v1/work-orders/{door.world.orders['near']}/offers"
    assert problem(door.post("agent", path, {})) == (403, "assignment.not_allowed")
    assert problem(door.post("operations_abroad", path, {})) == (404, "work_order.unknown")
    made = door.post("leader", path, {"minutes": 10, "note": "急"})
    assert made.status_code == 201, made.text
    offer = made.json
    assert str(person) in {one["user_id"] for one in offer["offerees"]}
    assert problem(door.post("leader", path, {})) == (409, "assignment.offer_open")
    assert problem(door.get("nobody", f"/v1/offers/{offer['id']}")) == (404, "assignment.offer_unknown")
    assert door.get("leader", f"/v1/offers/{offer['id']}").json["note"] == "急"
    (mine,) = door.get("technician", "/v1/offers?to_me=true&state=open").json["items"]
    assert mine["id"] == offer["id"]
    taken = door.post("technician", f"/v1/offers/{offer['id']}/take")
    assert (taken.status_code, taken.json["status"]) == (200, "accepted")
    assert door.get("technician", f"/v1/work-orders/{door.world.orders['near']}").json["assignee_id"] == str(person)
    assert problem(door.post("manager", f"/v1/offers/{offer['id']}/take")) == (404, "assignment.offer_unknown")
    assert problem(door.post("manager", f"/v1/offers/{offer['id']}/withdraw", {})) == (409, "assignment.offer_taken")
    declined = door.post("technician", f"/v1/offers/{offer['id']}/decline", {"reason": "x"})
    assert problem(declined) == (409, "assignment.offer_taken")


def test_an_order_is_handed_over_to_a_colleague_who_may_decline(door):
    put_back(door)
    assign(door, "manager", "technician")
    path = f"/v1/work-orders/{door.world.orders['near']}/hand-over"
    colleague = next(one["technician_id"] for one in candidates(door).json["candidates"] if one["nearness"] == "group")
    offer = door.post("technician", path, {"user_id": colleague}).json
    assert (offer["kind"], offer["state"]) == ("handover", "open")
    assert problem(door.post("leader", path, {"user_id": colleague})) == (403, "assignment.not_allowed")
    back = door.post("technician", f"/v1/offers/{offer['id']}/withdraw", {"note": "不用了"})
    again = door.post("technician", path, {"user_id": colleague}).json
    asked = next(name for name, user_id in door.world.people.items() if str(user_id) == colleague)
    assert door.post(asked, f"/v1/offers/{again['id']}/decline", {"reason": "不顺路"}).json["state"] == "declined"
    assert (back.json["state"], back.json["end_note"]) == ("withdrawn", "不用了")


def test_orders_of_somebody_away_are_proposed_and_confirmed(door, clock):
    put_back(door)
    assign(door, "manager", "technician")
    person = str(door.world.people["technician"])
    end = (clock.now() + timedelta(days=2)).isoformat()
    body = {"technician_id": person, "kind": "sick", "start_at": clock.now().isoformat(), "end_at": end}
    made = door.post("leader", "/v1/absences", {**body, "approve": True})
    assert made.status_code == 201, made.text
    path = f"/v1/absences/{made.json['id']}/orders"
    items = door.get("manager", path).json["items"]
    wanted = next(one for one in items if one["order_id"] == str(door.world.orders["near"]))
    assert wanted["proposal_id"] == wanted["candidates"][0]["technician_id"] != person
    assert problem(door.get("operations_abroad", path)) == (404, "people.absence_unknown")
    choice = {"order_id": wanted["order_id"], "technician_id": wanted["proposal_id"], "version": 1}
    stale = door.post("manager", path, {"choices": [choice]})
    assert wrong_fields(stale) == {"/choices/0/order_id": "assignment.order_changed"}
    done = door.post("manager", path, {"choices": [{**choice, "version": wanted["version"]}]}).json["items"]
    assert done == [{"order_id": wanted["order_id"], "technician_id": wanted["proposal_id"]}]
    assert door.get("manager", path).json["items"] == [one for one in items if one["order_id"] != wanted["order_id"]]
