import pytest

from tests.api.world import problem, wrong_fields
from tests.receivers import webhook

URL = "jsons://hooks.example.com/very-secret"


@pytest.fixture
def inside_too(runtime):
    object.__setattr__(runtime.settings, "notify_internal", "yes")


def test_a_channel_is_added_tested_and_removed_and_its_address_never_shown(door, inside_too):
    with webhook() as hook:
        made = door.post("technician", "/v1/notification-channels", {"name": "我的", "url": hook.url + "/very-secret"})
        assert made.status_code == 201, made.text
        path = f"/v1/notification-channels/{made.json['id']}"
        tested = door.post("technician", f"{path}/test")
        assert tested.json == {"delivered": True, "error": None}
        assert [body["title"] for body in hook.bodies] == ["测试通知"]
        hook.status = 500
        tested = door.post("technician", f"{path}/test")
        assert tested.json == {"delivered": False, "error": "the service did not take the message"}
    shown = door.get("technician", path)
    assert shown.json["last_error"] == "the service did not take the message"
    assert (shown.json["service"], shown.json["host"], shown.json["owner"]) == ("json", "127.0.0.1", "person")
    listed = door.get("technician", "/v1/notification-channels")
    for response in (made, tested, shown, listed):
        assert "very-secret" not in response.text
    assert door("technician", "DELETE", path).status_code == 204
    assert door.ids("technician", "/v1/notification-channels") == []


def test_an_address_that_leads_inside_is_refused(door):
    with webhook() as hook:
        refused = door.post("technician", "/v1/notification-channels", {"name": "x", "url": hook.url})
    assert wrong_fields(refused) == {"/url": "notifications.address_internal"}
    for url, code in (("nonsense", "address_wrong"), ("tgram://1:a/b", "service_not_allowed")):
        refused = door.post("technician", "/v1/notification-channels", {"name": "x", "url": url})
        assert wrong_fields(refused) == {"/url": f"notifications.{code}"}


def test_a_refused_address_is_not_repeated(door):
    refused = door.post("technician", "/v1/notification-channels", {"name": "", "url": URL})
    assert "very-secret" not in refused.text


def test_a_chat_is_for_the_leaders_of_its_place_and_unknown_out_of_scope(door):
    world = door.world
    body = {"owner": "group", "owner_id": str(world.places["near"].group_id), "name": "群", "url": URL}
    assert problem(door.post("agent", "/v1/notification-channels", body)) == (403, "forbidden")
    assert problem(door.post("technician", "/v1/notification-channels", body)) == (404, "territory.group_unknown")
    assert wrong_fields(door.post("leader", "/v1/notification-channels", body | {"owner_id": None})) == {
        "/owner_id": "notifications.owner_missing"
    }
    key = door.post("leader", "/v1/notification-channels", body).json["id"]
    path = f"/v1/notification-channels/{key}"
    for who in ("administrator", "operations", "manager", "agent", "leader"):
        assert key in door.ids(who, "/v1/notification-channels")
        assert door.get(who, path).status_code == 200
    for who in ("technician", "nobody", "assessor", "operations_abroad"):
        assert door.ids(who, "/v1/notification-channels") == []
        for method, way in (("GET", ""), ("DELETE", ""), ("POST", "/test")):
            assert problem(door(who, method, path + way)) == (404, "notifications.channel_unknown")
    assert problem(door("agent", "DELETE", path)) == (403, "forbidden")
    assert problem(door.post("agent", f"{path}/test")) == (403, "forbidden")


def test_channels_of_one_owner_are_picked(door):
    technician = str(door.world.people["technician"])
    mine = door.post("technician", "/v1/notification-channels", {"name": "a", "url": URL}).json["id"]
    door.post("operations", "/v1/notification-channels", {"name": "b", "url": URL})
    picked = door.get("operations", f"/v1/notification-channels?owner_id={technician}").json["items"]
    assert [one["id"] for one in picked] == [mine]
