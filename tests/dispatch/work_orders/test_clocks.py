from datetime import timedelta

import pytest

from dispatch.sla.pauses import ClockName
from dispatch.work_orders import clocks
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import make_ground


@pytest.fixture
def ground(uow):
    return make_ground(uow)


def test_an_explanation_sums_to_the_second(ground):
    order_id = ground.order(received_at=ground.uow.now - timedelta(hours=3, seconds=17))
    told = clocks.explain(ground.uow, order_id, ClockName.RESPOND)
    assert told.total_seconds == sum(one.seconds for one in told.segments) == 3 * 3600 + 17
    assert sum(one.counted_seconds for one in told.segments) == told.view.state.elapsed_seconds
    assert (told.segments[0].calendar, len(told.events)) == ("24x7", 1)


def test_what_one_may_not_see_has_no_clocks(ground):
    order_id = ground.order()
    stranger = factories.acting(ground.uow, factories.user(ground.uow, region_id=ground.places.region_id))
    for ask in (
        lambda: clocks.clocks_of(stranger, order_id),
        lambda: clocks.explain(stranger, order_id, ClockName.ARRIVE),
    ):
        with pytest.raises(DomainError, match="no such work order"):
            ask()
