"""What one may not see does not exist: every list, detail and command, for everybody, near and far."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.api.world import SEES, WORK_TYPE, ZONES, World, problem

ROLES = tuple(SEES)


def details(world: World) -> dict[str, Callable[[str], UUID | None]]:
    """Addresses of single things, by how to find the id of the thing at a place."""
    return {
        "/v1/zones/{}": lambda place: world.places[place].zone_id,
        "/v1/zones/{}/responsible": lambda place: world.places[place].zone_id,
        "/v1/zones/{}/duties": lambda place: world.places[place].zone_id,
        "/v1/customers/{}": lambda place: world.customers[place],
        "/v1/sites/{}": lambda place: world.sites[place],
        "/v1/service-requests/{}": lambda place: world.requests[place],
        "/v1/service-requests/{}/zone": lambda place: world.requests[place],
        "/v1/assets/{}": lambda place: world.assets[place],
        "/v1/assets/{}/warranty": lambda place: world.assets[place],
        "/v1/sites/{}/assets": lambda place: world.sites[place],
    }


def lists(world: World) -> dict[str, Callable[[str], UUID | None]]:
    return {
        "/v1/zones": lambda place: world.places[place].zone_id,
        "/v1/customers": lambda place: world.customers[place],
        "/v1/sites": lambda place: world.sites[place],
        "/v1/service-requests": lambda place: world.requests[place],
        "/v1/assets": lambda place: world.assets[place],
    }


def test_a_thing_is_shown_to_who_sees_its_place_and_to_nobody_else(door):
    wrong = []
    for path, of in details(door.world).items():
        for who in ROLES:
            for place in ZONES:
                status = door.get(who, path.format(of(place))).status_code
                if status != (200 if place in SEES[who] else 404):
                    wrong.append((who, path, place, status))
    assert wrong == []


def test_a_list_holds_exactly_what_its_caller_sees(door):
    wrong = []
    for path, of in lists(door.world).items():
        for who in ROLES:
            expected = {str(of(place)) for place in SEES[who]}
            found = door.ids(who, path)
            if set(found) != expected or len(found) != len(expected):
                wrong.append((who, path, len(found), len(expected)))
    assert wrong == []


ORDER_PATHS = ("", "/timeline", "/checklist/snapshot", "/checklist", "/candidates")


def test_an_order_is_shown_to_who_sees_its_place_and_to_whom_it_is_assigned(door):
    wrong = []
    for who in ROLES:
        seen = SEES[who] | ({"near"} if who == "technician" else frozenset())
        assert set(door.ids(who, "/v1/work-orders")) == {str(door.world.orders[place]) for place in seen}
        for place in ZONES:
            for path in ORDER_PATHS:
                response = door.get(who, f"/v1/work-orders/{door.world.orders[place]}{path}")
                known = response.status_code == 200 or problem(response)[1] == "checklist.no_run"
                if known != (place in seen):
                    wrong.append((who, path, place, response.status_code))
    assert wrong == []


def test_an_order_out_of_scope_takes_no_command_and_tells_nothing(door):
    order = door.world.orders["near"]
    command = {"command_id": str(UUID(int=7)), "command": "cancel", "data": {"reason": "x"}}
    answer = {"item": "x", "value": True}
    sign_off = {"signed_digest": "0" * 64, "signer_name": "x"}
    crew = {"command_id": str(UUID(int=8)), "user_ids": [str(door.world.people["technician_next_zone"])]}
    bodies = {
        "/commands": command,
        "/checklist/answers": answer,
        "/checklist/sign-off": sign_off,
        "/crew": crew,
        "/crew/remove": crew | {"reason": "x"},
    }
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone", "technician_abroad"):
        for path, body in bodies.items():
            assert problem(door.post(who, f"/v1/work-orders/{order}{path}", body)) == (404, "work_order.unknown"), who
        refused = door.post(who, f"/v1/work-orders/{order}/commands", command, headers={"If-Match": '"99"'})
        assert refused.status_code == 404
    assert door.get("manager", f"/v1/work-orders/{order}").json["status"] == "assigned"


def test_searching_counts_and_filters_find_nothing_out_of_scope(door):
    abroad, near = door.world.places["abroad"], door.world.places["near"]
    for query in (
        "q=abroad",
        f"zone_id={abroad.zone_id}",
        f"region_id={abroad.region_id}",
        f"technician_id={door.world.people['technician_abroad']}",
        f"station_id={abroad.station_id}",
    ):
        assert door.get("operations", f"/v1/work-orders?{query}").json == {"items": [], "next": None}, query
    assert len(door.get("operations", f"/v1/work-orders?region_id={near.region_id}").json["items"]) == 4


def test_a_cursor_of_somebody_else_opens_nothing(door):
    after = door.get("administrator", "/v1/work-orders?limit=1").json["next"]
    seen = door.get("leader", "/v1/work-orders", query_string={"after": after}).json["items"]
    allowed = {str(door.world.orders[place]) for place in SEES["leader"]}
    assert {one["id"] for one in seen} <= allowed


PLACES = ("regions", "stations", "groups")
SEES_PLACES = {
    "administrator": {"near", "next_group", "next_station", "abroad"},
    "operations": {"near", "next_group", "next_station"},
    "manager": {"near", "next_group"},
    "agent": {"near", "next_group"},
    "leader": {"near"},
    "technician": set(),
    "nobody": set(),
    "operations_abroad": {"abroad"},
}


def test_stations_and_groups_are_shown_in_scope_and_regions_to_their_people(door):
    world = door.world
    for who, seen in SEES_PLACES.items():
        groups = {str(world.places[place].group_id) for place in seen}
        stations = {str(world.places[place].station_id) for place in seen if who != "leader"}
        regions = {str(world.places[place].region_id) for place in seen}
        if who not in ("administrator", "operations_abroad"):
            regions.add(str(world.places["near"].region_id))
        assert set(door.ids(who, "/v1/groups")) == groups, who
        assert set(door.ids(who, "/v1/stations")) == stations, who
        assert set(door.ids(who, "/v1/regions")) == regions, who
        for place in ZONES:
            known = world.places[place]
            for path, key, expected in (
                ("groups", known.group_id, groups),
                ("stations", known.station_id, stations),
                ("regions", known.region_id, regions),
            ):
                response = door.get(who, f"/v1/{path}/{key}")
                assert response.status_code == (200 if str(key) in expected else 404), (who, path, place)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("operations", {"technician", "technician_next_zone", "technician_next_group", "technician_next_station"}),
        ("manager", {"technician", "technician_next_zone", "technician_next_group"}),
        ("leader", {"technician", "technician_next_zone"}),
        ("technician", {"technician"}),
        ("nobody", set()),
        ("operations_abroad", {"technician_abroad"}),
    ],
)
def test_technicians_are_shown_to_those_above_them_and_to_themselves(plain_door, who, seen):
    world = plain_door.world
    expected = {str(world.people[name]) for name in seen}
    assert set(plain_door.ids(who, "/v1/technicians")) == expected
    for name, key in world.people.items():
        if name.startswith("technician"):
            status = plain_door.get(who, f"/v1/technicians/{key}").status_code
            assert status == (200 if str(key) in expected else 404), name


ABOUT_A_TECHNICIAN = ("/calendar?first_day=2026-11-22&last_day=2026-11-23", "/exams", "/bars")


def test_what_is_known_of_a_technician_is_shown_to_those_above_and_to_themselves(plain_door):
    world = plain_door.world
    seen = {
        "operations": {"technician", "technician_next_group", "technician_next_station"},
        "manager": {"technician", "technician_next_group"},
        "leader": {"technician"},
        "technician": {"technician"},
        "nobody": set(),
        "assessor": set(),
        "operations_abroad": {"technician_abroad"},
    }
    wrong = []
    for who, names in seen.items():
        for name in ("technician", "technician_next_group", "technician_next_station", "technician_abroad"):
            for path in ABOUT_A_TECHNICIAN:
                status = plain_door.get(who, f"/v1/technicians/{world.people[name]}{path}").status_code
                if status != (200 if name in names else 404):
                    wrong.append((who, name, path, status))
    assert wrong == []


def test_people_of_another_region_are_unknown(plain_door):
    world = plain_door.world
    stranger = world.people["technician_abroad"]
    for who in ("operations", "manager", "technician", "nobody"):
        assert plain_door.get(who, f"/v1/users/{stranger}").status_code == 404
        assert str(stranger) not in plain_door.ids(who, "/v1/users")
    assert plain_door.get("nobody", f"/v1/users/{world.people['nobody']}").status_code == 200


def move(zone, group):
    return {"zone_id": str(zone.zone_id), "group_id": str(group.group_id)}


@pytest.mark.parametrize("who", ["nobody", "technician", "assessor", "operations_abroad"])
def test_the_structure_of_places_out_of_scope_shows_and_takes_nothing(door, who):
    near = door.world.places["near"]
    zone, group, station = f"/v1/zones/{near.zone_id}", f"/v1/groups/{near.group_id}", f"/v1/stations/{near.station_id}"
    vacancy = {"kind": "zone_manager", "reason": "x"}
    tries = [
        door.get(who, f"{station}/answering"),
        door.post(who, f"{zone}/move", {"group_id": str(near.group_id)}),
        door.post(who, f"{group}/move", {"station_id": str(near.station_id)}),
        door.post(who, f"{zone}/vacancies", vacancy),
        door.post(who, f"{group}/vacancies", vacancy | {"kind": "group_leader"}),
        door.post(who, f"{station}/vacancies", vacancy | {"kind": "station_manager"}),
        *(door.post(who, f"{place}/retire", {}) for place in (zone, group, station)),
        door(who, "PUT", f"{group}/size-reason", json={"reason": "x"}),
    ]
    assert [one.status_code for one in tries] == [404] * len(tries)
    ours = {str(near.zone_id), str(near.group_id), str(near.station_id)}
    assert ours.isdisjoint(door.ids(who, "/v1/vacancies"))
    assert ours.isdisjoint(one["id"] for one in door.get(who, "/v1/group-sizes").json["items"])


def test_what_a_person_answers_for_is_shown_where_the_caller_sees_the_place(door):
    technician = door.world.people["technician"]
    for who in ("administrator", "operations", "manager", "leader", "technician"):
        assert len(door.get(who, f"/v1/users/{technician}/duties").json["items"]) == 1, who
    for who in ("nobody", "operations_abroad", "technician_next_group"):
        assert door.get(who, f"/v1/users/{technician}/duties").status_code == 404, who


def test_an_id_inside_a_body_or_query_is_no_way_around(door):
    world = door.world
    abroad, far = world.places["abroad"], world.places["next_station"]
    order = {"work_type": WORK_TYPE, "title": "x"}
    command = {"command_id": str(UUID(int=9)), "command": "reassign"}
    tries = [
        door.post("manager", "/v1/work-orders", order | {"zone_id": str(abroad.zone_id)}),
        door.post("manager", "/v1/work-orders", order | {"zone_id": str(far.zone_id)}),
        door.post(
            "manager",
            "/v1/work-orders",
            order | {"zone_id": str(world.places["near"].zone_id), "customer_id": str(world.customers["next_station"])},
        ),
        door.post(
            "manager",
            "/v1/work-orders",
            order | {"zone_id": str(world.places["near"].zone_id), "site_id": str(world.sites["abroad"])},
        ),
        door.post("manager", "/v1/groups", {"station_id": str(far.station_id), "code": "x", "name": "x"}),
        door.post("manager", "/v1/zones", {"group_id": str(abroad.group_id), "code": "x", "name": "x"}),
        door.post("manager", "/v1/sites", {"customer_id": str(world.customers["abroad"]), "address": "x"}),
        door.post("manager", "/v1/customers", {"region_id": str(abroad.region_id), "name": "x"}),
        door.post("manager", "/v1/service-requests", order | {"site_id": str(world.sites["next_station"])}),
        door.post(
            "manager",
            "/v1/work-orders",
            order | {"zone_id": str(world.places["near"].zone_id), "asset_id": str(world.assets["next_station"])},
        ),
        door.post("manager", f"/v1/assets/{world.assets['abroad']}/moves", {"command": "scrap"}),
        door.patch("manager", f"/v1/assets/{world.assets['abroad']}", {"model": "x"}),
        door.post(
            "manager",
            "/v1/asset-swaps",
            {"old_asset_id": str(world.assets["abroad"]), "new_asset_id": str(world.assets["near"]), "reason": "x"},
        ),
        door.get("manager", f"/v1/work-types?region_id={abroad.region_id}"),
        door.get("manager", f"/v1/skills?region_id={abroad.region_id}"),
        door.get("manager", f"/v1/sla-policies?region_id={abroad.region_id}"),
        door.get("manager", f"/v1/zones/at?lat=33&lon=119&region_id={abroad.region_id}"),
        door.get("manager", f"/v1/group-sizes?region_id={abroad.region_id}"),
        door.get("manager", f"/v1/group-size-policies?region_id={abroad.region_id}"),
        door.post("manager", "/v1/zone-moves", {"moves": [move(world.places["near"], far)]}),
        door.post("manager", "/v1/zone-moves", {"moves": [move(far, world.places["near"])]}),
        door.post("manager", f"/v1/groups/{far.group_id}/move", {"station_id": str(far.station_id)}),
    ]
    assert [response.status_code for response in tries] == [404] * len(tries), [problem(one) for one in tries]
    reassign = command | {"data": {"technician_id": str(world.people["technician_next_station"]), "reason": "x"}}
    refused = door.post("manager", f"/v1/work-orders/{world.orders['near']}/commands", reassign)
    assert problem(refused) == (422, "work_order.technician_unknown")
    refused = door.post("manager", "/v1/service-requests", order | {"zone_id": str(far.zone_id)})
    assert problem(refused) == (422, "request.zone_not_found")


def test_who_sees_a_thing_may_still_not_change_it(door):
    world = door.world
    zone, station = world.places["near"].zone_id, world.places["near"].station_id
    for who in ("agent", "leader"):
        assert problem(door.patch(who, f"/v1/zones/{zone}", {"name": "x"})) == (403, "forbidden")
    assert problem(door.patch("agent", f"/v1/stations/{station}", {"name": "x"})) == (403, "forbidden")
    assert problem(door.post("manager", "/v1/regions", {"code": "x", "name": "x"})) == (403, "forbidden")
    own = {"name": "x", "login": "x", "region_id": str(world.places["near"].region_id)}
    assert problem(door.post("technician", "/v1/users", own)) == (403, "accounts.may_not_manage")
    grant = {"role": "administrator", "level": "everywhere"}
    assert problem(door.post("operations", f"/v1/users/{world.people['nobody']}/grants", grant))[0] == 403
    assert problem(door.post("technician", f"/v1/users/{world.people['technician']}/grants", grant))[0] == 403


def test_an_incident_is_shown_at_its_place_and_where_it_reaches_and_takes_no_command_from_elsewhere(door):
    world = door.world
    near = str(world.places["near"].zone_id)
    declared = {"command_id": str(UUID(int=31)), "title": "x", "severity": "major", "zone_ids": [near]}
    for who in ("operations_abroad", "nobody", "assessor", "technician"):
        assert problem(door.post(who, "/v1/incidents", declared)) == (404, "territory.zone_unknown"), who
    made = door.post("leader", "/v1/incidents", declared).json["incident_id"]
    seen_by = {"administrator", "operations", "manager", "agent", "leader"}
    command = {"command_id": str(UUID(int=32))}
    bodies = {
        "/steps": command | {"step": "contain"},
        "/updates": command | {"text": "x"},
        "/orders": command | {"order_ids": [str(world.orders["near"])]},
        "/orders/remove": command | {"order_ids": [str(world.orders["near"])], "reason": "x"},
        "/orders/new": {"zone_id": near, "work_type": WORK_TYPE, "title": "x"},
        f"/orders/{world.orders['near']}/commands": command | {"command": "hold", "data": {"reason": "x"}},
        f"/orders/{world.orders['near']}/crew": command | {"user_ids": [str(world.people["technician_next_zone"])]},
    }
    for who in ROLES:
        assert door.ids(who, "/v1/incidents") == ([made] if who in seen_by else []), who
        for path in ("", "/updates", "/orders", "/suggestions"):
            status = door.get(who, f"/v1/incidents/{made}{path}").status_code
            assert status == (200 if who in seen_by else 404), (who, path)
        if who not in seen_by:
            for path, body in bodies.items():
                assert problem(door.post(who, f"/v1/incidents/{made}{path}", body)) == (404, "incident.unknown"), path
            assert problem(door.patch(who, f"/v1/incidents/{made}", command)) == (404, "incident.unknown")
    assert problem(door.post("agent", f"/v1/incidents/{made}/steps", bodies["/steps"])) == (403, "incident.not_allowed")
    take = command | {"reason": "x"}
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone"):
        refused = door.post(who, f"/v1/work-orders/{world.orders['near']}/take-over", take)
        assert problem(refused) == (404, "work_order.unknown"), who


def test_a_consultation_is_shown_to_its_orders_people_and_to_those_asked_and_to_nobody_else(door):
    world = door.world
    asked = {"question": "?", "user_id": str(world.people["technician_next_station"])}
    url = f"/v1/work-orders/{world.orders['near']}/consultations"
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone"):
        assert problem(door.post(who, url, asked)) == (404, "work_order.unknown"), who
    made = door.post("technician", url, asked).json["id"]
    seen_by = {"administrator", "operations", "manager", "agent", "leader", "technician", "technician_next_station"}
    for who in (*ROLES, "technician_next_station", "technician_next_zone", "technician_abroad"):
        assert door.ids(who, "/v1/consultations") == ([made] if who in seen_by else []), who
        assert door.get(who, f"/v1/consultations/{made}").status_code == (200 if who in seen_by else 404), who
        if who not in seen_by:
            for path, body in (("answers", {"text": "x"}), ("accept", {"answer_id": made}), ("close", {})):
                refused = door.post(who, f"/v1/consultations/{made}/{path}", body)
                assert problem(refused) == (404, "consultation.unknown"), (who, path)
    assert problem(door.post("agent", f"/v1/consultations/{made}/close", {})) == (403, "consultation.not_allowed")
    door.post("technician", f"/v1/consultations/{made}/close", {})
    assert door.ids("technician_next_station", "/v1/consultations") == []
