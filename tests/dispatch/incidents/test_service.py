"""Incidents: declared where they reach, taken step by step once for ever, changed, and told to those concerned."""

from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.incidents import queries, service
from dispatch.incidents.lifecycle import AfterAction, OpenChildren, Severity, State, Step
from dispatch.work_orders import queries as orders
from dispatch.work_orders.lifecycle import Command
from kernel.actor import Level, Role
from kernel.identifiers import new_id
from tests import factories
from tests.conftest import NOW
from tests.dispatch.incidents.scene import refusal
from tests.statements import recorded

SUMMARY = AfterAction("施工挖断", "熔接两处", "加装警示桩")


def kinds(scene, incident_id) -> list[str]:
    return [one.kind for one in queries.updates(scene.manager, incident_id, limit=50).items]


def test_an_incident_is_declared_where_it_reaches_under_who_leads_there(scene):
    outcome = scene.declare(description="三个小区无信号", next_update_at=NOW + timedelta(hours=1))
    assert (outcome.state, outcome.version) == (State.DECLARED, 1)
    found = queries.incident(scene.leader, outcome.incident_id)
    row = found.row
    assert (row.region_id, row.station_id, row.group_id) == (
        scene.home.region_id,
        scene.home.station_id,
        scene.home.group_id,
    )
    assert row.number.startswith("M261122-")
    assert row.commander_id == row.declared_by == scene.leader.actor.user_id
    assert (row.affected_customers, row.affected_estimated) == (800, True)
    assert (found.zone_ids, found.orders, found.steps) == ((scene.home.zone_id,), 0, ("contain", "resolve"))
    assert kinds(scene, row.id) == ["declare"]


def test_one_that_reaches_several_groups_lies_at_their_station_and_is_declared_from_there(scene):
    both = [scene.home.zone_id, scene.other.zone_id]
    assert refusal(scene.declare, zone_ids=both)[0] == "territory.zone_unknown"
    outcome = scene.declare(scene.manager, zone_ids=both, affected_customers=120)
    row = queries.incident(scene.manager, outcome.incident_id).row
    assert (row.station_id, row.group_id) == (scene.home.station_id, None)
    assert row.commander_id == scene.manager.actor.user_id
    assert (row.affected_customers, row.affected_estimated) == (120, False)
    for who in (scene.leader, scene.other_leader):  # each leads a group that it reaches
        assert queries.incident(who, outcome.incident_id).row.id == outcome.incident_id


@pytest.mark.parametrize("where", ["group_id", "station_id"])
def test_all_of_a_group_or_station_may_be_named(scene, where):
    outcome = scene.declare(scene.manager, zone_ids=[], **{where: getattr(scene.home, where)})
    found = queries.incident(scene.manager, outcome.incident_id)
    expected = {scene.home.zone_id} if where == "group_id" else {scene.home.zone_id, scene.other.zone_id}
    assert set(found.zone_ids) == expected


def test_what_makes_no_incident_is_refused_with_its_field(scene):
    abroad = factories.places(scene.uow)
    assert refusal(scene.declare, zone_ids=[]) == ("incident.nowhere", ["/zone_ids"])
    assert refusal(scene.declare, scene.uow, zone_ids=[scene.home.zone_id, abroad.zone_id])[0] == "incident.nowhere"
    stranger = factories.user(scene.uow, region_id=abroad.region_id)
    assert refusal(scene.declare, commander_id=stranger) == ("incident.commander_unknown", ["/commander_id"])
    for late in (NOW, NOW - timedelta(hours=1), NOW + timedelta(days=31)):
        assert refusal(scene.declare, next_update_at=late) == ("incident.update_time", ["/next_update_at"])
    assert refusal(scene.declare, title="  ") == ("invalid", ["/title"])
    agent = factories.acting_as(scene.uow, Role.AGENT, Level.STATION, scene.home.station_id, scene.home.region_id)
    assert refusal(scene.declare, agent)[0] == "incident.not_allowed"
    assert refusal(scene.declare, scene.other_leader)[0] == "territory.zone_unknown"


def test_a_whole_life_with_its_log_and_its_times(scene):
    incident_id = scene.declare().incident_id
    later = NOW + timedelta(hours=2)
    service.step(scene.leader, incident_id=incident_id, step=Step.CONTAIN, text="已隔离", next_update_at=later)
    row = queries.incident(scene.leader, incident_id).row
    assert (row.state, row.contained_at, row.next_update_at) == ("contained", NOW, later)
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE)
    row = queries.incident(scene.leader, incident_id).row
    assert (row.state, row.resolved_at, row.next_update_at) == ("resolved", NOW, None)
    service.step(scene.leader, incident_id=incident_id, step=Step.REOPEN, text="又断了")
    row = queries.incident(scene.leader, incident_id).row
    assert (row.state, row.contained_at, row.resolved_at) == ("declared", None, None)
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE)
    assert refusal(service.step, scene.leader, incident_id=incident_id, step=Step.CLOSE) == (
        "incident.summary_missing",
        ["/after_action"],
    )
    closed = service.step(scene.leader, incident_id=incident_id, step=Step.CLOSE, after_action=SUMMARY)
    assert (closed.state, closed.version) == (State.CLOSED, 6)
    row = queries.incident(scene.leader, incident_id).row
    assert row.after_action == {"cause": "施工挖断", "measures": "熔接两处", "lessons": "加装警示桩"}
    assert kinds(scene, incident_id) == ["declare", "contain", "resolve", "reopen", "resolve", "close"]
    assert refusal(service.change, scene.leader, incident_id=incident_id, title="x")[0] == "incident.illegal"
    assert refusal(service.post_update, scene.leader, incident_id=incident_id, text="x")[0] == "incident.illegal"


def test_resolving_waits_for_a_decision_about_orders_that_are_not_done(scene):
    waiting, at_work = scene.order(technician=scene.technicians[0]), scene.order(technician=scene.technicians[1])
    technician = factories.acting(scene.uow, scene.technicians[1])
    for command in (Command.ACCEPT, Command.ARRIVE, Command.START):
        scene.ask(at_work, command, technician)
    incident_id = scene.declare(order_ids=[waiting, at_work]).incident_id
    assert refusal(service.step, scene.leader, incident_id=incident_id, step=Step.RESOLVE) == (
        "incident.children_open",
        ["/open_children"],
    )
    assert queries.incident(scene.leader, incident_id).row.state == "declared"
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE, open_children=OpenChildren.RESOLVE)
    assert orders.order(scene.leader, waiting).row.status == "cancelled"
    assert orders.order(scene.leader, at_work).row.status == "in_progress", "who is there finishes the visit"
    last = orders.timeline(scene.leader, waiting, limit=20).items[-1]
    assert (last.kind, last.user_id) == ("work_order.cancel", scene.leader.actor.user_id)
    assert last.data["reason"] == "resolved_with_incident"
    assert last.data["incident_id"] == str(incident_id)


def test_orders_may_also_be_left_to_go_on(scene):
    order_id = scene.order()
    incident_id = scene.declare(order_ids=[order_id]).incident_id
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE, open_children=OpenChildren.LEAVE)
    assert orders.order(scene.leader, order_id).row.status == "open"
    assert queries.incident(scene.leader, incident_id).open_orders == 1


def test_a_command_takes_effect_once_for_ever_and_asks_for_the_version(scene):
    key, step_key = new_id(), new_id()
    first = scene.declare(command_id=key)
    assert scene.declare(command_id=key) == first
    assert refusal(scene.declare, command_id=key, title="别的")[0] == "incident.command_reused"
    assert refusal(scene.declare, scene.manager, command_id=key)[0] == "incident.command_reused"
    contain = {"incident_id": first.incident_id, "step": Step.CONTAIN, "command_id": step_key}
    done = service.step(scene.leader, **contain)
    assert service.step(scene.leader, **contain) == done
    wrong = {"incident_id": first.incident_id, "step": Step.RESOLVE, "expected_version": 1}
    assert refusal(service.step, scene.leader, **wrong)[0] == "stale"
    assert refusal(service.change, scene.leader, incident_id=first.incident_id, expected_version=1)[0] == "stale"
    late = {"incident_id": first.incident_id, "text": "x", "expected_version": 1}
    assert refusal(service.post_update, scene.leader, **late)[0] == "stale"
    assert kinds(scene, first.incident_id) == ["declare", "contain"]


def test_it_is_changed_by_its_commander_and_who_dispatches_there_and_by_nobody_else(scene):
    incident_id = scene.declare(scene.manager, station_id=scene.home.station_id, zone_ids=[]).incident_id
    assert refusal(service.change, scene.leader, incident_id=incident_id, title="x")[0] == "incident.not_allowed"
    service.change(
        scene.manager,
        incident_id=incident_id,
        commander_id=scene.leader.actor.user_id,
        severity=Severity.EXTRAORDINARY,
        affected_customers=5,
        title="改名",
    )
    row = queries.incident(scene.leader, incident_id).row
    assert (row.commander_id, row.severity, row.title) == (scene.leader.actor.user_id, "extraordinary", "改名")
    assert (row.affected_customers, row.affected_estimated, row.version) == (5, False, 2)
    service.post_update(scene.leader, incident_id=incident_id, text="由我指挥")
    wrong = factories.user(scene.uow, region_id=factories.places(scene.uow).region_id)
    assert refusal(service.change, scene.leader, incident_id=incident_id, commander_id=wrong) == (
        "incident.commander_unknown",
        ["/commander_id"],
    )


def test_nobody_sees_an_incident_elsewhere(scene):
    incident_id = scene.declare().incident_id
    assert refusal(queries.incident, scene.other_leader, incident_id)[0] == "incident.unknown"
    assert refusal(queries.updates, scene.other_leader, incident_id, limit=9)[0] == "incident.unknown"
    assert refusal(queries.children, scene.other_leader, incident_id)[0] == "incident.unknown"
    assert queries.page_of_incidents(scene.other_leader, limit=9).items == ()
    for who in (scene.leader, scene.manager):
        assert [one.id for one in queries.page_of_incidents(who, limit=9).items] == [incident_id]
    for call, more in (
        (service.step, {"step": Step.CONTAIN}),
        (service.change, {"title": "x"}),
        (service.post_update, {"text": "x"}),
    ):
        assert refusal(call, scene.other_leader, incident_id=incident_id, **more)[0] == "incident.unknown"


def test_lists_page_and_filter(scene):
    made = [scene.declare(severity=one).incident_id for one in (Severity.MAJOR, Severity.GENERAL, Severity.MAJOR)]
    service.step(scene.leader, incident_id=made[0], step=Step.CONTAIN)
    first = queries.page_of_incidents(scene.leader, limit=2)
    second = queries.page_of_incidents(scene.leader, limit=2, after=first.after)
    assert {one.id for one in (*first.items, *second.items)} == set(made)
    assert second.after is None
    graver = queries.page_of_incidents(scene.leader, limit=9, severity=Severity.MAJOR)
    assert {one.id for one in graver.items} == {made[0], made[2]}
    held = queries.page_of_incidents(scene.leader, limit=9, states=[State.CONTAINED])
    assert [one.id for one in held.items] == [made[0]]
    with recorded(scene.uow.session) as statements:
        queries.page_of_incidents(scene.leader, limit=9)
    assert len(statements) == 1


def test_the_phones_of_its_orders_show_the_incident_and_each_change_of_it(scene):
    order_id = scene.order(technician=scene.technicians[0])
    scene.uow.changes.clear()
    incident_id: UUID = scene.declare(order_ids=[order_id]).incident_id
    put = (f"user:{scene.technicians[0]}", "work_orders", str(order_id))
    assert put in {(one.scope, one.type, one.id) for one in scene.uow.changes}
    shown = queries.incident_of_orders(scene.uow, [order_id])[order_id]
    assert (shown["id"], shown["state"]) == (incident_id, "declared")
    scene.uow.changes.clear()
    service.step(scene.leader, incident_id=incident_id, step=Step.CONTAIN)
    assert put in {(one.scope, one.type, one.id) for one in scene.uow.changes}
    assert queries.incident_of_orders(scene.uow, [order_id])[order_id]["state"] == "contained"
