"""Who is affected: found page by page by places, by a boundary against looking at every site, and by assets."""

import random

import shapely
from shapely.geometry import Point

from dispatch.outages.affected import Reach, affected, count_affected, rows_of
from dispatch.territory.geometry import as_shape, read_boundary
from tests import factories
from tests.statements import recorded


def pages(reading, reach, limit):
    found, after = [], None
    while True:
        page = affected(reading, reach, limit=limit, after=after)
        found += page.items
        after = page.after
        if after is None:
            return found


def test_the_customers_of_zones_are_found_also_those_without_a_site_each_page_with_two_statements(scene):
    silent = factories.customer(scene.uow, scene.home, name="无地址", phone=None)
    twice = factories.site(scene.uow, scene.customers["home"], scene.home, address="二号")
    reach = Reach(scene.home.region_id, (scene.home.zone_id, scene.next.zone_id))
    found = pages(scene.manager, reach, 1)
    assert [(one.place_id, one.site_id, one.customer_id) for one in found] == sorted(
        [
            (scene.home.zone_id, scene.sites["home"], scene.customers["home"]),
            (scene.home.zone_id, twice, scene.customers["home"]),
            (scene.next.zone_id, scene.sites["next"], scene.customers["next"]),
            (scene.home.zone_id, silent, silent),
        ]
    )
    with recorded(scene.uow.session) as statements:
        count = count_affected(scene.manager, reach)
    assert len(statements) == 2
    assert (count.customers, count.sites, count.no_phone, count.unplaced) == (3, 4, 1, 0)
    assert count_affected(scene.technician, reach).customers == 0, "whom one may not see one does not count"
    rows = {one.name: one for one in rows_of(scene.manager, reach, limit=10).items}
    assert (rows["客户 home"].phone, rows["客户 home"].can_be_told) == ("…0001", True)
    assert (rows["无地址"].phone, rows["无地址"].can_be_told) == (None, False)


def test_a_boundary_finds_exactly_the_sites_inside_and_says_of_which_nobody_knows(scene):
    dice = random.Random(7)
    customer_id = scene.customers["home"]
    for nth in range(60):
        factories.site(
            scene.uow,
            customer_id,
            scene.home,
            address=f"{nth} 号",
            lat=33.7 + dice.uniform(-0.01, 0.01),
            lon=119.2 + dice.uniform(-0.01, 0.01),
        )
    factories.site(scene.uow, customer_id, scene.home, lat=None, lon=None)
    ring = [[119.195, 33.695], [119.206, 33.694], [119.204, 33.707], [119.195, 33.695]]
    boundary = read_boundary({"type": "Polygon", "coordinates": [ring]})
    reach = Reach(scene.home.region_id, (scene.home.zone_id,), boundary)
    found = {one.site_id for one in pages(scene.manager, reach, 7)}
    shape = as_shape(boundary)
    everything = affected(scene.manager, Reach(scene.home.region_id, (scene.home.zone_id,)), limit=200).items
    expected = {
        one.site_id for one in everything if one.lat is not None and shapely.intersects(shape, Point(one.lon, one.lat))
    }
    assert 5 < len(expected) < 60
    assert found == expected
    assert count_affected(scene.manager, reach).unplaced == 1


def test_assets_trouble_the_sites_where_they_stand(scene):
    asset = factories.asset(scene.uow, scene.home.region_id, site_id=scene.sites["next"])
    reach = Reach(scene.home.region_id, (scene.next.zone_id,), None, (asset,))
    assert [one.site_id for one in pages(scene.manager, reach, 10)] == [scene.sites["next"]]
