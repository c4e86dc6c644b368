from uuid import UUID, uuid4

import pytest

from checklists.templates import service as templates
from dispatch.work_orders import service as work_orders
from kernel.actor import system_actor
from tests.api.world import WORK_TYPE, problem, wrong_fields
from tests.checklists import visits
from tests.checklists.samples import GOOD, label, steps


@pytest.fixture
def order(door, runtime):
    """An order with the sample checklist, assigned to the technician, who is on site."""
    places = door.world.places["near"]
    with runtime.unit_of_work(system_actor()) as uow:
        made = templates.create_template(
            uow, region_id=places.region_id, code="sample", name=label("样例"), steps=steps()
        )
        templates.publish(uow, version_id=made.version_id)
        work_orders.define_work_type(
            uow, region_id=places.region_id, code=WORK_TYPE, name="有线电视故障", template_code="sample"
        )
    body = {"zone_id": str(places.zone_id), "work_type": WORK_TYPE, "title": "无信号", "assign": True}
    path = f"/v1/work-orders/{door.post('manager', '/v1/work-orders', body).json['id']}"
    for command in ("accept", "arrive"):
        assert send(door, path, command).status_code == 200
    return path


def send(door, path, command, **data):
    body = {"command_id": str(uuid4()), "command": command, "data": data}
    return door.post("technician", f"{path}/commands", body)


def answer(door, path, item, value, **members):
    return door.post("technician", f"{path}/checklist/answers", {"item": item, "value": value} | members)


def test_chains_of_sign_offs_that_hold_are_not_listed(door):
    assert door.get("manager", "/v1/sign-off-chains/broken").json == {"items": []}


def test_the_work_begins_and_ends_only_with_what_was_checked(door, order):
    assert problem(send(door, order, "start")) == (409, "work_order.checks_not_passed")
    for item, value in GOOD.items():
        answered = answer(door, order, item, value)
        assert (answered.status_code, answered.json["standing"], answered.json["failed"]) == (201, "applied", False)
        if item == "power_safe":
            assert send(door, order, "start").status_code == 200
        elif item != "badge" and item != "explained":
            assert problem(send(door, order, "complete"))[1] == "work_order.not_all_answered"
    assert problem(send(door, order, "complete")) == (409, "work_order.not_signed")

    to_sign = door.get("technician", f"{order}/checklist/snapshot").json
    assert to_sign["snapshot"]["answers"] == GOOD
    assert to_sign["digest"] == answered.json["digest"]
    signed = door.post(
        "technician", f"{order}/checklist/sign-off", {"signed_digest": to_sign["digest"], "signer_name": "李女士"}
    )
    assert (signed.status_code, signed.json["worth"], signed.json["revision"]) == (201, "current", 1)
    assert send(door, order, "complete").json["status"] == "completed"
    run = door.get("manager", f"{order}/checklist").json
    assert (run["signed"], run["progress"]["missing"], run["digest"]) == (True, [], to_sign["digest"])
    assert run["answers"]["level"]["value"] == 71.5


def test_a_change_after_the_signature_is_seen(door, order):
    for item, value in GOOD.items():
        answer(door, order, item, value)
    digest = door.get("technician", f"{order}/checklist/snapshot").json["digest"]
    door.post("technician", f"{order}/checklist/sign-off", {"signed_digest": digest, "signer_name": "李女士"})
    base = door.get("technician", f"{order}/checklist").json["answers"]["state"]["base"]
    changed = answer(door, order, "state", "used", base=base)
    assert changed.json["amends"] is not None
    run = door.get("technician", f"{order}/checklist").json
    assert (run["signed"], run["sign_offs"][0]["worth"]) == (False, "amended_after_signature")


def test_an_answer_sent_again_is_one_answer(door, order):
    key = str(uuid4())
    first, second = (answer(door, order, "badge", True, answer_id=key) for _ in range(2))
    assert first.json == second.json
    assert problem(answer(door, order, "badge", False, answer_id=key)) == (409, "checklist.answer_id_reused")


def test_an_answer_that_does_not_fit_its_item_is_refused_with_its_path(door, order):
    assert problem(answer(door, order, "level", "high")) == (422, "checklist.wrong_type")
    assert wrong_fields(answer(door, order, "magic", True)) == {"/item": "checklist.unknown_item"}
    assert wrong_fields(answer(door, order, "cause", "a\0b")) == {"/value": "type"}
    assert wrong_fields(answer(door, order, "level", 1, media=["m"] * 51)) == {"/media": "length"}


def test_a_digest_has_64_digits(door, order):
    path = f"{order}/checklist/sign-off"
    assert wrong_fields(door.post("technician", path, {"signed_digest": "abc"})) == {"/signed_digest": "length"}
    odd = door.post("technician", path, {"signed_digest": "z" * 64, "signer_name": "x"})
    assert problem(odd) == (422, "signoff.digest_malformed")


def test_an_order_without_a_checklist_says_so(plain_door):
    order = plain_door.world.orders["near"]
    for path in ("", "/snapshot"):
        refused = plain_door.get("technician", f"/v1/work-orders/{order}/checklist{path}")
        assert problem(refused) == (404, "checklist.no_run")


def test_a_colleague_who_only_looks_cannot_answer(door, order):
    body = {"item": "badge", "value": True}
    assert problem(door.post("agent", f"{order}/checklist/answers", body)) == (403, "checklist.not_yours")
    assert UUID(door.post("leader", f"{order}/checklist/answers", body).json["answer_id"])


@pytest.fixture
def visit(door, runtime):
    """An order with the short checklist of safety items and follow-ups; the technician is on site."""
    places = door.world.places["near"]
    with runtime.unit_of_work(system_actor()) as uow:
        made = templates.create_template(
            uow, region_id=places.region_id, code="visit", name=label("上门"), steps=visits.STEPS
        )
        templates.publish(uow, version_id=made.version_id)
        for code, template in {"visit": "visit", "cable": None, "fan": None}.items():
            work_orders.define_work_type(uow, region_id=places.region_id, code=code, name=code, template_code=template)
    body = {"zone_id": str(places.zone_id), "work_type": "visit", "title": "上门", "assign": True}
    path = f"/v1/work-orders/{door.post('manager', '/v1/work-orders', body).json['id']}"
    for command in ("accept", "arrive"):
        assert send(door, path, command).status_code == 200
    return path


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"item": "magic", "value": 1}, 422, {"/item": "checklist.unknown_item"}),
        ({"item": "why", "value": "x"}, 409, {"/item": "checklist.not_shown"}),
        ({"item": "level", "value": "high"}, 422, {"/answers/level/value": "checklist.wrong_type"}),
        ({"item": "level", "value": 700}, 422, {"/answers/level/value": "checklist.out_of_bounds"}),
        ({"item": "level", "value": 70, "unit": "dBm"}, 422, {"/answers/level/unit": "checklist.wrong_unit"}),
        (
            {"item": "level", "value": 70, "template_version_id": "01930000-0000-7000-8000-000000000001"},
            409,
            {"/template_version_id": "checklist.other_version"},
        ),
    ],
)
def test_every_answer_that_is_none_has_its_code_and_its_path_and_leaves_nothing(door, visit, body, status, where):
    refused = door.post("technician", f"{visit}/checklist/answers", body)
    assert (refused.status_code, wrong_fields(refused)) == (status, where)
    assert door.get("technician", f"{visit}/checklist").json["answers"] == {}


def test_answers_of_strangers_and_to_what_is_over_are_refused(door, visit):
    body = {"item": "level", "value": 70}
    assert problem(door.post("agent", f"{visit}/checklist/answers", body)) == (403, "checklist.not_yours")
    for stranger in ("technician_next_zone", "operations_abroad"):
        refused = door.post(stranger, f"{visit}/checklist/answers", body)
        assert problem(refused) == (404, "work_order.unknown")
    gone = {"command_id": str(uuid4()), "command": "cancel", "data": {"reason": "withdrawn"}}
    assert door.post("manager", f"{visit}/commands", gone).status_code == 200
    assert problem(door.post("manager", f"{visit}/checklist/answers", body)) == (409, "checklist.order_over")


@pytest.mark.parametrize(("unsafe", "stopped"), [("gas", "start"), ("earthed", "complete")])
def test_a_safety_item_that_failed_stops_the_work_and_asks_for_a_hold_or_an_end(door, visit, unsafe, stopped):
    for item, value in {**visits.GOOD, unsafe: "fail"}.items():
        assert answer(door, visit, item, value).status_code == 201
    if stopped == "complete":
        assert send(door, visit, "start").status_code == 200
    refused = send(door, visit, stopped)
    assert problem(refused) == (409, "work_order.safety_failed")
    assert (refused.json["items"], "mark it unable" in refused.json["detail"]) == ([unsafe], True)
    assert send(door, visit, "hold", reason="access").status_code == 200


def test_what_failed_leads_to_an_order_when_the_work_ends_and_both_know_of_each_other(door, visit):
    for item, value in {**visits.GOOD, "level": 50, "why": "接头氧化"}.items():
        assert answer(door, visit, item, value).status_code == 201
    assert send(door, visit, "start").status_code == 200
    assert send(door, visit, "complete").json["status"] == "completed"
    (raised,) = door.get("manager", f"{visit}/checklist").json["follow_ups"]
    order = door.get("manager", f"/v1/work-orders/{raised['work_order_id']}").json
    assert (raised["item"], order["work_type"], order["status"]) == ("level", "cable", "open")
    assert order["parent_id"] == visit.rpartition("/")[2]
