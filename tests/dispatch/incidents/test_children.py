"""Orders of an incident: gathered and let go, and commanded across groups under one commander."""

import threading

from dispatch.incidents import children, queries, service
from dispatch.incidents.lifecycle import Step
from dispatch.sla.deadline import Priority
from dispatch.work_orders import queries as orders
from dispatch.work_orders.lifecycle import Command
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.identifiers import new_id
from tests import factories
from tests.dispatch.incidents.scene import make_scene, refusal


def across(scene):
    """An incident of the whole station under the first group's leader, with an order of each group."""
    made = [scene.order(), scene.order(scene.other)]
    incident_id = scene.declare(
        scene.manager,
        zone_ids=[],
        station_id=scene.home.station_id,
        commander_id=scene.leader.actor.user_id,
        order_ids=made,
    ).incident_id
    return incident_id, *made


def linked(scene, incident_id):
    return {one.id for one in queries.children(scene.manager, incident_id)}


def test_orders_are_gathered_let_go_and_noted_on_their_timelines(scene):
    first, second = scene.order(), scene.order()
    incident_id = scene.declare(order_ids=[first]).incident_id
    key = new_id()
    outcome = children.link(scene.leader, incident_id=incident_id, order_ids=[second], command_id=key)
    assert children.link(scene.leader, incident_id=incident_id, order_ids=[second], command_id=key) == outcome
    assert linked(scene, incident_id) == {first, second}
    children.unlink(scene.leader, incident_id=incident_id, order_ids=[first], reason="另有原因")
    assert linked(scene, incident_id) == {second}
    life = [one.kind for one in orders.timeline(scene.leader, first, limit=9).items]
    assert life == ["work_order.created", "incident.link", "incident.unlink"]
    children.link(scene.leader, incident_id=incident_id, order_ids=[first])
    assert linked(scene, incident_id) == {first, second}
    log = [one.kind for one in queries.updates(scene.leader, incident_id, limit=9).items]
    assert log == ["declare", "link", "unlink", "link"]


def test_an_order_belongs_to_one_incident_at_a_time_and_to_its_region(scene):
    mine = scene.order()
    incident_id = scene.declare(order_ids=[mine]).incident_id
    another = scene.declare().incident_id
    assert refusal(children.link, scene.leader, incident_id=another, order_ids=[mine]) == (
        "incident.order_taken",
        ["/order_ids/0"],
    )
    twice = scene.order()
    assert refusal(children.link, scene.leader, incident_id=another, order_ids=[twice, twice])[0] == (
        "incident.order_taken"
    )
    assert linked(scene, another) == set()
    over = scene.order()
    scene.ask(over, Command.CANCEL, reason="x")
    assert refusal(children.link, scene.leader, incident_id=incident_id, order_ids=[over])[0] == (
        "incident.order_elsewhere"
    )
    elsewhere = scene.order(scene.other)
    assert refusal(children.link, scene.leader, incident_id=incident_id, order_ids=[elsewhere]) == (
        "work_order.unknown",
        ["/order_ids/0"],
    )
    gone = {"incident_id": another, "order_ids": [mine], "reason": "x"}
    assert refusal(children.unlink, scene.leader, **gone) == ("incident.order_not_linked", ["/order_ids/0"])


def test_nothing_is_gathered_under_an_incident_that_is_over(scene):
    incident_id = scene.declare().incident_id
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE)
    late = {"incident_id": incident_id, "order_ids": [scene.order()]}
    assert refusal(children.link, scene.leader, **late)[0] == "incident.illegal"


def test_a_new_order_is_opened_for_it(scene):
    incident_id = scene.declare().incident_id
    order_id = children.open_child(
        scene.leader,
        incident_id=incident_id,
        zone_id=scene.home.zone_id,
        work_type="cable_fault",
        title="熔接主干",
        priority=Priority.EMERGENCY,
    )
    assert linked(scene, incident_id) == {order_id}
    assert orders.order(scene.leader, order_id).row.priority == "emergency"


def test_the_commander_dispatches_its_orders_whatever_group_they_are_of_and_no_others(scene):
    incident_id, _, other = across(scene)
    assert refusal(orders.order, scene.leader, other)[0] == "work_order.unknown"
    command = {
        "incident_id": incident_id,
        "order_id": other,
        "command": Command.ASSIGN,
        "data": {"technician_id": str(scene.technicians[0])},
    }
    children.command_child(scene.leader, command_id=new_id(), **command)
    row = orders.order(scene.manager, other).row
    assert (row.status, row.assignee_id) == ("assigned", scene.technicians[0])
    last = orders.timeline(scene.manager, other, limit=9).items[-1]
    assert (last.kind, last.user_id) == ("work_order.assign", scene.leader.actor.user_id)
    outside = scene.order(scene.other)
    assert refusal(children.command_child, scene.leader, command_id=new_id(), **{**command, "order_id": outside}) == (
        "incident.order_not_linked",
        ["/order_id"],
    )
    not_his = {**command, "command": Command.COMPLETE}
    assert refusal(children.command_child, scene.leader, command_id=new_id(), **not_his)[0] == "work_order.not_allowed"
    by_other = {**command, "command": Command.HOLD, "data": {"reason": "x"}}
    assert refusal(children.command_child, scene.other_leader, command_id=new_id(), **by_other)[0] == (
        "incident.not_allowed"
    )


def test_crews_are_gathered_across_groups(scene):
    incident_id, _, other = across(scene)
    children.crew_child(scene.leader, incident_id=incident_id, order_id=other, user_ids=scene.technicians)
    assert [one.user_id for one in orders.order(scene.manager, other).crew] == list(scene.technicians)
    member = factories.acting(scene.uow, scene.technicians[0])
    assert orders.order(member, other).row.id == other
    outside = scene.order(scene.other)
    wrong = {"incident_id": incident_id, "order_id": outside, "user_ids": scene.technicians}
    assert refusal(children.crew_child, scene.leader, **wrong)[0] == "incident.order_not_linked"


def test_who_sees_an_incident_sees_its_orders_in_short(scene):
    incident_id, first, other = across(scene)
    rows = queries.children(scene.leader, incident_id)
    assert {row.id for row in rows} == {first, other}
    assert all(row.is_open for row in rows)
    assert not hasattr(rows[0], "customer_id")


def test_of_two_who_gather_the_same_order_at_once_one_is_told_so(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        scene = make_scene(uow)
        order_id = scene.order()
        incidents = [scene.declare().incident_id for _ in range(2)]
        leader = scene.leader.actor
    answers: list[str] = []
    start = threading.Barrier(2)

    def gather(incident_id) -> None:
        start.wait()
        try:
            with runtime.unit_of_work(leader) as uow:
                children.link(uow, incident_id=incident_id, order_ids=[order_id])
            answers.append("linked")
        except DomainError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=gather, args=(one,)) for one in incidents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["incident.order_taken", "linked"]
