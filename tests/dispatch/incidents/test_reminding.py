"""Promised news that does not come: the commander is reminded, then those above, each once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

from dispatch.incidents import queries, service
from dispatch.incidents.lifecycle import Step
from dispatch.incidents.reminding import THEN, remind
from dispatch.notifications.models import Notification
from kernel.actor import Level, Role
from kernel.database import is_postgres
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

PROMISED = NOW + timedelta(hours=1)


def at(scene, moment) -> int:
    scene.uow.session.expire_all()
    return remind(replace(scene.uow, now=moment), limit=50)


def reminded(scene) -> list[UUID]:
    return list(
        scene.uow.session.scalars(
            select(Notification.recipient_id)
            .where(Notification.template == "incidents.overdue")
            .order_by(Notification.id)
        )
    )


def test_the_commander_is_reminded_and_half_an_hour_later_those_above(scene):
    region_id = scene.home.region_id
    operations = factories.person_with(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id=region_id
    )
    incident_id = scene.declare(next_update_at=PROMISED).incident_id
    assert at(scene, PROMISED - timedelta(seconds=1)) == 0
    assert at(scene, PROMISED) == 1
    assert reminded(scene) == [scene.leader.actor.user_id]
    assert at(scene, PROMISED + THEN - timedelta(seconds=1)) == 0
    assert at(scene, PROMISED + THEN) == 1
    assert set(reminded(scene)[1:]) == {scene.manager.actor.user_id, operations}
    assert at(scene, PROMISED + timedelta(days=3)) == 0
    assert len(reminded(scene)) == 3
    log = [one.kind for one in queries.updates(scene.leader, incident_id, limit=9).items]
    assert log == ["declare", "overdue", "overdue"]


def test_news_that_comes_in_time_or_the_end_stops_it_and_a_new_promise_starts_it_anew(scene):
    incident_id = scene.declare(next_update_at=PROMISED).incident_id
    service.post_update(scene.leader, incident_id=incident_id, text="进展", next_update_at=PROMISED + THEN)
    assert at(scene, PROMISED) == 0
    assert at(scene, PROMISED + THEN) == 1
    later = replace(scene.leader, now=PROMISED + THEN)
    service.post_update(later, incident_id=incident_id, text="晚了", next_update_at=PROMISED + 2 * THEN)
    assert at(scene, PROMISED + 2 * THEN) == 1
    service.step(later, incident_id=incident_id, step=Step.RESOLVE)
    assert at(scene, PROMISED + timedelta(days=1)) == 0
    assert reminded(scene) == [scene.leader.actor.user_id] * 2


def test_the_sweep_reads_an_index_of_what_is_due_with_the_same_statements_for_any_number(scene):
    counts = []
    for size in (1, 8):
        for _ in range(size):
            scene.declare(next_update_at=PROMISED)
        with recorded(scene.uow.session) as statements:
            assert at(scene, PROMISED) == size
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
    explain = "EXPLAIN " if is_postgres(scene.uow.session) else "EXPLAIN QUERY PLAN "
    if is_postgres(scene.uow.session):
        scene.uow.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = scene.uow.session.execute(
        text(f"{explain} SELECT id FROM major_incidents WHERE remind_at <= '2026-11-22' ORDER BY remind_at LIMIT 5")
    )
    assert "ix_major_incidents_due" in " ".join(str(row) for row in plan)
