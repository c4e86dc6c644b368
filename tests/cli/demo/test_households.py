"""The customers of the demo live where they are said to live."""

from shapely import Point
from sqlalchemy import select

from cli.demo.borders import boundaries
from cli.demo.households import BIG_ZONE, PER_BIG_ZONE, PER_ZONE
from cli.demo.places import LIANSHUI
from dispatch.customers.models import Customer, Site
from kernel.identifiers import derived_id


def test_each_zone_has_its_customers_each_with_a_site_within_the_border(loaded):
    with loaded.session() as session:
        for zone in LIANSHUI.zones:
            zone_id = derived_id("demo", "zone", zone.code)
            sites = session.execute(select(Site.lat, Site.lon, Site.customer_id).where(Site.zone_id == zone_id)).all()
            assert len(sites) == (PER_BIG_ZONE if zone.subscribers >= BIG_ZONE else PER_ZONE)
            assert len({site.customer_id for site in sites}) == len(sites)
            assert all(boundaries(LIANSHUI)[zone.code].contains(Point(site.lon, site.lat)) for site in sites)


def test_there_are_a_few_hundred_of_them_and_some_matter_more(loaded):
    with loaded.session() as session:
        rows = session.execute(
            select(Customer.vip, Customer.phone, Customer.name).where(Customer.region_id == LIANSHUI.region_id)
        ).all()
    assert 200 < len(rows) < 400
    assert 0 < sum(row.vip for row in rows) < 60
    assert len({row.phone for row in rows}) == len(rows)
    assert sum("分前端机房" in row.name for row in rows) == len(LIANSHUI.zones)
