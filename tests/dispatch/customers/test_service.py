from uuid import UUID

import pytest

from dispatch.customers import queries, service
from dispatch.customers.events import CustomerChanged, SiteChanged
from dispatch.customers.particulars import NewCustomer, NewSite
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

NOBODY = UUID(int=9)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def paths(error: DomainError) -> list[str]:
    return [problem.path for problem in error.fields]


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def elsewhere(uow, here):
    """Another station of the same region."""
    return factories.places(uow, region_id=here.region_id)


@pytest.fixture
def abroad(uow):
    """Another region."""
    return factories.places(uow)


@pytest.fixture
def agent(uow, here):
    """Somebody who looks after the customers of one station."""
    return factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)


def placed(row):
    return Places(row.region_id, row.station_id, row.group_id, row.zone_id)


# One by one


def test_a_customer_and_a_site_lie_where_their_zones_do(uow, here, elsewhere, agent):
    key = service.add_customer(
        agent, name=" 赵秀英 ", phone="", region_id=here.region_id, zone_id=here.zone_id, vip=True
    )
    site_id = service.add_site(
        uow, customer_id=key, address="安东路 1 号", zone_id=elsewhere.zone_id, lat=33.7, lon=119.2
    )
    found = queries.customer(uow, key)
    assert (found.name, found.phone, found.vip, found.created_at) == ("赵秀英", None, True, NOW)
    assert placed(found) == here
    (site,) = found.sites
    assert (site.id, site.customer_id, site.address, site.lat, site.lon) == (site_id, key, "安东路 1 号", 33.7, 119.2)
    assert placed(site) == elsewhere


def test_without_a_zone_a_customer_is_the_regions(uow, here):
    where = Places(here.region_id)
    key = factories.customer(uow, where)
    site_id = factories.site(uow, key, where, lat=None, lon=None)
    assert placed(queries.customer(uow, key)) == placed(queries.site(uow, site_id)) == where


def test_an_id_is_used_once(uow, here):
    key = factories.customer(uow, here)
    site_id = factories.site(uow, key, here)
    fields = {"name": "钱七", "phone": None, "region_id": here.region_id}
    refused = refusal(service.add_customer, uow, **fields, customer_id=key)
    assert (refused.code, paths(refused)) == ("customers.id_taken", ["/customer_id"])
    refused = refusal(service.add_site, uow, customer_id=key, address="x", site_id=site_id)
    assert (refused.code, paths(refused)) == ("customers.id_taken", ["/site_id"])
    assert queries.customer(uow, key).name == "赵秀英"


def test_a_zone_out_of_sight_or_of_another_region_is_refused_with_its_path(uow, here, elsewhere, abroad, agent):
    for unit, zone_id in ((uow, NOBODY), (uow, abroad.zone_id), (agent, elsewhere.zone_id)):
        fields = {"name": "钱七", "phone": None, "region_id": here.region_id, "zone_id": zone_id}
        refused = refusal(service.add_customer, unit, **fields)
        assert (refused.code, paths(refused)) == ("customers.zone_unknown", ["/zone_id"])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("name", "", "invalid"), ("phone", "1" * 33, "invalid")],
)
def test_an_unusable_field_of_a_customer_is_named(uow, here, field, value, code):
    fields = {"name": "钱七", "phone": None, "region_id": here.region_id, field: value}
    refused = refusal(service.add_customer, uow, **fields)
    assert (refused.code, paths(refused)) == (code, [f"/{field}"])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("address", " ", "invalid"), ("lat", 91.0, "customers.position_wrong"), ("lon", None, "customers.position_wrong")],
)
def test_an_unusable_field_of_a_site_is_named(uow, here, field, value, code):
    fields = {"address": "x", "lat": 33.7, "lon": 119.2, field: value}
    refused = refusal(service.add_site, uow, customer_id=factories.customer(uow, here), **fields)
    assert (refused.code, paths(refused)) == (code, [f"/{field}"])


def test_customers_of_others_get_no_sites(uow, here, elsewhere, agent):
    for key in (NOBODY, factories.customer(uow, elsewhere)):
        assert refusal(service.add_site, agent, customer_id=key, address="x").code == "customers.unknown"


def test_a_station_adds_nothing_to_the_region_at_large(uow, here, agent):
    fields = {"name": "钱七", "phone": None, "region_id": here.region_id}
    assert refusal(service.add_customer, agent, **fields).code == "forbidden"
    key = factories.customer(uow, here)
    assert refusal(service.add_site, agent, customer_id=key, address="x").code == "forbidden"


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.ASSESSOR])
def test_customers_are_looked_after_at_the_desk(uow, here, role):
    mine = factories.acting_as(uow, role, Level.REGION, here.region_id, here.region_id)
    key = factories.customer(uow, here)
    site_id = factories.site(uow, key, here)
    fields = {"name": "钱七", "phone": None, "zone_id": None}
    assert refusal(service.add_customer, mine, region_id=here.region_id, **fields).code == "forbidden"
    assert refusal(service.edit_customer, mine, customer_id=key, vip=False, **fields).code == "customers.unknown"
    assert refusal(service.add_site, mine, customer_id=key, address="x").code == "customers.unknown"
    site = {"site_id": site_id, "address": "x", "zone_id": None, "lat": None, "lon": None}
    assert refusal(service.edit_site, mine, **site).code == "customers.site_unknown"
    assert refusal(service.add_many, mine, [NewCustomer(uow.new_id(), here, "钱七")]).code == "forbidden"


# Corrections


def test_a_corrected_customer_is_told_of_and_may_change_hands(uow, here, elsewhere, agent):
    told = []
    key = factories.customer(uow, here)
    listening = UnitOfWork(
        uow.session, uow.actor, uow.now, uow.new_id, {CustomerChanged: (lambda _uow, event: told.append(event),)}
    )
    service.edit_customer(
        listening, customer_id=key, name=" 钱七 ", phone="100 0009 0009", vip=True, zone_id=elsewhere.zone_id
    )
    found = queries.customer(uow, key)
    assert (found.name, found.phone, found.vip, placed(found)) == ("钱七", "100 0009 0009", True, elsewhere)
    assert told == [CustomerChanged(key, here.region_id)]
    assert refusal(queries.customer, agent, key).code == "customers.unknown"


def test_a_corrected_site_is_told_of_and_may_change_hands(uow, here, elsewhere, agent):
    told = []
    site_id = factories.site(uow, factories.customer(uow, here), here)
    listening = UnitOfWork(
        uow.session, uow.actor, uow.now, uow.new_id, {SiteChanged: (lambda _uow, event: told.append(event),)}
    )
    service.edit_site(listening, site_id=site_id, address=" y ", zone_id=elsewhere.zone_id, lat=None, lon=None)
    found = queries.site(uow, site_id)
    assert (found.address, found.lat, found.lon, placed(found)) == ("y", None, None, elsewhere)
    assert told == [SiteChanged(site_id, here.region_id)]
    assert refusal(queries.site, agent, site_id).code == "customers.site_unknown"


def test_a_correction_takes_a_say_over_the_old_place_and_the_new(uow, here, elsewhere, abroad, agent):
    key = factories.customer(uow, here)
    site_id = factories.site(uow, key, here)
    customer = {"customer_id": key, "name": "钱七", "phone": None, "vip": False}
    site = {"site_id": site_id, "address": "x", "lat": None, "lon": None}
    for unit, zone_id, code in (
        (agent, elsewhere.zone_id, "customers.zone_unknown"),
        (agent, None, "forbidden"),
        (uow, abroad.zone_id, "customers.zone_unknown"),
    ):
        assert refusal(service.edit_customer, unit, **customer, zone_id=zone_id).code == code
        assert refusal(service.edit_site, unit, **site, zone_id=zone_id).code == code
    service.edit_customer(agent, **customer, zone_id=here.zone_id)
    service.edit_site(agent, **site, zone_id=here.zone_id)
    assert queries.site(uow, site_id).address == "x"


def test_an_edit_names_the_field_that_is_wrong(uow, here):
    key = factories.customer(uow, here)
    site_id = factories.site(uow, key, here)
    customer = {"customer_id": key, "name": "", "phone": None, "vip": False, "zone_id": None}
    assert paths(refusal(service.edit_customer, uow, **customer)) == ["/name"]
    site = {"site_id": site_id, "address": "x", "zone_id": None, "lat": 0.0, "lon": 200.0}
    assert paths(refusal(service.edit_site, uow, **site)) == ["/lon"]


# In bulk


def batch(uow, where, count):
    customers = [NewCustomer(uow.new_id(), where, f" 客户 {n} ", f"100 {n}") for n in range(count)]
    return customers, [NewSite(uow.new_id(), one.id, where, f"{n} 号", 33.7, 119.2) for n, one in enumerate(customers)]


@pytest.mark.parametrize("count", [1, 300])
def test_many_are_added_with_three_statements(uow, here, count):
    customers, sites = batch(uow, here, count)
    with recorded(uow.session) as seen:
        service.add_many(uow, customers, sites)
    assert len(seen) == 3
    rows = queries.page_of_customers(uow, limit=1000, zone_id=here.zone_id).items
    assert {row.id for row in rows} == {one.id for one in customers}
    assert rows[-1].name == "客户 0"
    assert len(queries.page_of_sites(uow, limit=1000, group_id=here.group_id).items) == count


def test_adding_again_changes_nothing(uow, here):
    customers, sites = batch(uow, here, 3)
    service.add_many(uow, customers, sites)
    service.edit_customer(uow, customer_id=customers[0].id, name="赵秀英", phone=None, vip=True, zone_id=here.zone_id)
    before = [queries.customer(uow, one.id) for one in customers]
    service.add_many(uow, customers, sites)
    assert [queries.customer(uow, one.id) for one in customers] == before


def test_nothing_at_all_may_be_added(uow):
    with recorded(uow.session) as seen:
        service.add_many(uow, [], [])
    assert seen == []


def test_a_site_in_bulk_belongs_to_a_customer_of_its_region_in_scope(uow, here, elsewhere, abroad, agent):
    known, hidden = factories.customer(uow, here), factories.customer(uow, elsewhere)
    service.add_many(agent, [], [NewSite(uow.new_id(), known, here, "x")])
    for unit, customer_id, where in ((uow, NOBODY, here), (agent, hidden, here), (uow, known, abroad)):
        sites = [NewSite(uow.new_id(), known, here, "x"), NewSite(uow.new_id(), customer_id, where, "x")]
        refused = refusal(service.add_many, unit, [], sites)
        assert (refused.code, paths(refused)) == ("customers.customer_unknown", ["/sites/1/customer_id"])


def test_a_batch_reaches_no_place_that_is_not_ones_own(uow, here, elsewhere, agent):
    key = factories.customer(uow, here)
    mixed = [NewCustomer(uow.new_id(), here, "a"), NewCustomer(uow.new_id(), elsewhere, "b")]
    assert refusal(service.add_many, agent, mixed).code == "forbidden"
    assert refusal(service.add_many, agent, [], [NewSite(uow.new_id(), key, elsewhere, "x")]).code == "forbidden"
    assert [row.id for row in queries.page_of_customers(uow, limit=9).items] == [key]


def test_a_bad_row_of_a_batch_is_named(uow, here):
    customers, sites = batch(uow, here, 3)
    customers[1] = NewCustomer(customers[1].id, here, " ")
    assert paths(refusal(service.add_many, uow, customers, sites)) == ["/customers/1/name"]
    customers, sites = batch(uow, here, 3)
    sites[2] = NewSite(sites[2].id, customers[2].id, here, "x", 100.0, 0.0)
    assert paths(refusal(service.add_many, uow, customers, sites)) == ["/sites/2/lat"]
