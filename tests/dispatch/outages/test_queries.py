"""Who sees an outage, and whom of those it affects."""

from dispatch.outages import queries
from dispatch.outages.lifecycle import State, Step
from dispatch.outages.where import Wherever
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.outages.scene import ENDS, STARTS, refusal


def ids(reading, **filters):
    return [one.id for one in queries.page_of_outages(reading, limit=50, **filters).items]


def test_an_outage_is_seen_by_whoever_sees_its_place_or_answers_for_a_zone_of_it_and_a_draft_only_there(scene):
    everywhere = Wherever(station_ids=(scene.home.station_id,))
    outage_id = scene.plan(where=everywhere).outage_id
    other = factories.technician(scene.uow, scene.far)
    idle = factories.acting(scene.uow, other)
    abroad = factories.places(scene.uow)
    stranger = factories.acting_as(scene.uow, Role.STATION_MANAGER, Level.STATION, abroad.station_id, abroad.region_id)
    assert [ids(who) for who in (scene.manager, scene.leader, scene.technician)] == [[outage_id], [], []]
    scene.step(outage_id, Step.ANNOUNCE)
    for who in (scene.manager, scene.agent, scene.leader, scene.technician):
        assert ids(who) == [outage_id]
        assert queries.outage(who, outage_id).row.id == outage_id
    for who in (idle, stranger):
        assert ids(who) == []
        for ask in (queries.outage, queries.count):
            assert refusal(ask, who, outage_id)[0] == "outage.unknown"
        assert refusal(queries.page_of_affected, who, outage_id, limit=5)[0] == "outage.unknown"
        assert refusal(queries.log_of, who, outage_id, limit=5)[0] == "outage.unknown"
    assert queries.count(scene.manager, outage_id).customers == 3
    assert queries.count(scene.leader, outage_id).customers == 2
    assert queries.page_of_affected(scene.technician, outage_id, limit=5).items == ()


def test_lists_are_filtered_by_state_place_zone_and_time(scene):
    outage_id = scene.announced()
    assert ids(scene.manager, states=[State.ANNOUNCED], zone_id=scene.home.zone_id) == [outage_id]
    assert ids(scene.manager, zone_id=scene.far.zone_id) == ids(scene.manager, states=[State.ENDED]) == []
    assert ids(scene.manager, group_id=scene.home.group_id, ends_after=STARTS, starts_before=ENDS) == [outage_id]
    assert ids(scene.manager, ends_after=ENDS) == ids(scene.manager, starts_before=STARTS) == []
