"""Proposals are kept, edited, applied as one and undone as one; on both databases."""

import threading

import pytest

from dispatch.territory import service as places
from dispatch.zoning import queries, service
from dispatch.zoning.plan import Edit
from kernel.actor import Level, system_actor
from kernel.errors import DomainError
from tests.dispatch.beat import wired
from tests.dispatch.zoning.station import later, make_station, propose


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def station(uow):
    return make_station(uow)


def test_kept_twice_under_one_id_it_is_one(uow, station):
    key = uow.new_id()
    assert propose(uow, station, proposal_id=key) == propose(uow, station, proposal_id=key) == key
    other = make_station(uow)
    assert refused(propose, uow, other, proposal_id=key).code == "zoning.id_taken"
    assert len(queries.page_of_proposals(uow, station_id=station.station_id, limit=9).items) == 1


def test_it_is_stale_when_the_station_changed_and_says_what_changed(uow, station):
    proposal_id = propose(uow, station)
    places.redraw_zone(uow, zone_id=station.zones[3], boundary=None)
    problem = refused(service.apply, uow, proposal_id=proposal_id)
    assert (problem.code, problem.extra["changed"]) == ("zoning.changed", 1)
    assert problem.extra["changes"] == [{"kind": "zones", "id": str(station.zones[3]), "what": "changed"}]


def test_it_cannot_be_undone_once_something_else_changed(uow, station):
    proposal_id = propose(uow, station)
    service.apply(later(uow), proposal_id=proposal_id)
    places.rename(later(uow, 2), level=Level.ZONE, place_id=station.zones[0], name="new")
    problem = refused(service.undo, later(uow, 3), proposal_id=proposal_id)
    assert (problem.code, problem.extra["changes"][0]["id"]) == ("zoning.changed_since", str(station.zones[0]))


def test_it_is_changed_by_hand_while_it_is_a_draft(uow, station):
    proposal_id = propose(uow, station)
    today = {zone.id: zone.group_id for zone in queries.proposal(uow, proposal_id).basis.zones}
    back = tuple(Edit(zone_id, "A" if today[zone_id] == station.groups[0] else "B", None) for zone_id in station.zones)
    assert service.edit(uow, proposal_id=proposal_id, edits=back, expected_version=1) == 2
    assert queries.proposal(uow, proposal_id).effort.zones_moved == 0
    assert service.edit(uow, proposal_id=proposal_id, edits=back) == 2
    assert refused(service.edit, uow, proposal_id=proposal_id, edits=back, expected_version=1).code == "stale"
    service.discard(uow, proposal_id=proposal_id)
    service.discard(uow, proposal_id=proposal_id)
    assert refused(service.edit, uow, proposal_id=proposal_id, edits=back).code == "zoning.not_a_draft"
    assert refused(service.apply, uow, proposal_id=proposal_id).code == "zoning.not_a_draft"
    assert refused(service.undo, uow, proposal_id=proposal_id).code == "zoning.not_applied"


def test_an_edit_out_of_bounds_takes_a_reason_to_apply(uow, station):
    proposal_id = propose(uow, station)
    all_in_one = tuple(Edit(zone_id, "A") for zone_id in station.zones[:6])
    service.edit(uow, proposal_id=proposal_id, edits=all_in_one)
    savepoint = uow.session.begin_nested()
    assert refused(service.apply, later(uow), proposal_id=proposal_id).code == "territory.size_reason_missing"
    savepoint.rollback()
    service.apply(later(uow), proposal_id=proposal_id, size_reason="for a month")


def test_of_two_who_apply_at_the_same_moment_one_does(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        station = make_station(uow)
        proposals = [propose(uow, station) for _ in range(2)]
    outcomes = []

    def one(proposal_id):
        try:
            with runtime.unit_of_work(system_actor()) as mine:
                service.apply(wired(mine), proposal_id=proposal_id)
            outcomes.append("applied")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=one, args=[proposal_id]) for proposal_id in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "zoning.changed"]
