"""Who is told of an incident, in which words, and once."""

from datetime import timedelta

from sqlalchemy import select

from dispatch.incidents import service
from dispatch.incidents.lifecycle import Severity, Step
from dispatch.notifications.models import Notification
from dispatch.work_orders.crews import add_crew_members
from kernel.actor import Level, Role
from kernel.identifiers import new_id
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded


def test_its_people_those_above_its_places_and_the_desk_are_told_and_nobody_else(scene):
    region_id, station_id = scene.home.region_id, scene.home.station_id
    operations = factories.person_with(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id=region_id
    )
    agent = factories.person_with(scene.uow, Role.AGENT, Level.STATION, station_id, region_id=region_id)
    order_id = scene.order(technician=scene.technicians[0])
    add_crew_members(scene.uow, order_id=order_id, user_ids=[scene.technicians[2]])
    scene.declare(order_ids=[order_id])
    assert scene.told("declared") == {
        scene.leader.actor.user_id,
        scene.manager.actor.user_id,
        operations,
        agent,
        scene.technicians[0],
        scene.technicians[2],
    }


def test_news_says_how_it_stands_and_when_the_next_comes_in_everybodys_words(scene):
    incident_id = scene.declare().incident_id
    key = new_id()
    news = {"incident_id": incident_id, "text": "抢修进行中", "next_update_at": NOW + timedelta(hours=1)}
    service.post_update(scene.leader, command_id=key, **news)
    service.post_update(scene.leader, command_id=key, **news)
    rows = scene.uow.session.execute(
        select(Notification.title, Notification.body, Notification.urgent).where(
            Notification.template == "incidents.progress", Notification.recipient_id == scene.leader.actor.user_id
        )
    ).all()
    ((title, body, urgent),) = rows
    assert "进展" in title
    assert "抢修进行中" in body
    assert "2026-11-22 10:00" in body, "in the zone of the region"
    assert urgent


def test_a_small_one_waits_for_the_end_of_quiet_hours_and_closing_is_not_told(scene):
    incident_id = scene.declare(severity=Severity.GENERAL).incident_id
    service.step(scene.leader, incident_id=incident_id, step=Step.RESOLVE)
    urgent = scene.uow.session.scalars(select(Notification.urgent).where(Notification.template == "incidents.resolve"))
    assert set(urgent) == {False}
    assert scene.told("resolve") == {scene.leader.actor.user_id, scene.manager.actor.user_id}
    summary = service.AfterAction("老化", "更换")
    service.step(scene.leader, incident_id=incident_id, step=Step.CLOSE, after_action=summary)
    assert scene.uow.session.scalar(select(Notification.id).where(Notification.template == "incidents.close")) is None


def test_news_may_be_kept_for_the_log_alone(scene):
    incident_id = scene.declare().incident_id
    service.post_update(scene.leader, incident_id=incident_id, text="内部记录", staff=False)
    assert scene.told("progress") == set()


def test_telling_takes_as_many_statements_for_many_orders_as_for_one(scene):
    counts = []
    for size in (1, 12):
        incident_id = scene.declare(
            order_ids=[scene.order(technician=scene.technicians[0]) for _ in range(size)]
        ).incident_id
        with recorded(scene.uow.session) as statements:
            service.post_update(scene.leader, incident_id=incident_id, text="进展")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 26
