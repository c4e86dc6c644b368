from datetime import timedelta

import pytest

from dispatch.customers import service as customers
from dispatch.work_orders import queries
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.desk import offer_work_type, open_order
from dispatch.work_orders.lifecycle import Status
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories

TYPE = "repair"


@pytest.fixture
def places(uow):
    places = factories.places(uow)
    work_orders.define_work_type(uow, region_id=places.region_id, code=TYPE, name="检修")
    return places


def desk(uow, places, role=Role.AGENT):
    return factories.acting_as(uow, role, Level.STATION, places.station_id, places.region_id)


def opened(uow, places, **values):
    return open_order(uow, **{"zone_id": places.zone_id, "work_type": TYPE, "title": "x"} | values)


def refused(uow, places, **values) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        opened(uow, places, **values)
    return caught.value.code, [field.path for field in caught.value.fields]


def test_whoever_opens_an_order_owns_it_first(uow, places):
    agent = desk(uow, places)
    order = queries.order(agent, opened(agent, places))
    assert (order.first_owner_id, order.row.status, order.row.zone_id) == (agent.actor.user_id, "open", places.zone_id)
    assert order.row.received_at == uow.now


def test_an_order_may_begin_as_a_draft_and_long_ago(uow, places):
    agent = desk(uow, places)
    begun = uow.now - timedelta(days=3)
    order = queries.order(agent, opened(agent, places, status=Status.DRAFT, received_at=begun)).row
    assert (order.status, order.received_at) == ("draft", begun)


@pytest.mark.parametrize("role", [Role.AGENT, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR])
def test_those_at_a_desk_open_orders(uow, places, role):
    assert opened(desk(uow, places, role), places)


def test_others_open_none(uow, places):
    technician = factories.acting_as(uow, Role.TECHNICIAN, Level.GROUP, places.group_id, places.region_id)
    assert refused(technician, places)[0] == "territory.zone_unknown"
    elsewhere = desk(uow, factories.places(uow, region_id=places.region_id))
    assert refused(elsewhere, places)[0] == "territory.zone_unknown"


def test_an_order_does_not_begin_in_the_middle_or_in_the_future(uow, places):
    agent = desk(uow, places)
    assert refused(agent, places, status=Status.CLOSED) == ("invalid", ["/status"])
    assert refused(agent, places, received_at=uow.now + timedelta(seconds=1)) == ("invalid", ["/received_at"])
    assert refused(agent, places, title=" ")[1] == ["/title"]
    assert refused(agent, places, work_type="magic") == ("work_order.work_type_unknown", ["/work_type"])


def test_the_customer_and_the_site_belong_together_and_to_the_region(uow, places):
    agent = desk(uow, places)
    mine = customers.add_customer(uow, name="甲", phone=None, region_id=places.region_id, zone_id=places.zone_id)
    other = customers.add_customer(uow, name="乙", phone=None, region_id=places.region_id, zone_id=places.zone_id)
    site = customers.add_site(uow, customer_id=mine, address="红旗路", zone_id=places.zone_id)
    row = queries.order(agent, opened(agent, places, site_id=site)).row
    assert (row.customer_id, row.site_id) == (mine, site)
    assert refused(agent, places, site_id=site, customer_id=other) == ("invalid", ["/site_id"])
    abroad = factories.places(uow)
    stranger = customers.add_customer(uow, name="丙", phone=None, region_id=abroad.region_id)
    far = customers.add_site(uow, customer_id=stranger, address="x", zone_id=abroad.zone_id)
    assert refused(agent, places, customer_id=stranger)[0] == "customers.unknown"
    assert refused(agent, places, site_id=far)[0] == "customers.site_unknown"
    assert refused(uow, places, customer_id=stranger) == ("invalid", ["/customer_id"])
    assert refused(uow, places, site_id=far) == ("invalid", ["/site_id"])


def test_a_kind_of_work_is_offered_by_the_region_and_checked(uow, places):
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id, places.region_id)
    offer_work_type(operations, region_id=places.region_id, code="round", name=" 巡检 ", minutes=30)
    (offered,) = (one for one in queries.work_types(operations, places.region_id) if one.code == "round")
    assert (offered.name, offered.minutes, offered.template_code) == ("巡检", 30, None)
    with pytest.raises(DomainError, match="invalid") as caught:
        offer_work_type(operations, region_id=places.region_id, code="round", name=" ")
    assert [field.path for field in caught.value.fields] == ["/name"]
    with pytest.raises(DomainError, match="forbidden"):
        offer_work_type(desk(uow, places), region_id=places.region_id, code="round", name="巡检")
    abroad = factories.places(uow)
    with pytest.raises(DomainError, match="region_unknown"):
        offer_work_type(operations, region_id=abroad.region_id, code="round", name="巡检")
