"""What a proposal starts from is loaded at once."""

import pytest

from dispatch.zoning import queries
from dispatch.zoning.loading import load_basis
from tests.dispatch.zoning.station import make_station, order, propose
from tests.statements import recorded


@pytest.fixture
def station(uow):
    return make_station(uow)


def test_work_counts_by_its_minutes(uow, station):
    for _ in range(3):
        order(uow, station.zones[7])
    proposal = queries.proposal(uow, propose(uow, station))
    (last,) = [zone for zone in proposal.basis.zones if zone.id == station.zones[7]]
    assert (last.orders, dict(last.work)) == (3, {"repair": 180})


def test_a_look_at_a_station_takes_the_same_statements_however_large_it_is(uow):
    counts = []
    for columns in (6, 10):
        station = make_station(uow, columns)
        with recorded(uow.session) as seen:
            load_basis(uow, station.station_id, days=30, subscriber_percent=50)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
