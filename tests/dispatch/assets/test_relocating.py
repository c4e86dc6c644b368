"""Assets go with their zone."""

from dispatch.assets.models import Asset
from dispatch.territory.moving import ZoneTarget, move_zones
from tests import factories
from tests.dispatch.beat import make_beat


def test_assets_get_the_places_of_their_zone(uow):
    beat = make_beat(uow)
    here, there = beat.groups
    where = beat.places(here.zones[0])
    asset_id = factories.asset(uow, where.region_id, site_id=factories.site(uow, factories.customer(uow, where), where))
    move_zones(uow, targets=[ZoneTarget(here.zones[0], there.id)], size_reason="x")
    assert uow.session.get(Asset, asset_id).group_id == there.id
