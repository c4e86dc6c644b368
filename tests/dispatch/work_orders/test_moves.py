from dispatch.work_orders.events import OrderMoved, OrdersMoved
from dispatch.work_orders.lifecycle import Status
from tests import factories


def test_each_change_of_state_is_published_with_where_it_came_from(uow):
    here = factories.places(uow)
    order_id = factories.order(uow, here)
    seen: list[OrdersMoved] = []
    uow.handlers = {OrdersMoved: (lambda _uow, event: seen.append(event),)}
    factories.assign(uow, order_id, factories.technician(uow, here))
    assert seen == [
        OrdersMoved((OrderMoved(order_id, here.region_id, Status.OPEN, Status.ASSIGNED, uow.now),)),
    ]
