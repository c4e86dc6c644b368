from tests import factories
from tests.api.world import problem, wrong_fields


def sign_in(door, login, password):
    return door.post(None, "/v1/login", {"login": login, "password": password})


def test_signing_in_gives_a_token_that_opens_the_door_until_its_time_is_over(door):
    signed_in = sign_in(door, "manager", factories.PASSWORD)
    assert signed_in.status_code == 201
    assert signed_in.json["expires_at"] == "2026-11-22T13:00:00.000Z"
    door.world.tokens["again"] = signed_in.json["token"]
    me = door.get("again", "/v1/me")
    assert me.json["id"] == signed_in.json["user_id"]
    assert [(one["role"], one["level"]) for one in me.json["grants"]] == [("station_manager", "station")]


def test_whatever_is_wrong_the_answer_is_the_same(door):
    answers = [
        sign_in(door, "manager", "not the password"),
        sign_in(door, "no such person", factories.PASSWORD),
        sign_in(door, "x" * 200, "y" * 1000),
    ]
    assert {problem(answer) for answer in answers} == {(401, "accounts.wrong_password")}
    assert {answer.json["detail"] for answer in answers} == {answers[0].json["detail"]}


def test_a_login_with_a_nul_is_no_text(plain_door):
    assert wrong_fields(sign_in(plain_door, "a\0b", "x")) == {"/login": "type"}


def test_signing_out_ends_this_token_and_no_other(door):
    door.world.tokens["second"] = sign_in(door, "agent", factories.PASSWORD).json["token"]
    assert door.post("second", "/v1/logout").status_code == 204
    assert door.get("second", "/v1/me").status_code == 401
    assert door.get("agent", "/v1/me").status_code == 200


def test_a_new_password_takes_the_present_one_and_signs_out_everywhere(door):
    new = {"password": "another horse 43"}
    assert problem(door("leader", "PUT", "/v1/me/password", json=new))[1] == "accounts.wrong_password"
    weak = {"password": "short", "present": factories.PASSWORD}
    assert wrong_fields(door("leader", "PUT", "/v1/me/password", json=weak)) == {"/password": "accounts.password_weak"}
    good = new | {"present": factories.PASSWORD}
    assert door("leader", "PUT", "/v1/me/password", json=good).status_code == 204
    assert door.get("leader", "/v1/me").status_code == 401
    assert sign_in(door, "leader", factories.PASSWORD).status_code == 401
    assert sign_in(door, "leader", "another horse 43").status_code == 201
