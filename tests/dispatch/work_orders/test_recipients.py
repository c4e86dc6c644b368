from uuid import UUID

import pytest

from dispatch.sla.notices import Notice
from dispatch.work_orders.recipients import Chain, coordinator, recipients

HANDLER, LEADER, MANAGER, REGION = (UUID(int=n) for n in range(1, 5))
WHOLE = Chain(HANDLER, LEADER, MANAGER, (REGION,))


@pytest.mark.parametrize(
    ("before", "notice", "people"),
    [
        (Notice.NONE, Notice.BLUE, (HANDLER,)),
        (Notice.BLUE, Notice.YELLOW, (HANDLER,)),
        (Notice.YELLOW, Notice.RED, (HANDLER, LEADER)),
        (Notice.RED, Notice.STATION, (MANAGER,)),
        (Notice.STATION, Notice.REGION, (REGION,)),
        (Notice.NONE, Notice.REGION, (HANDLER, LEADER, MANAGER, REGION)),
    ],
)
def test_each_step_reaches_its_people(before, notice, people):
    assert recipients(WHOLE, before, notice) == people


def test_where_somebody_is_missing_the_next_above_steps_in():
    assert coordinator(Chain(None, None, MANAGER)) == MANAGER
    assert coordinator(Chain(None, None, None, (REGION,))) == REGION
    assert coordinator(Chain(None, None, None)) is None
    assert recipients(Chain(None, LEADER, None), Notice.NONE, Notice.BLUE) == (LEADER,)
    assert recipients(Chain(None, None, None), Notice.NONE, Notice.REGION) == ()
