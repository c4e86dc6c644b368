"""Customers and sites without a zone get the one that was found; on both databases."""

import pytest

from dispatch.customers import queries
from dispatch.customers.events import SiteChanged
from dispatch.customers.settling import settle_customer_and_site
from dispatch.territory.places import Places
from tests import factories


@pytest.fixture
def place(uow):
    return factories.places(uow)


def test_only_what_has_no_zone_goes_into_it_and_a_site_is_announced(uow, place):
    heard = []
    uow.handlers = {SiteChanged: (lambda _uow, event: heard.append(event.site_id),)}
    at_large = Places(place.region_id)
    customer_id = factories.customer(uow, at_large)
    site_id = factories.site(uow, customer_id, at_large)
    for _ in range(2):
        settle_customer_and_site(uow, customer_id=customer_id, site_id=site_id, places=place)
    site = queries.site(uow, site_id)
    assert Places(site.region_id, site.station_id, site.group_id, site.zone_id) == place
    assert queries.customer(uow, customer_id).zone_id == place.zone_id
    assert heard == [site_id]


def test_a_zone_that_is_known_stays_and_so_does_another_region(uow, place):
    other = factories.places(uow, region_id=place.region_id)
    customer_id = factories.customer(uow, place)
    settle_customer_and_site(uow, customer_id=customer_id, site_id=None, places=other)
    assert queries.customer(uow, customer_id).zone_id == place.zone_id
    abroad = factories.customer(uow, Places(factories.places(uow).region_id))
    settle_customer_and_site(uow, customer_id=abroad, site_id=None, places=place)
    assert queries.customer(uow, abroad).zone_id is None
