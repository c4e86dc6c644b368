from datetime import timedelta

from tests.api.world import problem


def registered(door, who="technician", install="phone-1", **members):
    made = door.post(who, "/v1/devices", {"install_id": install} | members)
    assert made.status_code == 201, made.text
    return made.json


def limits(door, token):
    return door.get(None, "/v1/sync/limits", headers={"Authorization": f"Bearer {token}"})


def pull(door, token):
    return door.get(None, "/v1/sync/pull", headers={"Authorization": f"Bearer {token}"})


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
    turned = door.post("technician", f"/v1/devices/{first['device_id']}/rotate").json
    for token in (first["token"], second["token"], turned["token"]):
        assert limits(door, token).status_code == 200
    assert pull(door, turned["token"]).status_code == 200
    assert [limits(door, one["token"]).status_code for one in (first, second, turned)] == [401, 401, 200]


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
    refused = pull(door, made["token"])
    assert problem(refused) == (403, "device-revoked")
    assert refused.json["wipe"] is True
    again = door.post("technician", "/v1/devices", {"install_id": "phone-1"})
    assert (problem(again), again.json["push_until"]) == ((403, "device-revoked"), refused.json["push_until"])
    assert door.get("operations", "/v1/devices?status=revoked").json["items"][0]["push_until"] is not None


def test_a_revocation_has_a_reason_is_taken_back_and_ends_with_the_wipe(door):
    made = registered(door)
    base, auth = f"/v1/devices/{made['device_id']}", {"Authorization": f"Bearer {made['token']}"}
    assert door.post("manager", f"{base}/revoke", {"reason": "手机丢失"}).status_code == 204
    (shown,) = door.get("manager", "/v1/devices").json["items"]
    assert (shown["revoke_reason"], shown["revoked_by"]) == ("手机丢失", str(door.world.people["manager"]))
    assert door.post("manager", f"{base}/reinstate").status_code == 204
    assert pull(door, made["token"]).status_code == 200
    assert door.post("manager", f"{base}/revoke").status_code == 204
    assert door.post(None, "/v1/sync/wiped", headers=auth).status_code == 204
    (shown,) = door.get("manager", "/v1/devices").json["items"]
    assert shown["wiped_at"] is not None
    assert problem(door.post("manager", f"{base}/reinstate")) == (409, "device.wiped")


def test_a_phone_enrols_by_a_code_that_its_manager_shows(door):
    person = str(door.world.people["technician"])
    asked = {"user_id": person, "minutes": 10}
    for who, status in (("technician_next_zone", 404), ("agent", 403), ("nobody", 404), ("operations_abroad", 404)):
        assert door.post(who, "/v1/devices/enrolments", asked).status_code == status, who
    made = door.post("manager", "/v1/devices/enrolments", asked)
    assert made.status_code == 201, made.text
    code = made.json["code"]
    assert code in made.json["link"]
    assert made.json["qr"].startswith("data:image/svg+xml")
    phone = {"code": code.lower().replace("-", " "), "install_id": "by-code"}
    first = door.post(None, "/v1/devices/enrol", phone)
    again = door.post(None, "/v1/devices/enrol", phone)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["device_id"] == again.json["device_id"]
    assert pull(door, again.json["token"]).status_code == 200
    assert door.get("technician", "/v1/devices").json["items"][0]["user_id"] == person
    for wrong in ({**phone, "install_id": "another"}, {**phone, "code": "7777-7777-7777-7777"}, {**phone, "code": "x"}):
        assert problem(door.post(None, "/v1/devices/enrol", wrong)) == (401, "device.enrolment")


def found(door, query):
    return [one["id"] for one in door.get("manager", f"/v1/devices?{query}").json["items"]]


def test_phones_are_filtered_and_exported(door):
    mine, other = registered(door, app="4.2"), registered(door, install="phone-2", app="4.3")
    assert found(door, "app=4.2") == [mine["device_id"]]
    assert found(door, "forked=true") == []
    assert set(found(door, "silent_since=2030-01-01T00:00:00Z")) == {
        mine["device_id"],
        other["device_id"],
    }
    assert found(door, "silent_since=2020-01-01T00:00:00Z") == []
    assert problem(door.get("manager", "/v1/devices?status=lost"))[0] == 422
    table = door.get("manager", "/v1/devices.csv?app=4.3")
    assert table.text.count("\n") == 2
    assert other["device_id"] in table.text
    assert door.get("nobody", "/v1/devices.csv").text.count("\n") == 1


def test_a_phone_that_signed_off_is_closed(door):
    made = registered(door)
    assert door("technician", "DELETE", f"/v1/devices/{made['device_id']}").status_code == 204
    assert problem(limits(door, made["token"])) == (403, "device-closed")
    again = registered(door)
    assert again["device_id"] == made["device_id"]
    assert [limits(door, one["token"]).status_code for one in (made, again)] == [401, 200]


def test_the_life_of_a_phone_is_listed_and_replaced_installations_are_found(door, clock):
    old = registered(door)["device_id"]
    clock.at += timedelta(minutes=1)
    new = registered(door, install="phone-2")["device_id"]
    told = door.get("manager", f"/v1/devices/{old}/timeline")
    assert [(one["kind"], one["note"]) for one in told.json["items"]] == [("registered", None)]
    assert door.get("technician_next_zone", f"/v1/devices/{old}/timeline").status_code == 404
    assert found(door, "replaced=true") == [old]
    assert found(door, "replaced=false") == [new]
