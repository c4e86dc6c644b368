"""Proposals are made from a station as it is."""

import pytest

from dispatch.zoning import drafting, queries
from dispatch.zoning.loading import load_basis
from dispatch.zoning.state import State
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.zoning.station import make_station, propose


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def station(uow):
    return make_station(uow)


def stand(uow, station):
    return State.of(load_basis(uow, station.station_id, days=1, subscriber_percent=50, with_ground=False))


def test_a_proposal_is_more_even_than_today_and_changes_nothing_by_itself(uow, station):
    before = stand(uow, station)
    proposal = queries.proposal(uow, propose(uow, station))
    assert proposal.row.status == "draft"
    assert proposal.proposed.among_groups.spread < proposal.today.among_groups.spread
    assert all(group.contiguous and group.within_bounds for group in proposal.proposed.groups)
    assert proposal.effort.zones_moved > 0
    assert stand(uow, station) == before


def test_an_empty_station_has_nothing_to_split(uow):
    station_id = factories.station(uow, factories.region(uow))
    assert refused(drafting.draft, uow, station_id=station_id).code == "zoning.no_zones"
