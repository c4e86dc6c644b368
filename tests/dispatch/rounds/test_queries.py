"""Who sees a round, and which of its visits."""

from datetime import timedelta

from dispatch.rounds import compliance, queries
from dispatch.rounds.compliance import Period
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.territory.touching import answered_for
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW


def report(reading, **where):
    period = Period(NOW, NOW + timedelta(days=40), **where)
    return {one.plan_id: one for one in compliance.page_of_compliance(reading, period=period, limit=50).items}


def test_who_sees_a_round_and_which_of_its_visits(scene):
    plan_id = scene.plan(station_id=scene.beat.station_id).plan_id
    scene.generate()
    one, other = scene.beat.groups
    leader = factories.acting_as(scene.uow, Role.GROUP_LEADER, Level.GROUP, one.id, scene.beat.region_id)
    technician = factories.acting(scene.uow, other.technicians[0])
    idle = factories.acting(scene.uow, other.technicians[1])
    stranger = factories.places(scene.uow)
    abroad = factories.acting_as(
        scene.uow, Role.STATION_MANAGER, Level.STATION, stranger.station_id, stranger.region_id
    )
    for who, visits in ((scene.manager, 4), (leader, 2), (technician, 2), (idle, 0), (abroad, 0)):
        page = queries.page_of_occurrences(who, filters=OccurrenceFilter(), limit=50)
        assert len(page.items) == visits
        rounds = queries.page_of_rounds(who, limit=50).items
        assert [row.id for row in rounds] == ([plan_id] if visits else [])
        assert sum(row.planned for row in report(who).values()) == visits
    assert set(scene.uow.session.scalars(answered_for(technician))) == set(other.zones)
    assert len(queries.page_of_rounds(scene.manager, limit=1, zone_id=one.zones[0]).items) == 0
