"""Customers and sites go with their zone."""

from dispatch.customers.models import Customer, Site
from dispatch.territory.moving import ZoneTarget, move_zones
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.beat import make_beat, make_group


def test_customers_and_sites_are_seen_by_the_new_station_and_no_longer_by_the_old(uow):
    beat = make_beat(uow, 1)
    there = make_group(beat, factories.station(uow, beat.region_id))
    where = beat.places(beat.groups[0].zones[0])
    customer = factories.customer(uow, where)
    site = factories.site(uow, customer, where)
    managers = [
        factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, station_id, beat.region_id)
        for station_id in (beat.station_id, beat.places(there.zones[0]).station_id)
    ]
    from dispatch.customers.queries import in_scope

    def seen():
        return [
            (
                uow.session.query(Customer).filter(Customer.id == customer, in_scope(one, Customer)).count(),
                uow.session.query(Site).filter(Site.id == site, in_scope(one, Site)).count(),
            )
            for one in managers
        ]

    assert seen() == [(1, 1), (0, 0)]
    move_zones(uow, targets=[ZoneTarget(where.zone_id, there.id)], size_reason="x")
    assert seen() == [(0, 0), (1, 1)]
