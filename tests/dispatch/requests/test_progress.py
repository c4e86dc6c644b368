import pytest

from dispatch.requests.progress import OrderEnd, RequestState, state_by
from dispatch.work_orders.lifecycle import DONE, Status

LIVE, DONE_WELL = OrderEnd(Status.ASSIGNED, completed=False), OrderEnd(Status.COMPLETED, completed=True)
UNABLE, CLOSED = OrderEnd(Status.UNABLE_TO_COMPLETE, completed=False), OrderEnd(Status.CLOSED, completed=True)
CLOSED_UNABLE, DROPPED = OrderEnd(Status.CLOSED, completed=False), OrderEnd(Status.CANCELLED, completed=False)


@pytest.mark.parametrize(
    ("orders", "state"),
    [
        ([LIVE], "in_hand"),
        ([DONE_WELL], "resolved"),
        ([CLOSED], "resolved"),
        ([DONE_WELL, LIVE], "in_hand"),
        ([UNABLE], "in_hand"),
        ([UNABLE, CLOSED], "resolved"),
        ([CLOSED_UNABLE], "cancelled"),
        ([DROPPED], "cancelled"),
        ([DROPPED, UNABLE], "in_hand"),
    ],
)
def test_a_request_is_as_far_as_its_orders(orders, state):
    assert state_by(orders) == state


@pytest.mark.parametrize("status", sorted(set(Status) - DONE))
def test_while_an_order_lives_its_request_is_in_hand(status):
    assert state_by([CLOSED, OrderEnd(status, completed=False)]) is RequestState.IN_HAND
