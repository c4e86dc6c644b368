"""Moves over HTTP: with versions, decisions and refusals that say what to decide."""

from tests.api.world import problem, wrong_fields


def group_of(door, place):
    return str(door.world.places[place].group_id)


def test_a_zone_moves_with_a_decision_about_orders_that_it_would_strand(door):
    zone = f"/v1/zones/{door.world.places['next_zone'].zone_id}"
    body = {"group_id": group_of(door, "next_group"), "size_reason": "x"}
    refused = door.post("manager", f"{zone}/move", body)
    assert problem(refused) == (409, "work_order.stranded")
    assert (refused.json["stranded"], refused.json["reasons"]) == (1, {"assignee_elsewhere": 1})
    order = str(door.world.orders["next_zone"])
    assert [one["id"] for one in refused.json["orders"]] == [order]
    assert door.get("manager", zone).json["group_id"] == group_of(door, "near")
    moved = door.post("manager", f"{zone}/move", body | {"open_orders": "reopen_for_dispatch"})
    assert (moved.status_code, moved.json["group_id"], moved.json["version"]) == (200, body["group_id"], 2)
    assert moved.headers["ETag"].startswith('"2')
    assert door.get("manager", f"/v1/work-orders/{order}").json["status"] == "open"
    # Asked again, nothing changes.
    assert door.post("manager", f"{zone}/move", body).json["version"] == 2


def test_a_move_over_somebody_elses_change_is_refused(door):
    zone = f"/v1/zones/{door.world.places['near'].zone_id}"
    body = {"group_id": group_of(door, "next_group")}
    assert problem(door.post("manager", f"{zone}/move", body, headers={"If-Match": '"9"'})) == (412, "stale")


def test_many_move_at_once_and_none_is_in_two_groups(door):
    zone = str(door.world.places["near"].zone_id)
    target = {"zone_id": zone, "group_id": group_of(door, "next_group")}
    twice = door.post("manager", "/v1/zone-moves", {"moves": [target, target]})
    assert (problem(twice), wrong_fields(twice)) == (
        (422, "territory.zone_twice"),
        {"/moves/1/zone_id": "territory.zone_twice"},
    )
    done = door.post("manager", "/v1/zone-moves", {"moves": [target], "size_reason": "x"})
    assert (done.status_code, done.json) == (200, {"moved": [zone]})
    assert door.post("manager", "/v1/zone-moves", {"moves": [target]}).json == {"moved": []}


def test_a_group_moves_with_all_that_is_in_it(door):
    world = door.world
    group, station = group_of(door, "near"), str(world.places["next_station"].station_id)
    refused = door.post("manager", f"/v1/groups/{group}/move", {"station_id": station})
    assert problem(refused) == (404, "territory.station_unknown")
    moved = door.post("operations", f"/v1/groups/{group}/move", {"station_id": station})
    assert (moved.status_code, moved.json["station_id"], moved.json["version"]) == (200, station, 2)
    order = f"/v1/work-orders/{world.orders['near']}"
    assert door.get("manager", order).status_code == 404
    assert door.get("operations", order).json["station_id"] == station
    assert door.get("manager", f"/v1/customers/{world.customers['near']}").status_code == 404
    assert door.get("leader", order).status_code == 200


def test_who_sees_a_place_may_still_not_move_it(door):
    zone = door.world.places["near"].zone_id
    body = {"group_id": group_of(door, "near")}
    assert problem(door.post("leader", f"/v1/zones/{zone}/move", body)) == (403, "forbidden")
    assert problem(door.post("technician", f"/v1/zones/{zone}/move", body)) == (404, "territory.zone_unknown")
