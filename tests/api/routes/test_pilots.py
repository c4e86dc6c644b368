from tests.api.world import problem, wrong_fields

TRIAL = {"kind": "assignment_rule", "subject": "nearest-first", "reason": "先在一个片区试行"}
RULE = {"rules": {"code": "nearest-first"}}


def test_a_trial_is_started_widened_and_rolled_out(door):
    assert door.post("operations", "/v1/region-policies/assignment_rule", RULE).status_code == 201
    near, next_zone = (str(door.world.places[name].zone_id) for name in ("near", "next_zone"))
    made = door.post("operations", "/v1/pilots", TRIAL | {"zone_ids": [near]})
    assert made.status_code == 201, made.text
    pilot = made.json
    assert pilot["zones"] == [{"zone_id": near, "valid_from": "2026-11-22T01:00:00.000Z"}]
    path = f"/v1/pilots/{pilot['id']}"
    wider = door.post("operations", f"{path}/zones", {"zone_ids": [next_zone]}).json
    assert {one["zone_id"] for one in wider["zones"]} == {near, next_zone}
    assert [one["id"] for one in door.get("agent", "/v1/pilots?running=true").json["items"]] == [pilot["id"]]
    done = door.post("operations", f"{path}/roll-out", {"reason": "有效"}).json
    assert (done["outcome"], done["ended_at"]) == ("full", "2026-11-22T01:00:00.000Z")
    assert door.get("agent", "/v1/pilots?running=true").json["items"] == []
    assert door.ids("agent", "/v1/pilots") == [pilot["id"]]
    assert problem(door.post("operations", f"{path}/stop", {"reason": "x"})) == (409, "territory.pilot_over")
    assert door.get("agent", path).json == done


def test_a_trial_is_given_up(door):
    assert door.post("operations", "/v1/region-policies/assignment_rule", RULE).status_code == 201
    trial = TRIAL | {"zone_ids": [str(door.world.places["near"].zone_id)]}
    pilot = door.post("operations", "/v1/pilots", trial).json
    given_up = door.post("operations", f"/v1/pilots/{pilot['id']}/stop", {"reason": "没有好处"}).json
    assert (given_up["outcome"], given_up["ended_at"]) == ("stopped", "2026-11-22T01:00:00.000Z")


def test_only_the_operations_of_the_region_decide_and_others_see_nothing(door):
    assert door.post("operations", "/v1/region-policies/assignment_rule", RULE).status_code == 201
    near, abroad = (str(door.world.places[name].zone_id) for name in ("near", "abroad"))
    body = TRIAL | {"zone_ids": [near]}
    assert problem(door.post("manager", "/v1/pilots", body)) == (403, "forbidden")
    assert wrong_fields(door.post("operations", "/v1/pilots", TRIAL | {"zone_ids": [near, abroad]})) == {
        "/zone_ids/1": "territory.pilot_zone_unknown"
    }
    path = f"/v1/pilots/{door.post('operations', '/v1/pilots', body).json['id']}"
    assert door.ids("operations_abroad", "/v1/pilots") == []
    for method, way, sent in (
        ("GET", "", None),
        ("POST", "/zones", {"zone_ids": [abroad]}),
        ("POST", "/roll-out", {"reason": "x"}),
        ("POST", "/stop", {"reason": "x"}),
    ):
        refused = door("operations_abroad", method, f"{path}{way}", **({} if sent is None else {"json": sent}))
        assert problem(refused) == (404, "territory.pilot_unknown")
    assert (
        door.get("operations_abroad", f"/v1/pilots?region_id={door.world.places['near'].region_id}").status_code == 404
    )
