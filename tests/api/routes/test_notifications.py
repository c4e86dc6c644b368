from dispatch.notifications import service
from dispatch.notifications.notice import Notice
from kernel.actor import system_actor
from tests.api.world import problem, wrong_fields


def tell(door, runtime, *names, key="k"):
    with runtime.unit_of_work(system_actor()) as uow:
        people = tuple(door.world.people[name] for name in names)
        values = {"title": "紧急", "body": "请回电"}
        service.tell(uow, [Notice("notice.plain", key, people, values, door.world.places["near"].region_id)])


def test_an_inbox_is_read_and_counted_by_its_owner_and_by_nobody_else(door, runtime):
    for number in range(3):
        tell(door, runtime, "technician", "leader", key=f"k{number}")
    newest = door.get("technician", "/v1/notifications?limit=1").json["items"][0]
    assert (newest["title"], newest["body"], newest["key"], newest["read_at"]) == ("紧急", "请回电", "k2", None)
    assert len(door.ids("technician", "/v1/notifications")) == 3
    for who in ("administrator", "operations", "manager", "nobody"):
        assert door.ids(who, "/v1/notifications") == []
        refused = door.post(who, f"/v1/notifications/{newest['id']}/read")
        assert problem(refused) == (404, "notifications.unknown")
        assert problem(door.post(who, "/v1/notifications/read", {"up_to": newest["id"]}))[0] == 404
    assert door.post("technician", f"/v1/notifications/{newest['id']}/read").status_code == 204
    assert door.get("technician", "/v1/notifications/unread").json == {"unread": 2}
    assert len(door.get("technician", "/v1/notifications?unread=true").json["items"]) == 2
    assert door.post("technician", "/v1/notifications/read", {"up_to": newest["id"]}).status_code == 204
    assert door.get("technician", "/v1/notifications/unread").json == {"unread": 0}
    assert door.get("leader", "/v1/notifications/unread").json == {"unread": 3}


def test_quiet_hours_are_set_shown_and_given_back_to_the_region(door):
    assert door.get("leader", "/v1/quiet-hours").json == {"quiet_from": "22:00", "quiet_to": "07:00", "own": False}
    mine = {"quiet_from": "23:30", "quiet_to": "06:00"}
    assert door("leader", "PUT", "/v1/quiet-hours", json=mine).json == mine | {"own": True}
    assert door.get("manager", "/v1/quiet-hours").json["own"] is False
    assert door("leader", "DELETE", "/v1/quiet-hours").status_code == 204
    assert door.get("leader", "/v1/quiet-hours").json["own"] is False
    half = door("leader", "PUT", "/v1/quiet-hours", json={"quiet_from": "23:30", "quiet_to": None})
    assert wrong_fields(half) == {"/quiet_to": "notifications.quiet_hours_wrong"}
    assert "/quiet_from" in wrong_fields(door("leader", "PUT", "/v1/quiet-hours", json=mine | {"quiet_from": "25:00"}))
