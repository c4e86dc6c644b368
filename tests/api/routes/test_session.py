from datetime import timedelta

from tests import factories
from tests.api.world import problem, wrong_fields


def sign_in(door, login, password):
    return door.post(None, "/v1/login", {"login": login, "password": password})


def test_signing_in_gives_a_token_that_opens_the_door_until_its_time_is_over(door):
    signed_in = sign_in(door, "manager", factories.PASSWORD)
    assert signed_in.status_code == 201
    assert signed_in.json["expires_at"] == "2026-11-22T01:15:00.000Z"
    assert signed_in.json["refresh_expires_at"] == "2026-11-22T13:00:00.000Z"
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


def test_a_new_password_takes_the_present_one_and_ends_all_other_sessions(door):
    door.world.tokens["elsewhere"] = sign_in(door, "leader", factories.PASSWORD).json["token"]
    new = {"password": "another horse 43"}
    assert problem(door("leader", "PUT", "/v1/me/password", json=new))[1] == "accounts.wrong_password"
    weak = {"password": "short", "present": factories.PASSWORD}
    assert wrong_fields(door("leader", "PUT", "/v1/me/password", json=weak)) == {"/password": "accounts.password_weak"}
    good = new | {"present": factories.PASSWORD}
    assert door("leader", "PUT", "/v1/me/password", json=good).status_code == 204
    assert door.get("leader", "/v1/me").status_code == 200
    assert door.get("elsewhere", "/v1/me").status_code == 401
    assert sign_in(door, "leader", factories.PASSWORD).status_code == 401
    assert sign_in(door, "leader", "another horse 43").status_code == 201


def refresh(door, token):
    return door.post(None, "/v1/refresh", {"refresh_token": token})


def test_a_refresh_token_leads_on_once_and_its_reuse_ends_the_session_and_tells_its_person(door, clock):
    first = sign_in(door, "manager", factories.PASSWORD).json
    clock.at += timedelta(minutes=14)
    second = refresh(door, first["refresh_token"])
    assert second.status_code == 201
    assert second.json["refresh_expires_at"] == first["refresh_expires_at"]
    assert refresh(door, first["refresh_token"]).json == second.json, "an answer that was lost is given again"
    door.world.tokens["fresh"] = second.json["token"]
    assert door.get("fresh", "/v1/me").status_code == 200
    # Now the answer has arrived, so whoever comes with the old token is somebody else.
    answers = [refresh(door, token) for token in (first["refresh_token"], second.json["refresh_token"], "x")]
    assert {problem(answer) for answer in answers} == {(401, "accounts.refresh_invalid")}
    assert door.get("fresh", "/v1/me").status_code == 401
    notices = door.get("manager", "/v1/notifications").json["items"]
    assert [notice["title"] for notice in notices] == ["您的登录可能被盗用"]
    assert "127.0.0.1" in notices[0]["body"]


def test_whoever_guesses_waits_and_everybody_else_does_not(door):
    for _ in range(5):
        assert sign_in(door, "manager", "not the password").status_code == 401
    slow = sign_in(door, "manager", factories.PASSWORD)
    assert problem(slow) == (429, "accounts.too_many_attempts")
    assert slow.headers["Retry-After"] == "2"
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.9"}}
    body = {"login": "manager", "password": factories.PASSWORD}
    assert door.post(None, "/v1/login", body, **elsewhere).status_code == 201
    assert sign_in(door, "agent", factories.PASSWORD).status_code == 201
