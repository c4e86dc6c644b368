"""The rule of three to five zones: a region's own numbers, and the reasons for what goes beyond them."""

from datetime import timedelta

import pytest

from dispatch.territory import service, sizes, sizing
from dispatch.territory.group_size import Bounds
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


def code_of(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value.code


@pytest.fixture
def place(uow):
    return factories.places(uow)


def test_a_group_is_filled_up_without_a_word_and_grows_beyond_five_with_a_reason_only(uow, place):
    for _ in range(4):
        factories.zone(uow, place.group_id)
    assert code_of(factories.zone, uow, place.group_id) == "territory.size_reason_missing"
    zone = {"group_id": place.group_id, "code": "six", "name": "six", "boundary": None}
    service.draw_zone(uow, **zone, size_reason="until the new group opens")
    (odd,) = sizes.odd_groups(uow, region_id=place.region_id, limit=9).items
    assert (odd.zones, odd.last_reason.reason) == (6, "until the new group opens")
    assert (odd.last_reason.decided_by, odd.last_reason.decided_at) == (uow.actor.user_id, uow.now)


def test_a_region_has_numbers_of_its_own_from_a_moment_on(uow, place):
    assert sizes.bounds_at(uow, place.region_id, uow.now) == Bounds(3, 5)
    later = uow.now + timedelta(days=7)
    assert sizing.set_bounds(uow, region_id=place.region_id, fewest=1, most=8, effective_from=later)
    assert sizes.bounds_at(uow, place.region_id, uow.now) == Bounds(3, 5)
    assert sizes.bounds_at(uow, place.region_id, later) == Bounds(1, 8)
    assert sizing.set_bounds(uow, region_id=place.region_id, fewest=1, most=8, effective_from=later) is None
    (only,) = sizes.policies(uow, region_id=place.region_id, limit=9).items
    assert (only.fewest, only.most, only.set_by) == (1, 8, uow.actor.user_id)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"fewest": 0, "most": 5}, "territory.bounds_wrong"),
        ({"fewest": 6, "most": 5}, "territory.bounds_wrong"),
        ({"fewest": 1, "most": 5, "ago": 1}, "territory.policy_in_the_past"),
    ],
)
def test_numbers_that_cannot_be_are_refused(uow, place, wrong, code):
    ago, numbers = wrong.get("ago"), {name: wrong[name] for name in ("fewest", "most")}
    begins = None if ago is None else uow.now - timedelta(days=ago)
    assert code_of(sizing.set_bounds, uow, region_id=place.region_id, effective_from=begins, **numbers) == code


def test_only_the_regions_operations_set_its_numbers(uow, place):
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, place.region_id, place.region_id)
    assert code_of(sizing.set_bounds, manager, region_id=place.region_id, fewest=1, most=9) == "forbidden"
    assert sizing.set_bounds(operations, region_id=place.region_id, fewest=1, most=9)


def test_a_size_can_be_explained_afterwards(uow, place):
    sizing.explain_size(uow, group_id=place.group_id, reason="three villages, one road")
    (odd,) = sizes.odd_groups(uow, region_id=place.region_id, limit=9).items
    assert (odd.id, odd.zones, odd.last_reason.zones) == (place.group_id, 1, 1)
