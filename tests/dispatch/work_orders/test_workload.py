"""What orders ask for, and how much people have to do; on both databases."""

from dispatch.assignment.service import assign_automatically
from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import NewOrder, command, create_orders, define_work_type
from dispatch.work_orders.workload import demands_of, loads_of
from kernel.actor import Level, Role
from tests import factories


def orders(uow, place, count=1):
    define_work_type(uow, region_id=place.region_id, code="fibre", name="光纤", skill="fibre")
    return create_orders(uow, [NewOrder(place, "fibre", Priority.ROUTINE, "t", uow.now) for _ in range(count)])


def test_an_order_asks_for_its_skill_at_its_place(uow):
    place = factories.places(uow)
    (order_id,) = orders(uow, place)
    demand = demands_of(uow, [order_id])[order_id]
    assert (demand.places, demand.skill, demand.status, demand.window_start_at) == (place, "fibre", "open", None)


def test_orders_out_of_scope_ask_for_nothing(uow):
    place = factories.places(uow)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    hidden = orders(uow, factories.places(uow, region_id=place.region_id))
    mine = orders(uow, place)
    assert list(demands_of(stranger, [*hidden, *mine])) == mine


def test_only_orders_that_are_still_to_be_done_count(uow):
    place = factories.places(uow)
    user_id = factories.technician(uow, place, skills={"fibre": 1})
    idle = factories.technician(uow, place)
    order_ids = orders(uow, place, 3)
    assign_automatically(uow, order_ids)
    assert loads_of(uow, [user_id, idle]) == {user_id: 3}
    command(
        uow,
        order_id=order_ids[0],
        command=Command.CANCEL,
        command_id=uow.new_id(),
        data={"reason": "no longer wanted"},
        evidence=Evidence(),
    )
    assert loads_of(uow, [user_id, idle]) == {user_id: 2}
