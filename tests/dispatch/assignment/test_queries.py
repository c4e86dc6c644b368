"""Who could do an order, as a dispatcher is shown it; on both databases."""

from dispatch.assignment import queries
from dispatch.sla.deadline import Priority
from dispatch.territory.duties import DutyKind
from dispatch.territory.service import appoint
from dispatch.work_orders.service import NewOrder, create_orders, define_work_type
from kernel.actor import Level, Role
from tests import factories


def test_candidates_are_the_people_of_the_station_best_first(uow):
    place = factories.places(uow)
    define_work_type(uow, region_id=place.region_id, code="visit", name="上门")
    group, station = (
        factories.technician(uow, place),
        factories.technician(uow, factories.places(uow, station_id=place.station_id)),
    )
    owner = factories.technician(uow, place)
    factories.technician(uow, factories.places(uow, region_id=place.region_id))
    appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=owner)
    (order_id,) = create_orders(uow, [NewOrder(place, "visit", Priority.ROUTINE, "t", uow.now)])
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    ranking = queries.candidates(manager, order_id)
    assert [one.technician_id for one in ranking.candidates] == [owner, group, station]
    assert ranking.excluded == ()
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, place.group_id, place.region_id)
    assert [one.technician_id for one in queries.candidates(leader, order_id).candidates] == [owner, group]
