from tests.api.world import problem


def registered(door, who="technician", install="phone-1", **members):
    made = door.post(who, "/v1/devices", {"install_id": install} | members)
    assert made.status_code == 201, made.text
    return made.json


def limits(door, token):
    return door.get(None, "/v1/sync/limits", headers={"Authorization": f"Bearer {token}"})


def test_a_phone_is_registered_and_shown_without_its_secret(door):
    made = registered(door, name="张伟的手机", platform="android", app="4.2.1")
    assert (made["protocol"], made["limits"]["push_max_ops"]) == ("fsync/1", 500)
    listed = door.get("technician", "/v1/devices")
    (shown,) = listed.json["items"]
    assert (shown["id"], shown["name"], shown["status"]) == (made["device_id"], "张伟的手机", "active")
    assert made["token"] not in listed.text
    assert limits(door, made["token"]).json["limits"] == made["limits"]


def test_the_same_installation_is_one_phone_whose_last_token_counts(door):
    first, second = registered(door), registered(door)
    assert first["device_id"] == second["device_id"]
    assert limits(door, first["token"]).status_code == 401
    assert limits(door, second["token"]).status_code == 200
    turned = door.post("technician", f"/v1/devices/{first['device_id']}/rotate")
    assert (limits(door, second["token"]).status_code, limits(door, turned.json["token"]).status_code) == (401, 200)


def test_phones_of_others_are_seen_by_who_supervises_them_and_by_nobody_else(door):
    device = registered(door)["device_id"]
    for who in ("technician_next_zone", "agent", "nobody", "operations_abroad"):
        for path, method in (("", "DELETE"), ("/rotate", "POST"), ("/revoke", "POST")):
            assert problem(door(who, method, f"/v1/devices/{device}{path}"))[0] in (403, 404), (who, path)
    for who in ("technician_next_zone", "nobody", "operations_abroad"):
        assert door.ids(who, "/v1/devices") == []
    assert door.ids("operations", "/v1/devices") == [device]


def test_a_revoked_phone_is_told_so(door):
    made = registered(door)
    assert door.post("operations", f"/v1/devices/{made['device_id']}/revoke").status_code == 204
    pull = door.get(None, "/v1/sync/pull", headers={"Authorization": f"Bearer {made['token']}"})
    assert problem(pull) == (403, "device-revoked")
    assert door.get("operations", "/v1/devices?status=revoked").json["items"][0]["push_until"] is not None


def test_a_phone_that_signed_off_is_closed(door):
    made = registered(door)
    assert door("technician", "DELETE", f"/v1/devices/{made['device_id']}").status_code == 204
    assert limits(door, made["token"]).status_code in (401, 403)
