"""What a round visits is looked up anew each time."""

from dispatch.assets.life import AssetKind
from dispatch.rounds.standing import TargetKind
from dispatch.territory import moving
from dispatch.territory.events import OpenOrders
from dispatch.territory.moving import ZoneTarget
from dispatch.work_orders import queries as orders
from tests import factories


def test_sites_and_assets_are_visited_where_they_are_while_they_are_within_the_place(scene):
    zone, other = scene.beat.groups[0].zones
    elsewhere = scene.beat.groups[1].zones[0]
    where = scene.beat.places(zone)
    customer_id = factories.customer(scene.uow, where)
    site_id = factories.site(scene.uow, customer_id, where)
    nodes = [factories.asset(scene.uow, where.region_id, site_id=site_id, kind=AssetKind.NODE) for _ in range(2)]
    factories.asset(scene.uow, where.region_id, site_id=site_id, kind=AssetKind.MODEM)
    far = scene.beat.places(elsewhere)
    far_site = factories.site(scene.uow, factories.customer(scene.uow, far), far)
    factories.asset(scene.uow, where.region_id, site_id=far_site, kind=AssetKind.NODE)
    sites = scene.plan(target_kind=TargetKind.SITE, target_ids=(site_id,)).plan_id
    by_kind = scene.plan(target_kind=TargetKind.ASSET, asset_kinds=(AssetKind.NODE,)).plan_id
    named = scene.plan(target_kind=TargetKind.ASSET, target_ids=(nodes[0],)).plan_id
    one_zone = scene.plan(zone_id=other).plan_id
    scene.generate()
    assert [len(scene.orders(key)) for key in (sites, by_kind, named, one_zone)] == [1, 2, 1, 1]
    row = orders.order(scene.manager, scene.orders(sites)[0]).row
    assert (row.site_id, row.customer_id, row.zone_id) == (site_id, customer_id, zone)
    assert {orders.order(scene.manager, key).row.asset_id for key in scene.orders(by_kind)} == set(nodes)
    target = ZoneTarget(zone, scene.beat.groups[1].id)
    keep = OpenOrders.KEEP
    moving.move_zones(scene.uow, targets=[target], open_orders=keep, size_reason="x", reason="x")
    scene.generate(days=1)
    assert [len(scene.orders(key)) for key in (sites, by_kind, named)] == [1, 2, 1], "it left the group of the plan"
