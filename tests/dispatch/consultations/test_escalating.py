"""Questions that wait in vain go up: to the leader, then to station and region, each once."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text

from dispatch.consultations import queries, service
from dispatch.consultations.escalating import escalate
from dispatch.consultations.standing import WITHIN, Urgency
from dispatch.notifications.models import Notification
from dispatch.work_orders import queries as orders
from kernel.actor import Level, Role
from kernel.database import is_postgres
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

HOUR = WITHIN[Urgency.NORMAL]


def at(scene, moment) -> int:
    return escalate(replace(scene.uow, now=moment), limit=50)


def asked(scene, places=None, **more):
    order_id = scene.order(places, technician=scene.technicians[0])
    me = factories.acting(scene.uow, scene.technicians[0])
    key = service.ask(me, order_id=order_id, question="?", user_id=scene.technicians[2], **more)
    return order_id, key


def test_who_leads_is_asked_and_then_station_and_region(scene):
    region_id = scene.home.region_id
    operations = factories.person_with(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id=region_id
    )
    order_id, key = asked(scene)
    assert at(scene, NOW + HOUR - timedelta(seconds=1)) == 0
    assert at(scene, NOW + HOUR) == 1
    people = {one.user_id: one.rung for one in queries.consultation(scene.manager, key).asked}
    assert people == {scene.technicians[2]: "expert", scene.leader.actor.user_id: "leader"}
    assert at(scene, NOW + HOUR) == 0
    assert at(scene, NOW + 2 * HOUR) == 1
    people = {one.user_id: one.rung for one in queries.consultation(scene.manager, key).asked}
    assert people[scene.manager.actor.user_id] == people[operations] == "above"
    assert at(scene, NOW + timedelta(days=9)) == 0
    told = scene.uow.session.scalars(
        select(Notification.recipient_id).where(Notification.template == "consultations.escalated")
    )
    assert set(told) == {scene.leader.actor.user_id, scene.manager.actor.user_id, operations}
    kinds = [one.kind for one in orders.timeline(scene.manager, order_id, limit=20).items]
    assert kinds.count("consultation.escalate") == 2
    leader = factories.acting(scene.uow, scene.leader.actor.user_id)
    service.answer(leader, consultation_id=key, text="我来")


def test_an_answer_or_the_end_stops_it_and_urgent_ones_wait_less(scene):
    _, answered = asked(scene)
    service.answer(factories.acting(scene.uow, scene.technicians[2]), consultation_id=answered, text="x")
    _, closed = asked(scene)
    service.close(factories.acting(scene.uow, scene.technicians[0]), consultation_id=closed)
    asked(scene, urgency=Urgency.URGENT)
    asked(scene, within_minutes=5)
    assert at(scene, NOW + timedelta(minutes=5)) == 1
    assert at(scene, NOW + timedelta(minutes=15)) == 2  # the urgent one, and again the one of five minutes
    assert at(scene, NOW + HOUR) == 1


def test_where_nobody_leads_station_and_region_are_asked_at_once(scene):
    elsewhere = factories.places(scene.uow, station_id=scene.home.station_id)
    _, key = asked(scene, elsewhere)
    assert at(scene, NOW + HOUR) == 1
    rungs = {one.user_id: one.rung for one in queries.consultation(scene.manager, key).asked}
    assert rungs == {scene.technicians[2]: "expert", scene.manager.actor.user_id: "above"}


def test_the_sweep_reads_an_index_of_what_is_due_with_the_same_statements_for_any_number(scene):
    counts = []
    for size in (1, 8):
        for _ in range(size):
            asked(scene)
        moment = NOW + (HOUR if size == 1 else 5 * HOUR)
        with recorded(scene.uow.session) as statements:
            assert at(scene, moment) >= size
        counts.append(len(statements))
    assert counts[1] <= counts[0] <= 20
    explain = "EXPLAIN " if is_postgres(scene.uow.session) else "EXPLAIN QUERY PLAN "
    if is_postgres(scene.uow.session):
        scene.uow.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = scene.uow.session.execute(
        text(f"{explain} SELECT id FROM consultations WHERE next_look_at <= '2026-11-22' ORDER BY next_look_at LIMIT 5")
    )
    assert "ix_consultations_due" in " ".join(str(row) for row in plan)
