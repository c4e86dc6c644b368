"""Telephone numbers and e-mail addresses stand nowhere in the database as people read them."""

from dispatch.notifications.customer_messages import tell_customers
from dispatch.notifications.notice import Addressee, CustomerNotice
from kernel.actor import system_actor
from tests.api.world import WORK_TYPE
from tests.conftest import NOW
from tests.everywhere import places_of

PHONE, EMAIL, STAFF = "13970004711", "wang.fang@example.com", "13970004712"


def test_how_people_are_reached_is_in_no_table_and_shown_to_whoever_may_see_it(door, runtime):
    near = door.world.places["near"]
    zone = {"region_id": str(near.region_id), "zone_id": str(near.zone_id)}
    body = {"name": "王芳", "phone": PHONE, "email": EMAIL, **zone}
    made = door.post(
        "agent", "/v1/customers", body, headers={"Idempotency-Key": "d5a3b1a0-0000-4000-8000-000000000001"}
    )
    assert made.status_code == 201
    call = {"work_type": WORK_TYPE, "title": "无信号", "contact_phone": PHONE, "contact_email": EMAIL, **zone}
    first, second = (door.post("agent", "/v1/service-requests", call).json for _ in range(2))
    assert second["duplicate_of"] == first["request_id"]
    login = {"login": "sealed.li", "name": "李", "phone": STAFF, "region_id": str(near.region_id)}
    assert door.post("operations", "/v1/users", login).status_code == 201
    with runtime.unit_of_work(system_actor()) as uow:
        told = Addressee(made.json["id"], "王芳", PHONE, near)
        values = {"number": "1", "link": "https://x", "code": "1", "until": NOW}
        tell_customers(uow, [CustomerNotice("signoff.link", "key", [told], values, near.region_id)])

    with runtime.session() as session:
        assert places_of(session, PHONE, EMAIL, STAFF) == set()

    assert door.get("agent", f"/v1/customers/{made.json['id']}").json["phone"] == PHONE
    for q in (PHONE, "4711", "%2B86 139 7000 4711"):
        assert [one["id"] for one in door.get("agent", f"/v1/customers?q={q}").json["items"]] == [made.json["id"]]
    assert door.get("agent", f"/v1/service-requests/{first['request_id']}").json["contact_email"] == EMAIL
    assert "…4711" in door.get("agent", "/v1/service-requests.csv").text
    messages = door.get("operations", "/v1/customer-messages").json["items"]
    assert [one["phone"] for one in messages] == ["…4711"]
