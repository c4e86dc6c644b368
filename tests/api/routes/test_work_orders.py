from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.world import WORK_TYPE, problem, wrong_fields
from tests.statements import recorded


def send(door, who, order, command, *, headers=None, **members):
    body = {"command_id": str(uuid4()), "command": command} | members
    return door.post(who, f"/v1/work-orders/{order}/commands", body, headers=headers or {})


def opened(door, count=1, **members):
    body = {"zone_id": str(door.world.places["near"].zone_id), "work_type": WORK_TYPE, "title": "例行巡检"} | members
    made = [door.post("manager", "/v1/work-orders", body) for _ in range(count)]
    assert {one.status_code for one in made} == {201}, made[0].text
    return made if count > 1 else made[0]


def test_an_order_is_opened_at_the_desk(door):
    made = opened(
        door, customer_id=str(door.world.customers["near"]), site_id=str(door.world.sites["near"]), priority="priority"
    )
    order = made.json
    assert (order["status"], order["priority"], order["assignee"]) == ("open", "priority", None)
    assert (order["customer"]["name"], order["site"]["address"]) == ("客户 near", "红旗路 near")
    assert order["first_owner_id"] == str(door.world.people["manager"])
    assert "assign" in order["commands"]
    assert made.headers["ETag"] == '"1"'
    assert door.get("leader", f"/v1/work-orders/{order['id']}").json == order
    assert opened(door, status="draft").json["status"] == "draft"
    assert opened(door, assign=True).json["assignee"]["name"] == "技术员 near"


def test_what_is_wrong_with_a_new_order_is_named(door):
    good = {"zone_id": str(door.world.places["near"].zone_id), "work_type": WORK_TYPE, "title": "x"}
    other_site = str(door.world.sites["next_zone"])
    cases = [
        ({"status": "closed"}, {"/status": "choice"}),
        ({"work_type": "magic"}, {"/work_type": "work_order.work_type_unknown"}),
        ({"received_at": "2030-01-01T00:00:00Z"}, {"/received_at": "invalid"}),
        ({"site_id": other_site, "customer_id": str(door.world.customers["near"])}, {"/site_id": "invalid"}),
        ({"number": "W-1"}, {"/number": "unknown"}),
        ({"version": 7}, {"/version": "unknown"}),
    ]
    for change, expected in cases:
        assert wrong_fields(door.post("manager", "/v1/work-orders", good | change)) == expected
    assert problem(door.post("technician", "/v1/work-orders", good))[0] == 404


def test_an_order_lives_through_its_commands(door, clock):
    order = door.world.orders["near"]
    states = []
    for command, data in (
        ("accept", {}),
        ("depart", {}),
        ("arrive", {}),
        ("hold", {"reason": "waiting_parts"}),
        ("resume", {}),
        ("start", {}),
        ("complete", {}),
    ):
        clock.at += timedelta(minutes=7)
        done = send(door, "technician", order, command, data=data)
        assert done.status_code == 200, done.text
        states.append(done.json["status"])
    assert states == ["accepted", "en_route", "on_site", "on_hold", "on_site", "in_progress", "completed"]
    clock.at += timedelta(minutes=7)
    assert send(door, "manager", order, "close").json["status"] == "closed"
    kinds = [one["kind"] for one in door.get("manager", f"/v1/work-orders/{order}/timeline?limit=200").json["items"]]
    assert kinds[0] == "work_order.created"
    assert kinds[-1] == "work_order.close"
    shown = door.get("manager", f"/v1/work-orders/{order}").json
    assert shown["arrived_at"] == "2026-11-22T01:21:00.000Z"
    assert shown["version"] == 10


def test_a_command_sent_again_takes_effect_once(door):
    order = door.world.orders["near"]
    body = {"command_id": str(uuid4()), "command": "accept", "data": {}}
    path = f"/v1/work-orders/{order}/commands"
    first, second = (door.post("technician", path, body) for _ in range(2))
    assert (first.status_code, first.json["status"], first.json["version"]) == (200, "accepted", 3)
    assert (second.status_code, second.json["status"], second.json["version"]) == (200, "accepted", 3)
    reused = door.post("technician", path, body | {"command": "depart"})
    assert (problem(reused), wrong_fields(reused)) == (
        (409, "work_order.command_reused"),
        {"/command_id": "work_order.command_reused"},
    )
    assert len(door.get("technician", f"/v1/work-orders/{order}/timeline").json["items"]) == 3


def test_a_command_that_the_state_does_not_allow_says_what_it_does(door):
    refused = send(door, "technician", door.world.orders["near"], "complete")
    assert problem(refused) == (409, "work_order.illegal")
    assert (refused.json["status_now"], "accept" in refused.json["allowed"]) == ("assigned", True)


def test_a_command_for_another_version_is_refused(door):
    order = door.world.orders["near"]
    tag = door.get("technician", f"/v1/work-orders/{order}").headers["ETag"]
    moved = send(door, "technician", order, "accept", headers={"If-Match": tag})
    assert (moved.status_code, moved.headers["ETag"]) == (200, '"3"')
    late = send(door, "manager", order, "cancel", data={"reason": "repeated"}, headers={"If-Match": tag})
    assert problem(late) == (412, "stale")
    fresh = send(
        door, "manager", order, "cancel", data={"reason": "repeated"}, headers={"If-Match": moved.headers["ETag"]}
    )
    assert fresh.json["status"] == "cancelled"


def test_an_order_that_went_to_somebody_else_takes_no_command_of_the_first(door):
    order = door.world.orders["near"]
    mine = door.get("technician", f"/v1/work-orders/{order}").json["assignment_id"]
    other = str(door.world.people["technician_next_zone"])
    moved = send(door, "leader", order, "reassign", data={"technician_id": other, "reason": "rebalancing"})
    assert moved.json["status"] == "assigned"
    assert send(door, "technician", order, "accept", assignment_id=mine).status_code == 404
    assert send(door, "technician_next_zone", order, "accept", assignment_id=mine).status_code == 409
    detail = door.get("leader", f"/v1/work-orders/{order}").json
    assert [one["ended_at"] is None for one in detail["assignments"]] == [False, True]


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({"command": "explode"}, {"/command": "choice"}),
        ({"command_id": "7"}, {"/command_id": "type"}),
        ({"command_id": None}, {"/command_id": "null"}),
        ({"data": []}, {"/data": "type"}),
        ({"data": {"reason": "a\0b"}}, {"/data": "type"}),
        ({"data": {"n": 2**60}}, {"/data": "range"}),
        ({"status": "closed"}, {"/status": "unknown"}),
    ],
)
def test_a_command_has_its_form(plain_door, members, wrong):
    refused = send(plain_door, "technician", plain_door.world.orders["near"], **({"command": "accept"} | members))
    assert wrong_fields(refused) == wrong


def test_what_a_command_lacks_is_named_by_its_path(door):
    refused = send(door, "manager", door.world.orders["near"], "cancel")
    assert wrong_fields(refused) == {"/data/reason": "work_order.data_missing"}
    wrong = send(door, "manager", door.world.orders["near"], "reassign", data={"technician_id": "x", "reason": "y"})
    assert wrong_fields(wrong) == {"/data/technician_id": "work_order.technician_unknown"}


def test_lists_are_complete_stable_and_filtered(door):
    made = {one.json["id"] for one in opened(door, 7)}
    everything = door.ids("manager", "/v1/work-orders")
    assert len(everything) == len(set(everything)) == 10
    assert made < set(everything)
    first = door.get("manager", "/v1/work-orders?limit=4").json
    opened(door)
    rest = door.get("manager", "/v1/work-orders", query_string={"limit": 200, "after": first["next"]}).json
    assert rest["next"] is None
    seen = [one["id"] for one in first["items"] + rest["items"]]
    assert len(seen) == len(set(seen))
    assert set(everything) <= set(seen)

    def found(query):
        return {one["id"] for one in door.get("manager", f"/v1/work-orders?limit=200&{query}").json["items"]}

    world = door.world
    assert made < found("status=open")
    assert found("status=assigned") == {str(world.orders[place]) for place in ("near", "next_zone", "next_group")}
    assert found(f"technician_id={world.people['technician']}") == {str(world.orders["near"])}
    assert found(f"zone_id={world.places['next_zone'].zone_id}") == {str(world.orders["next_zone"])}
    assert found(f"work_type={WORK_TYPE}&priority=emergency") == set()
    assert len(found("needs_review=false")) == 11
    assert found("q=next_group") == {str(world.orders["next_group"])}
    assert found("received_to=2026-11-22T01:00:00Z") == set()
    assert len(found("received_from=2026-11-22T09:00:00%2B08:00")) == 11
    assert found("late=true") == set()


def test_time_alone_makes_an_order_late(door, clock):
    order = str(door.world.orders["near"])
    clock.at += timedelta(minutes=59)
    before = door.get("technician", "/v1/work-orders?late=true").json["items"]
    clock.at = clock.at - timedelta(minutes=59) + timedelta(hours=4, minutes=1)
    door.world.tokens["later"] = door.post(
        None, "/v1/login", {"login": "manager", "password": "correct horse 42"}
    ).json["token"]
    late = [one["id"] for one in door.get("later", "/v1/work-orders?late=true").json["items"]]
    assert before == []
    assert order in late
    assert order not in [one["id"] for one in door.get("later", "/v1/work-orders?late=false").json["items"]]


def test_candidates_are_ranked_with_their_reasons(door):
    ranking = door.get("manager", f"/v1/work-orders/{door.world.orders['near']}/candidates").json
    best, *others = ranking["candidates"]
    assert (best["technician_id"], best["nearness"]) == (str(door.world.people["technician"]), "owner")
    assert {one["nearness"] for one in others} == {"group", "station"}
    assert sum(one["points"] for one in best["reasons"]) == best["score"]


def test_work_types_are_those_of_the_region(plain_door):
    (only,) = plain_door.get("agent", "/v1/work-types").json["items"]
    assert (only["code"], only["minutes"]) == (WORK_TYPE, 60)
    assert plain_door.get("administrator", "/v1/work-types").status_code == 404


def test_a_page_costs_the_same_whatever_the_size_of_the_list(door, runtime):
    def statements(path):
        with runtime.session() as session, recorded(session) as seen:
            assert door.get("manager", path).status_code == 200
        return len([one for one in seen if one.lstrip().upper().startswith("SELECT")])

    few = statements("/v1/work-orders?limit=2")
    opened(door, 5)
    assert statements("/v1/work-orders?limit=200") == few == 2
    # The ninth asks for the end of the audit log's chain: an order shows its customer's phone.
    assert statements(f"/v1/work-orders/{door.world.orders['near']}") == 9


def test_operations_define_a_work_type_and_change_it(door):
    kind = {"region_id": str(door.world.places["near"].region_id), "code": "round", "name": "巡检", "minutes": 30}
    made = door.post("operations", "/v1/work-types", kind)
    assert (made.status_code, made.json["minutes"], made.json["template_code"]) == (200, 30, None)
    assert door.post("administrator", "/v1/work-types", kind | {"name": "月度巡检"}).status_code == 200
    listed = {one["code"]: one["name"] for one in door.get("agent", "/v1/work-types").json["items"]}
    assert listed["round"] == "月度巡检"


def test_a_work_type_is_defined_only_by_those_above_stations_and_with_sound_values(door):
    kind = {"region_id": str(door.world.places["near"].region_id), "code": "round", "name": "巡检"}
    assert problem(door.post("manager", "/v1/work-types", kind)) == (403, "forbidden")
    assert problem(door.post("operations_abroad", "/v1/work-types", kind)) == (404, "territory.region_unknown")
    assert set(wrong_fields(door.post("operations", "/v1/work-types", kind | {"minutes": 0}))) == {"/minutes"}
    assert set(wrong_fields(door.post("operations", "/v1/work-types", kind | {"name": "a\nb"}))) == {"/name"}
