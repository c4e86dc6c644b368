"""Who sees which proposals."""

import pytest

from dispatch.zoning import drafting, queries, service
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.zoning.station import later, make_station, propose


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def station(uow):
    return make_station(uow)


def test_only_those_in_charge_of_the_station_propose_and_apply_and_others_do_not_see_it(uow, station):
    proposal_id = propose(uow, station)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, station.station_id, station.region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, station.station_id, station.region_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, station.groups[0], station.region_id)
    assert queries.proposal(agent, proposal_id).row.id == proposal_id
    assert refused(service.apply, agent, proposal_id=proposal_id).code == "forbidden"
    assert refused(drafting.draft, agent, station_id=station.station_id).code == "forbidden"
    assert refused(queries.proposal, leader, proposal_id).code == "zoning.unknown"
    assert refused(service.apply, leader, proposal_id=proposal_id).code == "zoning.unknown"
    assert refused(drafting.draft, leader, station_id=station.station_id).code == "territory.station_unknown"
    assert queries.page_of_proposals(leader, limit=9).items == ()
    assert service.keep(manager, drafting.draft(manager, station_id=station.station_id)) != proposal_id
    service.apply(later(manager), proposal_id=proposal_id)
