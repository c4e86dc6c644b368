import pytest

from dispatch.notifications import customer_messages
from dispatch.notifications.notice import Addressee, CustomerNotice
from kernel.actor import system_actor
from tests.api.world import SEES, ZONES, problem, wrong_fields

WAY = "jsons://gateway.example.com/very-secret?:to={phone}"
SETTINGS = {"quiet_from": "21:00", "quiet_to": "08:00", "language": "zh-CN"}


@pytest.fixture
def told(door, runtime):
    """A message to the customer of each place."""
    with runtime.unit_of_work(system_actor()) as uow:
        for name in ZONES:
            places = door.world.places[name]
            one = Addressee(door.world.customers[name], name, "100 0000 0000", places)
            values = {"title": "停机通知", "body": name}
            notice = CustomerNotice("notice.plain", "outage", (one,), values, places.region_id)
            customer_messages.tell_customers(uow, [notice])


@pytest.mark.parametrize("who", SEES)
def test_messages_to_customers_are_shown_to_those_who_see_the_customer(door, told, who):
    shown = []
    after = None
    while True:
        query = {"limit": 2} | ({} if after is None else {"after": after})
        page = door.get(who, "/v1/customer-messages", query_string=query).json
        shown += [one["body"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(shown) == sorted(SEES[who])


def test_what_was_not_sent_says_why_and_is_sent_once_there_is_a_way(door, told):
    (one,) = door.get("leader", "/v1/customer-messages?status=no_channel").json["items"][:1]
    assert (one["status"], one["title"], one["sent_at"]) == ("no_channel", "停机通知", None)
    assert problem(door.post("operations", "/v1/customer-messages/resend", {})) == (
        409,
        "notifications.no_customer_channel",
    )
    saved = door("operations", "PUT", "/v1/messaging", json=SETTINGS | {"customer_url": WAY})
    assert saved.status_code == 200, saved.text
    assert "very-secret" not in saved.text
    assert saved.json["customer_service"] == "jsons"
    assert door.post("operations", "/v1/customer-messages/resend", {}).json == {"resent": 4}
    assert door.get("operations", "/v1/customer-messages?status=no_channel").json["items"] == []
    assert len(door.get("operations", "/v1/customer-messages?status=waiting&key=outage").json["items"]) == 4


def test_how_a_region_tells_is_set_by_its_operations(door):
    assert door.get("agent", "/v1/messaging").json["quiet_from"] == "22:00"
    assert door("operations", "PUT", "/v1/messaging", json=SETTINGS).json["customer_service"] is None
    assert door.get("agent", "/v1/messaging").json["quiet_from"] == "21:00"
    for who in ("manager", "agent", "technician"):
        assert problem(door(who, "PUT", "/v1/messaging", json=SETTINGS)) == (403, "forbidden")
        assert problem(door.post(who, "/v1/customer-messages/resend", {})) == (403, "forbidden")
    near = {"region_id": str(door.world.places["near"].region_id)}
    assert door("operations_abroad", "PUT", "/v1/messaging", json=SETTINGS | near).status_code == 404
    assert door.get("operations_abroad", "/v1/messaging", query_string=near).status_code == 404
    assert door.post("operations_abroad", "/v1/customer-messages/resend", near).status_code == 404


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("jsons://gateway.example.com/", "no_place_for_phone"),
        ("json://10.0.0.1/?:to={phone}", "address_internal"),
        ("sms{phone}", "address_wrong"),
    ],
)
def test_a_way_to_customers_is_checked_like_a_channel(door, url, code):
    refused = door("operations", "PUT", "/v1/messaging", json=SETTINGS | {"customer_url": url})
    assert wrong_fields(refused) == {"/customer_url": f"notifications.{code}"}
