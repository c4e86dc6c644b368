from tests import factories
from tests.api.world import problem


def sign_in(door, who, agent):
    body = {"login": who, "password": factories.PASSWORD}
    signed_in = door.post(None, "/v1/login", body, headers={"User-Agent": agent}).json
    door.world.tokens[agent] = signed_in["token"]
    return signed_in["session_id"]


def test_people_see_their_own_sessions_and_end_one_or_all_others(door):
    lost, desk = sign_in(door, "leader", "lost phone"), sign_in(door, "leader", "desk")
    shown = door.get("desk", "/v1/me/sessions").json["items"]
    assert {one["agent"] for one in shown} == {"lost phone", "desk", None}
    (current,) = [one for one in shown if one["current"]]
    assert (current["id"], current["address"], current["method"]) == (desk, "127.0.0.1", "password")
    assert door("desk", "DELETE", f"/v1/me/sessions/{lost}").status_code == 204
    assert door.get("lost phone", "/v1/me").status_code == 401
    assert problem(door("desk", "DELETE", f"/v1/me/sessions/{lost}")) == (404, "accounts.session_unknown")
    assert door("desk", "DELETE", "/v1/me/sessions").status_code == 204
    assert [one["id"] for one in door.get("desk", "/v1/me/sessions").json["items"]] == [desk]
    assert door.get("leader", "/v1/me").status_code == 401


def test_nobody_ends_a_session_of_somebody_else_as_their_own(door):
    theirs = sign_in(door, "agent", "agent's")
    assert problem(door("leader", "DELETE", f"/v1/me/sessions/{theirs}")) == (404, "accounts.session_unknown")
    assert door.get("agent's", "/v1/me").status_code == 200


def test_those_in_charge_see_and_end_the_sessions_of_their_people_and_nobody_else_does(door):
    theirs = sign_in(door, "leader", "leader's")
    user_id = door.world.people["leader"]
    seen = door.world.people["technician"]
    assert problem(door.get("manager", f"/v1/users/{seen}/sessions")) == (403, "accounts.may_not_manage")
    for who, refused in {
        "manager": (404, "accounts.unknown"),  # a colleague whom they do not see
        "agent": (404, "accounts.unknown"),
        "operations_abroad": (404, "accounts.unknown"),
    }.items():
        for method, path in (
            ("GET", f"/v1/users/{user_id}/sessions"),
            ("DELETE", f"/v1/users/{user_id}/sessions"),
            ("DELETE", f"/v1/users/{user_id}/sessions/{theirs}"),
        ):
            assert problem(door(who, method, path)) == refused
    assert theirs in {one["id"] for one in door.get("operations", f"/v1/users/{user_id}/sessions").json["items"]}
    assert door("operations", "DELETE", f"/v1/users/{user_id}/sessions/{theirs}").status_code == 204
    assert door.get("leader's", "/v1/me").status_code == 401
    assert door.get("leader", "/v1/me").status_code == 200
    assert door("operations", "DELETE", f"/v1/users/{user_id}/sessions").status_code == 204
    assert door.get("leader", "/v1/me").status_code == 401
