from uuid import UUID

import pytest

from dispatch.customers import queries
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded

NOBODY = UUID(int=9)


@pytest.fixture
def town(uow):
    """A customer with a site in each of: a zone, its neighbour, the next group, the next station, the region, another region."""
    here = factories.places(uow)
    query = factories.territory_queries.places_of_zone
    where = {
        "here": here,
        "next zone": query(uow, factories.zone(uow, here.group_id)),
        "next group": query(uow, factories.zone(uow, factories.group(uow, here.station_id))),
        "next station": factories.places(uow, region_id=here.region_id),
        "region": Places(here.region_id),
        "abroad": factories.places(uow),
    }
    found = {}
    for name, places in where.items():
        customer_id = factories.customer(uow, places, name=name)
        found[name] = (customer_id, factories.site(uow, customer_id, places, address=name), places)
    return found


SIGHT = [
    (Role.AGENT, Level.ZONE, "zone_id", {"here"}),
    (Role.GROUP_LEADER, Level.GROUP, "group_id", {"here", "next zone"}),
    (Role.STATION_MANAGER, Level.STATION, "station_id", {"here", "next zone", "next group"}),
    (Role.AGENT, Level.REGION, "region_id", {"here", "next zone", "next group", "next station", "region"}),
    (Role.TECHNICIAN, Level.REGION, "region_id", set()),
    (Role.ASSESSOR, Level.REGION, "region_id", set()),
]


@pytest.mark.parametrize(("role", "level", "place", "seen"), SIGHT)
def test_every_way_to_ask_shows_what_is_in_ones_own_places(uow, town, role, level, place, seen):
    where = town["here"][2]
    mine = factories.acting_as(uow, role, level, getattr(where, place), where.region_id)
    assert {row.name for row in queries.page_of_customers(mine, limit=100).items} == seen
    assert {row.address for row in queries.page_of_sites(mine, limit=100).items} == seen
    for name, (customer_id, site_id, _) in town.items():
        if name in seen:
            assert [one.id for one in queries.customer(mine, customer_id).sites] == [site_id]
            assert queries.site(mine, site_id).address == name
            continue
        for ask, key, code in (
            (queries.customer, customer_id, "customers.unknown"),
            (queries.site, site_id, "customers.site_unknown"),
        ):
            with pytest.raises(DomainError) as refusal:
                ask(mine, key)
            assert refusal.value.code == code


def test_a_customer_in_sight_shows_only_sites_in_sight(uow, town):
    customer_id, site_id, here = town["here"]
    far = factories.site(uow, customer_id, town["next station"][2])
    mine = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    assert [one.id for one in queries.customer(mine, customer_id).sites] == [site_id]
    assert [one.id for one in queries.customer(uow, customer_id).sites] == [far, site_id]


@pytest.mark.parametrize("page_of", [queries.page_of_customers, queries.page_of_sites])
def test_a_list_comes_in_pages_with_one_statement_each(uow, town, page_of):
    seen, after = [], None
    while True:
        with recorded(uow.session) as sql:
            page = page_of(uow, limit=2, after=after)
        assert len(sql) == 1
        seen += [row.id for row in page.items]
        after = page.after
        if after is None:
            break
    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


def test_lists_can_be_narrowed_to_a_place(uow, town):
    here = town["here"][2]
    for filters, expected in (
        ({"region_id": here.region_id}, {"here", "next zone", "next group", "next station", "region"}),
        ({"station_id": here.station_id}, {"here", "next zone", "next group"}),
        ({"group_id": here.group_id}, {"here", "next zone"}),
        ({"zone_id": here.zone_id}, {"here"}),
        ({"zone_id": NOBODY}, set()),
    ):
        assert {row.name for row in queries.page_of_customers(uow, limit=100, **filters).items} == expected
        assert {row.address for row in queries.page_of_sites(uow, limit=100, **filters).items} == expected
    customer_id, site_id, _ = town["region"]
    assert [row.id for row in queries.page_of_sites(uow, limit=9, customer_id=customer_id).items] == [site_id]


def test_a_narrower_list_never_widens_the_scope(uow, town):
    here, abroad = town["here"][2], town["abroad"][2]
    mine = factories.acting_as(uow, Role.AGENT, Level.REGION, here.region_id, here.region_id)
    assert queries.page_of_customers(mine, limit=9, region_id=abroad.region_id).items == ()
    assert queries.page_of_sites(mine, limit=9, customer_id=town["abroad"][0]).items == ()


def test_customers_are_found_by_the_beginning_of_the_name_or_by_the_number_or_its_end(uow, town):
    here = town["here"][2]
    key = factories.customer(uow, here, name="Zhao_Xiuying", phone="139 7000 4711", vip=True)

    def found(**filters):
        return {row.id for row in queries.page_of_customers(uow, limit=9, **filters).items}

    for q in ("zhao", "ZHAO_", "13970004711", "+86 139-7000-4711", "4711"):
        assert found(q=q) == {key}
    for q in ("xiu", "zhao%", "zhaoX", "139", "711", "0004711", "13970004712"):
        assert found(q=q) == set()
    assert found(vip=True) == {key}
    assert key not in found(vip=False)


def test_what_an_order_shows_of_customers_and_sites_is_read_with_one_statement_each(uow, town):
    customer_id, site_id, here = town["here"]
    nobody = factories.acting_as(uow, Role.TECHNICIAN, Level.REGION, here.region_id, here.region_id)
    with recorded(uow.session) as seen:
        contacts = queries.contacts_of(nobody, [customer_id, NOBODY, customer_id])
        sites = queries.sites_of(nobody, [site_id, NOBODY])
    assert len(seen) == 2
    assert contacts == {customer_id: {"id": customer_id, "name": "here", "phone": "100 0002 0001", "vip": False}}
    assert sites == {
        str(site_id): {
            "id": site_id,
            "customer_id": customer_id,
            "zone_id": here.zone_id,
            "address": "here",
            "lat": 33.781,
            "lon": 119.261,
        }
    }
