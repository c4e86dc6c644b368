from datetime import date

import pytest

from dispatch.people.roster import patterns, service
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.shift_times import days_of
from kernel.actor import system_actor
from tests.api.world import problem, wrong_fields

DAYS = ("2026-11-23", "2026-11-24")


@pytest.fixture
def shifts(door, runtime):
    """A day shift of each of the two technicians of a group, one day after the other; their ids."""
    near, people = door.world.places["near"], door.world.people
    first, last = (date.fromisoformat(day) for day in DAYS)
    with runtime.unit_of_work(system_actor()) as uow:
        group = {"group_id": near.group_id}
        patterns.add_shift_type(uow, **group, code="day", name="day", starts="08:00", ends="16:00")
        patterns.add_shift_type(uow, **group, code="late", name="late", starts="16:00", ends="00:00")
        crew = (people["technician"], people["technician_next_zone"])
        plan = [PlannedShift(who, day, "day") for who, day in zip(crew, days_of(first, last), strict=True)]
        service.publish(uow, **group, first_day=first, last_day=last, shifts=plan)
    return door.ids("leader", "/v1/shifts")


def test_shifts_are_listed_shown_added_changed_and_removed(door, shifts):
    mine, theirs = shifts
    shown = door.get("technician", f"/v1/shifts/{mine}").json
    assert (shown["day"], shown["shift"], shown["start_at"]) == (DAYS[0], "day", "2026-11-23T00:00:00.000Z")
    assert door.ids("technician", "/v1/shifts") == [mine]
    who = str(door.world.people["technician_next_zone"])
    body = {"group_id": str(door.world.places["near"].group_id), "technician_id": who, "day": DAYS[0]}
    added = door.post("leader", "/v1/shifts", {**body, "shift": "late", "reason": "双人值班"})
    assert added.status_code == 201, added.text
    key = added.json["id"]
    changed = door.patch("leader", f"/v1/shifts/{key}", {"shift": "day", "reason": "earlier"})
    assert (changed.json["replaces_id"], changed.json["shift"], changed.json["technician_id"]) == (key, "day", who)
    path = f"/v1/shifts/{changed.json['id']}/removal"
    assert door.post("leader", path, {"reason": "not needed"}).json["removed_why"] == "not needed"
    assert problem(door.post("leader", path, {"reason": "x"})) == (409, "people.shift_over")
    assert set(door.ids("leader", "/v1/shifts")) == {mine, theirs}
    assert len(door.get("leader", "/v1/shifts?with_removed=true").json["items"]) == 4
    busy = {**body, "day": DAYS[1], "shift": "day", "reason": "x"}
    assert wrong_fields(door.post("leader", "/v1/shifts", busy)) == {"/technician_id": "people.shift_overlaps"}


def test_two_people_swap(door, shifts):
    mine, theirs = shifts
    options = door.get("technician", f"/v1/shifts/{mine}/swap-options").json["items"]
    assert [one["id"] for one in options] == [theirs]
    body = {"shift_id": mine, "other_shift_id": theirs, "reason": "家里有事"}
    key = door.post("technician", "/v1/shift-swaps", body).json["id"]
    (asked,) = door.get("technician_next_zone", "/v1/shift-swaps?status=asked").json["items"]
    assert (asked["id"], asked["reason"]) == (key, "家里有事")
    path = f"/v1/shift-swaps/{key}/answer"
    assert problem(door.post("technician", path, {"agree": True})) == (404, "people.swap_unknown")
    assert door.post("technician_next_zone", path, {"agree": True}).status_code == 204
    (now,) = door.get("technician", "/v1/shifts").json["items"]
    assert (now["day"], now["replaces_id"]) == (DAYS[1], theirs)
    again = f"/v1/shift-swaps/{key}/withdrawal"
    assert problem(door.post("technician", again)) == (409, "people.swap_decided")


def test_shifts_out_of_scope_are_unknown(door, shifts):
    mine, theirs = shifts
    for who in ("nobody", "assessor", "operations_abroad", "technician_next_group"):
        assert door.ids(who, "/v1/shifts") == []
        assert door.ids(who, "/v1/shift-swaps") == []
        for method, path, body in (
            ("GET", f"/v1/shifts/{mine}", None),
            ("GET", f"/v1/shifts/{mine}/swap-options", None),
            ("PATCH", f"/v1/shifts/{mine}", {"reason": "x"}),
            ("POST", f"/v1/shifts/{mine}/removal", {"reason": "x"}),
            ("POST", "/v1/shift-swaps", {"shift_id": mine, "other_shift_id": theirs, "reason": "x"}),
        ):
            options = {} if body is None else {"json": body}
            assert problem(door(who, method, path, **options)) == (404, "people.shift_unknown"), (who, path)
