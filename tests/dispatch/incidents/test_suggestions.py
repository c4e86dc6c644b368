"""What is proposed as belonging together: same places, same kind, same hours, nothing taken, nothing out of scope."""

from dataclasses import replace
from datetime import timedelta

from dispatch.incidents.suggestions import incidents_suspected, orders_for
from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.service import NewOrder, create_orders
from tests.conftest import NOW
from tests.dispatch.incidents.scene import KIND, refusal


def received(scene, hours_ago: int, **changes):
    draft = NewOrder(scene.home, KIND, Priority.ROUTINE, "无信号", NOW - timedelta(hours=hours_ago))
    (order_id,) = create_orders(scene.uow, [replace(draft, **changes)])
    return order_id


def test_orders_of_the_same_place_kind_and_hours_are_proposed(scene):
    near, early = received(scene, 1), received(scene, 7)
    elsewhere, another_kind = received(scene, 1, places=scene.other), received(scene, 1, work_type="errand")
    done = received(scene, 1)
    scene.ask(done, Command.CANCEL, reason="x")
    taken = received(scene, 1)
    incident_id = scene.declare(work_type=KIND).incident_id
    scene.declare(order_ids=[taken])
    assert [one.id for one in orders_for(scene.leader, incident_id, hours=6)] == [near]
    assert {one.id for one in orders_for(scene.leader, incident_id, hours=8)} == {near, early}
    seen = {one.id for one in orders_for(scene.manager, incident_id, hours=8)}
    assert elsewhere not in seen
    assert another_kind not in seen
    assert refusal(orders_for, scene.other_leader, incident_id, hours=8)[0] == "incident.unknown"


def test_an_incident_without_a_kind_takes_it_from_its_orders(scene):
    cable, errand = received(scene, 1), received(scene, 1, work_type="errand")
    open_to_all = scene.declare().incident_id
    assert {one.id for one in orders_for(scene.leader, open_to_all, hours=6)} == {cable, errand}
    of_cables = scene.declare(order_ids=[received(scene, 1)]).incident_id
    assert [one.id for one in orders_for(scene.leader, of_cables, hours=6)] == [cable]


def test_many_orders_of_one_kind_at_one_place_look_like_an_incident(scene):
    for _ in range(3):
        received(scene, 1)
        received(scene, 1, places=scene.other)
    received(scene, 1, work_type="errand")
    received(scene, 9)
    (mine,) = incidents_suspected(scene.leader, hours=6, at_least=3, by_zone=False)
    assert (mine.group_id, mine.zone_id, mine.work_type, mine.orders) == (scene.home.group_id, None, KIND, 3)
    assert (mine.first_at, mine.last_at) == (NOW - timedelta(hours=1),) * 2
    assert len(incidents_suspected(scene.manager, hours=6, at_least=3, by_zone=True)) == 2
    assert incidents_suspected(scene.leader, hours=6, at_least=4, by_zone=False) == []
    (longer,) = incidents_suspected(scene.leader, hours=10, at_least=4, by_zone=True)
    assert (longer.orders, longer.zone_id) == (4, scene.home.zone_id)
