"""Decisions are kept, taken back, and end with the map that they were about; on both databases."""

import pytest

from dispatch.territory import service
from dispatch.territory.decided import decision, find_zone
from dispatch.territory.deciding import keep_decision, revoke_decision
from dispatch.territory.decisions import How, Whereabouts
from dispatch.territory.importing import import_zones
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories

HERE = Whereabouts(33.78, 119.26, "人民路 3 号")


@pytest.fixture
def claimed(uow):
    """A place in two zones of one group: its places, and the other zone."""
    place = factories.places(uow)
    boundary = factories.square(HERE.lat, HERE.lon)
    service.redraw_zone(uow, zone_id=place.zone_id, boundary=boundary)
    return place, factories.zone(uow, place.group_id, boundary=boundary)


def keep(uow, claimed, zone_id=None):
    place, other = claimed
    return keep_decision(uow, zone_id=zone_id or other, where=HERE, zones=[place.zone_id, other])


def how(uow, place, where=HERE):
    return find_zone(uow, place.region_id, where).how


def test_a_decision_holds_for_the_next_time_and_says_whose_it_is(uow, claimed):
    place, other = claimed
    assert how(uow, place) is How.AMBIGUOUS
    desk = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    decision_id = keep(desk, claimed)
    found = find_zone(uow, place.region_id, HERE)
    assert (found.how, found.zone_id) == (How.DECISION, other)
    assert (found.decision.id, found.decision.decided_by, found.decision.decided_at) == (
        decision_id,
        desk.actor.user_id,
        uow.now,
    )


def test_a_decision_about_the_same_spot_replaces_the_one_before(uow, claimed):
    first = keep(uow, claimed)
    keep(uow, claimed, claimed[0].zone_id)
    assert find_zone(uow, claimed[0].region_id, HERE).zone_id == claimed[0].zone_id
    assert decision(uow, first).end_reason == "replaced"


def test_a_decision_taken_back_is_asked_again(uow, claimed):
    decision_id = keep(uow, claimed)
    revoke_decision(uow, decision_id=decision_id, note="the river moved")
    assert how(uow, claimed[0]) is How.AMBIGUOUS
    ended = decision(uow, decision_id)
    assert (ended.end_reason, ended.ended_by, ended.note) == ("revoked", uow.actor.user_id, "the river moved")
    revoke_decision(uow, decision_id=decision_id)
    assert decision(uow, decision_id) == ended


@pytest.mark.parametrize("which", ["chosen", "claimant"])
@pytest.mark.parametrize("change", ["redrawn", "retired", "imported"])
def test_a_decision_ends_with_the_map_that_it_was_about(uow, claimed, which, change):
    place, other = claimed
    decision_id = keep(uow, claimed)
    zone_id = other if which == "chosen" else place.zone_id
    moved = factories.square(HERE.lat, HERE.lon, 0.03)
    if change == "redrawn":
        service.redraw_zone(uow, zone_id=zone_id, boundary=moved)
    elif change == "retired":
        service.retire(uow, level=Level.ZONE, place_id=zone_id, size_reason="x")
    else:
        code = service.queries.zone(uow, zone_id).row.code
        feature = {"type": "Feature", "properties": {"code": code}, "geometry": moved}
        document = {"type": "FeatureCollection", "features": [feature]}
        import_zones(uow, station_id=place.station_id, document=document)
    assert decision(uow, decision_id).end_reason == ("retired" if change == "retired" else "redrawn")
    assert how(uow, place) in (How.AMBIGUOUS, How.POSITION)


def test_a_new_zone_over_the_place_asks_a_new_question(uow, claimed):
    keep(uow, claimed)
    factories.zone(uow, claimed[0].group_id, boundary=factories.square(HERE.lat, HERE.lon))
    assert how(uow, claimed[0]) is How.AMBIGUOUS


def test_what_does_not_touch_the_ground_leaves_decisions_alone(uow, claimed):
    place, other = claimed
    keep(uow, claimed)
    service.rename(uow, level=Level.ZONE, place_id=other, name="新名")
    service.recount(uow, zone_id=other, subscribers=3)
    service.redraw_zone(uow, zone_id=other, boundary=factories.square(HERE.lat, HERE.lon), subscribers=4)
    assert how(uow, place) is How.DECISION


def test_who_decides_has_a_role_there_and_a_place_to_decide_about(uow, claimed):
    place, other = claimed
    leader = factories.acting_as(uow, Role.TECHNICIAN, Level.GROUP, place.group_id, place.region_id)
    abroad = factories.places(uow).region_id
    stranger = factories.acting_as(uow, Role.AGENT, Level.REGION, abroad, abroad)
    for who, code in ((leader, "territory.zone_unknown"), (stranger, "territory.zone_unknown")):
        with pytest.raises(DomainError) as refused:
            keep(who, claimed)
        assert refused.value.code == code
    decision_id = keep(uow, claimed)
    with pytest.raises(DomainError) as refused:
        revoke_decision(stranger, decision_id=decision_id)
    assert refused.value.code == "territory.decision_unknown"
    with pytest.raises(DomainError) as refused:
        keep_decision(uow, zone_id=other, where=Whereabouts(address=" , "), zones=[])
    assert refused.value.code == "territory.decision_nowhere"
