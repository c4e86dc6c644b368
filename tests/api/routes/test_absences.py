from tests.api.world import problem, wrong_fields

SPAN = {"start_at": "2026-11-24T00:00:00Z", "end_at": "2026-11-26T00:00:00Z"}


def test_an_absence_is_asked_for_and_approved_and_says_what_follows(door):
    world = door.world
    made = door.post("technician", "/v1/absences", {"kind": "leave", **SPAN, "reason": "回老家"})
    assert made.status_code == 201, made.text
    key = made.json["id"]
    assert (made.json["status"], made.json["technician_id"]) == ("requested", str(world.people["technician"]))
    assert [one["id"] for one in door.get("leader", "/v1/absences?status=requested").json["items"]] == [key]
    path = f"/v1/absences/{key}"
    assert problem(door.post("technician", f"{path}/approval", {})) == (403, "forbidden")
    approved = door.post("leader", f"{path}/approval", {}).json
    assert (approved["status"], approved["open_orders"]) == ("approved", 1)
    (zone,) = approved["uncovered_zones"]
    assert (zone["zone_id"], zone["start_at"]) == (str(world.places["near"].zone_id), "2026-11-24T00:00:00.000Z")
    assert door.get("manager", "/v1/uncovered-zones").json["items"] == [zone]
    assert door.get("technician", path).json["decided_by"] == str(world.people["leader"])
    assert door.post("technician", f"{path}/cancellation", {"reason": "not going"}).json["status"] == "cancelled"
    assert problem(door.post("leader", f"{path}/refusal", {"reason": "x"})) == (409, "people.absence_decided")


def test_a_leader_enters_and_refuses(door):
    who = {"technician_id": str(door.world.people["technician_next_zone"]), "kind": "sick", **SPAN}
    entered = door.post("leader", "/v1/absences", {**who, "approve": True})
    assert entered.json["status"] == "approved"
    assert wrong_fields(door.post("leader", "/v1/absences", who)) == {"/start_at": "people.absence_overlaps"}
    backwards = {"kind": "other", "start_at": SPAN["end_at"], "end_at": SPAN["start_at"]}
    assert wrong_fields(door.post("technician", "/v1/absences", backwards)) == {"/end_at": "people.span_wrong"}
    key = door.post("technician", "/v1/absences", {"kind": "training", **SPAN}).json["id"]
    refused = door.post("leader", f"/v1/absences/{key}/refusal", {"reason": "人手不足"})
    assert (refused.json["status"], refused.json["decided_why"]) == ("refused", "人手不足")


def test_an_absence_out_of_scope_is_unknown(door):
    key = door.post("technician", "/v1/absences", {"kind": "leave", **SPAN}).json["id"]
    for who in ("nobody", "assessor", "operations_abroad", "technician_next_zone"):
        assert door.ids(who, "/v1/absences") == []
        assert door.get(who, "/v1/uncovered-zones").json["items"] == []
        assert problem(door.get(who, f"/v1/absences/{key}")) == (404, "people.absence_unknown")
        for path, body in (("approval", {}), ("cancellation", {}), ("refusal", {"reason": "x"})):
            assert problem(door.post(who, f"/v1/absences/{key}/{path}", body)) == (404, "people.absence_unknown")
        asked = {"technician_id": str(door.world.people["technician"]), "kind": "leave", **SPAN}
        assert problem(door.post(who, "/v1/absences", asked)) == (404, "people.unknown")
    assert problem(door.post("nobody", "/v1/absences", {"kind": "leave", **SPAN})) == (404, "people.unknown")
