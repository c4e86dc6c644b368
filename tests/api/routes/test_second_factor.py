import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote_to_bytes

import pytest
from sqlalchemy import text

from api.auth import is_secured, takes_part_in_enrolling
from kernel.actor import read_roles
from tests import factories
from tests.api.test_auth import OPEN, PAGES, address, operations
from tests.api.world import problem, wrong_fields
from tests.factories import app_code

MINE = "/v1/me/second-factor"
PASSWORD = {"password": factories.PASSWORD}


def sign_in(door, login):
    return door.post(None, "/v1/login", {"login": login, **PASSWORD})


def with_code(door, login, code):
    """Sign in with both; return the answer to the second step."""
    asked = sign_in(door, login)
    assert asked.status_code == 202, asked.text
    return door.post(None, "/v1/login/second-factor", {"challenge": asked.json["challenge"], "code": code})


def enrol(door, who, clock):
    """Turn on a second factor; return the secret of the app and the recovery codes."""
    begun = door.post(who, MINE, PASSWORD)
    assert begun.status_code == 201, begun.text
    confirmed = door.post(who, f"{MINE}/confirm", {"code": app_code(begun.json["secret"], clock.at, steps=-1)})
    assert confirmed.status_code == 201, confirmed.text
    return begun.json["secret"], confirmed.json["recovery_codes"]


def test_a_second_factor_from_the_first_picture_to_the_last_recovery_code(door, clock):
    off = {"on": False, "since": None, "recovery_codes_left": 0, "needed": False}
    assert door.get("manager", MINE).json == off
    door.world.tokens["elsewhere"] = sign_in(door, "manager").json["token"]
    begun = door.post("manager", MINE, PASSWORD).json
    assert begun["uri"].startswith("otpauth://totp/Fieldbeat:manager?secret=" + begun["secret"])
    assert b"<svg" in unquote_to_bytes(begun["qr"].removeprefix("data:image/svg+xml"))
    assert door.get("manager", MINE).json == off, "nothing changes until a code was shown"
    assert sign_in(door, "manager").status_code == 201
    assert problem(door.post("manager", f"{MINE}/confirm", {"code": "000 000"})) == (401, "accounts.code_wrong")
    secret, codes = enrol(door, "manager", clock)
    assert len(set(codes)) == 10
    assert door.get("elsewhere", "/v1/me").status_code == 401
    state = door.get("manager", MINE).json
    assert (state["on"], state["since"], state["recovery_codes_left"]) == (True, "2026-11-22T01:00:00.000Z", 10)
    asked = sign_in(door, "manager")
    assert set(asked.json) == {"challenge", "expires_at"}
    assert asked.json["expires_at"] == "2026-11-22T01:05:00.000Z"
    challenge = {"challenge": asked.json["challenge"]}
    door.world.tokens["challenge"] = asked.json["challenge"]
    assert door.get("challenge", "/v1/me").status_code == 401
    wrong = [door.post(None, "/v1/login/second-factor", challenge | {"code": code}) for code in ("000000", "x")]
    assert {problem(answer) for answer in wrong} == {(401, "accounts.code_wrong")}
    signed_in = door.post(None, "/v1/login/second-factor", challenge | {"code": app_code(secret, clock.at)})
    assert signed_in.status_code == 201
    door.world.tokens["second"] = signed_in.json["token"]
    assert [one["second_factor"] for one in door.get("second", "/v1/me/sessions").json["items"]] == [True, True]
    assert with_code(door, "manager", codes[0]).status_code == 201
    assert problem(with_code(door, "manager", codes[0])) == (401, "accounts.code_wrong")
    assert door.get("second", MINE).json["recovery_codes_left"] == 9


def test_what_is_asked_of_the_owner_takes_the_password_and_a_code(door, clock):
    secret, codes = enrol(door, "leader", clock)
    for path in ("recovery-codes", "turn-off"):
        no_code = {"password": factories.PASSWORD, "code": "000000"}
        no_password = {"password": "not the password", "code": codes[9]}
        assert problem(door.post("leader", f"{MINE}/{path}", no_code)) == (401, "accounts.code_wrong")
        assert problem(door.post("leader", f"{MINE}/{path}", no_password)) == (401, "accounts.wrong_password")
        assert set(wrong_fields(door.post("leader", f"{MINE}/{path}", {}))) == {"/password", "/code"}
    renewed = door.post("leader", f"{MINE}/recovery-codes", PASSWORD | {"code": codes[0]})
    assert renewed.status_code == 201
    assert not set(renewed.json["recovery_codes"]) & set(codes)
    # Whoever found an open session and tries codes waits like whoever tries to sign in.
    for old in codes[:5]:
        assert problem(door.post("leader", f"{MINE}/turn-off", PASSWORD | {"code": old}))[1] == "accounts.code_wrong"
    off = PASSWORD | {"code": app_code(secret, clock.at)}
    assert problem(door.post("leader", f"{MINE}/turn-off", off)) == (429, "accounts.too_many_attempts")
    clock.at += timedelta(seconds=2)
    assert door.post("leader", f"{MINE}/turn-off", off).status_code == 204
    assert door.get("leader", MINE).json["on"] is False
    assert sign_in(door, "leader").status_code == 201
    titles = [one["title"] for one in door.get("leader", "/v1/notifications").json["items"]]
    assert titles == ["双因素验证已关闭", "使用了一个恢复码", "双因素验证已启用"]


def test_a_lost_one_is_reset_by_who_may_and_by_nobody_else(door, clock):
    login = door.get("technician", "/v1/me").json["login"]
    enrol(door, "technician", clock)
    assert problem(door.post("technician", MINE, PASSWORD)) == (409, "accounts.second_factor_on")
    theirs = f"/v1/users/{door.world.people['technician']}/second-factor"
    assert door.get("manager", theirs).json["on"] is True
    for who, answer in {
        "technician_next_zone": (404, "accounts.unknown"),
        "operations_abroad": (404, "accounts.unknown"),
        "agent": (403, "accounts.may_not_manage"),
        "leader": (403, "accounts.may_not_manage"),
        "technician": (403, "accounts.may_not_manage"),
    }.items():
        assert problem(door(who, "DELETE", theirs)) == answer, who
        if who != "technician":
            assert problem(door.get(who, theirs)) == answer, who
    assert door("manager", "DELETE", theirs).status_code == 204
    assert door.get("technician", "/v1/me").status_code == 401
    assert problem(door("manager", "DELETE", theirs)) == (409, "accounts.second_factor_off")
    assert sign_in(door, login).status_code == 201
    entries = door.get("administrator", f"/v1/audit?subject_id={door.world.people['technician']}").json["items"]
    (reset,) = [one for one in entries if one["kind"] == "command" and one["action"].startswith("DELETE")]
    assert reset["user_id"] == str(door.world.people["manager"])


def test_neither_secrets_nor_codes_are_in_the_audit_log(door, runtime, clock):
    secret, codes = enrol(door, "manager", clock)
    asked = sign_in(door, "manager").json["challenge"]
    code = app_code(secret, clock.at)
    assert door.post(None, "/v1/login/second-factor", {"challenge": asked, "code": "735291"}).status_code == 401
    assert door.post(None, "/v1/login/second-factor", {"challenge": asked, "code": code}).status_code == 201
    assert with_code(door, "manager", codes[0]).status_code == 201
    door.post("manager", f"{MINE}/recovery-codes", PASSWORD | {"code": codes[1]})
    with runtime.engine.connect() as connection:
        kept = " ".join(connection.scalars(text("SELECT details FROM audit_entries")))
        sealed = connection.scalar(text("SELECT secret FROM second_factors"))
    assert kept.count("second_factor") >= 4
    assert '"refused":"accounts.code_wrong"' in kept
    for hidden in (secret, sealed, asked, code, "735291", *codes):
        assert hidden not in kept


@pytest.fixture
def demanding(runtime):
    """An installation that demands a second factor of managers and administrators."""
    runtime.settings = replace(runtime.settings, second_factor_roles=read_roles("station_manager administrator"))


NARROW = {
    ("GET", "/v1/me"),
    ("POST", "/v1/logout"),
    ("GET", MINE),
    ("POST", MINE),
    ("POST", f"{MINE}/confirm"),
}
"""What is open to somebody who has yet to turn on the second factor that their role takes."""


def test_whose_role_takes_one_may_only_enrol_until_they_have_one(door, demanding, clock):
    assert door.get("agent", "/v1/me/sessions").status_code == 200
    door.world.tokens["manager"] = sign_in(door, "manager").json["token"]
    technician = str(door.world.people["technician"])
    for refused in (
        door.get("manager", "/v1/work-orders"),
        door.post("manager", "/v1/devices", {"install_id": "phone-1"}),
        door.post("manager", "/v1/devices/enrolments", {"user_id": technician}, headers={"Idempotency-Key": "key"}),
    ):
        assert problem(refused) == (403, "accounts.second_factor_needed")
    assert door.get("manager", "/v1/me").status_code == 200
    assert door.get("manager", MINE).json["needed"] is True
    secret, _ = enrol(door, "manager", clock)
    assert door.get("manager", "/v1/work-orders").status_code == 200
    off = door.post("manager", f"{MINE}/turn-off", PASSWORD | {"code": app_code(secret, clock.at)})
    assert off.status_code == 204
    assert problem(door.get("manager", "/v1/work-orders")) == (403, "accounts.second_factor_needed")
    assert enrol(door, "manager", clock)
    assert door.get("manager", "/v1/work-orders").status_code == 200


def test_a_role_that_somebody_gets_takes_one_from_the_next_request_on(door, demanding):
    assert door.get("agent", "/v1/work-orders").status_code == 200
    grant = {"role": "station_manager", "level": "station", "place_id": str(door.world.places["near"].station_id)}
    agent = f"/v1/users/{door.world.people['agent']}/grants"
    assert door.post("operations", agent, grant).status_code == 201
    assert problem(door.get("agent", "/v1/work-orders")) == (403, "accounts.second_factor_needed")


def test_nothing_but_what_enrolling_takes_is_open_before_it(plain_app):
    open_then = set()
    for method, rule in operations(plain_app):
        if rule in PAGES or (method, rule) in OPEN:
            continue
        adapter = plain_app.url_map.bind("localhost")
        endpoint, _ = adapter.match(address(rule), method=method)
        view = plain_app.view_functions[endpoint]
        operation = getattr(getattr(view, "view_class", None), method.lower(), view)
        if takes_part_in_enrolling(operation):
            assert not is_secured(operation)
            open_then.add((method, re.sub(r"<[^>]*>", "…", rule)))
    assert open_then == NARROW


def test_a_phone_that_takes_part_is_not_asked_for_codes(door, clock):
    secret, _ = enrol(door, "manager", clock)
    made = door.post("manager", "/v1/devices/enrolments", {"user_id": str(door.world.people["technician"])})
    phone = door.post(None, "/v1/devices/enrol", {"code": made.json["code"], "install_id": "phone-2"})
    door.world.tokens["again"] = with_code(door, "manager", app_code(secret, clock.at)).json["token"]
    own = door.post("again", "/v1/devices", {"install_id": "phone-1"})
    reset = door("operations", "DELETE", f"/v1/users/{door.world.people['manager']}/second-factor")
    assert reset.status_code == 204
    for registered in (phone, own):
        assert registered.status_code == 201
        head = {"headers": {"Authorization": f"Bearer {registered.json['token']}"}}
        assert door.get(None, "/v1/sync/head", **head).status_code == 200
