"""Sampling plans over HTTP: framed, drawn, verified; spot checks; and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from dispatch.work_orders.models import WorkOrder
from kernel.actor import system_actor
from tests.api.world import problem, wrong_fields
from tests.checklists import world as checklists
from tests.conftest import NOW


@pytest.fixture
def finished(runtime, world):
    """Four orders near that were finished in October, one yesterday."""
    near = world.places["near"]
    with runtime.unit_of_work(system_actor()) as uow:
        checklists.publish_sample(uow, near.region_id)
        ids = checklists.orders(uow, near, 5)
        for nth, order_id in enumerate(ids):
            at = NOW - timedelta(days=1 if nth == 4 else 31 + nth)
            values = {"status": "completed", "assignee_id": world.people["technician"], "completed_at": at}
            uow.session.execute(update(WorkOrder).where(WorkOrder.id == order_id).values(**values))
    return ids


def test_a_plan_is_framed_drawn_and_verified(door, finished):
    made = door.post("operations", "/v1/review-plans", {"month": "2026-10"})
    assert (made.status_code, made.json["state"], made.json["frame_size"]) == (201, "framed", 4)
    url = f"/v1/review-plans/{made.json['id']}"
    drawn = door.post("operations", f"{url}/draw")
    assert (drawn.json["state"], drawn.json["seed"]) == ("drawn", made.json["seed"])
    assert 1 <= drawn.json["sample_size"] <= 4
    sample = door.get("operations", f"{url}/frame?drawn=true").json["items"]
    assert len(sample) == drawn.json["sample_size"]
    first = door.get("operations", f"{url}/frame?limit=3").json
    rest = door.get("operations", f"{url}/frame", query_string={"after": first["next"]}).json
    keys = [one["work_order_id"] for one in first["items"] + rest["items"]]
    assert keys == sorted(str(key) for key in finished[:4])
    held = door.get("operations", f"{url}/verification").json
    assert (held["frame_unchanged"], held["same_sample"]) == (True, True)
    assert [one["id"] for one in door.get("operations", "/v1/review-plans").json["items"]] == [made.json["id"]]
    assert door.get("operations", url).json == drawn.json


def test_a_spot_check_is_opened_and_what_cannot_be_is_refused(door, finished):
    made = door.post("operations", "/v1/spot-checks", {"technician_id": str(door.world.people["technician"])})
    assert made.status_code == 201
    again = door.post("operations", "/v1/spot-checks", {"work_order_id": str(finished[4])})
    assert problem(again) == (409, "review.under_review")
    assert wrong_fields(door.post("operations", "/v1/spot-checks", {})) == {"/work_order_id": "review.nothing_chosen"}
    assert problem(door.post("manager", "/v1/spot-checks", {"work_order_id": str(finished[0])}))[0] == 403
    abroad = {"technician_id": str(door.world.people["technician_abroad"])}
    assert problem(door.post("operations", "/v1/spot-checks", abroad)) == (404, "people.unknown")


def test_plans_are_for_the_planners_of_the_region(door, finished):
    made = door.post("operations", "/v1/review-plans", {"month": "2026-10"}).json["id"]
    for who in ("manager", "agent", "leader", "technician", "assessor", "nobody", "operations_abroad"):
        for path in ("", "/frame", "/verification"):
            assert problem(door.get(who, f"/v1/review-plans/{made}{path}")) == (404, "review.plan_unknown"), who
        assert problem(door.post(who, f"/v1/review-plans/{made}/draw")) == (404, "review.plan_unknown")
        assert door.ids(who, "/v1/review-plans") == []
    assert problem(door.post("manager", "/v1/review-plans", {"month": "2026-09"})) == (403, "forbidden")
    assert wrong_fields(door.post("operations", "/v1/review-plans", {"month": "2026-11"})) == {
        "/month": "review.month_not_over"
    }
    assert wrong_fields(door.post("operations", "/v1/review-plans", {"month": "202610"})) == {
        "/month": "review.month_wrong"
    }
