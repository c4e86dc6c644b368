"""Places are found in scope, locked and checked before anybody changes them."""

import pytest

from dispatch.territory.locking import change, check_version, locked, locked_many, places_of
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


def test_a_place_out_of_scope_is_unknown_and_one_in_scope_still_takes_the_role(uow):
    place = factories.places(uow)
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    nobody = factories.acting(uow, factories.user(uow, region_id=place.region_id))
    for who, code in ((agent, "forbidden"), (nobody, "territory.zone_unknown")):
        with pytest.raises(DomainError) as caught:
            locked(who, Level.ZONE, place.zone_id)
        assert caught.value.code == code
    row = locked(uow, Level.ZONE, place.zone_id)
    assert places_of(Level.ZONE, row) == place


def test_one_unknown_among_many_is_refused(uow):
    place = factories.places(uow)
    with pytest.raises(DomainError) as caught:
        locked_many(uow, Level.GROUP, [place.group_id, uow.new_id()])
    assert caught.value.code == "territory.group_unknown"


def test_a_version_counts_changes_and_only_those(uow):
    group_id = factories.places(uow).group_id
    assert change(uow, Level.GROUP, group_id, {"name": "北片维护组"}) == 2
    assert change(uow, Level.GROUP, group_id, {"name": "北片维护组"}) == 2
    row = locked(uow, Level.GROUP, group_id)
    check_version(row, 2)
    check_version(row, None)
    with pytest.raises(DomainError) as caught:
        check_version(row, 1)
    assert caught.value.code == "stale"
