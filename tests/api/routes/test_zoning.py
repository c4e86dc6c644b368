"""Zoning proposals over HTTP."""

from datetime import timedelta

import pytest

from tests.api.world import problem, wrong_fields
from tests.conftest import NOW


@pytest.fixture
def proposal(door):
    """Four zones in two groups of the station, and a proposal for them."""
    near = door.world.places["near"]
    for nth in range(2):
        body = {"group_id": str(door.world.places["next_group"].group_id), "code": f"P{nth}", "name": f"P{nth}"}
        assert door.post("manager", "/v1/zones", body | {"subscribers": 900}).status_code == 201
    made = door.post("manager", "/v1/zoning-proposals", {"station_id": str(near.station_id)})
    assert made.status_code == 201, made.text
    return made


def test_a_proposal_shows_today_and_what_it_would_be_side_by_side(door, proposal):
    shown = proposal.json
    assert (shown["status"], shown["version"], shown["days"], shown["fewest"]) == ("draft", 1, 90, 3)
    assert len(shown["zones"]) == 5
    assert sum(group["share"]["zones"] for group in shown["today"]["groups"]) == 5
    assert [group["share"]["zones"] for group in shown["proposed"]["groups"] if group["share"]["zones"]] == [5]
    assert shown["effort"]["groups_emptied"] == 1
    assert set(shown["managers"]) == {zone["id"] for zone in shown["zones"]}
    again = door.get("manager", f"/v1/zoning-proposals/{shown['id']}")
    assert again.json == shown
    assert door.ids("manager", "/v1/zoning-proposals") == [shown["id"]]
    here = f"/v1/zoning-proposals?station_id={shown['station_id']}"
    assert [one["id"] for one in door.get("manager", here).json["items"]] == [shown["id"]]
    assert door.get("manager", f"{here}&status=applied").json["items"] == []


def test_it_is_applied_and_undone_over_http(door, clock, proposal):
    path = f"/v1/zoning-proposals/{proposal.json['id']}"
    stale = door.post("manager", f"{path}/apply", {}, headers={"If-Match": '"4"'})
    assert problem(stale) == (412, "stale")
    decided = {"open_orders": "keep_with_assignee"}
    clock.at = NOW + timedelta(minutes=10)
    applied = door.post("manager", f"{path}/apply", decided, headers={"If-Match": proposal.headers["ETag"]})
    assert (applied.status_code, applied.json["status"], applied.json["version"]) == (200, "applied", 2)
    assert door.post("manager", f"{path}/apply", {}).json["version"] == 2
    assert problem(door("manager", "DELETE", path)) == (409, "zoning.not_a_draft")
    zone = f"/v1/zones/{door.world.places['near'].zone_id}"
    assert door.get("manager", zone).json["group_id"] == str(door.world.places["next_group"].group_id)
    clock.at = NOW + timedelta(minutes=20)
    undone = door.post("manager", f"{path}/undo", decided)
    assert (undone.status_code, undone.json["status"]) == (200, "undone"), undone.text
    assert door.get("manager", zone).json["group_id"] == str(door.world.places["near"].group_id)


def test_a_draft_is_edited_and_discarded(door, proposal):
    path = f"/v1/zoning-proposals/{proposal.json['id']}"
    zone = proposal.json["zones"][0]["id"]
    wrong = door.post("manager", f"{path}/edits", {"edits": [{"zone_id": zone, "group_code": "nowhere"}]})
    assert wrong_fields(wrong) == {"/edits/0/group_code": "zoning.group_unknown"}
    person = str(door.world.people["technician_next_group"])
    edited = door.post("manager", f"{path}/edits", {"edits": [{"zone_id": zone, "manager_id": person}]})
    assert edited.json["managers"][zone] == person
    assert door("manager", "DELETE", path).status_code == 204
    assert door.get("manager", path).json["status"] == "discarded"


def test_who_may_not_see_the_station_learns_nothing(door, proposal):
    path = f"/v1/zoning-proposals/{proposal.json['id']}"
    station = {"station_id": proposal.json["station_id"]}
    for who in ("leader", "technician", "nobody", "assessor", "operations_abroad"):
        tries = [
            door.get(who, path),
            door.post(who, f"{path}/edits", {"edits": [{"zone_id": proposal.json["zones"][0]["id"]}]}),
            door.post(who, f"{path}/apply", {}),
            door.post(who, f"{path}/undo", {}),
            door(who, "DELETE", path),
            door.post(who, "/v1/zoning-proposals", station),
        ]
        assert [one.status_code for one in tries] == [404] * len(tries), who
        assert door.ids(who, "/v1/zoning-proposals") == []
    assert problem(door.post("agent", f"{path}/apply", {})) == (403, "forbidden")
    assert problem(door.post("agent", "/v1/zoning-proposals", station)) == (403, "forbidden")
