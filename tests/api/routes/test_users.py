from tests import factories
from tests.api.world import problem


def new(door, **values):
    region_id = str(door.world.places["near"].region_id)
    return {"login": "zhao.lei", "name": "赵磊", "region_id": region_id, **values}


def test_a_person_is_made_found_changed_and_closed(door):
    made = door.post("operations", "/v1/users", new(door, password=factories.PASSWORD, phone="100 0000 0009"))
    assert (made.status_code, made.json["login"], made.json["grants"]) == (201, "zhao.lei", [])
    path = f"/v1/users/{made.json['id']}"
    assert door.get("operations", "/v1/users?q=赵").json["items"][0]["id"] == made.json["id"]
    changed = door.patch("operations", path, {"phone": None, "locale": "en"})
    assert (changed.json["name"], changed.json["phone"], changed.json["locale"]) == ("赵磊", None, "en")
    closed = door.patch("operations", path, {"active": False})
    assert (closed.json["active"], closed.json["name"]) == (False, "赵磊")
    assert closed.json["id"] in [one["id"] for one in door.get("operations", "/v1/users?active=false").json["items"]]
    again = door.post(None, "/v1/login", {"login": "zhao.lei", "password": factories.PASSWORD})
    assert again.status_code == 401
    assert "password" not in made.text + changed.text


def test_a_login_is_given_once(door):
    assert problem(door.post("operations", "/v1/users", new(door, login="MANAGER"))) == (409, "accounts.login_taken")


def test_a_role_is_given_at_a_place_once_and_ended(door):
    near = door.world.places["near"]
    path = f"/v1/users/{door.world.people['nobody']}/grants"
    role = {"role": "group_leader", "level": "group", "place_id": str(near.group_id)}
    given = door.post("operations", path, role)
    assert (given.status_code, given.json["role"], given.json["valid_to"]) == (201, "group_leader", None)
    assert door.post("operations", path, role).json["id"] == given.json["id"]
    assert len(door.ids("nobody", "/v1/zones")) == 2
    assert door("operations", "DELETE", f"{path}/{given.json['id']}").status_code == 204
    assert door.ids("nobody", "/v1/zones") == []


def test_a_grant_is_ended_under_its_own_person_only(door):
    grant = door.get("operations", f"/v1/users/{door.world.people['leader']}").json["grants"][0]["id"]
    wrong = door("operations", "DELETE", f"/v1/users/{door.world.people['agent']}/grants/{grant}")
    assert problem(wrong) == (404, "accounts.grant_unknown")
    assert door.get("leader", "/v1/me").json["grants"][0]["valid_to"] is None


def test_a_password_is_reset_by_who_is_in_charge(door):
    path = f"/v1/users/{door.world.people['agent']}/password"
    assert problem(door("manager", "PUT", path, json={"password": "another horse 43"}))[0] in (403, 404)
    assert door("operations", "PUT", path, json={"password": "another horse 43"}).status_code == 204
    assert door.get("agent", "/v1/me").status_code == 401


def test_pages_of_people_are_complete_and_stable(door):
    everybody = door.ids("administrator", "/v1/users")
    assert len(everybody) == len(set(everybody)) >= len(door.world.people)
    first = door.get("administrator", "/v1/users?limit=3").json
    door.post("operations", "/v1/users", new(door))
    rest = door.get("administrator", "/v1/users", query_string={"limit": 200, "after": first["next"]}).json
    assert [one["id"] for one in first["items"] + rest["items"]] == everybody
