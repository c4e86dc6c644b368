"""Keys at the door: made, used, rotated and revoked; what they open and what they never do."""

from datetime import timedelta

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from kernel.clock import iso
from tests.api.world import problem
from tests.conftest import NOW

LIST = "/v1/work-orders"
READ = ["work-orders:read"]


def make(door, who, as_who="erp", **options):
    """Make a key, and let the door send it as somebody."""
    made = door.post(who, "/v1/keys", {"name": "ERP", "scopes": READ, **options})
    assert made.status_code == 201, made.text
    door.world.tokens[as_who] = made.json["key"]
    return made.json["id"]


def test_a_person_makes_a_key_sees_it_once_and_a_program_asks_with_it(door):
    key_id = make(door, "leader", addresses=["127.0.0.0/8"])
    mine, by_key = door.get("leader", LIST).json, door.get("erp", LIST).json
    assert by_key == mine
    assert by_key["items"]
    shown = door.get("leader", f"/v1/keys/{key_id}").json
    assert door.get("leader", "/v1/keys").json["items"][0] == shown
    [secret] = shown["secrets"]
    assert door.world.tokens["erp"].startswith(secret["prefix"])
    assert (secret["used_at"], secret["used_from"]) == (iso(NOW), "127.0.0.1")
    assert (shown["login"], shown["state"], shown["scopes"]) == ("leader", "active", READ)
    assert shown["expires_at"] == iso(NOW + timedelta(days=365))
    assert door.world.tokens["erp"][16:] not in str(shown)
    [told] = door.get("leader", "/v1/notifications").json["items"]
    assert secret["prefix"] in str(told)
    assert door.world.tokens["erp"][16:] not in str(told)


def test_a_key_does_no_more_than_its_scopes_and_says_which_is_missing(door):
    make(door, "leader", scopes=["requests:read", "requests:write"])
    refused = door.get("erp", LIST)
    assert problem(refused) == (403, "keys.scope_missing")
    assert refused.json["scopes"] == READ
    order = f"{LIST}/{door.world.orders['near']}"
    assert door.post("erp", f"{order}/commands", {"command": "accept"}).json["scopes"] == ["work-orders:write"]
    assert door.get("erp", "/v1/service-requests").status_code == 200
    assert door("erp", "HEAD", "/v1/service-requests").status_code == 200
    assert door("erp", "HEAD", LIST).status_code == 403
    assert door.get("erp", "/v1/me").json["login"] == "leader"


def test_a_key_does_no_more_than_the_roles_of_its_account(door):
    make(door, "technician", scopes=["customers:read", "customers:write", "work-orders:read"])
    assert door.get("erp", f"{LIST}/{door.world.orders['near']}").status_code == 200
    assert door.get("erp", f"{LIST}/{door.world.orders['next_zone']}").status_code == 404
    new = {"name": "x", "phone": "1", "region_id": str(door.world.places["near"].region_id)}
    mine, by_key = (problem(door.post(who, "/v1/customers", new)) for who in ("technician", "erp"))
    assert by_key == mine
    assert by_key[0] == 403


def test_no_key_makes_rotates_or_revokes_keys_or_changes_accounts(door):
    key_id = make(door, "administrator", scopes=["accounts:read", "phones:write", "people:write"])
    user = f"/v1/users/{door.world.people['leader']}"
    new = {"name": "x", "scopes": READ}
    for method, path, body in (
        ("POST", "/v1/keys", new),
        ("GET", "/v1/keys", None),
        ("POST", f"/v1/keys/{key_id}/rotate", None),
        ("DELETE", f"/v1/keys/{key_id}", None),
        ("POST", "/v1/users", {"login": "x", "name": "x"}),
        ("PATCH", user, {"active": False}),
        ("PUT", f"{user}/password", {"password": "four words of no song"}),
        ("PUT", "/v1/me/password", {"password": "four words of no song"}),
        ("POST", f"{user}/grants", {"role": "administrator", "level": "everywhere"}),
        ("GET", f"{user}/sessions", None),
        ("DELETE", "/v1/me/sessions", None),
        ("POST", "/v1/logout", None),
        ("POST", "/v1/devices", {"install_id": "phone-1"}),
    ):
        refused = door("erp", method, path, **({} if body is None else {"json": body}))
        assert problem(refused) == (403, "keys.closed"), (method, path)
    assert door.get("erp", user).status_code == 200


def test_a_key_is_used_from_its_addresses_only(door):
    make(door, "leader", addresses=["203.0.113.0/24", "2001:db8::/32"])
    assert problem(door.get("erp", LIST)) == (403, "keys.address_refused")
    for address in ("203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1"):
        assert door.get("erp", LIST, environ_base={"REMOTE_ADDR": address}).status_code == 200
    assert door.get("erp", LIST, environ_base={"REMOTE_ADDR": "203.0.114.9"}).status_code == 403


def test_a_rotated_key_goes_on_for_a_while_and_a_revoked_one_not_for_a_request(door, clock):
    key_id = make(door, "leader")
    headers = {"Idempotency-Key": "rotation-1"}
    fresh, again = (door.post("leader", f"/v1/keys/{key_id}/rotate", headers=headers) for _ in range(2))
    assert fresh.status_code == 201
    assert again.json == fresh.json, "whose answer was lost gets the same one"
    door.world.tokens["new"] = fresh.json["key"]
    assert [door.get(who, LIST).status_code for who in ("erp", "new")] == [200, 200]
    clock.at += timedelta(minutes=50)
    now = door.post(
        "leader", f"/v1/keys/{key_id}/rotate", {"grace_hours": 0, "expires_at": iso(NOW + timedelta(days=9))}
    )
    door.world.tokens["newest"] = now.json["key"]
    assert [door.get(who, LIST).status_code for who in ("erp", "new", "newest")] == [401, 401, 200]
    assert door("leader", "DELETE", f"/v1/keys/{key_id}").status_code == 204
    assert problem(door.get("newest", LIST)) == (401, "token-invalid")


def test_a_key_that_was_mistyped_is_told_so(plain_door):
    plain_door.world.tokens["erp"] = "fb_0001iyt0xlwr_nO287Qeh4UqV9VbO5CXqtxaW02kfTZJUpBcRh1fRbeb3pNBBH"
    refused = plain_door.get("erp", LIST)
    assert problem(refused) == (401, "token-invalid")
    assert "mistyped" in refused.json["detail"]


def test_those_in_charge_keep_service_accounts_and_their_keys(door):
    region_id = str(door.world.places["near"].region_id)
    new = {"login": "dms", "name": "Dispatch", "kind": "service", "region_id": region_id}
    assert problem(door.post("manager", "/v1/users", new)) == (403, "accounts.may_not_manage")
    dms = door.post("operations", "/v1/users", new).json
    [listed] = door.get("operations", "/v1/users?kind=service").json["items"]
    assert (dms["kind"], listed["id"]) == ("service", dms["id"])
    post = {"role": "agent", "level": "station", "place_id": str(door.world.places["near"].station_id)}
    assert door.post("operations", f"/v1/users/{dms['id']}/grants", post).status_code == 201
    key_id = make(door, "operations", user_id=dms["id"])
    assert door.get("operations", "/v1/notifications").json["items"] == []
    assert door.get("erp", "/v1/me").json["id"] == dms["id"]
    assert sorted(door.ids("erp", LIST)) == sorted(door.ids("agent", LIST))
    assert problem(door.post(None, "/v1/login", {"login": "dms", "password": ""}))[0] in (401, 422)
    wanted = {"user_id": dms["id"], "minutes": 5}
    assert problem(door.post("operations", "/v1/devices/enrolments", wanted)) == (409, "accounts.no_person")
    for who, status in {"manager": 404, "operations_abroad": 404, "leader": 404, "administrator": 200}.items():
        assert door.get(who, f"/v1/keys/{key_id}").status_code == status
    [listed] = door.get("administrator", f"/v1/keys?user_id={dms['id']}&state=active").json["items"]
    assert listed["id"] == key_id
    assert door.patch("operations", f"/v1/users/{dms['id']}", {"active": False}).status_code == 200
    assert door.get("erp", LIST).status_code == 401
    assert door.get("administrator", f"/v1/keys/{key_id}").json["state"] == "revoked"


def test_the_audit_log_and_the_log_name_the_key_and_not_what_opens_something(door):
    make(door, "operations", scopes=["customers:write"])
    prefix = door.world.tokens["erp"][:15]
    new = {"name": "客户", "phone": "100 0001 0001", "region_id": str(door.world.places["near"].region_id)}
    with capture_logs(processors=[merge_contextvars]) as lines:
        assert door.post("erp", "/v1/customers", new).status_code == 201
        assert door.get("erp", LIST).status_code == 403
    assert {line["key"] for line in lines if line["event"] == "request"} == {prefix}
    entries = door.get("operations", "/v1/audit").json["items"]
    assert [(one["action"], one["session"]) for one in entries if one["session"] == prefix] == [
        ("GET /v1/work-orders", prefix),
        ("POST /v1/customers", prefix),
    ]
    assert any(one["action"] == "POST /v1/keys" for one in entries)
    assert door.world.tokens["erp"][16:] not in str(entries) + str(lines)


@pytest.mark.parametrize(("language", "word"), [("en", "Work orders"), ("zh-CN", "工单")])
def test_the_scopes_are_listed_with_what_they_mean(plain_door, language, word):
    items = plain_door.get("nobody", "/v1/key-scopes", headers={"Accept-Language": language}).json["items"]
    [about] = [one["about"] for one in items if one["name"] == "work-orders:write"]
    assert about.startswith(word)
