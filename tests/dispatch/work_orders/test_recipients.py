from uuid import UUID

import pytest

from dispatch.sla.notices import Notice
from dispatch.work_orders.recipients import Chain, chats, coordinator, recipients

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


def test_chats_are_told_of_overdue_work_place_by_place_upwards():
    group, station, region = (UUID(int=number) for number in range(5, 8))
    assert chats(group, station, region, Notice.BLUE, Notice.YELLOW) == ()
    assert chats(group, station, region, Notice.YELLOW, Notice.RED) == (group,)
    assert chats(group, station, region, Notice.RED, Notice.STATION) == (station,)
    assert chats(group, station, region, Notice.NONE, Notice.REGION) == (group, station, region)
    assert chats(None, None, region, Notice.NONE, Notice.REGION) == (region,)
