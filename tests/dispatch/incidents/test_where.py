"""The smallest place that holds all zones of an incident."""

from uuid import UUID

import pytest

from dispatch.incidents.where import common
from dispatch.territory.places import Places
from kernel.errors import DomainError

R, S, T, G, H, Z, Y = (UUID(int=number) for number in range(1, 8))


@pytest.mark.parametrize(
    ("places", "home"),
    [
        ([Places(R, S, G, Z)], Places(R, S, G)),
        ([Places(R, S, G, Z), Places(R, S, G, Y)], Places(R, S, G)),
        ([Places(R, S, G, Z), Places(R, S, H, Y)], Places(R, S)),
        ([Places(R, S, G, Z), Places(R, T, H, Y)], Places(R)),
    ],
)
def test_it_is_the_smallest_that_holds_them_all(places, home):
    assert common(places) == home


@pytest.mark.parametrize("places", [[], [Places(R, S, G, Z), Places(T, S, G, Y)]])
def test_nothing_and_several_regions_have_none(places):
    with pytest.raises(DomainError) as caught:
        common(places)
    assert caught.value.code == "incident.nowhere"
