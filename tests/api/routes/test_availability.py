import pytest

from tests.api.world import problem

SPAN = {"start_at": "2026-11-22T02:00:00Z", "end_at": "2026-11-22T04:00:00Z"}


def test_everybodys_day_is_listed_with_shifts_absences_and_load(door):
    world = door.world
    me = str(world.people["technician"])
    entered = door.post("leader", "/v1/absences", {"technician_id": me, "kind": "sick", **SPAN, "approve": True})
    assert entered.status_code == 201, entered.text
    query = {"group_id": str(world.places["near"].group_id), "day": "2026-11-22"}
    found = {
        one["technician_id"]: one for one in door.get("leader", "/v1/availability", query_string=query).json["items"]
    }
    assert set(found) == {me, str(world.people["technician_next_zone"])}
    mine = found[me]
    assert (mine["rostered"], mine["open_orders"], mine["free_seconds"]) == (False, 1, 22 * 3600)
    assert [(one["kind"], one["start_at"]) for one in mine["absences"]] == [("sick", "2026-11-22T02:00:00.000Z")]
    assert mine["free"][0] == {"start_at": "2026-11-21T16:00:00.000Z", "end_at": "2026-11-22T02:00:00.000Z"}


def test_the_list_comes_in_pages(door):
    first = door.get("manager", "/v1/availability?limit=1")
    assert "next" in first.headers["Link"]
    seen = {first.json["items"][0]["technician_id"]}
    after = first.json["next"]
    while after:
        page = door.get("manager", "/v1/availability", query_string={"limit": 1, "after": after}).json
        seen |= {one["technician_id"] for one in page["items"]}
        after = page["next"]
    names = ("technician", "technician_next_zone", "technician_next_group")
    assert seen == {str(door.world.people[name]) for name in names}


def test_a_calendar_is_shown_to_its_person_and_those_above(plain_door):
    path = f"/v1/technicians/{plain_door.world.people['technician']}/calendar"
    query = {"first_day": "2026-11-22", "last_day": "2026-11-28"}
    for who in ("technician", "leader", "manager", "operations", "administrator"):
        shown = plain_door.get(who, path, query_string=query)
        assert (shown.status_code, shown.json["rostered"], shown.json["shifts"]) == (200, False, [])
    for who in ("nobody", "assessor", "operations_abroad", "technician_next_zone"):
        assert problem(plain_door.get(who, path, query_string=query)) == (404, "people.unknown")
    far = {**query, "last_day": "2027-11-28"}
    assert problem(plain_door.get("technician", path, query_string=far)) == (422, "people.span_wrong")


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("leader", {"technician", "technician_next_zone"}),
        ("technician", {"technician"}),
        ("nobody", set()),
        ("operations_abroad", {"technician_abroad"}),
    ],
)
def test_everybody_sees_the_days_of_their_own_places(plain_door, who, names):
    found = {one["technician_id"] for one in plain_door.get(who, "/v1/availability").json["items"]}
    assert found == {str(plain_door.world.people[name]) for name in names}
