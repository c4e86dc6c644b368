"""Proposals are put into effect and taken back, with all that it needs."""

import pytest

from dispatch.territory import queries as territory
from dispatch.territory import service as places
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import command
from dispatch.zoning import queries, service
from dispatch.zoning.loading import load_basis
from dispatch.zoning.state import State
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.zoning.station import later, make_station, order, propose


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def station(uow):
    return make_station(uow)


def stand(uow, station):
    return State.of(load_basis(uow, station.station_id, days=1, subscriber_percent=50, with_ground=False))


def where(uow, station):
    return {zone_id: territory.places_of_zone(uow, zone_id).group_id for zone_id in station.zones}


def test_it_is_applied_as_one_and_undone_as_one_and_who_answered_stays_on_record(uow, station):
    before = stand(uow, station)
    proposal_id = propose(uow, station)
    planned = queries.proposal(uow, proposal_id)
    tomorrow = later(uow, 24)
    assert service.apply(tomorrow, proposal_id=proposal_id, expected_version=1) == 2
    groups = {group.code: group for group in planned.proposed.groups}
    assert where(uow, station) == {zone_id: group.group_id for group in groups.values() for zone_id in group.zone_ids}
    managers = territory.responsible(tomorrow, station.zones, tomorrow.now)
    assert managers == planned.plan.managers
    assert service.apply(tomorrow, proposal_id=proposal_id) == 2
    next_week = later(tomorrow, 168)
    assert service.undo(next_week, proposal_id=proposal_id) == 3
    assert {key: value.split()[0::2] for key, value in stand(next_week, station).zones.items()} == {
        key: value.split()[0::2] for key, value in before.zones.items()
    }
    assert stand(next_week, station).people == before.people
    assert territory.responsible(next_week, station.zones, tomorrow.now) == managers
    assert service.undo(next_week, proposal_id=proposal_id) == 3
    assert refused(service.apply, next_week, proposal_id=proposal_id).code == "zoning.not_a_draft"


def test_groups_that_it_opens_are_retired_when_it_is_undone(uow, station):
    proposal_id = propose(uow, station, groups=2)
    for column in (8, 9):
        factories.zone(uow, station.groups[0 if column == 8 else 1])
    assert refused(service.apply, uow, proposal_id=proposal_id).code == "zoning.changed"
    proposal_id = propose(uow, station, groups=3)
    assert queries.proposal(uow, proposal_id).effort.groups_opened == 1
    service.apply(later(uow), proposal_id=proposal_id)
    (fresh,) = [one for one in territory.groups(uow, limit=9, station_id=station.station_id).items if one.code == "G01"]
    assert fresh.name == "维护1组"
    service.undo(later(uow, 2), proposal_id=proposal_id)
    assert territory.group(uow, fresh.id).retired_at == later(uow, 2).now


def test_a_deputy_who_becomes_the_manager_is_relieved_and_comes_back(uow, station):
    proposal_id = propose(uow, station)
    plan = queries.proposal(uow, proposal_id).plan
    zone_id = next(zone for zone in station.zones if plan.managers[zone] not in station.technicians[0:3:2])
    deputy = plan.managers[zone_id]
    places.appoint(uow, place_id=zone_id, kind=DutyKind.DEPUTY, user_id=deputy)
    service.apply(later(uow), proposal_id=proposal_id)
    assert territory.holders(uow, [zone_id], later(uow).now)[zone_id] == {DutyKind.ZONE_MANAGER: deputy}
    service.undo(later(uow, 2), proposal_id=proposal_id)
    assert territory.holders(uow, [zone_id], later(uow, 2).now)[zone_id][DutyKind.DEPUTY] == deputy


def test_orders_that_it_would_strand_are_decided_about(uow, station):
    proposal_id = propose(uow, station)
    proposal = queries.proposal(uow, proposal_id)
    moved = next(
        zone
        for zone in proposal.basis.zones
        for group in proposal.plan.groups
        if zone.id in group.zones and group.group_id != zone.group_id
    )
    stays = next(
        person.id
        for person in proposal.basis.people
        if person.group_id == moved.group_id
        and person.id != proposal.plan.managers[moved.id]
        and any(person.id in group.people and group.group_id == moved.group_id for group in proposal.plan.groups)
    )
    command(
        uow,
        order_id=order(uow, moved.id),
        command=Command.ASSIGN,
        command_id=uow.new_id(),
        data={"technician_id": str(stays)},
        evidence=Evidence(),
    )
    savepoint = uow.session.begin_nested()
    assert refused(service.apply, later(uow), proposal_id=proposal_id).code == "work_order.stranded"
    savepoint.rollback()
    service.apply(later(uow), proposal_id=proposal_id, open_orders=OpenOrders.KEEP)
