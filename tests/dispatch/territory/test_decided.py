"""Many places are found with few statements, and decisions are listed within scope; on both databases."""

import pytest

from dispatch.territory.decided import decision, decisions, find_zones
from dispatch.territory.deciding import keep_decision
from dispatch.territory.decisions import How, Whereabouts
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded


@pytest.fixture
def place(uow):
    return factories.places(uow)


def keep(uow, place, lat=None, lon=None, address=None):
    return keep_decision(uow, zone_id=place.zone_id, where=Whereabouts(lat, lon, address), zones=[])


@pytest.mark.parametrize("count", [1, 3, 40])
def test_places_are_found_one_by_one_or_by_the_dozen_with_three_statements(uow, place, count):
    factories.zone(uow, place.group_id, boundary=factories.square(33.0, 119.0))
    keep(uow, place, 34.0, 119.0)
    keep(uow, place, address="人民路 3 号")
    asked = [
        Whereabouts(33.0, 119.0),
        Whereabouts(34.0001, 119.0),
        Whereabouts(address="人民路3号"),
        *[Whereabouts(35.0, 119.0 + n) for n in range(40)],
    ][:count]
    find_zones(uow, place.region_id, asked)
    with recorded(uow.session) as statements:
        found = find_zones(uow, place.region_id, asked)
    assert len(statements) <= 2
    expected = [How.POSITION, How.DECISION, How.DECISION, *[How.OUTSIDE] * 40][:count]
    assert [one.how for one in found] == expected


def test_decisions_of_another_region_are_about_another_place(uow, place):
    keep(uow, place, 34.0, 119.0)
    (found,) = find_zones(uow, factories.places(uow).region_id, [Whereabouts(34.0, 119.0)])
    assert found.how is How.OUTSIDE


def test_decisions_are_listed_the_latest_first_to_who_sees_the_zone(uow, place):
    other = factories.places(uow, region_id=place.region_id)
    first, second = keep(uow, place, 34.0, 119.0), keep(uow, other, 35.0, 119.0)
    replaced = keep(uow, place, 34.0, 119.0)
    page = decisions(uow, limit=9, region_id=place.region_id)
    assert [one.id for one in page.items] == [replaced, second]
    assert [one.id for one in decisions(uow, limit=9, with_ended=True).items] == [replaced, second, first]
    assert [one.id for one in decisions(uow, limit=9, zone_id=other.zone_id).items] == [second]
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, other.group_id, place.region_id)
    assert [one.id for one in decisions(leader, limit=9).items] == [second]
    assert decision(leader, second).lat == 35.0
    with pytest.raises(DomainError) as refused:
        decision(leader, replaced)
    assert refused.value.code == "territory.decision_unknown"
