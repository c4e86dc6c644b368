"""What lists of the territory show."""

from dispatch.territory import queries
from tests import factories


def test_a_zone_in_a_list_knows_its_places(uow):
    place = factories.places(uow)
    (row,) = queries.zones(uow, limit=2, region_id=place.region_id).items
    assert row.places == place
